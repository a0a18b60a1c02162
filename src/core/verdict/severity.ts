/** How bad the state of a node is, to tell which of several is looked at first. */
import type { Level, Report } from '../report/report.ts';

const OF_LEVEL: Readonly<Record<Level, number>> = { error: 0, warning: 2, note: 4 };
const SUSPECT = 6;
const INSUFFICIENT = 7;
const HEALTHY = 8;
const TOO_LITTLE = 9;

/** So much more was captured of another node. */
const DWARFED = 10;

/**
 * The smaller, the worse: first where the verdict stands on an error, a named culprit before an unknown one; then where
 * nothing can be said, a suspicion first; healthy nodes last. `evidence` is what was captured of the node, `most` of the one with the most:
 * behind all others comes a capture that can say nothing and is a tenth of another, such as a report of the same machine
 * that our bundle lies in.
 */
export function severityOf(
  { verdict, findings }: Pick<Report, 'verdict' | 'findings'>,
  evidence: number,
  most: number,
): number {
  const { status, finding, countOwner, memoryOwner } = verdict;
  if (status === 'findings') {
    const level = finding === null ? 'note' : (findings[finding]?.level ?? 'note');
    return OF_LEVEL[level] + (countOwner === null && memoryOwner === null ? 1 : 0);
  }
  if (status === 'healthy') return HEALTHY;
  if (finding !== null) return SUSPECT;
  return evidence * DWARFED < most ? TOO_LITTLE : INSUFFICIENT;
}
