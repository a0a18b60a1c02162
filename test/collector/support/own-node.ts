/**
 * A node of our own to try the collector on: PID, mount and UTS namespaces, so that it sees our processes and no others
 * and may read all of them, and so that the kernel ends whatever is left when the first process ends. The network
 * namespace stays the machine's: only that one has tcp_mem, and the pods have their own.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot, withProjectTools } from '../../host/process.ts';
import { removeCgroup } from './cgroup.ts';

/** Runs as PID 1. What is made on a mount vanishes with it: /run, /var/log and /var/lib of the machine stay untouched. */
const enter = `
mount -t tmpfs -o size=2g tmpfs "$TMPDIR" && mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/log &&
mount -t tmpfs tmpfs /var/lib && mkdir /run/netns && mkdir -p /var/log/pods /var/lib/kubelet/pods &&
hostname sockscope-test-node || exit
"$@"
exit $?`;

const cgroupSlices = ['memory', 'unified'].map(
  (hierarchy) => `/sys/fs/cgroup/${hierarchy}/kubepods.slice/kubepods-burstable.slice`,
);

/** Only what carries the tag of this run, and folders above it that are empty then. */
function removeCgroups(tag: string): void {
  for (const slice of cgroupSlices.filter((path) => existsSync(path))) {
    const pods = readdirSync(slice).filter((name) => name.includes(`-pod${tag}`));
    for (const pod of pods.map((name) => join(slice, name))) {
      const scopes = readdirSync(pod, { withFileTypes: true });
      for (const scope of scopes.filter((entry) => entry.isDirectory())) removeCgroup(join(pod, scope.name));
      removeCgroup(pod);
    }
    try {
      for (const folder of [slice, join(slice, '..')]) rmdirSync(folder);
    } catch {
      // Another run has pods there.
    }
  }
}

/** Runs a command there and gives its exit code. It finds the tag of its pods in SOCKSCOPE_TEST_NODE. */
export async function runOnOwnNode(command: readonly string[]): Promise<number> {
  const tag = randomBytes(4).toString('hex');
  const folder = mkdtempSync(join(tmpdir(), 'sockscope-tests-'));
  const env = { ...process.env, TMPDIR: folder, SOCKSCOPE_TEST_NODE: tag };
  const namespaces = ['--pid', '--fork', '--kill-child', '--mount', '--mount-proc', '--uts'];
  process.once('exit', () => {
    removeCgroups(tag);
    rmSync(folder, { recursive: true, force: true });
  });
  const child = spawn('unshare', [...namespaces, 'sh', '-c', enter, 'sh', ...command], {
    stdio: 'inherit',
    cwd: projectRoot,
    env: withProjectTools(env),
  });
  // unshare heeds no other signal; with it dies PID 1, and with that one everything.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => child.kill('SIGKILL'));
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}
