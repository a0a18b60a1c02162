// Gets the test host ready: a VS Code server (npm package code-server) in a cache outside the checkout, and Chromium.
// It is 800 MB and compiles native parts, so it is no dependency of the project. Run: node test/host/install.ts
// Also the oldest Node that the command must run on.

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureDebianPackages, tryDebianPackages } from './debian.ts';
import { capture, run } from './process.ts';

const codeServerVersion = '4.139.1';
/** The Node that code-server insists on. */
const nodeMajor = '24';
/** Written last: a folder without it is the remains of an interrupted install, over which npm fails. */
const stampName = '.installed';
const buildPackages = ['libkrb5-dev', 'g++', 'make', 'python3'];
/** Other shells and tools that media/collect.sh must get by with, and what makes the nodes that it is tried on. */
const collectorPackages = ['attr', 'busybox', 'iproute2', 'shellcheck', 'util-linux'];
const fontPackages = ['fonts-open-sans', 'fonts-dejavu-core'];
const staleAfterMs = 60 * 60 * 1000;

/** Where downloads are kept, shared by all checkouts of this user. */
export function cacheRoot(): string {
  const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return process.env['SOCKSCOPE_CACHE'] || join(base, 'sockscope');
}

/** The script that starts the VS Code server. */
export function serverMain(serverRoot: string): string {
  return join(serverRoot, 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js');
}

function npmEnvironment(): NodeJS.ProcessEnv {
  // An outer npm (npm test) exports its own state. Its user agent names the system's Node, which code-server's
  // postinstall reads to refuse to install; its prefix would aim npm at this checkout.
  const outer = /^(npm_(package|lifecycle)_.*|npm_(command|execpath|node_execpath)|init_cwd)$/i;
  const outerConfig = /^npm_config_(user_agent|prefix|local_prefix|global_prefix|allow_scripts|omit|include)$/i;
  const kept = Object.entries(process.env).filter(([name]) => !outer.test(name) && !outerConfig.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    npm_config_ignore_scripts: 'false',
    // Newer npm runs only approved install scripts. code-server's runs npm again in folders of its own, whose
    // packages we cannot list in a package.json; this reaches them too.
    npm_config_dangerously_allow_all_scripts: 'true',
  };
}

/** `needs`: said when it fails. */
async function npmInstall(folder: string, wanted: string, needs: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const args = ['install', wanted, '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await run('npm', args, { cwd: folder, env: npmEnvironment() });
  if (code !== 0) throw new Error(`npm could not install ${wanted} (exit code ${code}). It needs ${needs}.`);
}

async function verifyServer(serverRoot: string): Promise<void> {
  const { code } = await capture(process.execPath, [serverMain(serverRoot), '--version']);
  if (code !== 0) throw new Error(`The VS Code server in ${serverRoot} does not start (exit code ${code}).`);
}

async function removeStale(target: string): Promise<void> {
  const parent = dirname(target);
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    if (!path.startsWith(`${target}.partial-`)) continue;
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > staleAfterMs) await rm(path, { recursive: true, force: true });
  }
}

/** Installs beside the target and renames, so that the target is either whole or absent, whoever else installs. */
async function installInto(target: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const partial = `${target}.partial-${randomUUID()}`;
  try {
    await fill(partial);
    await writeFile(join(partial, stampName), `Node ${process.version}\n`);
    if (!existsSync(join(target, stampName))) {
      await rm(target, { recursive: true, force: true });
      await rename(partial, target);
    }
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Runs `work` while no other process of this machine runs it. Only saves work: installs are safe without it. */
async function withLock(path: string, work: () => Promise<void>): Promise<void> {
  for (let announced = false; ; announced = true) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      break;
    } catch {
      const holder = Number(await readFile(path, 'utf8').catch(() => '0'));
      // An empty file is a holder between creating and writing.
      if (holder > 0 && !isAlive(holder)) await rm(path, { force: true });
      else if (!announced) console.log(`Another process is installing ${path}: waiting for it.`);
      await sleep(500);
    }
  }
  try {
    await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** The folder of this name in the cache, filled the first time. */
async function ensureInstalled(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const target = join(cacheRoot(), name);
  const isInstalled = () => existsSync(join(target, stampName));
  if (isInstalled()) return target;
  await mkdir(dirname(target), { recursive: true });
  await withLock(`${target}.lock`, async () => {
    if (isInstalled()) return;
    console.log(`Installing into ${target}, once.`);
    await removeStale(target);
    await installInto(target, fill);
  });
  return target;
}

/** Ensures the VS Code server and gives its folder. The first time takes about three minutes. */
export function ensureServer(): Promise<string> {
  return ensureInstalled(`code-server-${codeServerVersion}`, async (folder) => {
    if (process.versions.node.split('.')[0] !== nodeMajor) {
      throw new Error(`The VS Code server needs Node ${nodeMajor}, this is ${process.version}: start it through npm.`);
    }
    await ensureDebianPackages(buildPackages, 'Building the VS Code server');
    console.log('The VS Code server takes about three minutes.');
    await npmInstall(
      folder,
      `code-server@${codeServerVersion}`,
      `the npm registry, a C++ compiler, make, python3 and Kerberos headers (Debian: ${buildPackages.join(' ')})`,
    );
    await verifyServer(folder);
  });
}

/** Ensures a Node of this version and gives the path of its program. */
export async function ensureNode(version: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const program = (folder: string) => join(folder, 'node_modules', name, 'bin', 'node');
  const folder = await ensureInstalled(`${name}-${version}`, async (target) => {
    await npmInstall(target, `${name}@${version}`, 'the npm registry');
    const { code, stdout } = await capture(program(target), ['--version']);
    if (code !== 0 || stdout.trim() !== `v${version}`) throw new Error(`${name}@${version} does not start.`);
  });
  return program(folder);
}

const chromiumPaths = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Ensures a Chromium or Chrome and gives its path. */
async function ensureChromium(): Promise<string> {
  const chosen = process.env['CHROME_BIN'];
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new Error(`CHROME_BIN names ${chosen}, which does not exist.`);
  }
  const find = () => chromiumPaths.find((path) => existsSync(path));
  if (!find()) await ensureDebianPackages(['chromium'], 'The test host');
  const found = find();
  if (!found) throw new Error('The test host needs Chromium or Chrome: install one, or name it in CHROME_BIN.');
  // Without any font the screenshots have no text; which font does not matter.
  await tryDebianPackages(fontPackages);
  return found;
}

/** Ensures all that {@link launchHost} in host.ts needs. */
export async function ensureHost(): Promise<{ readonly serverRoot: string; readonly chromium: string }> {
  const chromium = await ensureChromium();
  return { serverRoot: await ensureServer(), chromium };
}

/** Ensures what the tests of media/collect.sh need (test/collector). */
export async function ensureCollectorTools(): Promise<void> {
  await ensureDebianPackages(collectorPackages, 'Testing the collector');
}

if (import.meta.main) console.log(await ensureHost());
