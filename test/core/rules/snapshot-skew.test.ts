import assert from 'node:assert/strict';
import test from 'node:test';
import type { Ledger, NamespaceLedger } from '../../../src/core/report/report.ts';
import { snapshotSkew, TABLE_SHARE } from '../../../src/core/rules/snapshot-skew.ts';
import { SKEW_SHARE, SKEW_SOCKETS } from '../../../src/core/rules/thresholds.ts';
import { english } from '../support/english.ts';
import { findings, ledger, SOCKSTAT, verdicts } from '../support/facts.ts';

/** So small that SKEW_SOCKETS is the slack, and so large that SKEW_SHARE is. */
const SMALL = 1000;
const LARGE = 100_000;

function find(change: Partial<Ledger>) {
  return findings(snapshotSkew, { ledger: ledger(SMALL, change), sockstat: SOCKSTAT });
}

function check(change: Partial<Ledger>, expected: readonly string[]): void {
  assert.deepEqual(verdicts(snapshotSkew, { ledger: ledger(SMALL, change), sockstat: SOCKSTAT }), expected);
}

function spread(value: number, by: number): Ledger['alloc'] {
  return { value, min: value - 1, max: value - 1 + by };
}

function ns(change: Partial<NamespaceLedger>): NamespaceLedger {
  return {
    netns: 4026532000,
    isHost: false,
    inuse4: 0,
    inuse6: 0,
    timeWait: 0,
    used: 0,
    gap: 0,
    states: {},
    tcpRows: 0,
    complete: true,
    ...change,
  };
}

test('alloc that moved beyond the slack is a note, at the slack it is not', () => {
  check({ alloc: spread(SMALL, SKEW_SOCKETS + 1) }, ['note alloc-moved high']);
  check({ alloc: spread(SMALL, SKEW_SOCKETS) }, []);
});

test('on a large node the slack is a share of alloc', () => {
  check({ alloc: spread(LARGE, SKEW_SHARE * LARGE + 1) }, ['note alloc-moved high']);
  check({ alloc: spread(LARGE, SKEW_SHARE * LARGE) }, []);
});

test('smallest and largest alloc are given, and that less than twice their difference means nothing', () => {
  const [finding] = find({ alloc: { value: 1000, min: 900, max: 1100 } });
  assert.deepEqual(finding?.measures, { allocMin: 900, allocMax: 1100 });
  assert.match(english(finding?.message ?? ''), /900.*1,100.*400/);
});

test('more sockets in the namespaces than alloc, beyond the slack, cannot be of one moment', () => {
  check({ unhashed: -SKEW_SOCKETS - 1 }, ['warning more-than-alloc high']);
  check({ unhashed: -SKEW_SOCKETS }, []);
  const alloc = { value: LARGE, min: LARGE, max: LARGE };
  check({ alloc, unhashed: -SKEW_SHARE * LARGE - 1 }, ['warning more-than-alloc high']);
  check({ alloc, unhashed: -SKEW_SHARE * LARGE }, []);
});

test('how far alloc moved is allowed on top of the slack', () => {
  const alloc = spread(SMALL, 30);
  check({ alloc, unhashed: -SKEW_SOCKETS - 31 }, ['warning more-than-alloc high']);
  check({ alloc, unhashed: -SKEW_SOCKETS - 30 }, []);
});

test('both sums are given', () => {
  const [finding] = find({ unhashed: -500, inuse: 1500 });
  assert.deepEqual(finding?.measures, { inuseSockets: 1500, allocSockets: SMALL });
  assert.match(english(finding?.message ?? ''), /500 more sockets/);
});

test('sockets beyond the tables are no contradiction, and alloc that is not known is none either', () => {
  check({ unhashed: 900 }, []);
  check({ unhashed: null, alloc: null, inuse: null }, []);
});

const MISMATCH = ['warning rows-against-inuse medium'];

test('a table that lists more or fewer than its namespace counts is told, at the slack it is not', () => {
  for (const sign of [1, -1]) {
    check({ namespaces: [ns({ inuse4: 100, tcpRows: 100 + sign * (SKEW_SOCKETS + 1) })] }, MISMATCH);
    check({ namespaces: [ns({ inuse4: 100, tcpRows: 100 + sign * SKEW_SOCKETS })] }, []);
  }
});

test('in a large namespace the slack is a share of its sockets, of both families together', () => {
  const slack = TABLE_SHARE * 10_000;
  check({ namespaces: [ns({ inuse4: 4000, inuse6: 6000, tcpRows: 10_000 - slack - 1 })] }, MISMATCH);
  check({ namespaces: [ns({ inuse4: 4000, inuse6: 6000, tcpRows: 10_000 - slack })] }, []);
});

test('a namespace that is not complete, or not counted, is not compared', () => {
  check({ namespaces: [ns({ inuse4: 5000, complete: false })] }, []);
  check({ namespaces: [ns({ inuse4: null, tcpRows: 5000 })] }, []);
  check({ namespaces: [ns({ inuse6: null, tcpRows: 5000 })] }, []);
});

test('all such namespaces are counted in one finding, and the first is named', () => {
  const bad = { inuse4: 2000, inuse6: 1000, tcpRows: 20 };
  const found = find({ namespaces: [ns({}), ns({ netns: 77, ...bad }), ns({ netns: 78, ...bad, tcpRows: 9 })] });
  assert.equal(found.length, 1);
  assert.deepEqual(found[0]?.measures, { namespaces: 2, inuseSockets: 3000, tableRows: 20 });
  assert.match(english(found[0]?.message ?? ''), /2 namespaces.*net:\[77\] counts 3,000 and lists 20/);
});

test('each kind is its own finding, of the node, with sockstat as evidence', () => {
  const found = find({
    alloc: { value: SMALL, min: SMALL - 60, max: SMALL },
    unhashed: -200,
    namespaces: [ns({ inuse4: 900 })],
  });
  assert.deepEqual(
    found.map((finding) => finding.messageId),
    ['more-than-alloc', 'rows-against-inuse', 'alloc-moved'],
  );
  for (const finding of found) {
    assert.deepEqual(finding.subjects, [{ kind: 'node' }]);
    assert.deepEqual(finding.evidence, [{ entry: SOCKSTAT.entry, startLine: 2, endLine: 2 }]);
  }
});
