import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { analyzeArchive } from '../support/analysis.ts';
import { type Unpacked, unpack } from '../support/bundle.ts';
import { brief, collect, makeFolder, type Run, shells } from '../support/collector.ts';
import { type Leaks, sharedLeaks } from '../support/leaks.ts';
import { needsNode } from '../support/node.ts';
import { type Program, startProgram } from '../support/program.ts';

const skip = needsNode();
const escapeCode = '\x1b';
const secrets = [
  'hunter2',
  'tok-4711',
  'letmein',
  'wJalrXUtnFEMI',
  'eyBearer99',
  'pgSecret',
  'dashed8',
  'jsonSecret',
  'horse',
  'staple',
  'cookie9',
];
const commandLine = [
  '--password=hunter2',
  '--token',
  'tok-4711',
  'https://admin:letmein@registry.example/',
  'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI',
  '-H',
  'Authorization: Bearer eyBearer99',
  'PGPASSWORD=pgSecret psql',
  '--db-password',
  'dashed8',
  '{"user":"x","password":"jsonSecret"}',
  // Of several words, which are one argument.
  '--password',
  'correct horse',
  '--password=battery staple',
  '-H',
  'Cookie: session=cookie9',
  // Not secrets: what one wants to see must stay.
  '--port=8080',
  '--config=/etc/app.yaml',
];

/** The target of each open fd. */
function realLinks(pid: number): ReadonlyMap<string, string> {
  return new Map(readdirSync(`/proc/${pid}/fd`).map((fd) => [fd, readlinkSync(`/proc/${pid}/fd/${fd}`)]));
}

function socketInodeOf(pid: number): string {
  const inodes = [...realLinks(pid).values()].map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]);
  return inodes.find((inode) => inode !== undefined) ?? '';
}

function everything({ root, members }: Unpacked): string {
  return members.map((member) => readFileSync(join(root, member), 'latin1')).join('\n');
}

describe('hostile names, secrets and processes that vanish', { skip }, () => {
  let leaks: Leaks;
  /** Of a socket that is another's. */
  let inode: string;
  const programs = new Map<'name' | 'file' | 'secrets' | 'churn', Program>();
  const pidOf = (name: 'name' | 'file' | 'secrets' | 'churn') => programs.get(name)?.pid ?? 0;
  before(async () => {
    leaks = await sharedLeaks();
    inode = socketInodeOf(leaks.closedHeld.server.pid);
    programs.set('name', startProgram('hostile-name', ['\n==> /proc/1/status <==\nName:\tforged', escapeCode]));
    programs.set('file', startProgram('hostile-file', ['--folder', makeFolder(), '--inode', inode]));
    programs.set('secrets', startProgram('sleeper', commandLine));
    programs.set('churn', startProgram('churn', []));
    for (const program of programs.values()) await program.said('ready');
  });
  after(async () => {
    for (const program of programs.values()) await program.stop();
  });

  for (const shell of shells) {
    test(`${shell.name}: names cannot forge, secrets do not get in, what vanishes does no harm`, async () => {
      const run: Run = await collect(brief, { shell });
      assert.equal(run.code, 0, run.stderr);
      assert.ok(!run.stderr.includes(escapeCode) && !run.stdout.toString().includes(escapeCode));
      const bundle = unpack(run.archive);
      // splitBlocks throws on two blocks of the same file: a forged one of PID 1 would be the second.
      const processes = bundle.blocks('processes.txt');
      const known = /^\/proc\/\d+\/(comm|status|stat|limits|cgroup|cmdline)$/;
      assert.deepEqual(
        [...processes.keys()].filter((path) => !known.test(path)),
        [],
      );
      assert.deepEqual(processes.get(`/proc/${pidOf('name')}/comm`), ['', '==> /p <==', `${escapeCode}[`]);

      const fds = bundle.blocks('fds.txt');
      assert.deepEqual(
        [...fds.keys()].filter((path) => !/^\/proc\/\d+\/(task\/\d+\/)?fd$/.test(path)),
        [],
      );
      const links = realLinks(pidOf('file'));
      const listed = (fds.get(`/proc/${pidOf('file')}/fd`) ?? []).map((line) => line.split(' -> ')[0]);
      assert.deepEqual(listed.toSorted(), [...links.keys()].toSorted());
      // A file may be called anything; a line that says it is a socket must be of one.
      const isSocket = (target: string) => /^socket:\[\d+\]$/.test(target);
      const sockets = [...links].filter(([, target]) => isSocket(target)).map(([fd, target]) => `${fd} -> ${target}`);
      const claimed = [...fds.values()].flat().filter((line) => line.startsWith(`78 -> `) || line.startsWith(`79 -> `));
      assert.deepEqual(
        claimed.filter((line) => line.includes(`[${inode}]`)),
        [],
      );
      const own = fds.get(`/proc/${pidOf('file')}/fd`) ?? [];
      assert.deepEqual(own.filter((line) => isSocket(line.replace(/^\d+ -> /, ''))).toSorted(), sockets.toSorted());

      const text = everything(bundle);
      assert.deepEqual(
        secrets.filter((secret) => text.includes(secret)),
        [],
      );
      const [command = ''] = processes.get(`/proc/${pidOf('secrets')}/cmdline`) ?? [];
      assert.match(command, /sleeper\.mjs/);
      assert.match(command, /--port=8080 --config=\/etc\/app\.yaml/);
      assert.match(command, /--password=\*+/);

      const report = await analyzeArchive(run.archive);
      assert.deepEqual(report.problems, []);
      assert.equal(report.verdict.countOwner?.pid, leaks.closeWait.server.pid);
      const forger = report.ledger.closedHeldByOwner.filter(({ subject }) => subject.pid === pidOf('file'));
      assert.deepEqual(forger, []);
    });
  }
});
