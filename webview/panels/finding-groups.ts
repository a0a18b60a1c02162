/** Which findings are listed at once: a rule that fires for a hundred processes must not bury the others. Pure. */
import type { FindingView } from '../../src/core/page/page-model.ts';

const FIRST = 3;
/** One more is shown rather than folded. */
const SPARE = 1;
export const EACH_MORE = 20;

export interface FindingGroup {
  /** Indexes of those that stand on the page, and of those that a click brings. */
  readonly shown: readonly number[];
  readonly folded: readonly number[];
}

/** Of each rule and level, in the order of the first finding of each; findings come sorted by level. */
export function groupFindings(findings: readonly Pick<FindingView, 'ruleId' | 'level'>[]): readonly FindingGroup[] {
  const groups = new Map<string, number[]>();
  for (const [index, { ruleId, level }] of findings.entries()) {
    const key = `${level} ${ruleId}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  }
  return [...groups.values()].map((group) => {
    const first = group.length <= FIRST + SPARE ? group.length : FIRST;
    return { shown: group.slice(0, first), folded: group.slice(first) };
  });
}
