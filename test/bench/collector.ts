/**
 * `npm run bench:collector`: what media/collect.sh costs a node, beside `sos report` on the same node in the same run.
 * Needs root: it makes the node, in namespaces of its own. Wall time excludes the pause between samples (--interval 0);
 * CPU is that of all processes that were started; processes started are counted by the PIDs that the namespace gave out
 * meanwhile (threads too), so others on the machine do not disturb that count; archives are written to a tmpfs.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { script } from '../collector/support/collector.ts';
import { runOnOwnNode } from '../collector/support/own-node.ts';
import { createPod, type Pod } from '../collector/support/pod.ts';

const FDS_OF_EACH = 160;
/** So many that each stays below 20,000 fds, which not everyone may raise. */
const PODS = 8;
const SHELLS = ['dash', 'bash', 'busybox ash'];

interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly started: number;
  readonly bytes: number;
}

/** What an archive knows: sockets that an fd is known for, and rows of TCP tables of pods. */
interface Content {
  readonly socketFds: number;
  readonly podRows: number;
}

interface Load {
  readonly processes: number;
  readonly sockets: number;
}

const loads: readonly Load[] = [
  { processes: 0, sockets: 0 },
  { processes: 1_000, sockets: 0 },
  { processes: 5_000, sockets: 0 },
  { processes: 0, sockets: 100_000 },
  { processes: 5_000, sockets: 100_000 },
];

/** The PID that was given out last; it begins again after the largest. */
function lastPid(): number {
  return Number(readFileSync('/proc/sys/kernel/ns_last_pid', 'utf8'));
}

function pidsBetween(before: number, after: number): number {
  const largest = Number(readFileSync('/proc/sys/kernel/pid_max', 'utf8'));
  return after >= before ? after - before : after - before + largest;
}

/** Runs a command in an empty folder; what it leaves there is its archive. CPU seconds are from the shell's `times`. */
function measure(command: string, folder: string): Cost {
  const pid = lastPid();
  const started = performance.now();
  const line = `cd '${folder}' && ${command} >/dev/null 2>messages; times`;
  const { stdout } = spawnSync('bash', ['-c', line], { encoding: 'utf8' });
  const wallSeconds = (performance.now() - started) / 1000;
  const children = stdout.trim().split('\n').at(-1) ?? '';
  const cpuSeconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
  const archive = archiveIn(folder);
  // The shell that measures is one of them.
  return { wallSeconds, cpuSeconds, started: pidsBetween(pid, lastPid()) - 1, bytes: statSync(archive).size };
}

function archiveIn(folder: string): string {
  const archive = readdirSync(folder).find((name) => /\.tar\.(gz|xz)$/.test(name));
  if (archive === undefined) throw new Error(`no archive: ${readFileSync(join(folder, 'messages'), 'utf8')}`);
  return join(folder, archive);
}

/** Counted over every file of the archive, wherever it keeps them. */
function contentOf(archive: string): Content {
  const count = (pattern: string) =>
    Number(execFileSync('sh', ['-c', `tar -xOf '${archive}' | grep -aEc '${pattern}' || :`], { encoding: 'utf8' }));
  return {
    socketFds: count('(^|[ /])[0-9]+ -> socket:\\[[0-9]+\\]'),
    // As net/tcp has a connection to port 8888 (22B8), or as ss and netstat print it, in every copy.
    podRows: count('0100007F:22B8 0100007F:|^(ESTAB|tcp) .* 127\\.0\\.0\\.1:8888 '),
  };
}

/** Processes that share the fds of the shell that starts them, which therefore cost next to nothing. */
async function startProcesses(count: number): Promise<ChildProcess> {
  const open = `for fd in $(seq 100 ${99 + FDS_OF_EACH}); do eval "exec $fd</dev/null"; done`;
  const start = `for n in $(seq ${count}); do sleep infinity & done`;
  const shell = spawn('bash', ['-c', `${open}; ${start}; echo done; wait`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => shell.stdout.once('data', resolve));
  return shell;
}

async function stopProcesses(shell: ChildProcess): Promise<void> {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', `${shell.pid}`], { encoding: 'utf8', maxBuffer: 1e8 });
  const ended = new Promise((resolve) => shell.once('close', resolve));
  shell.kill('SIGKILL');
  for (const pid of children.trim().split(/\s+/).map(Number)) process.kill(pid, 'SIGKILL');
  await ended;
}

async function withLoad({ processes, sockets }: Load, use: () => void): Promise<void> {
  const shell = processes > 0 ? await startProcesses(processes) : undefined;
  const pods: Pod[] = [];
  for (let number = 0; number < PODS && sockets > 0; number++) {
    const pod = createPod('bench', `server-${number}`);
    pods.push(pod);
    await pod.start('many-sockets', '--count', sockets / PODS).said('done');
  }
  try {
    use();
  } finally {
    for (const pod of pods) await pod.stop();
    if (shell !== undefined) await stopProcesses(shell);
  }
}

const number = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 0 });
const seconds = (value: number) => value.toFixed(2);
const row = (...cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);

function costCells({ wallSeconds, cpuSeconds, started, bytes }: Cost): readonly string[] {
  return [seconds(wallSeconds), seconds(cpuSeconds), number(started), number(bytes)];
}

/** What one more of something costs: the difference of two loads, in so many parts. */
function difference(of: Cost, without: Cost, parts: number): Cost {
  return {
    wallSeconds: (of.wallSeconds - without.wallSeconds) / parts,
    cpuSeconds: (of.cpuSeconds - without.cpuSeconds) / parts,
    started: (of.started - without.started) / parts,
    bytes: (of.bytes - without.bytes) / parts,
  };
}

async function bench(): Promise<void> {
  const sos = existsSync('/usr/bin/sos')
    ? 'sos report --batch -o networking,process,kernel --tmp-dir "$PWD"'
    : undefined;
  const commands = new Map(SHELLS.map((shell) => [shell, `${shell} '${script}' --samples 2 --interval 0`]));
  if (sos !== undefined) commands.set('sos report', sos);
  else console.log('sos is not installed: nothing to compare with.\n');
  const costs = new Map([...commands.keys()].map((name): [string, Cost[]] => [name, []]));

  row(
    'processes',
    'fds',
    'sockets',
    'by',
    'wall s',
    'CPU s',
    'started',
    'bytes',
    'socket fds in it',
    'rows of pods in it',
  );
  row(...Array.from({ length: 10 }, () => '---'));
  for (const load of loads) {
    await withLoad(load, () => {
      for (const [name, command] of commands) {
        const folder = mkdtempSync(join(tmpdir(), 'bench-'));
        const cost = measure(command, folder);
        costs.get(name)?.push(cost);
        const { socketFds, podRows } = contentOf(archiveIn(folder));
        const fds = load.processes * FDS_OF_EACH + load.sockets;
        const loadCells = [number(load.processes), number(fds), number(load.sockets)];
        row(...loadCells, name, ...costCells(cost), number(socketFds), number(podRows));
        execFileSync('rm', ['-rf', folder]);
      }
    });
  }

  console.log('\nOne more of each, as the difference of two rows:\n');
  row('', 'by', 'wall s', 'CPU s', 'started', 'bytes');
  row(...Array.from({ length: 6 }, () => '---'));
  for (const [name, [idle, , five, sockets]] of costs) {
    if (idle === undefined || five === undefined || sockets === undefined) continue;
    row('1,000 processes with 160 fds each', name, ...costCells(difference(five, idle, 5)));
    row('100,000 sockets', name, ...costCells(difference(sockets, idle, 1)));
  }
}

if (process.env['SOCKSCOPE_TEST_NODE'] !== undefined) await bench();
else if (process.getuid?.() === 0)
  process.exitCode = await runOnOwnNode([
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    import.meta.filename,
  ]);
else throw new Error('This needs root: it makes processes, pods and network namespaces.');
