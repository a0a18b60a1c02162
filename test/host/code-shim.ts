// Takes the command line of a desktop VS Code and runs the extension tests in the server with headless Chromium.
//
// Environment:
//   VSCODE_TEST_RESULT_FILE    where the test entry reports { tests, … }; see exitCode below
//   VSCODE_SHIM_TIMEOUT_MS     give up after this long (default five minutes)
//   VSCODE_SHIM_SETTINGS       JSON of user settings
//   VSCODE_SHIM_LOG_DIR        folder for VS Code's log files
//   VSCODE_SHIM_VERBOSE        keep the workbench's own messages
//
// Exit codes: 0 passed, 1 failed, 70 error here, 71 server ended, 72 page crashed, 73 page closed, 74 browser ended,
// 75 no result reported, 76 no test ran, 124 timeout, 128 + n signal.

import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import { parseCodeArguments } from './code-arguments.ts';
import { type Host, type HostOptions, launchHost } from './host.ts';
import { closeOnSignal, endWithParent } from './process.ts';
import { archiveSettings } from './settings.ts';

interface LogFile {
  readonly relativePath: string;
  readonly contents: string;
}

const defaultTimeoutMs = 5 * 60 * 1000;

/** What the workbench says in every run, about services that it lacks here. */
const noise = new RegExp(
  [
    '^\\[(AgentHost|ChatModelSelection|AccountPolicyGate|reconnection-grace-time|Service Worker)',
    '^Resolv(ing|ed) connection token',
    '^Creat(ing a socket|ion of workbench contribution)',
    '^Updating additional builtin',
    '^Timed out waiting for authentication provider',
    '^getaddrinfo \\S+ open-vsx',
  ].join('|'),
);

// A result file of our own would never be written by a test entry that is told of none: the server inherits this.
const resultFile = (process.env['VSCODE_TEST_RESULT_FILE'] ??= join(tmpdir(), `sockscope-result-${process.pid}.json`));

let host: Host | undefined;
let ending: Promise<void> | undefined;

async function close(_code: number, reason: string): Promise<void> {
  if (reason) process.stderr.write(`[code-shim] ${reason}\n`);
  await host?.close().catch((error: unknown) => process.stderr.write(`[code-shim] ${format(error)}\n`));
  // test-electron destroys its ends of our pipes when we exit: let it read the rest first.
  await sleep(150);
}

/** Ends the run once; what the end itself brings about (page closed, browser gone) comes too late to count. */
function finish(code: number, reason = ''): Promise<void> {
  ending ??= close(code, reason).then(() => process.exit(code));
  return ending;
}

function printLog(level: string, args: readonly unknown[]): void {
  const line = format(...args);
  if (!process.env['VSCODE_SHIM_VERBOSE'] && noise.test(line)) return;
  const stream = level === 'error' || level === 'warn' ? process.stderr : process.stdout;
  stream.write(`${line}\n`);
}

async function saveLogs(logs: readonly LogFile[]): Promise<void> {
  const folder = process.env['VSCODE_SHIM_LOG_DIR'];
  if (!folder) return;
  for (const { relativePath, contents } of logs) {
    const file = resolve(folder, relativePath);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, contents);
  }
}

/** VS Code reports success when its extension host dies in the middle of a test: only a reported result counts. */
async function checkResult(): Promise<void> {
  const text = await readFile(resultFile, 'utf8').catch(() => undefined);
  if (text === undefined) return finish(75, 'the tests ended without reporting a result (crash, process.exit)');
  const result: { tests?: number } = JSON.parse(text);
  if (!result.tests) return finish(76, 'no test ran');
  return finish(0);
}

async function hostOptions(): Promise<HostOptions & { version: boolean }> {
  const { path, userDataDir, ...rest } = parseCodeArguments(process.argv.slice(2));
  const isFile = path !== undefined && (await stat(path)).isFile() && !path.endsWith('.code-workspace');
  if (userDataDir) await mkdir(userDataDir, { recursive: true });
  const settings = { ...archiveSettings, ...JSON.parse(process.env['VSCODE_SHIM_SETTINGS'] ?? '{}') };
  return { ...rest, ...(isFile ? { openFile: path } : { folder: path }), dataDir: userDataDir, settings };
}

function endWhenBroken({ page, browser, exited }: Host): void {
  void exited.then((reason) => finish(71, `the VS Code server ${reason}`));
  page.on('crash', () => void finish(72, 'the page crashed'));
  page.on('close', () => void finish(73, 'the page was closed'));
  browser.on('disconnected', () => void finish(74, 'the browser ended'));
}

async function main(): Promise<void> {
  const { version, ...options } = await hostOptions();
  if (version) return console.log('1.139.1');
  const timeoutMs = Number(process.env['VSCODE_SHIM_TIMEOUT_MS'] ?? defaultTimeoutMs);
  setTimeout(() => void finish(124, `no end after ${timeoutMs} ms`), timeoutMs).unref();
  host = await launchHost(options);
  endWhenBroken(host);
  const { page } = host;
  // The workbench calls these two, found on its window, in place of the desktop's console and exit code.
  await page.exposeFunction('codeAutomationLog', printLog);
  await page.exposeFunction('codeAutomationExit', async (code: number, logs: readonly LogFile[] | undefined) => {
    await saveLogs(logs ?? []);
    await (code === 0 ? checkResult() : finish(code));
  });
  await host.open();
}

closeOnSignal((code, reason) => finish(code, reason));
endWithParent();
process.on('uncaughtException', (error) => void finish(70, format(error)));
process.on('unhandledRejection', (error) => void finish(70, format(error)));
await main();
