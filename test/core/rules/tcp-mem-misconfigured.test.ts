import assert from 'node:assert/strict';
import test from 'node:test';
import {
  MAX_SHARE_OF_RAM,
  MIN_SHARE_OF_RAM,
  ORDINARY_PAGES_PER_SOCKET,
  SANE_SHARE,
  tcpMemMisconfigured,
} from '../../../src/core/rules/tcp-mem-misconfigured.ts';
import { MIN_CLOSE_WAIT, MIN_CLOSED, SKEW_SOCKETS } from '../../../src/core/rules/thresholds.ts';
import { findings, holder, ledger, memory, node, tcpMem, verdicts } from '../support/facts.ts';

const RAM_PAGES = 100_000;
const NODE = node({ memTotalBytes: RAM_PAGES * 4096 });

function limits(maxPages: number) {
  return { tcpMem: tcpMem(maxPages >> 1, (maxPages * 3) >> 2, maxPages), node: NODE };
}

test('fires below the least share of RAM, not at it', () => {
  assert.deepEqual(verdicts(tcpMemMisconfigured, limits(MIN_SHARE_OF_RAM * RAM_PAGES)), []);
  assert.deepEqual(verdicts(tcpMemMisconfigured, limits(MIN_SHARE_OF_RAM * RAM_PAGES - 1)), ['note small medium']);
});

test('fires above the largest share of RAM, not at it: values in bytes where pages are meant', () => {
  assert.deepEqual(verdicts(tcpMemMisconfigured, limits(MAX_SHARE_OF_RAM * RAM_PAGES)), []);
  assert.deepEqual(verdicts(tcpMemMisconfigured, limits(MAX_SHARE_OF_RAM * RAM_PAGES + 1)), [
    'warning too-large medium',
  ]);
});

test('a value that makes sense in bytes, and none in pages, is said to be one', () => {
  const asBytes = (share: number) => verdicts(tcpMemMisconfigured, limits(share * RAM_PAGES * 4096));
  assert.deepEqual(asBytes(SANE_SHARE), ['warning bytes-for-pages medium']);
  assert.deepEqual(asBytes(SANE_SHARE / 2), ['warning too-large medium']);
  assert.deepEqual(asBytes(MAX_SHARE_OF_RAM), ['warning bytes-for-pages medium']);
  assert.deepEqual(asBytes(MAX_SHARE_OF_RAM * 2), ['warning too-large medium']);
});

test("the kernel's own values for less RAM are those of the boot, not somebody's setting", () => {
  const boot = { tcpMem: tcpMem(750, 1000, 1500), node: NODE };
  assert.deepEqual(verdicts(tcpMemMisconfigured, boot), ['note old-default high']);
  assert.deepEqual(verdicts(tcpMemMisconfigured, { ...boot, tcpMem: tcpMem(750, 1000, 1501) }), ['note small medium']);
  assert.deepEqual(verdicts(tcpMemMisconfigured, { ...boot, tcpMem: tcpMem(751, 1000, 1502) }), ['note small medium']);
});

test("quiet on the kernel's default", () => {
  assert.deepEqual(verdicts(tcpMemMisconfigured, limits(Math.round(0.0937 * RAM_PAGES))), []);
});

test('quiet when the RAM is not known', () => {
  assert.deepEqual(verdicts(tcpMemMisconfigured, { ...limits(1), node: node({ memTotalBytes: null }) }), []);
});

/** A limit of 188 pages and traffic above it. */
function small(memPages: number, sockets: number, holders = [holder()]) {
  return { ...limits(188), memory: memory(memPages), ledger: ledger(sockets), holders };
}

const CAUSE = ['error too-small high'];
const CIRCUMSTANCE = ['note small medium'];

test('the limit is the cause when ordinary traffic is above it', () => {
  assert.deepEqual(verdicts(tcpMemMisconfigured, small(189, 136)), CAUSE);
  assert.deepEqual(verdicts(tcpMemMisconfigured, small(188, 136)), CIRCUMSTANCE);
});

test('the limit is not the cause when the sockets hold more than ordinary traffic does', () => {
  assert.deepEqual(verdicts(tcpMemMisconfigured, small(ORDINARY_PAGES_PER_SOCKET * 100 - 1, 100)), CAUSE);
  assert.deepEqual(verdicts(tcpMemMisconfigured, small(ORDINARY_PAGES_PER_SOCKET * 100, 100)), CIRCUMSTANCE);
});

test('the limit is not the cause while sockets were not seen that may leak', () => {
  const unseen = (residual: number | null) => ({ ...small(189, 136), ledger: ledger(136, { residual }) });
  assert.deepEqual(verdicts(tcpMemMisconfigured, unseen(SKEW_SOCKETS)), CAUSE);
  assert.deepEqual(verdicts(tcpMemMisconfigured, unseen(SKEW_SOCKETS + 1)), CIRCUMSTANCE);
  assert.deepEqual(verdicts(tcpMemMisconfigured, unseen(null)), CIRCUMSTANCE);
});

test('the limit is not the cause while anybody leaks', () => {
  assert.deepEqual(verdicts(tcpMemMisconfigured, small(400, 500, [holder({ closeWait: MIN_CLOSE_WAIT - 1 })])), CAUSE);
  assert.deepEqual(
    verdicts(tcpMemMisconfigured, small(400, 500, [holder({ closeWait: MIN_CLOSE_WAIT })])),
    CIRCUMSTANCE,
  );
  assert.deepEqual(verdicts(tcpMemMisconfigured, small(400, 500, [holder({ closedHeld: MIN_CLOSED })])), CIRCUMSTANCE);
});

test('values and machine are both in the evidence', () => {
  const [finding] = findings(tcpMemMisconfigured, limits(1000));
  assert.deepEqual(
    finding?.evidence.map((place) => place.entry),
    ['proc/sys/net/ipv4/tcp_mem', 'proc/meminfo'],
  );
  assert.equal(finding?.measures['maxBytes'], 4_096_000);
});
