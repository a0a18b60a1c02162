// Runs the mocha suite inside a real VS Code: node test/vscode/run.ts
//
// On a desktop that is a downloaded VS Code, elsewhere the server in headless Chromium (code-shim.mjs); the suite and
// the way it is started are the same. SOCKSCOPE_VSCODE names an executable to use; MOCHA_GREP selects tests.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests, SilentReporter } from '@vscode/test-electron';
import { build } from 'esbuild';
import { cacheRoot, ensureHost } from '../host/install.ts';
import { endWithParent, projectRoot, withProjectTools } from '../host/process.ts';
import { type Counts, removeResult, resultPath, writeCounts } from '../host/results.ts';
import { createWorkspace } from '../host/workspace.ts';
import { checkReload } from './reload.ts';

const suiteFile = join(projectRoot, '.tsbuild', 'vscode', 'index.cjs');
const countsFile = 'vscode.json';
const statsFile = 'vscode-mocha.json';
/** Takes the command line of a VS Code and runs the server. */
const shim = join(projectRoot, 'test', 'host', 'code-shim.mjs');

async function bundleSuite(): Promise<void> {
  await build({
    entryPoints: [join(projectRoot, 'test', 'vscode', 'index.ts')],
    outfile: suiteFile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: true,
    logLevel: 'warning',
  });
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

async function findExecutable(): Promise<string> {
  const chosen = process.env['SOCKSCOPE_VSCODE'];
  if (chosen) return chosen;
  if (hasDisplay()) {
    try {
      const cachePath = join(cacheRoot(), 'vscode');
      return await downloadAndUnzipVSCode({ cachePath, reporter: new SilentReporter() });
    } catch (error) {
      console.log(`No desktop VS Code could be downloaded (${error}): using the VS Code server.`);
    }
  }
  await ensureHost();
  return shim;
}

/** What mocha reported, or one failure when VS Code ended before it could. */
async function readStats(): Promise<Counts> {
  const text = await readFile(resultPath(statsFile), 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 1 };
  const { passes, failures }: { passes: number; failures: number } = JSON.parse(text);
  return { passed: passes, failed: failures };
}

async function runSuite(vscodeExecutablePath: string): Promise<boolean> {
  const workspace = await createWorkspace();
  // In the temporary folder, as the path of the socket that VS Code makes in it must be short.
  const profile = await mkdtemp(join(tmpdir(), 'sockscope-vscode-'));
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: projectRoot,
      extensionTestsPath: suiteFile,
      launchArgs: [
        workspace.folder,
        '--disable-extensions',
        `--user-data-dir=${join(profile, 'user-data')}`,
        `--extensions-dir=${join(profile, 'extensions')}`,
      ],
      extensionTestsEnv: {
        ...withProjectTools(),
        SOCKSCOPE_TEST_WORKSPACE: workspace.folder,
        VSCODE_TEST_RESULT_FILE: resultPath(statsFile),
      },
    });
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    await workspace.remove();
  }
}

/** test-electron ends VS Code on Ctrl-C only; every other request to end takes the same way, so that we clean up. */
function endAsOnInterrupt(): void {
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!process.emit('SIGINT')) process.exit(1);
    });
  }
}

endAsOnInterrupt();
endWithParent();
await removeResult(countsFile);
await removeResult(statsFile);
await bundleSuite();
const executable = await findExecutable();
const succeeded = await runSuite(executable);
const reported = await readStats();
// All reported tests may have passed in a VS Code that then crashed.
const suite = succeeded || reported.failed > 0 ? reported : { ...reported, failed: 1 };
// Only the server has a page to reload from outside.
const reload = executable === shim && !process.env['MOCHA_GREP'] ? await checkReload() : { passed: 0, failed: 0 };
const counts = { passed: suite.passed + reload.passed, failed: suite.failed + reload.failed };
await writeCounts(countsFile, counts);
console.log(`VS Code: ${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
