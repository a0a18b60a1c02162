import assert from 'node:assert/strict';
import test from 'node:test';
import { parseCrictlContainers, parseCrictlPods } from '../../../src/core/parsers/commands/crictl.ts';
import { english } from '../support/english.ts';

const UID = 'cef93934-6214-4ba6-907b-c562e50cedf2';
const STATIC_UID = '0a'.repeat(16);
const ID = 'ab'.repeat(32);

function pods(...items: readonly unknown[]): string {
  return JSON.stringify({ items });
}

function containers(...items: readonly unknown[]): string {
  return JSON.stringify({ containers: items });
}

const POD = { id: ID, metadata: { name: 'web-0', uid: UID, namespace: 'default', attempt: 0 }, labels: {} };

test('a pod has its sandbox, uid, namespace and name', () => {
  assert.deepEqual(parseCrictlPods(pods(POD)), {
    value: [{ id: ID, uid: UID, namespace: 'default', name: 'web-0' }],
    problems: [],
  });
});

test('the uid of a static pod is the hash that its cgroup has', () => {
  const { value } = parseCrictlPods(pods({ ...POD, metadata: { ...POD.metadata, uid: STATIC_UID } }));
  assert.equal(value[0]?.uid, STATIC_UID);
});

const LABELS = {
  'io.kubernetes.container.name': 'web',
  'io.kubernetes.pod.name': 'web-0',
  'io.kubernetes.pod.namespace': 'default',
  'io.kubernetes.pod.uid': UID,
};
const CONTAINER = { id: ID, podSandboxId: 'cd'.repeat(32), metadata: { name: 'web' }, labels: LABELS };

test('a container has its name, its sandbox, and the pod that its labels name', () => {
  const pod = { uid: UID, namespace: 'default', name: 'web-0' };
  const expected = { id: ID, sandboxId: 'cd'.repeat(32), name: 'web', pod };
  assert.deepEqual(parseCrictlContainers(containers(CONTAINER)), { value: [expected], problems: [] });
  assert.deepEqual(parseCrictlContainers(containers({ ...CONTAINER, metadata: {} })).value, [expected]);
  assert.deepEqual(parseCrictlContainers(containers({ ...CONTAINER, labels: null })).value, [
    { ...expected, pod: null },
  ]);
});

for (const metadata of [
  null,
  { ...POD.metadata, uid: '../../etc' },
  { ...POD.metadata, name: 'a_b' },
  { ...POD.metadata, name: '\u202ex' },
  { ...POD.metadata, namespace: '' },
  { ...POD.metadata, name: ['web'] },
]) {
  test(`a pod of ${JSON.stringify(metadata)} is none of Kubernetes`, () => {
    const { value, problems } = parseCrictlPods(pods({ ...POD, metadata }, null, 3, []));
    assert.deepEqual(value, []);
    assert.ok(problems.length >= 4, 'each is told');
  });
}

for (const change of [{ id: 'ab' }, { id: 3 }, { metadata: { name: '$(x)' } }, { metadata: {}, labels: {} }]) {
  test(`a container with ${JSON.stringify(change)} is none`, () => {
    const { value, problems } = parseCrictlContainers(containers({ ...CONTAINER, ...change }));
    assert.deepEqual(value, []);
    assert.match(english(problems.at(-1)?.message ?? ''), /"containers\.0(?:\.id)?" is not/);
  });
}

for (const text of ['FATA[0000] connect: no such file', '{', 'null', '{}', '{"items":{"0":{}}}', '[]']) {
  test(`${JSON.stringify(text)} gives nothing but a problem`, () => {
    for (const { value, problems } of [parseCrictlPods(text), parseCrictlContainers(text)]) {
      assert.deepEqual(value, []);
      assert.equal(problems.length, 1);
    }
  });
}

test('an item that is none of Kubernetes is told with its line and leaves the others', () => {
  const text = JSON.stringify({ items: [POD, { id: ID }, POD] }, null, 1);
  const { value, problems } = parseCrictlPods(text);
  assert.equal(value.length, 2);
  const line = text.split('\n').findIndex((each, i) => i > 4 && each === '  {') + 1;
  assert.deepEqual(english(problems), [{ line, message: 'The field "items.1" is not a pod of Kubernetes.' }]);
});
