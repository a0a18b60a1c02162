import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressShare } from '../../webview/progress-share.ts';

test('progress is a share between nothing and all, and unknown without a size', () => {
  assert.equal(progressShare(421888, 783360)?.toFixed(2), '0.54');
  assert.equal(progressShare(9, 4), 1);
  assert.equal(progressShare(-1, 4), 0);
  assert.equal(progressShare(9, 0), null);
});
