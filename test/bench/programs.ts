/**
 * The programs that are measured: what `npm run build` makes, copied at once, for someone may build again meanwhile, and
 * the probes and the typical version bundled in the same way, so that stripping types is not measured.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROBES = ['socket-table', 'log-scan', 'first-hit', 'extension-host'] as const;

export interface Programs {
  readonly cli: string;
  readonly worker: string;
  readonly naive: string;
  readonly probes: Readonly<Record<(typeof PROBES)[number], string>>;
}

export async function buildPrograms(workFolder: string): Promise<Programs> {
  const folder = join(workFolder, `programs-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync(process.execPath, ['.ci/build.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('The build failed.');
  const cli = join(folder, 'cli.mjs');
  const worker = join(folder, 'worker.cjs');
  copyFileSync(join(ROOT, 'dist/cli.js'), cli);
  copyFileSync(join(ROOT, 'dist/worker.cjs'), worker);
  await build({
    entryPoints: ['naive.ts', ...PROBES.map((name) => `probes/${name}.ts`)].map((name) =>
      join(import.meta.dirname, name),
    ),
    outdir: folder,
    outbase: import.meta.dirname,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'warning',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const probePath = (name: (typeof PROBES)[number]) => join(folder, 'probes', `${name}.mjs`);
  return {
    cli,
    worker,
    naive: join(folder, 'naive.mjs'),
    probes: {
      'socket-table': probePath('socket-table'),
      'log-scan': probePath('log-scan'),
      'first-hit': probePath('first-hit'),
      'extension-host': probePath('extension-host'),
    },
  };
}
