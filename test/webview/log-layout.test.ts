import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EvidenceLink } from '../../src/core/page/evidence-link.ts';
import type { LogLane, LogView } from '../../src/core/page/page-model.ts';
import { labelledColumns, laneColumns, logSpan, tickText, timeAxis } from '../../webview/charts/log-layout.ts';

const link: EvidenceLink = { id: 7, label: 'dmesg:433', note: '' };
const lane = (bins: readonly (readonly [number, number])[]): LogLane => ({
  id: 'oom',
  label: 'TCP: out of memory',
  detail: '',
  tone: 'bad',
  bins: bins.map(([seconds, lines]) => ({ seconds, lines, evidence: link })),
});
const view = (change: Partial<LogView>): LogView => ({
  summary: '',
  startSeconds: 0,
  endSeconds: 62,
  binSeconds: 1,
  captureSeconds: 63.5,
  sinceBoot: true,
  zeroUnixSeconds: null,
  clockNote: '',
  lanes: [],
  evidence: [],
  ...change,
});

test('the axis reaches to the capture, and a log of one moment still has a length', () => {
  assert.deepEqual(logSpan(view({})), { start: 0, end: 63.5 });
  assert.deepEqual(logSpan(view({ endSeconds: 0, captureSeconds: null })), { start: 0, end: 1 });
});

test('ticks are round, inside the axis and no more than there is room for', () => {
  assert.deepEqual(timeAxis(0, 63.5, 8).ticks, [0, 10, 20, 30, 40, 50, 60]);
  for (const [start, end] of [
    [0, 0.02],
    [3, 700],
    [0, 3e8],
    [0, 1e12],
  ] as const) {
    const { ticks } = timeAxis(start, end, 8);
    assert.ok(ticks.length <= 9, `${start} to ${end}: ${ticks.length}`);
    for (const tick of ticks) assert.ok(tick >= start - 1e-6 && tick <= end + 1e-6);
  }
});

test('the first tick of a log that starts at boot is 0, not -0', () => {
  assert.ok(Object.is(timeAxis(0, 60, 8).ticks[0], 0));
});

test('a tick is written in the unit of its step', () => {
  assert.equal(tickText(40, 10), '40 s');
  assert.equal(tickText(0.4, 0.1), '0.4 s');
  assert.equal(tickText(900, 300), '15 min');
  assert.equal(tickText(21600, 10800), '6 h');
  assert.equal(tickText(172800, 86400), '2 d');
});

test('bins closer than a mark become one column with all their lines and the first evidence', () => {
  const columns = laneColumns(
    lane([
      [5, 10],
      [0, 3],
      [1, 4],
    ]),
    1,
    (seconds) => seconds * 3,
    7,
  );
  assert.deepEqual(
    columns.map(({ x, lines }) => [x, lines]),
    [
      [0, 7],
      [15, 10],
    ],
  );
  assert.equal(columns[0]?.evidence?.id, 7);
  assert.equal(columns[0]?.endSeconds, 2);
});

test('the highest columns are labelled, and no label touches another', () => {
  const columns = laneColumns(
    lane([
      [0, 5],
      [1, 50],
      [2, 6],
      [9, 1],
    ]),
    1,
    (seconds) => seconds * 10,
    7,
  );
  const labelled = [...labelledColumns(columns, () => 14, 3)].map((column) => column.lines);
  assert.deepEqual(labelled, [50, 1]);
});
