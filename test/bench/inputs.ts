/** What is measured on, made once and kept: under a name that changes when the generator does. */
import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makeKernelLog } from './bundle/kernel-log.ts';
import { type BundleName, SHAPES } from './bundle/sizes.ts';
import { longTcpTable } from './bundle/socket-tables.ts';
import type { Truth } from './bundle/truth.ts';
import { makeBundle } from './make-bundle.ts';

export interface BenchBundle {
  readonly name: BundleName;
  readonly path: string;
  readonly truth: Truth;
}

const TABLE_LINES = 500_000;
const LOG_BYTES = 50e6;

/** Of the generator's own text, so that nobody has to remember to count it up. */
function generatorVersion(): string {
  const folder = join(import.meta.dirname, 'bundle');
  const files = [join(import.meta.dirname, 'make-bundle.ts'), ...readdirSync(folder).map((name) => join(folder, name))];
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}

export function workFolder(): string {
  const folder = join(tmpdir(), 'sockscope-bench', generatorVersion());
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A file appears under its name when it is whole. */
async function once(path: string, make: (part: string) => Promise<void>): Promise<string> {
  if (existsSync(path)) return path;
  console.error(`making ${path}`);
  const part = `${path}.${process.pid}`;
  await make(part);
  renameSync(part, path);
  return path;
}

export async function benchBundle(name: BundleName): Promise<BenchBundle> {
  const folder = workFolder();
  const truthPath = join(folder, `${name}.truth.json`);
  const path = await once(join(folder, `${name}.tar.gz`), (part) => makeBundle(part, truthPath, SHAPES[name]));
  const truth: Truth = JSON.parse(readFileSync(truthPath, 'utf8'));
  return { name, path, truth };
}

export function benchTable(): Promise<string> {
  return once(join(workFolder(), `tcp-${TABLE_LINES}`), (part) =>
    pipeline(Readable.from(longTcpTable(TABLE_LINES)), createWriteStream(part)),
  );
}

export interface BenchLog {
  readonly path: string;
  readonly hits: number;
}

export async function benchLog(): Promise<BenchLog> {
  const folder = workFolder();
  const hitsPath = join(folder, 'kernel-log.hits');
  const path = await once(join(folder, 'kernel-log'), async (part) => {
    const { counts } = await makeKernelLog(part, LOG_BYTES);
    writeFileSync(hitsPath, String(Object.values(counts).reduce((sum, count) => sum + count, 0)));
  });
  return { path, hits: Number(readFileSync(hitsPath, 'utf8')) };
}
