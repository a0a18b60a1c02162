import assert from 'node:assert/strict';
import test from 'node:test';
import { routeEntry } from '../../../src/core/layouts/proc-tree.ts';
import { isInSample, routeMember } from '../../../src/core/layouts/sockscope.ts';

const ROUTES: readonly (readonly [name: string, route: object])[] = [
  ['manifest.json', { kind: 'manifest' }],
  ['processes.txt', { kind: 'blocks', file: 'processes' }],
  ['netns.txt', { kind: 'blocks', file: 'netns' }],
  ['fdinfo.txt', { kind: 'blocks', file: 'fdinfo' }],
  ['cgroups.txt', { kind: 'blocks', file: 'cgroups' }],
  ['fds.txt', { kind: 'fd-blocks' }],
  ['pods.txt', { kind: 'pod-paths' }],
  ['crictl-pods.json', { kind: 'crictl', list: 'pods' }],
  ['crictl-ps.json', { kind: 'crictl', list: 'containers' }],
  ['journal-kernel.txt', { kind: 'log', rank: 3 }],
  ['samples/1.txt', { kind: 'sample-blocks', sample: 1 }],
  ['samples/2/proc/5/net/tcp', { kind: 'sample-tcp', sample: 2, pid: 5, family: 4 }],
  ['samples/12/proc/5/net/tcp6', { kind: 'sample-tcp', sample: 12, pid: 5, family: 6 }],
  ['sockprotoname.txt', { kind: 'socket-protocols', pid: null }],
  ['dmesg', { kind: 'log', rank: 0 }],
  ['proc/5/net/tcp', { kind: 'tcp', pid: 5, family: 4 }],
  ['netns/4026532900/net/tcp', { kind: 'tcp', pid: -4026532900, family: 4 }],
];
for (const [name, route] of ROUTES) {
  test(`${name} is found, at the top and below any folder`, () => {
    for (const root of ['', 'sockscope-node-7-20261123T052001Z/', 'a b/c/', 'my samples/', 'samples/', 'samples/x/'])
      assert.deepEqual(routeMember(`${root}${name}`), { root, route });
  });
}

for (const name of [
  'x/samples/2/proc/5/net/udp',
  'samples/2/proc/5/comm',
  'samples/2/proc/net/tcp',
  'samples/2/proc/05/net/tcp',
  'samples/2/proc/5/net/tcp/x',
  'samples/2/meta.json',
  'samples/2/processes.txt',
  'x/samples/2/a\n/proc/5/net/tcp',
  'samples/2/samples/3/proc/5/net/tcp',
]) {
  test(`${JSON.stringify(name)} belongs to a sample, and is no fact of a second node`, () => {
    assert.equal(routeMember(name), undefined);
    assert.ok(isInSample(name));
  });
}

test('a folder that is only called like samples is a folder like any other', () => {
  for (const name of ['samples/proc/5/comm', 'samples/12345/proc/5/comm', 'samples/2x/proc/5/comm'])
    assert.deepEqual(routeMember(name)?.route, { kind: 'pid', pid: 5, file: 'comm' });
  assert.ok(!isInSample('samples/2.txt'));
  assert.ok(!isInSample('samples/'));
});

for (const name of [
  'proc/77/fds.txt',
  'proc/fds.txt',
  'var/log/pods/a_b_c/pods.txt',
  'var/log/pods/a_b_c/samples/1/x',
  'proc/sys/net/manifest.json',
  'proc/1/root/processes.txt',
  'proc/1/root/samples/1.txt',
  'processes.txt/x',
  'xprocesses.txt',
  'notes.txt',
  '',
]) {
  test(`${JSON.stringify(name)} is what a plain tree says`, () => {
    assert.deepEqual(routeMember(name), routeEntry(name));
  });
}

test('names of four thousand characters that are made to match again and again are told quickly', () => {
  const name = 'samples/'.repeat(500);
  const started = performance.now();
  for (let i = 0; i < 100; i++) routeMember(`${name}${i}`);
  assert.ok(performance.now() - started < 2000);
});
