// npm start [-- PATH] [-- --no-open]: builds, prints the analysis of a bundle, and opens it in VS Code.
//
// A desktop VS Code is used where there is one and a display; elsewhere a VS Code server, for a browser. PORT fixes its
// port. --no-open stops after the analysis.

import { existsSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheRoot } from '../test/host/install.ts';
import { closeOnSignal, endWithParent, projectRoot, run } from '../test/host/process.ts';
import { startServer } from '../test/host/server.ts';
import { archiveSettings, quietSettings } from '../test/host/settings.ts';

const sample = join(projectRoot, 'test/fixtures/bundles/leak-closewait-k6.1.tar.gz');

const { values, positionals } = parseArgs({ options: { 'no-open': { type: 'boolean' } }, allowPositionals: true });
// npm changes to the checkout; a relative path is meant from where the user is.
const bundle = positionals[0] ? resolve(process.env['INIT_CWD'] ?? '.', positionals[0]) : sample;

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

function findDesktop(): string | undefined {
  if (!hasDisplay()) return undefined;
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Gives control to a desktop VS Code with a profile of its own, so that the user's settings stay as they are. */
async function openDesktop(code: string): Promise<number> {
  const profile = join(cacheRoot(), 'start-profile');
  await mkdir(join(profile, 'User'), { recursive: true });
  const settings = JSON.stringify({ ...quietSettings, ...archiveSettings }, undefined, 2);
  await writeFile(join(profile, 'User', 'settings.json'), settings);
  const args = ['--new-window', '--user-data-dir', profile, `--extensionDevelopmentPath=${projectRoot}`, bundle];
  if (process.platform !== 'win32') return run(code, args);
  // A .cmd file runs in a shell only, which takes its words apart at spaces.
  const quoted = [code, ...args].map((word) => `"${word}"`).join(' ');
  return run(quoted, [], { shell: true });
}

/** Serves VS Code until Ctrl-C. */
async function openServer(): Promise<number> {
  const isFolder = (await stat(bundle)).isDirectory();
  const server = await startServer({
    port: Number(process.env['PORT'] ?? 0),
    extensionDevelopmentPath: projectRoot,
    settings: archiveSettings,
    // Only the samples' folder: next to a bundle of the user's may lie a whole home, to be watched and searched.
    folder: isFolder ? bundle : bundle === sample ? dirname(sample) : undefined,
    openFile: isFolder ? undefined : bundle,
  });
  let isClosing = false;
  closeOnSignal(() => {
    isClosing = true;
    return server.close();
  });
  console.log(`
VS Code with Sockscope and this bundle is open at
  ${server.url}
From another machine, first: ssh -L ${server.port}:localhost:${server.port} ${hostname()}
Ctrl-C ends it.`);
  const reason = await server.exited;
  if (!isClosing) console.error(`The VS Code server ${reason}.\n${server.log()}`);
  await server.close();
  return 1;
}

async function open(): Promise<number> {
  const desktop = findDesktop();
  if (!desktop) return openServer();
  console.log(`\nOpening ${bundle} in VS Code.`);
  return openDesktop(desktop);
}

async function main(): Promise<number> {
  const built = await run('node', ['.ci/build.ts']);
  if (built !== 0) return built;
  const analyzed = await run('node', ['dist/cli.js', 'analyze', bundle]);
  // Below 3 the code says what was found, which is no failure here; 3 is a bundle that could not be read.
  if (analyzed >= 3) return analyzed;
  return values['no-open'] ? 0 : open();
}

// Signals to npm end the shell between npm and us, which passes nothing on.
if (process.env['npm_lifecycle_event']) endWithParent();
process.exitCode = await main();
