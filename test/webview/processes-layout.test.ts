import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessesView, ProcessRow } from '../../src/core/page/page-model.ts';
import {
  barSegments,
  hiddenByShortList,
  LONG_LIST,
  limitLevel,
  listRows,
  logLength,
  SHORT_LIST,
} from '../../webview/charts/processes-layout.ts';

const row = (pid: number, fds: number): ProcessRow => ({
  pid,
  comm: 'node',
  fds,
  tcp: 1,
  kinds: [],
  softLimit: 1024,
  sharedSockets: 0,
  tone: 'plain',
  evidence: null,
});

const viewOf = (sizes: readonly number[], more: ProcessesView['moreGroups'] = null): ProcessesView => ({
  openFds: 0,
  processes: 0,
  sharedSockets: 0,
  groups: sizes.map((size, index) => ({
    label: `pod ${index}`,
    fds: size * 10,
    processes: Array.from({ length: size }, (_, pid) => row(pid, 10)),
    more: null,
  })),
  moreGroups: more,
  tree: { label: '', detail: '', value: 0, tone: 'plain', evidence: null, filter: '', children: [] },
  pods: null,
  caveat: '',
});

test('a kind with a single fd is still two pixels wide, and no bar leaves its room', () => {
  const kinds = [
    { label: 'CLOSE_WAIT', count: 5335, tone: 'bad' },
    { label: 'TCP', count: 2, tone: 'tcp' },
    { label: 'file', count: 0, tone: 'plain' },
  ] as const;
  const segments = barSegments(kinds, 5343, 150);
  assert.equal(segments.length, 2);
  assert.ok((segments[1]?.width ?? 0) > 0);
  for (const { x, width } of segments) assert.ok(x + width <= 150.01);
  assert.equal(barSegments([{ label: 'TCP', count: 1, tone: 'tcp' }], 5343, 150)[0]?.width, 2);
});

test('the logarithmic length starts at nothing and ends at the width', () => {
  assert.equal(logLength(0, 5343, 150), 0);
  assert.equal(logLength(5343, 5343, 150), 150);
  assert.ok(logLength(10, 5343, 150) > 20 * 150 * (10 / 5343));
  assert.ok(logLength(1, 1e9, 10) >= 2);
});

test('the limit warns from 80 per cent and is bad from 95 per cent', () => {
  assert.equal(limitLevel(819, 1024), 'fine');
  assert.equal(limitLevel(820, 1024), 'warn');
  assert.equal(limitLevel(972, 1024), 'warn');
  assert.equal(limitLevel(973, 1024), 'bad');
  assert.equal(limitLevel(9, null), 'none');
  assert.equal(limitLevel(9, 0), 'none');
});

test('the short list counts every process that it leaves out', () => {
  const view = viewOf([20, 3, 3, 3, 3, 3, 3, 3, 3], { groups: 2, fds: 5 });
  const rows = listRows(view, SHORT_LIST);
  assert.ok(rows.length <= SHORT_LIST.lines + 1);
  const more = rows.filter((each) => each.kind === 'more');
  assert.deepEqual(more[0], { kind: 'more', label: '16 more processes', fds: 160, tcp: 16 });
  const groups = rows.filter((each) => each.kind === 'group').length;
  assert.equal(more.at(-1)?.label, `${9 - groups + 2} more groups`);
  const fds = rows.reduce((sum, each) => (each.kind === 'process' ? sum + each.process.fds : sum), 0);
  const left = more.reduce((sum, each) => sum + each.fds, 0);
  assert.equal(fds + left, 440 + 5);
  assert.equal(hiddenByShortList(view), 44 - rows.filter((each) => each.kind === 'process').length);
});

test('one process beyond the group is shown rather than counted', () => {
  const rows = listRows(viewOf([SHORT_LIST.perGroup + 1]), SHORT_LIST);
  assert.equal(rows.filter((each) => each.kind === 'more').length, 0);
});

test('the long list shows what the short one hides', () => {
  const view = viewOf([20, 3, 3]);
  assert.equal(listRows(view, LONG_LIST).filter((each) => each.kind === 'process').length, 26);
});
