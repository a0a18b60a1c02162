import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { analyzeArchive, findingAbout } from '../support/analysis.ts';
import { contradictions, unpack } from '../support/bundle.ts';
import { brief, collect, type Run, shells } from '../support/collector.ts';
import { type Leaks, sharedLeaks } from '../support/leaks.ts';
import { needsNode } from '../support/node.ts';
import { createPod, type Pod } from '../support/pod.ts';

const skip = needsNode();
/** What docs/bundle-format.md promises for every namespace; here all of it exists. */
const netFiles = [
  ...['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6', 'unix', 'netlink', 'packet', 'sockstat', 'sockstat6', 'protocols'],
  ...['netstat', 'snmp', 'snmp6', 'dev', 'arp'],
];
const nodeFiles = ['version', 'cmdline', 'stat', 'uptime', 'loadavg', 'meminfo', 'vmstat', 'slabinfo', 'buddyinfo'];
const socketFd = /^\d+ -> socket:\[\d+\]$/;

describe('live leaks', { skip }, () => {
  let leaks: Leaks;
  let ghost: Pod;
  before(async () => {
    leaks = await sharedLeaks();
    ghost = createPod('shop', 'ghost');
  });
  after(async () => {
    await ghost.stop();
  });

  for (const shell of shells) {
    let run: Run;

    test(`${shell.name}: it ends well and says what it made`, async () => {
      run = await collect(brief, { shell });
      assert.equal(run.code, 0, run.stderr);
      assert.equal(run.stderr, '');
      assert.match(run.files[0] ?? '', /^sockscope-sockscope-test-node-\d{8}T\d{6}Z\.tar\.gz$/);
      const stdout = run.stdout.toString();
      assert.match(stdout, new RegExp(`^${run.files[0]}\n {2}size: \\d+ bytes\n {2}sha256: [0-9a-f]{64}\n`));
      assert.deepEqual(readdirSync(run.temporary), []);
    });

    test(`${shell.name}: the manifest names what is in the archive, and how much it is`, () => {
      const bundle = unpack(run.archive);
      assert.equal(`${bundle.name}.tar.gz`, run.files[0]);
      assert.deepEqual(contradictions(bundle), []);
    });

    test(`${shell.name}: all that is promised is there`, () => {
      const bundle = unpack(run.archive);

      const { closeWait, closedHeld, shared } = leaks;
      const pids = [1, closeWait.server.pid, closedHeld.server.pid, shared.server.pid];
      const required = [
        ...nodeFiles.map((file) => `proc/${file}`),
        ...pids.flatMap((pid) => netFiles.map((file) => `proc/${pid}/net/${file}`)),
        ...['tcp', 'tcp6', 'sockstat'].map((file) => `netns/${ghost.netns}/net/${file}`),
        `netns/${ghost.netns}/path`,
        `ss/ss-tanemiO.${closeWait.pod.netns}.txt`,
        ...['proc/sys/net/ipv4/tcp_mem', 'proc/sys/fs/file-nr', 'proc/net/softnet_stat'],
        ...['dmesg', 'processes.txt', 'fds.txt', 'netns.txt', 'cgroups.txt', 'pods.txt', 'fdinfo.txt'],
        ...[
          'sockprotoname.txt',
          'samples/0.txt',
          'samples/1.txt',
          'samples/2.txt',
          `samples/2/proc/${closeWait.server.pid}/net/tcp6`,
        ],
      ];
      assert.deepEqual(
        required.filter((member) => !bundle.members.includes(member)),
        [],
      );

      const { manifest } = bundle;
      assert.equal(manifest.format, 'sockscope-bundle');
      assert.equal(manifest.version, 1);
      assert.equal(manifest.collector.uid, 0);
      assert.equal(manifest.host.hostname, 'sockscope-test-node');
      assert.equal(manifest.host.page_size, 4096);
      assert.equal(manifest.view.sees_host, true);
      assert.equal(manifest.view.netns, manifest.view.host_netns);
      assert.deepEqual(manifest.samples.map((sample) => sample.n).toSorted(), [0, 1, 2]);
      assert.deepEqual(
        manifest.items.filter((item) => item.state !== 'ok' && item.state !== 'absent'),
        [],
      );

      const fds = bundle.blocks('fds.txt');
      assert.deepEqual(
        [...fds].filter(([, lines]) => lines.includes('(denied)')),
        [],
      );
      const sockets = (pid: number) => (fds.get(`/proc/${pid}/fd`) ?? []).filter((line) => socketFd.test(line)).length;
      assert.ok(sockets(closeWait.server.pid) >= closeWait.count);
      assert.ok(sockets(closedHeld.server.pid) >= closedHeld.count);
      assert.deepEqual(bundle.blocks('netns.txt').get(`/proc/${closeWait.server.pid}/ns`), [
        `net -> net:[${closeWait.pod.netns}]`,
      ]);
      assert.match(bundle.text(`netns/${ghost.netns}/path`), new RegExp(`^${ghost.netnsPath}\n$`));
      const tcp = bundle.text('sockprotoname.txt').split('\n');
      const closedOnes = tcp.filter((line) => new RegExp(`^${closedHeld.server.pid} \\d+ TCPv?6?$`).test(line));
      assert.equal(closedOnes.length, closedHeld.count);
    });

    test(`${shell.name}: the analyser names who leaks, and how much`, async () => {
      const { closeWait, closedHeld, shared } = leaks;
      const report = await analyzeArchive(run.archive);
      assert.deepEqual(report.problems, []);
      assert.equal(report.verdict.status, 'findings');
      assert.equal(report.verdict.countOwner?.pid, closeWait.server.pid);
      assert.equal(report.verdict.countOwner?.pod, closeWait.pod.name);
      assert.equal(report.verdict.countOwner?.container, closeWait.pod.container);
      assert.deepEqual(
        report.ledger.namespaces.filter((namespace) => !namespace.complete),
        [],
      );
      assert.equal(report.coverage.namespacesSeen, report.coverage.namespacesKnown);
      const measures = (rule: string, pid: number) => findingAbout(report, rule, pid)?.measures;
      assert.equal(measures('close-wait-leak', closeWait.server.pid)?.['closeWaitSockets'], closeWait.count);
      assert.equal(measures('closed-socket-leak', closedHeld.server.pid)?.['closedHeldSockets'], closedHeld.count);
      assert.equal(measures('close-wait-leak', shared.server.pid)?.['closeWaitSockets'], shared.count);
      // Parent and child hold the same sockets: they are 120, not 240.
      assert.equal(report.ledger.states['CLOSE_WAIT'], closeWait.count + shared.count);
    });
  }
});
