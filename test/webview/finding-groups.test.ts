import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindingView } from '../../src/core/page/page-model.ts';
import { groupFindings } from '../../webview/panels/finding-groups.ts';

const of = (ruleId: string, level: FindingView['level'], times = 1) => Array(times).fill({ ruleId, level });

test('of a rule that fires often the first are listed, all others are behind one line', () => {
  const groups = groupFindings([...of('fd-exhaustion', 'error', 100), ...of('oom-kill', 'warning')]);
  assert.deepEqual(groups[0]?.shown, [0, 1, 2]);
  assert.equal(groups[0]?.folded.length, 97);
  assert.deepEqual(groups[1], { shown: [100], folded: [] });
});

test('one more than the first is listed too, and levels of one rule are parted', () => {
  const groups = groupFindings([
    ...of('snapshot-skew', 'warning', 4),
    ...of('oom-kill', 'warning'),
    ...of('snapshot-skew', 'note'),
  ]);
  assert.deepEqual(groups, [
    { shown: [0, 1, 2, 3], folded: [] },
    { shown: [4], folded: [] },
    { shown: [5], folded: [] },
  ]);
});
