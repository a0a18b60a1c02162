/**
 * `npm run bench`: CPU seconds of `sockscope analyze`, the whole process, as a ratio to `gzip -dc | tar t` on the same
 * bundle in the same run. Wall time is told and not judged: the machine may be busy.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BundleSize, makeBundle } from './make-bundle.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ROUNDS = 5;
const SIZES: Readonly<Record<string, BundleSize>> = {
  S: { processes: 300, namespaces: 12, sockets: 3_000, otherFds: 4_000, logLines: 10_000 },
  M: { processes: 1_500, namespaces: 40, sockets: 60_000, otherFds: 60_000, logLines: 100_000 },
};

interface Usage {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

/** CPU seconds of a command and its children, from the shell's own `times`. */
function measure(command: string): Usage {
  const started = performance.now();
  const { stdout, status, stderr } = spawnSync('bash', ['-c', `${command} >/dev/null; times`], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  const children = stdout.trim().split('\n').at(-1) ?? '';
  const cpuSeconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
  return { cpuSeconds, wallSeconds: (performance.now() - started) / 1000 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const folder = join(tmpdir(), 'sockscope-bench');
mkdirSync(folder, { recursive: true });
spawnSync(process.execPath, ['.ci/build.ts'], { cwd: root, stdio: 'inherit' });
console.log(`Node ${process.version}, median of ${ROUNDS} interleaved rounds, CPU seconds of the whole process`);
for (const [name, size] of Object.entries(SIZES)) {
  const bundle = join(folder, `${name}.tar.gz`);
  if (!existsSync(bundle)) await makeBundle(bundle, size);
  const runs: { floor: Usage; analyze: Usage }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    runs.push({
      floor: measure(`gzip -dc '${bundle}' | tar t`),
      analyze: measure(`cd '${root}' && '${process.execPath}' dist/cli.js analyze '${bundle}' --format json`),
    });
  }
  const floor = median(runs.map((run) => run.floor.cpuSeconds));
  const analyze = median(runs.map((run) => run.analyze.cpuSeconds));
  const wall = median(runs.map((run) => run.analyze.wallSeconds));
  console.log(
    `${name}: gzip -dc | tar t ${floor.toFixed(2)} s, sockscope analyze ${analyze.toFixed(2)} s, ratio ${(analyze / floor).toFixed(2)} (wall ${wall.toFixed(2)} s; ${size.processes} processes, ${size.sockets} sockets)`,
  );
}
