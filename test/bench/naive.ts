/**
 * The same job as it is typically written, to be compared with: tar-stream's async iterator, whole texts, split(), an
 * object for each row, Maps by inode. It has no rules, no report and no limits, so it does less than Sockscope.
 *
 *   node test/bench/naive.ts BUNDLE
 */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { type ExtractEvents, extract } from 'tar-stream';
import { LOG_CATALOGUE } from '../../src/core/kernel-log/log-catalogue.ts';

interface Row {
  readonly state: string;
  readonly local: string;
  readonly remote: string;
  readonly txQueue: number;
  readonly rxQueue: number;
  readonly timer: number;
  readonly uid: number;
  readonly inode: number;
}

interface Proc {
  readonly files: Map<string, string>;
  readonly fds: { readonly fd: number; readonly target: string }[];
  readonly tables: Map<string, string>;
  netns: string;
}

type Entry = ExtractEvents['entry'][1];

function readText(entry: Entry): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = [];
    entry.on('data', (part) => {
      if (part instanceof Uint8Array) parts.push(part);
    });
    entry.on('error', reject);
    entry.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
  });
}

function parseTcp(text: string): Row[] {
  return text
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, local = '', remote = '', state = '', queues = '', timer = '', , uid, , inode] = line.trim().split(/\s+/);
      const [tx = '', rx = ''] = queues.split(':');
      return {
        state,
        local,
        remote,
        txQueue: Number.parseInt(tx, 16),
        rxQueue: Number.parseInt(rx, 16),
        timer: Number.parseInt(timer.split(':')[0] ?? '', 16),
        uid: Number(uid),
        inode: Number(inode),
      };
    });
}

function parseOther(text: string, column: number): number[] {
  const lines = text.split('\n').slice(1);
  return lines.filter((line) => line !== '').map((line) => Number(line.trim().split(/\s+/)[column]));
}

const processes = new Map<number, Proc>();
const logCounts: Record<string, number> = {};
let members = 0;

function processOf(pid: number): Proc {
  const known = processes.get(pid);
  if (known !== undefined) return known;
  const made: Proc = { files: new Map(), fds: [], tables: new Map(), netns: '' };
  processes.set(pid, made);
  return made;
}

function takeLog(text: string): void {
  for (const line of text.split('\n')) {
    const message = LOG_CATALOGUE.find(({ patterns }) => patterns.some(({ pattern }) => pattern.test(line)));
    if (message !== undefined) logCounts[message.id] = (logCounts[message.id] ?? 0) + 1;
  }
}

const tar = createReadStream(process.argv[2] ?? '')
  .pipe(createGunzip())
  .pipe(extract());
for await (const entry of tar) {
  members++;
  const { name, type, linkname } = entry.header;
  const [, pid = '', folder, file] = /\/proc\/(\d+)\/(?:(fd|ns|net)\/)?([^/]+)$/.exec(name) ?? [];
  if (type === 'symlink' && folder === 'fd')
    processOf(Number(pid)).fds.push({ fd: Number(file), target: linkname ?? '' });
  else if (type === 'symlink' && file === 'net') processOf(Number(pid)).netns = linkname ?? '';
  else if (type === 'file' && file !== undefined) {
    const into = folder === 'net' ? processOf(Number(pid)).tables : processOf(Number(pid)).files;
    into.set(file, await readText(entry));
  } else if (name.endsWith('/dmesg')) takeLog(await readText(entry));
  entry.resume();
}

const states: Record<string, number> = {};
const sockets = new Map<number, Row | string>();
const seen = new Set<string>();
for (const { tables, netns } of processes.values()) {
  if (tables.size === 0 || seen.has(netns)) continue;
  seen.add(netns);
  for (const family of ['tcp', 'tcp6']) {
    for (const row of parseTcp(tables.get(family) ?? '')) {
      states[row.state] = (states[row.state] ?? 0) + 1;
      if (row.inode > 0) sockets.set(row.inode, row);
    }
  }
  for (const family of ['udp', 'udp6'])
    for (const inode of parseOther(tables.get(family) ?? '', 9)) sockets.set(inode, family);
  for (const inode of parseOther(tables.get('unix') ?? '', 6)) sockets.set(inode, 'unix');
}

const holders = new Map<number, number[]>();
let openFds = 0;
let socketFds = 0;
for (const [pid, { fds }] of processes) {
  openFds += fds.length;
  for (const { target } of fds) {
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode === undefined) continue;
    socketFds++;
    const pids = holders.get(Number(inode));
    if (pids === undefined) holders.set(Number(inode), [pid]);
    else pids.push(pid);
  }
}
const closed = new Map<number, number>();
for (const [inode, [pid = 0]] of holders) if (!sockets.has(inode)) closed.set(pid, (closed.get(pid) ?? 0) + 1);
const owners = [...processes].map(([pid, { files, fds }]) => ({
  pid,
  comm: files.get('comm')?.trim(),
  command: files.get('cmdline')?.split('\0').join(' '),
  state: files
    .get('status')
    ?.split('\n')
    .find((line) => line.startsWith('State:')),
  limit: files
    .get('limits')
    ?.split('\n')
    .find((line) => line.startsWith('Max open files')),
  pod: /pod([0-9a-f_]{36})/.exec(files.get('cgroup') ?? '')?.[1],
  fds: fds.length,
}));
owners.sort((a, b) => b.fds - a.fds);
console.log(
  JSON.stringify({
    members,
    states,
    openFds,
    socketFds,
    heldInodes: holders.size,
    closed: [...closed],
    logCounts,
    top: owners.slice(0, 20),
  }),
);
