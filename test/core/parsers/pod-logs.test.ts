import assert from 'node:assert/strict';
import test from 'node:test';
import { parseContainerLogName, parsePodLogPath } from '../../../src/core/parsers/pod-logs.ts';

const UID = 'cef93934-6214-4ba6-907b-c562e50cedf2';
const ID = 'ab'.repeat(32);

test('a pod log directory names namespace, pod, uid and container', () => {
  assert.deepEqual(parsePodLogPath(`default_live-stream-tg86q_${UID}/live-stream/0.log`), {
    namespace: 'default',
    pod: 'live-stream-tg86q',
    uid: UID,
    container: 'live-stream',
  });
  assert.equal(parsePodLogPath(`kube-system_etcd-node1_${'0a'.repeat(16)}`)?.container, null);
});

for (const path of ['', 'default', `default_a_b_${UID}`, `default_a_uid`, `_a_${UID}`, `default__${UID}`, 'a/b/c']) {
  test(`"${path}" is no pod log directory`, () => {
    assert.equal(parsePodLogPath(path), null);
  });
}

test('a container log name ends in the id of the container', () => {
  assert.deepEqual(parseContainerLogName(`coredns-5pgk_kube-system_core-dns-${ID}.log`), {
    namespace: 'kube-system',
    pod: 'coredns-5pgk',
    container: 'core-dns',
    containerId: ID,
  });
});

for (const name of ['', `a_b-${ID}.log`, `a_b_c-${ID.slice(1)}.log`, `a_b_c-${ID}.log.gz`, `a/b_c_d-${ID}.log`]) {
  test(`"${name.slice(0, 30)}" is no container log name`, () => {
    assert.equal(parseContainerLogName(name), null);
  });
}
