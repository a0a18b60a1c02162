/** The counts of all jobs of a kind, added up. */
import { ENDS, type End } from './cases.ts';
import { FAULTS, FIRST_END, type Job, KEPT, TRIED } from './jobs.ts';
import type { Total } from './supervise.ts';

export interface KindSum {
  readonly kind: Job['kind'];
  readonly tried: number;
  readonly faults: number;
  readonly kept: number;
  readonly ends: Readonly<Record<End, number>>;
}

export function sumUp(totals: ReadonlyMap<Job, Total>): readonly KindSum[] {
  return (['bundles', 'texts', 'coverage'] satisfies Job['kind'][]).map((kind) => {
    const own = [...totals].filter(([job]) => job.kind === kind).map(([, total]) => total.counters);
    const sum = (index: number) => own.reduce((total, counters) => total + (counters[index] ?? 0), 0);
    const ends = Object.fromEntries(ENDS.map((end, i) => [end, sum(FIRST_END + i)])) as Record<End, number>;
    return { kind, tried: sum(TRIED), faults: sum(FAULTS), kept: sum(KEPT), ends };
  });
}
