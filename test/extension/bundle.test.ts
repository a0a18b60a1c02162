/** What the extension loads when it is activated: not what reads and judges bundles, which the worker has. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WORKERS_OWN = /^src\/(?:archive|worker|core\/(?:collect|ledger|connections|facts|rules|verdict))\//;

const OPTIONS: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  external: ['vscode'],
  metafile: true,
  write: false,
  logLevel: 'silent',
};

async function bundledFiles(entryPoint: string): Promise<readonly string[]> {
  const { metafile } = await build({ ...OPTIONS, entryPoints: [entryPoint], metafile: true });
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
}

test('no code of the worker is in the bundle of the extension', async () => {
  const files = await bundledFiles('src/extension/extension.node.ts');
  assert.ok(files.includes('src/core/editor/entry-hover.ts'));
  assert.deepEqual(
    files.filter((path) => WORKERS_OWN.test(path)),
    [],
  );
  assert.ok((await bundledFiles('src/core/editor/log-cgroups.ts')).some((path) => WORKERS_OWN.test(path)));
});
