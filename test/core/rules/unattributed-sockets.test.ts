import assert from 'node:assert/strict';
import test from 'node:test';
import type { AvailableFacts, UnheldFact } from '../../../src/core/facts/facts.ts';
import type { Coverage, Ledger } from '../../../src/core/report/report.ts';
import { MIN_SOCKETS, SHARE_OF_ALLOC, unattributedSockets } from '../../../src/core/rules/unattributed-sockets.ts';
import { english } from '../support/english.ts';
import { coverage, findings, ledger, PLACE, processFact, SOCKSTAT, verdicts } from '../support/facts.ts';

/** So small that MIN_SOCKETS is the limit. */
const SMALL = 1000;
const LARGE = 100_000;

function facts(
  alloc: number,
  change: Partial<Ledger>,
  more: Partial<AvailableFacts> = {},
  seen: Partial<Coverage> = {},
): Partial<AvailableFacts> {
  return { ledger: ledger(alloc, change), sockstat: SOCKSTAT, coverage: coverage(seen), ...more };
}

function check(given: Partial<AvailableFacts>, expected: readonly string[]): void {
  assert.deepEqual(verdicts(unattributedSockets, given), expected);
}

const HIDDEN = ['warning unexplained medium'];

// Sockets that are nowhere

test('fires above two hundred sockets that nothing explains, not at them', () => {
  check(facts(SMALL, { residual: MIN_SOCKETS + 1 }), HIDDEN);
  check(facts(SMALL, { residual: MIN_SOCKETS }), []);
});

test('on a large node it fires above this share of alloc, not at it', () => {
  check(facts(LARGE, { residual: SHARE_OF_ALLOC * LARGE + 1 }), HIDDEN);
  check(facts(LARGE, { residual: SHARE_OF_ALLOC * LARGE }), []);
});

test('quiet when alloc is not known, or when more was found than alloc has', () => {
  check(facts(SMALL, { residual: null, alloc: null }), []);
  check(facts(SMALL, { residual: -5000 }), []);
});

const PARTIAL: readonly (readonly [string, Partial<Coverage>])[] = [
  ['a namespace that is missing', { namespacesSeen: 4 }],
  ['a process that was not readable', { processesReadable: 39 }],
  ['an archive that is cut', { truncated: true }],
];
for (const [what, seen] of PARTIAL) {
  test(`${what} may explain them: confidence is low, and that is said`, () => {
    const given = facts(SMALL, { residual: 300 }, {}, seen);
    check(given, ['note unexplained low']);
    assert.equal(findings(unattributedSockets, given)[0]?.doubts.length, 1);
    assert.equal(findings(unattributedSockets, facts(SMALL, { residual: 300 }))[0]?.doubts.length, 0);
  });
}

const RECEIVER = { kind: 'process', pid: 9, comm: 'receiver' } as const;
const FDINFO = { entry: 'proc/9/fdinfo/4', startLine: 1, endLine: 1 };

function flying(files: number): Partial<AvailableFacts> {
  return { inFlight: { files, subject: RECEIVER, evidence: [FDINFO] } };
}

test('files in flight explain them from half of them on, not one below', () => {
  check(facts(SMALL, { residual: 300 }, flying(150)), ['warning in-flight high']);
  check(facts(SMALL, { residual: 300 }, flying(149)), HIDDEN);
});

test('who does not receive the files in flight is the subject, and its fdinfo is evidence', () => {
  const [finding] = findings(unattributedSockets, facts(SMALL, { residual: 300 }, flying(300)));
  assert.deepEqual(finding?.subjects, [RECEIVER]);
  assert.equal(finding?.evidence[0], FDINFO);
  assert.deepEqual(finding?.measures, { residualSockets: 300, allocSockets: SMALL, filesInFlight: 300 });
  assert.match(english(finding?.message ?? ''), /^300 sockets .*300 files.*receiver \(pid 9\)/);
});

test('otherwise nobody is accused: the node is the subject and alloc the evidence', () => {
  const [finding] = findings(unattributedSockets, facts(SMALL, { residual: 300 }, flying(10)));
  assert.deepEqual(finding?.subjects, [{ kind: 'node' }]);
  assert.deepEqual(
    finding?.evidence.map(({ entry, startLine }) => [entry, startLine]),
    [[SOCKSTAT.entry, SOCKSTAT.tcpLine]],
  );
});

test('rings of io_uring are counted over all processes, and left out where there are none', () => {
  const measures = (kinds: Readonly<Record<string, number>>) =>
    findings(
      unattributedSockets,
      facts(SMALL, { residual: 300 }, { processes: [processFact(kinds), processFact({ io_uring: 2 })] }),
    )[0]?.measures;
  assert.equal(measures({ io_uring: 3 })?.['ioUringFds'], 5);
  const none = facts(SMALL, { residual: 300 }, { processes: [processFact({ tcp: 1 })] });
  assert.deepEqual(findings(unattributedSockets, none)[0]?.measures, { residualSockets: 300, allocSockets: SMALL });
});

test('closed ones that the namespaces count are told from open ones that they do not', () => {
  const message = (gap: number | null, closedHeld = 0) =>
    findings(unattributedSockets, facts(SMALL, { residual: 300, gap, closedHeld }))[0]?.message.args['where'];
  assert.equal(message(150), message(300));
  assert.equal(message(1150, 1000), message(300));
  assert.equal(message(149), message(0));
  assert.equal(message(null), message(0));
  assert.notEqual(message(150), message(149));
});

// Open sockets without an fd

function unheld(sockets: number, change: Partial<UnheldFact> = {}): Partial<AvailableFacts> {
  return { unheld: { sockets, topPort: 8080, topPortSockets: sockets, evidence: PLACE, ...change } };
}

test('open sockets that no fd refers to follow the same limit', () => {
  check(facts(SMALL, {}, unheld(MIN_SOCKETS + 1)), ['warning open-without-fd medium']);
  check(facts(SMALL, {}, unheld(MIN_SOCKETS)), []);
  check(facts(LARGE, {}, unheld(SHARE_OF_ALLOC * LARGE + 1)), ['warning open-without-fd medium']);
  check(facts(LARGE, {}, unheld(SHARE_OF_ALLOC * LARGE)), []);
});

test('fds that were not readable are the likeliest reason: no more than a note', () => {
  check(facts(SMALL, {}, unheld(300), { processesReadable: 20 }), ['note open-without-fd low']);
});

for (const port of [111, 445, 2049, 3260, 3300, 6789]) {
  test(`sockets of port ${port} are most likely the kernel's own`, () => {
    check(facts(SMALL, {}, unheld(300, { topPort: port })), ['note kernel-sockets low']);
    check(facts(SMALL, {}, unheld(300, { topPort: port }), { truncated: true }), ['note kernel-sockets low']);
  });
}

test('a port of the kernel that not more than half of them share explains nothing', () => {
  check(facts(SMALL, {}, unheld(300, { topPort: 2049, topPortSockets: 151 })), ['note kernel-sockets low']);
  check(facts(SMALL, {}, unheld(300, { topPort: 2049, topPortSockets: 150 })), ['warning open-without-fd medium']);
});

test('their number and port are measured, and nobody is accused', () => {
  const [finding] = findings(unattributedSockets, facts(SMALL, {}, unheld(300, { topPortSockets: 250 })));
  assert.deepEqual(finding?.measures, { unheldSockets: 300, port: 8080, portSockets: 250 });
  assert.deepEqual(finding?.subjects, [{ kind: 'node' }]);
  assert.match(english(finding?.message ?? ''), /300 open sockets .*8080 \(250\)/);
});

test('both kinds are reported beside each other', () => {
  check(facts(SMALL, { residual: 300 }, unheld(300)), [...HIDDEN, 'warning open-without-fd medium']);
});
