// Starts a VS Code server with the extension under development, for a headless browser (tests) or a real one (npm start).

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { ensureServer, serverMain } from './install.ts';
import { quietSettings, type Settings } from './settings.ts';

/** What to start, and what the page shows. All paths are absolute. */
export interface ServerOptions {
  /** Folder or .code-workspace file to open; none gives an empty window. */
  readonly folder?: string | undefined;
  /** File to open in an editor. */
  readonly openFile?: string | undefined;
  /** User settings, on top of {@link quietSettings}. */
  readonly settings?: Settings | undefined;
  readonly extensionDevelopmentPath?: string | readonly string[] | undefined;
  readonly extensionTestsPath?: string | undefined;
  /** Folder of installed extensions; a fresh one unless given. */
  readonly extensionsDir?: string | undefined;
  /** The server's data folder; unless given, a temporary one that is deleted at the end. */
  readonly dataDir?: string | undefined;
  /** TCP port; any free one unless given. */
  readonly port?: number | undefined;
  /** Display language, such as 'zh-cn'. */
  readonly locale?: string | undefined;
  /** False to see Restricted Mode. */
  readonly trustWorkspaces?: boolean | undefined;
  /** Environment variables for the extension host, on top of ours. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** A server that runs until `close`. */
export interface RunningServer {
  readonly port: number;
  /** The page to open. It contains the server's access token. */
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** Resolves, with the reason, when the server has ended. */
  readonly exited: Promise<string>;
  /** What the server has printed. */
  log(): string;
  close(): Promise<void>;
}

type ServerProcess = ChildProcessByStdio<Writable, Readable, Readable>;

const startTimeoutMs = 60_000;
const killAfterMs = 5_000;

async function writeSettings(dataDir: string, settings: Settings): Promise<void> {
  const file = join(dataDir, 'data', 'User', 'settings.json');
  await mkdir(dirname(file), { recursive: true });
  const present: Settings = existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : {};
  await writeFile(file, JSON.stringify({ ...quietSettings, ...present, ...settings }, undefined, 2));
}

function pageUrl(port: number, token: string, options: ServerOptions): string {
  const encode = (path: string) => path.split('/').map(encodeURIComponent).join('/');
  const uri = (path: string) => `vscode-remote://localhost:${port}${encode(path)}`;
  const payload: [string, string][] = [['skipWelcome', 'true']];
  for (const path of [options.extensionDevelopmentPath ?? []].flat()) {
    payload.push(['extensionDevelopmentPath', uri(path)]);
  }
  if (options.extensionTestsPath) payload.push(['extensionTestsPath', uri(options.extensionTestsPath)]);
  if (options.openFile) payload.push(['openFile', uri(options.openFile)]);
  const query = new URLSearchParams({ tkn: token });
  if (!options.folder) query.set('ew', 'true');
  else query.set(options.folder.endsWith('.code-workspace') ? 'workspace' : 'folder', options.folder);
  if (options.locale) query.set('locale', options.locale);
  query.set('payload', JSON.stringify(payload));
  return `http://localhost:${port}/?${query}`;
}

function spawnServer(serverRoot: string, dataDir: string, tokenFile: string, options: ServerOptions): ServerProcess {
  const args = [
    '--import',
    new URL('./watch-parent.mjs', import.meta.url).href,
    serverMain(serverRoot),
    ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
    ...['--connection-token-file', tokenFile, '--accept-server-license-terms', '--telemetry-level', 'off'],
    ...['--server-data-dir', dataDir, '--extensions-dir', options.extensionsDir ?? join(dataDir, 'extensions')],
    // Without it the server ignores extensionDevelopmentPath and extensionTestsPath in the page's payload.
    '--enable-smoke-test-driver',
  ];
  if (options.trustWorkspaces !== false) args.push('--disable-workspace-trust');
  const env: NodeJS.ProcessEnv = { ...process.env, ...options.env };
  // Set in the terminal of a VS Code; it makes child processes behave as plain Electron.
  delete env['ELECTRON_RUN_AS_NODE'];
  // A process group of its own: Ctrl-C reaches only us, and the end of the group takes all helpers with it.
  return spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
}

function waitForPort(server: ServerProcess, exited: Promise<string>, log: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`The VS Code server ${why}.\n${log()}`));
    const timer = setTimeout(() => fail('did not start in time'), startTimeoutMs);
    server.stdout.on('data', () => {
      const port = /agent listening on (\d+)/.exec(log())?.[1];
      if (!port) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
    void exited.then((reason) => {
      clearTimeout(timer);
      fail(reason);
    });
  });
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended already.
  }
}

async function endServer(pid: number, exited: Promise<string>): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), killAfterMs);
  await exited;
  clearTimeout(timer);
  // The server is gone; its helpers may not be.
  signalGroup(pid, 'SIGKILL');
}

/** Starts the server (installing it first, when it is not there yet) and waits until it listens. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const serverRoot = await ensureServer();
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'sockscope-host-')));
  await writeSettings(dataDir, options.settings ?? {});
  // Who can reach the port can run programs as us: other users of the machine must not. In a file, as arguments are public.
  const token = randomBytes(16).toString('hex');
  const tokenFile = join(dataDir, 'token');
  await writeFile(tokenFile, token, { mode: 0o600 });

  const server = spawnServer(serverRoot, dataDir, tokenFile, options);
  let output = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const exited = new Promise<string>((resolve) => {
    server.once('error', (error) => resolve(`could not be started: ${error.message}`));
    server.once('exit', (code, signal) => resolve(`ended (${code ?? signal})`));
  });
  const pid = server.pid ?? 0;
  const close = async () => {
    if (pid > 0) await endServer(pid, exited);
    if (!options.dataDir) await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const port = await waitForPort(server, exited, () => output);
    return { port, url: pageUrl(port, token, options), dataDir, pid, exited, log: () => output, close };
  } catch (error) {
    await close();
    throw error;
  }
}
