// Runs code inside a real VS Code, with the extension from this folder.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests, SilentReporter } from '@vscode/test-electron';
import { build } from 'esbuild';
import { cacheRoot, ensureHost } from './install.ts';
import { projectRoot, withProjectTools } from './process.ts';
import { createWorkspace } from './workspace.ts';

/** Takes the command line of a VS Code and runs the server. */
export const shim = join(projectRoot, 'test', 'host', 'code-shim.mjs');

/** Makes one file that VS Code can load of a module that exports `run`. */
export async function bundleSuite(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
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

export async function findExecutable(): Promise<string> {
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

/** Runs a bundled suite with these variables in its environment; false, and said why, when it failed. */
export async function runSuite(
  vscodeExecutablePath: string,
  extensionTestsPath: string,
  env: Readonly<Record<string, string>>,
): Promise<boolean> {
  const workspace = await createWorkspace();
  // In the temporary folder, as the path of the socket that VS Code makes in it must be short.
  const profile = await mkdtemp(join(tmpdir(), 'sockscope-vscode-'));
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: projectRoot,
      extensionTestsPath,
      launchArgs: [
        workspace.folder,
        '--disable-extensions',
        `--user-data-dir=${join(profile, 'user-data')}`,
        `--extensions-dir=${join(profile, 'extensions')}`,
      ],
      extensionTestsEnv: {
        ...withProjectTools(),
        SOCKSCOPE_TEST_WORKSPACE: workspace.folder,
        ...env,
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
