import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortPath } from '../../webview/short-path.ts';

test('a long path keeps its end, whole folders only', () => {
  const slice = `kubepods-pod${'0'.repeat(50)}.slice`;
  assert.equal(shortPath('proc/184/net/tcp:3'), 'proc/184/net/tcp:3');
  const sixty = `${'a/'.repeat(28)}abcd`;
  assert.equal(shortPath(sixty), sixty);
  assert.equal(shortPath(`sys/fs/cgroup/kubepods.slice/${slice}/memory.stat:2`), '…/memory.stat:2');
  assert.equal(shortPath(`${'x'.repeat(80)}/b/c`), '…/b/c');
  assert.equal(shortPath('y'.repeat(80)), 'y'.repeat(80));
});
