/**
 * A pod as a collector sees it: a network namespace that is pinned below /run/netns as a container runtime does, a cgroup
 * in the hierarchies of the machine, folders below /var/log/pods and /var/lib/kubelet (which are ours, see run.ts).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeCgroup } from './cgroup.ts';
import { type Program, startProgram } from './program.ts';

const hierarchies = ['/sys/fs/cgroup/memory', '/sys/fs/cgroup/unified'].filter((path) => existsSync(path));
const qosSlice = 'kubepods.slice/kubepods-burstable.slice';
let podsMade = 0;

/** Starts every uid that this run makes: run.ts removes what is left of them when we are killed. */
const runTag = process.env['SOCKSCOPE_TEST_NODE'] ?? '00000000';

export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly container: string;
  readonly address: string;
  readonly address6: string;
  /** Inode of the network namespace. */
  readonly netns: number;
  readonly netnsPath: string;
  start(program: string, ...args: readonly (string | number)[]): Program;
  stop(): Promise<void>;
}

export function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'inherit'] });
}

function makeLogs(pod: { namespace: string; name: string; uid: string; container: string; id: string }): string[] {
  const { namespace, name, uid, container, id } = pod;
  const logs = join('/var/log/pods', `${namespace}_${name}_${uid}`);
  mkdirSync(join(logs, container), { recursive: true });
  const log = join(logs, container, '0.log');
  writeFileSync(log, '');
  mkdirSync('/var/log/containers', { recursive: true });
  const link = join('/var/log/containers', `${name}_${namespace}_${container}-${id}.log`);
  symlinkSync(log, link);
  const state = join('/var/lib/kubelet/pods', uid);
  mkdirSync(join(state, 'containers', container), { recursive: true });
  return [logs, link, state];
}

export function createPod(namespace: string, app: string): Pod {
  const number = ++podsMade;
  const suffix = number.toString(16).padStart(12, '0');
  const uid = `${runTag}-0000-4000-8000-${suffix}`;
  const name = `${app}-7c9d8b6f5-${suffix.slice(-5)}`;
  const id = runTag.repeat(8).slice(0, 52) + suffix;
  const netnsName = `cni-${uid}`;
  const slice = `${qosSlice}/kubepods-burstable-pod${uid.replaceAll('-', '_')}.slice`;
  const scopes = hierarchies.map((mount) => join(mount, slice, `cri-containerd-${id}.scope`));

  ip('netns', 'add', netnsName);
  ip('-n', netnsName, 'link', 'set', 'lo', 'up');
  for (const scope of scopes) mkdirSync(scope, { recursive: true });
  const made = makeLogs({ namespace, name, uid, container: app, id });
  const netnsPath = join('/run/netns', netnsName);
  const programs: Program[] = [];
  return {
    namespace,
    name,
    uid,
    container: app,
    address: `10.244.7.${10 + number}`,
    address6: `fd00:244:7::${(16 + number).toString(16)}`,
    netns: statSync(netnsPath).ino,
    netnsPath,
    start: (program, ...args) => {
      const started = startProgram(program, args, { netns: netnsPath });
      programs.push(started);
      for (const scope of scopes) writeFileSync(join(scope, 'cgroup.procs'), `${started.pid}`);
      return started;
    },
    stop: async () => {
      for (const program of programs) await program.stop();
      ip('netns', 'delete', netnsName);
      for (const scope of scopes) {
        removeCgroup(scope);
        removeCgroup(join(scope, '..'));
      }
      for (const path of made) rmSync(path, { recursive: true });
    },
  };
}

let linksMade = 0;

/** A pair of devices between two pods, so that no other network is touched. */
export function connectPods(a: Pod, b: Pod): void {
  const [here, there] = [`eth${linksMade++}`, `eth${linksMade++}`];
  const netnsOf = (pod: Pod) => `cni-${pod.uid}`;
  ip('-n', netnsOf(a), 'link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', netnsOf(b));
  for (const [pod, device, peer] of [
    [a, here, b],
    [b, there, a],
  ] as const) {
    const netns = netnsOf(pod);
    ip('-n', netns, 'address', 'add', `${pod.address}/32`, 'dev', device);
    ip('-n', netns, 'address', 'add', `${pod.address6}/128`, 'dev', device, 'nodad');
    ip('-n', netns, 'link', 'set', device, 'up');
    ip('-n', netns, 'route', 'add', `${peer.address}/32`, 'dev', device, 'src', pod.address);
    ip('-n', netns, '-6', 'route', 'add', `${peer.address6}/128`, 'dev', device, 'src', pod.address6);
  }
}
