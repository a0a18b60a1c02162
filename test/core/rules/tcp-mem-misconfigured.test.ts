import assert from 'node:assert/strict';
import test from 'node:test';
import type { AvailableFacts } from '../../../src/core/rules/rule.ts';
import {
  MAX_SHARE_OF_RAM,
  MIN_SHARE_OF_RAM,
  ORDINARY_PAGES_PER_SOCKET,
  tcpMemMisconfigured,
} from '../../../src/core/rules/tcp-mem-misconfigured.ts';
import { finding, findings, holder, memory } from '../support/facts.ts';

const RAM_PAGES = 1_000_000;

/** A node with a million pages of RAM and 5000 sockets. */
function node(maxPages: number, changes: Partial<AvailableFacts> = {}): Partial<AvailableFacts> {
  return {
    tcpMem: { entry: 'tcp_mem', minPages: maxPages / 2, pressurePages: maxPages / 1.5, maxPages },
    node: { hostname: '', pageSizeBytes: 4096, uptimeSeconds: 1, memTotalBytes: RAM_PAGES * 4096, meminfoEntry: '' },
    ...changes,
  };
}

test('is quiet from five to fifty per cent of RAM and speaks beyond', () => {
  assert.deepEqual(findings(tcpMemMisconfigured, node(MIN_SHARE_OF_RAM * RAM_PAGES)), []);
  assert.deepEqual(findings(tcpMemMisconfigured, node(MAX_SHARE_OF_RAM * RAM_PAGES)), []);
  assert.equal(finding(tcpMemMisconfigured, node(MIN_SHARE_OF_RAM * RAM_PAGES - 1)).messageId, 'small');
  assert.equal(finding(tcpMemMisconfigured, node(MAX_SHARE_OF_RAM * RAM_PAGES + 1)).messageId, 'too-large');
});

test('is the cause only where ordinary use exceeds the limit', () => {
  const at = (memPages: number) => finding(tcpMemMisconfigured, node(200, { memory: memory(memPages) }));
  assert.equal(at(200).level, 'note');
  assert.equal(at(201).level, 'error');
  assert.equal(at(ORDINARY_PAGES_PER_SOCKET * 5000 - 1).level, 'error');
  assert.equal(at(ORDINARY_PAGES_PER_SOCKET * 5000).level, 'note');
});

test('is never the cause while something leaks', () => {
  for (const leak of [{ closeWait: 100 }, { closedHeld: 100 }]) {
    const draft = finding(tcpMemMisconfigured, node(200, { memory: memory(1000), holders: [holder(leak)] }));
    assert.equal(draft.level, 'note');
  }
});

test('is quiet when the RAM of the node is not known', () => {
  const facts = node(200);
  const unknown = facts.node === null || facts.node === undefined ? null : { ...facts.node, memTotalBytes: null };
  assert.deepEqual(findings(tcpMemMisconfigured, { ...facts, node: unknown }), []);
});
