/** What a run does: short for every commit, long by hand. Seeds are fixed, so a run finds the same every time. */
import type { Job } from './jobs.ts';

export interface Plan {
  readonly bundles: number;
  readonly texts: number;
  /** For each target: the archive reader, and each parser. */
  readonly coverageInputs: number;
}

export const SHORT: Plan = { bundles: 300, texts: 6000, coverageInputs: 48 };
export const LONG: Plan = { bundles: 20_000, texts: 200_000, coverageInputs: 960 };

const BUNDLES_A_JOB = 2000;
const TEXTS_A_JOB = 20_000;
const TARGETS_A_JOB = 8;

export function jobsOf(plan: Plan, targets: number): readonly Job[] {
  return [
    ...slices('bundles', plan.bundles, Math.min(BUNDLES_A_JOB, Math.ceil(plan.bundles / 2))),
    ...slices('texts', plan.texts, Math.min(TEXTS_A_JOB, Math.ceil(plan.texts / 2))),
    ...Array.from(
      { length: Math.ceil(targets / TARGETS_A_JOB) },
      (_, i): Job => ({
        kind: 'coverage',
        from: i * TARGETS_A_JOB,
        to: Math.min(targets, (i + 1) * TARGETS_A_JOB),
        inputs: plan.coverageInputs,
      }),
    ),
  ];
}

function slices(kind: 'bundles' | 'texts', count: number, size: number): readonly Job[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
    kind,
    from: 1 + i * size,
    to: 1 + Math.min(count, (i + 1) * size),
  }));
}
