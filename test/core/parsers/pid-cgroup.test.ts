import assert from 'node:assert/strict';
import test from 'node:test';
import { type PidCgroup, parsePidCgroup } from '../../../src/core/parsers/proc/pid-cgroup.ts';

const ID = '99828333c5a3eb852a2b3f43f7a8b8bc6ed9fcd1212ff3893f8822332b507743';
const OTHER = '0123456789abcdef'.repeat(4);
const UID = 'cef93934-6214-4ba6-907b-c562e50cedf2';
const UID_ = UID.replaceAll('-', '_');
const STATIC = 'd4f1a2b3c4d5e6f70123456789abcdef';

const CASES: readonly (readonly [name: string, text: string, expected: Partial<PidCgroup>])[] = [
  [
    'the systemd driver of containerd',
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID_}.slice/cri-containerd-${ID}.scope\n`,
    { podUid: UID, containerId: ID, qos: 'burstable', unit: null },
  ],
  [
    'a guaranteed pod of CRI-O',
    `0::/kubepods.slice/kubepods-pod${UID_}.slice/crio-${ID}.scope\n`,
    { podUid: UID, containerId: ID, qos: 'guaranteed' },
  ],
  [
    'a nested scope of CRI-O',
    `0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${UID_}.slice/crio-${ID}.scope/container\n`,
    { podUid: UID, containerId: ID, qos: 'besteffort' },
  ],
  [
    'docker under systemd',
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID_}.slice/docker-${ID}.scope\n`,
    { podUid: UID, containerId: ID },
  ],
  [
    'the cgroupfs driver in a v1 hierarchy',
    `12:pids:/kubepods/burstable/pod${UID}/${ID}\n11:memory:/kubepods/burstable/pod${UID}/${ID}\n1:name=systemd:/kubepods/burstable/pod${UID}/${ID}\n`,
    { podUid: UID, containerId: ID, qos: 'burstable' },
  ],
  [
    'a guaranteed pod under cgroupfs',
    `0::/kubepods/pod${UID}/${ID}\n`,
    { podUid: UID, containerId: ID, qos: 'guaranteed' },
  ],
  ['a static pod', `0::/kubepods/burstable/pod${STATIC}/${ID}\n`, { podUid: STATIC, containerId: ID }],
  [
    'a runtime that mixes the drivers',
    `0::/system.slice/containerd.service/kubepods-burstable-pod${UID_}.slice:cri-containerd:${ID}\n`,
    { podUid: UID, containerId: ID, qos: 'burstable', unit: null },
  ],
  [
    'kind: a node that is itself a container',
    `0::/docker/${OTHER}/kubelet/kubepods/besteffort/pod${UID}/${ID}\n`,
    { podUid: UID, containerId: ID, qos: 'besteffort' },
  ],
  [
    'kind: a process of the pod outside its containers is not in the container of the node',
    `0::/docker/${OTHER}/kubelet/kubepods/besteffort/pod${UID}\n`,
    { podUid: UID, containerId: null },
  ],
  [
    'a hybrid hierarchy whose unified line is the root',
    `4:memory:/kubepods/burstable/pod${UID}/${ID}\n1:name=systemd:/kubepods/burstable/pod${UID}/${ID}\n0::/\n`,
    { podUid: UID, containerId: ID },
  ],
  [
    'a path relative to a private cgroup namespace',
    `0::/../../kubepods-burstable-pod${UID_}.slice/cri-containerd-${ID}.scope\n`,
    { podUid: UID, containerId: ID },
  ],
  [
    'a deleted cgroup',
    `0::/kubepods.slice/kubepods-pod${UID_}.slice/cri-containerd-${ID}.scope (deleted)\n`,
    { podUid: UID, containerId: ID },
  ],
  [
    'the monitor of a container, which is not the workload,',
    `0::/kubepods.slice/kubepods-pod${UID_}.slice/crio-conmon-${ID}.scope\n`,
    { podUid: UID, containerId: null },
  ],
  [
    'a host service',
    '0::/system.slice/kubelet.service\n',
    { podUid: null, containerId: null, unit: 'kubelet.service' },
  ],
  [
    'a host service of a hybrid hierarchy whose unified line is the root',
    '3:memory:/system.slice/kubelet.service\n1:name=systemd:/system.slice/kubelet.service\n0::/\n',
    { podUid: null, unit: 'kubelet.service', path: '/system.slice/kubelet.service' },
  ],
  ['a session', '0::/user.slice/user-1000.slice/session-3.scope\n', { podUid: null, unit: 'session-3.scope' }],
  ['the root', '0::/\n', { path: '/', podUid: null, containerId: null, unit: null, qos: null }],
  ['an empty text', '', { path: '', podUid: null, containerId: null, unit: null }],
  [
    'a name that only looks like a pod',
    '0::/system.slice/podman-1234.service\n',
    { podUid: null, unit: 'podman-1234.service' },
  ],
];

for (const [name, text, expected] of CASES) {
  test(`${name} is understood, with CRLF and without a final newline too`, () => {
    for (const form of [text, text.replaceAll('\n', '\r\n'), text.trimEnd()]) {
      const { value, problems } = parsePidCgroup(form);
      assert.deepEqual({ ...value, ...expected }, value);
      assert.deepEqual(problems, []);
    }
  });
}

test('lines that are no hierarchies are told, each with its own, and the others read', () => {
  const { value, problems } = parsePidCgroup('nonsense\n1:2\n\n0::relative\n0::/system.slice/kubelet.service\nx::/y\n');
  assert.deepEqual([value.path, value.line], ['/system.slice/kubelet.service', 5]);
  assert.deepEqual(
    problems.map(({ line }) => line),
    [1, 2, 4, 6],
  );
});
