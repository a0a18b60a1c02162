import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { analyzeArchive, findingAbout } from '../support/analysis.ts';
import { unpack } from '../support/bundle.ts';
import { brief, busybox, collect, makeFolder, script } from '../support/collector.ts';
import { type Leaks, sharedLeaks } from '../support/leaks.ts';
import { needsNode } from '../support/node.ts';

const skip = needsNode();

/** A root file system with busybox and nothing else, as the image of a debug container. */
function makeImage(): string {
  const root = makeFolder();
  for (const folder of ['bin', 'tmp', 'proc', 'sys', 'dev', 'host', 'etc', 'out']) mkdirSync(join(root, folder));
  copyFileSync('/usr/bin/busybox', join(root, 'bin/busybox'));
  const applets = execFileSync('busybox', ['--list'], { encoding: 'utf8' }).trim().split('\n');
  for (const applet of applets.filter((name) => name !== 'busybox')) symlinkSync('busybox', join(root, 'bin', applet));
  // Debian's busybox is linked to libc.
  const libraries = execFileSync('ldd', ['/usr/bin/busybox'], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  for (const library of libraries) {
    mkdirSync(dirname(join(root, library)), { recursive: true });
    copyFileSync(library, join(root, library));
  }
  copyFileSync(script, join(root, 'collect.sh'));
  return root;
}

function enter(image: string): string {
  return `
mount --rbind / ${image}/host && mount --make-rprivate ${image}/host && mount -t proc proc ${image}/proc &&
mount --rbind /sys ${image}/sys && mount --rbind /dev ${image}/dev && mount -t tmpfs tmpfs ${image}/tmp &&
cd / && exec /usr/sbin/chroot ${image} "$@"`;
}

const ownProcesses = ['--pid', '--fork', '--kill-child', '--mount', '--mount-proc'];

describe('collecting from containers', { skip }, () => {
  let leaks: Leaks;
  before(async () => {
    leaks = await sharedLeaks();
  });

  test('from a container with the file system of the host at /host it sees the host, not itself', async () => {
    const image = makeImage();
    const run = await collect([...brief, '--output', '/out/out.tar.gz'], {
      wrap: ['unshare', '--mount', '--net', 'sh', '-c', enter(image), 'sh'],
      shell: { ...busybox, command: ['/bin/sh'], path: () => '/bin' },
      program: ['/collect.sh'],
      temporary: '/tmp',
    });
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(readdirSync(join(image, 'out')), ['out.tar.gz']);
    const archive = join(image, 'out/out.tar.gz');
    const bundle = unpack(archive);
    const hostNetns = Number(readlinkSync('/proc/1/ns/net').replace(/\D/g, ''));
    const { view } = bundle.manifest;
    assert.deepEqual([view.root, view.host_netns, view.sees_host], ['/host', hostNetns, true]);
    assert.notEqual(view.netns, hostNetns);
    assert.ok(bundle.members.includes('proc/1/net/tcp') && bundle.members.includes('proc/sys/net/ipv4/tcp_mem'));
    // Paths are the node's, without /host before them.
    assert.match(bundle.text('pods.txt'), new RegExp(`^/var/log/pods/shop_${leaks.closeWait.pod.name}_`, 'm'));
    assert.doesNotMatch(bundle.text('pods.txt'), /^\/host/m);
    assert.deepEqual(
      [...bundle.blocks('cgroups.txt').keys()].filter((path) => !path.startsWith('/sys/fs/cgroup/')),
      [],
    );
    const report = await analyzeArchive(archive);
    assert.equal(report.verdict.countOwner?.pid, leaks.closeWait.server.pid);
    assert.equal(report.verdict.countOwner?.pod, leaks.closeWait.pod.name);
    const finding = findingAbout(report, 'close-wait-leak', leaks.closeWait.server.pid);
    assert.equal(finding?.measures['closeWaitSockets'], leaks.closeWait.count);
  });

  test('in a pod without the namespaces of the host the manifest says so, and nobody is accused', async () => {
    // The image of a pod has nothing of the node in /run and /var/log.
    const hide = 'mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/log && "$@"; exit $?';
    const run = await collect(brief, { wrap: ['unshare', ...ownProcesses, '--net', 'sh', '-c', hide, 'sh'] });
    assert.equal(run.code, 3, run.stderr);
    const { manifest } = unpack(run.archive);
    assert.equal(manifest.view.sees_host, false);
    assert.ok(manifest.items.some((item) => item.state === 'failed' && /tcp_mem/.test(item.note)));
    const report = await analyzeArchive(run.archive);
    assert.equal(report.verdict.countOwner, null);
    assert.notEqual(report.verdict.status, 'healthy');
  });

  test('where the cgroups are of version 2 their memory files are taken', async () => {
    const { uid } = leaks.closeWait.pod;
    const scope = `/sys/fs/cgroup/kubepods.slice/kubepods-pod${uid.replaceAll('-', '_')}.slice`;
    const folder = makeFolder();
    writeFileSync(join(folder, 'memory.stat'), 'anon 4096\nsock 8192\n');
    writeFileSync(join(folder, 'memory.max'), 'max\n');
    const mount = `mount -t tmpfs tmpfs /sys/fs/cgroup && mkdir -p ${scope} && cp ${folder}/* ${scope} && "$@"; exit $?`;
    // The root of PID 1 is where the collector looks, so that one has to be in the mount namespace.
    const run = await collect(brief, { wrap: ['unshare', ...ownProcesses, 'sh', '-c', mount, 'sh'] });
    assert.equal(run.code, 0, run.stderr);
    const blocks = unpack(run.archive).blocks('cgroups.txt');
    assert.deepEqual(blocks.get(`${scope}/memory.stat`), ['anon 4096', 'sock 8192']);
    assert.deepEqual(blocks.get(`${scope}/memory.max`), ['max']);
  });
});
