import assert from 'node:assert/strict';
import test from 'node:test';
import { routeMember } from '../../../src/core/layouts/index.ts';
import { sockscope } from '../../../src/core/layouts/sockscope.ts';

const ROUTES: readonly (readonly [name: string, fact: object])[] = [
  ['manifest.json', { kind: 'manifest' }],
  ['meta.json', { kind: 'meta' }],
  ['processes.txt', { kind: 'blocks', file: 'processes' }],
  ['netns.txt', { kind: 'blocks', file: 'netns' }],
  ['fdinfo.txt', { kind: 'blocks', file: 'fdinfo' }],
  ['cgroups.txt', { kind: 'blocks', file: 'cgroups' }],
  ['fds.txt', { kind: 'fd-blocks' }],
  ['pods.txt', { kind: 'pod-paths' }],
  ['crictl-pods.json', { kind: 'crictl-pods' }],
  ['crictl-ps.json', { kind: 'crictl-containers' }],
  ['journal-kernel.txt', { kind: 'log' }],
  ['samples/1.txt', { kind: 'sample-blocks', sample: 1 }],
  ['samples/2/proc/5/net/tcp', { kind: 'sample-tcp', sample: 2, pid: 5, family: 4 }],
  ['samples/12/proc/5/net/tcp6', { kind: 'sample-tcp', sample: 12, pid: 5, family: 6 }],
  ['sockprotoname.txt', { kind: 'socket-protocols', pid: null }],
  ['dmesg', { kind: 'log' }],
  ['proc/5/net/tcp', { kind: 'tcp', pid: 5, family: 4 }],
  ['netns/4026532900/net/tcp', { kind: 'tcp', pid: -4026532900, family: 4 }],
];
for (const [name, fact] of ROUTES) {
  test(`${name} is found, at the top and below any folder`, () => {
    for (const root of ['', 'sockscope-node-7-20261123T052001Z/', 'a b/c/', 'my samples/', 'samples/', 'samples/x/']) {
      const found = routeMember(`${root}${name}`);
      assert.deepEqual([found?.root, found?.fact], [root, fact]);
    }
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
    if (!name.includes('\n')) assert.ok(sockscope.root(name) >= 0, 'it is the own one of this layout');
  });
}

test('a folder that is only called like samples is a folder like any other', () => {
  for (const name of ['samples/proc/5/comm', 'samples/12345/proc/5/comm', 'samples/2x/proc/5/comm'])
    assert.deepEqual(routeMember(name)?.fact, { kind: 'pid-comm', pid: 5 });
  assert.equal(sockscope.root('samples/'), -1);
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
  test(`${JSON.stringify(name)} is no member of a bundle of the collector`, () => {
    assert.equal(sockscope.root(name), -1);
  });
}

test('the journal ranks behind the ring buffer, blocks behind the files that they stand for', () => {
  const rank = (name: string) => routeMember(name)?.rank ?? -1;
  assert.ok(rank('journal-kernel.txt') > rank('dmesg'));
  assert.ok(rank('processes.txt') > rank('proc/1/status'));
});

test('a bundle is known by its manifest, and one whose manifest was cut off by its blocks', () => {
  const none = new Set<string>();
  const manifest = '{"format":"sockscope-bundle"}';
  assert.ok(sockscope.detect(new Set(['manifest.json']), new Map([['manifest.json', manifest]])));
  assert.ok(!sockscope.detect(new Set(['manifest.json']), new Map([['manifest.json', '{"name":"an app"}']])));
  assert.ok(sockscope.detect(new Set(['processes.txt']), new Map()));
  assert.ok(!sockscope.detect(none, new Map()));
});

test('names of four thousand characters that are made to match again and again are told quickly', () => {
  const name = 'samples/'.repeat(500);
  const started = performance.now();
  for (let i = 0; i < 100; i++) routeMember(`${name}${i}`);
  assert.ok(performance.now() - started < 2000);
});
