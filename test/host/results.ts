// The counts that a part of the tests leaves for .ci/test.ts to add up.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectRoot } from './process.ts';

/** How many tests passed and failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Where a part of the tests leaves its results. */
export function resultPath(name: string): string {
  return join(projectRoot, '.tsbuild', 'results', name);
}

/** Forgets a former run, so that its results cannot pass for ours. */
export async function removeResult(name: string): Promise<void> {
  await mkdir(dirname(resultPath(name)), { recursive: true });
  await rm(resultPath(name), { force: true });
}

export async function writeCounts(name: string, counts: Counts): Promise<void> {
  await writeFile(resultPath(name), `${JSON.stringify(counts)}\n`);
}

/** The counts, or undefined when the part ended before it could write them. */
export async function readCounts(name: string): Promise<Counts | undefined> {
  const text = await readFile(resultPath(name), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { passed, failed }: Partial<Counts> = JSON.parse(text);
  return Number.isInteger(passed) && Number.isInteger(failed)
    ? { passed: passed ?? 0, failed: failed ?? 0 }
    : undefined;
}
