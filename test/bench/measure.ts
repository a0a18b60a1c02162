/** CPU seconds and peak memory of commands. Wall time is told and not judged: the machine may be busy. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Usage {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

/** What the command and all its children took, from the shell's own `times`; their output is thrown away. */
export function measure(command: string): Usage {
  const started = performance.now();
  const line = `set -o pipefail; { ${command}; } >/dev/null && times`;
  const { stdout, status, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8', maxBuffer: 1e8 });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  // Its second line is that of the children, user and system.
  const children = stdout.trim().split('\n').at(-1) ?? '';
  const cpuSeconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
  return { cpuSeconds, wallSeconds: (performance.now() - started) / 1000 };
}

/**
 * Loaded into a Node process to be measured: the peak of this program alone. The maxRSS of getrusage would be that of
 * whoever started it, if that was larger.
 */
const PEAK_HOOK = `data:text/javascript,${encodeURIComponent(
  "import fs from 'node:fs'; process.on('exit', () => fs.writeSync(2, 'peak ' + /VmHWM:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1] + '\\n'));",
)}`;

/** Megabytes of a Node program at its largest. */
export async function peakMegabytes(args: readonly string[]): Promise<number> {
  const { stderr } = await run(process.execPath, ['--import', PEAK_HOOK, ...args], { maxBuffer: 1e8 });
  const kibibytes = Number(/^peak (\d+)$/m.exec(stderr)?.[1]);
  return (kibibytes * 1024) / 1e6;
}

/** What a probe prints: one line of JSON, checked by the one who asked. */
export async function probe(script: string, ...args: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const { stdout } = await run(process.execPath, [script, ...args], { maxBuffer: 1e8 });
  const printed: unknown = JSON.parse(stdout);
  const values: Record<string, number> = {};
  for (const [key, value] of Object.entries(printed ?? {})) if (typeof value === 'number') values[key] = value;
  return values;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export interface Case<T> {
  readonly name: string;
  /** Fewer than the others have, for what is slow. */
  readonly rounds?: number;
  readonly measure: () => T | Promise<T>;
}

/** All cases in turn, round by round: whatever else the machine does meets them alike. */
export async function interleave<T>(rounds: number, cases: readonly Case<T>[]): Promise<ReadonlyMap<string, T[]>> {
  const results = new Map<string, T[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const each of cases) {
      if (round < (each.rounds ?? rounds)) results.get(each.name)?.push(await each.measure());
    }
  }
  return results;
}
