/** Runs media/collect.sh under a chosen shell with chosen tools, in folders of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../host/process.ts';

export const script = join(projectRoot, 'media', 'collect.sh');

const debianPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface Shell {
  readonly name: string;
  /** The words before the script. */
  readonly command: readonly string[];
  readonly path: () => string;
}

let busyboxFolder: string | undefined;

/** A folder with busybox under the name of every applet and nothing else, as in a debug container. */
export function busyboxPath(): string {
  if (busyboxFolder === undefined) {
    busyboxFolder = mkdtempSync(join(tmpdir(), 'busybox-'));
    const applets = execFileSync('busybox', ['--list'], { encoding: 'utf8' }).trim().split('\n');
    for (const applet of applets) symlinkSync('/usr/bin/busybox', join(busyboxFolder, applet));
  }
  return busyboxFolder;
}

export const dash: Shell = { name: 'dash', command: ['/usr/bin/dash'], path: () => debianPath };
export const bash: Shell = { name: 'bash', command: ['/usr/bin/bash'], path: () => debianPath };
const ash: Shell = { name: 'busybox ash', command: ['/usr/bin/busybox', 'ash'], path: () => debianPath };
export const busybox: Shell = {
  name: 'busybox ash with nothing but busybox',
  command: ['/usr/bin/busybox', 'ash'],
  path: busyboxPath,
};
export const shells: readonly Shell[] = [dash, bash, ash, busybox];

export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Where it ran, and so put its archive unless told otherwise. */
  readonly folder: string;
  readonly temporary: string;
  /** What is in the folder now. */
  readonly files: readonly string[];
  /** The only file in the folder, as a path. */
  readonly archive: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Run>;
}

export interface Options {
  readonly shell?: Shell;
  readonly folder?: string;
  readonly temporary?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Goes to standard input. */
  readonly input?: Buffer;
  /** Words before the shell: who runs it and where. */
  readonly wrap?: readonly string[];
  /** What the shell runs; the script by its path unless told otherwise. */
  readonly program?: readonly string[];
}

/** The shortest run that has all: two samples, a second apart. */
export const brief = ['--samples', '2', '--interval', '1'];

export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'run-'));
}

function textOf(buffers: readonly Buffer[]): string {
  return Buffer.concat(buffers).toString('utf8');
}

export function startCollector(args: readonly string[], options: Options = {}): Started {
  const { shell = dash, folder = makeFolder(), env = {}, input, wrap = [], program = [script] } = options;
  const temporary = options.temporary ?? makeFolder();
  mkdirSync(folder, { recursive: true });
  const [command = '', ...rest] = [...wrap, ...shell.command, ...program, ...args];
  const child = spawn(command, rest, {
    cwd: folder,
    // Nothing of ours: a colour setting or a locale of the developer must not change what is tested.
    env: { PATH: shell.path(), TMPDIR: temporary, HOME: '/root', ...env },
    // A terminal's Ctrl-C reaches the group, so it has one of its own.
    detached: true,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  const ended = new Promise<Run>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const files = readdirSync(folder);
      resolve({
        code,
        signal,
        stdout: Buffer.concat(stdout),
        stderr: textOf(stderr),
        folder,
        temporary,
        files,
        archive: join(folder, files.length === 1 ? (files[0] ?? '') : `not one file but [${files.join(', ')}]`),
      });
    });
  });
  return { child, ended };
}

export function collect(args: readonly string[] = brief, options: Options = {}): Promise<Run> {
  return startCollector(args, options).ended;
}
