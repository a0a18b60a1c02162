/** What was wrong with the input, on its way from the parsers into the report. */

import type { Problem } from '../report/report.ts';
import type { ParseProblem, TextFact } from '../text.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('problems', {
  more: '{problems, plural, one {# more problem is} other {# more problems are}} not listed for files of this kind ({kind}).',
});

type Place = Pick<TextFact, 'entry' | 'lineOffset'>;

/** Tells the problems of a text as those of its entry. */
export function tellProblems(problems: Problem[], place: Place, found: readonly ParseProblem[]): void {
  for (const problem of found) problems.push(problemAt(place, problem));
}

function problemAt({ entry, lineOffset }: Place, { line, message }: ParseProblem): Problem {
  return { entry, line: lineOffset + line, message };
}

interface Tally {
  /** The first by entry and line, whatever the order in which they came. */
  readonly first: Problem[];
  count: number;
}

/** By kind of file: a bundle has thousands of some, and a collector that spoils one spoils all. */
export type ProblemTallies = Map<string, Tally>;

/** Of a kind of file. */
const MAX_TALLIED = 5;

export function tallyProblem(tallies: ProblemTallies, kind: string, problem: Problem): void {
  let tally = tallies.get(kind);
  if (tally === undefined) tallies.set(kind, (tally = { first: [], count: 0 }));
  tally.count++;
  const { first } = tally;
  let at = first.length;
  for (; at > 0; at--) {
    const before = first[at - 1];
    if (before === undefined || compare(before, problem) <= 0) break;
  }
  if (at >= MAX_TALLIED) return;
  first.splice(at, 0, problem);
  if (first.length > MAX_TALLIED) first.pop();
}

/** Tallies the problems of a text. An empty one is that of a process or a cgroup that ended just then. */
export function tallyText(
  tallies: ProblemTallies,
  kind: string,
  { text, ...place }: Place & Pick<TextFact, 'text'>,
  found: readonly ParseProblem[],
): void {
  if (found.length === 0 || text.trim() === '') return;
  for (const problem of found) tallyProblem(tallies, kind, problemAt(place, problem));
}

/** The first problems of each kind, and how many more there were. */
export function talliedProblems(tallies: ProblemTallies): readonly Problem[] {
  return [...tallies].flatMap(([kind, { first, count }]) => {
    const last = first.at(-1);
    const more = count - first.length;
    if (last === undefined || more === 0) return first;
    return [...first, { ...last, message: say.more({ problems: more, kind }) }];
  });
}

function compare(a: Problem, b: Problem): number {
  const places = comparePlaces(a, b);
  return places !== 0 || a.message === b.message ? places : a.message < b.message ? -1 : 1;
}

function comparePlaces(a: Problem, b: Problem): number {
  if (a.entry !== b.entry) return a.entry < b.entry ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0);
}

/** By entry and line. A text that is read for two purposes tells its problems twice: each is kept once. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  let before: Problem | undefined;
  let messages: string[] = [];
  return problems.toSorted(comparePlaces).filter((problem) => {
    if (before === undefined || comparePlaces(before, problem) !== 0) messages = [];
    before = problem;
    const key = JSON.stringify(problem.message);
    const isNew = !messages.includes(key);
    if (isNew) messages.push(key);
    return isNew;
  });
}
