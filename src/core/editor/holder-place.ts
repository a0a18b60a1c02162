/** Which link of the page leads to the proof of who holds the memory. */
import type { Evidence, Finding, Report, Subject } from '../report/report.ts';

/** Its number among the places of the page; null when the verdict names nobody, or no place proves it. */
export function placeOfHolder(report: Report, places: readonly Evidence[]): number | null {
  const owner = report.verdict.memoryOwner;
  if (owner === null) return null;
  for (const { evidence } of findingsAbout(report, owner)) {
    const place = places.findIndex((known) => evidence.some((each) => isSamePlace(each, known)));
    if (place >= 0) return place;
  }
  return null;
}

/** That of the verdict first. */
function findingsAbout({ findings, verdict }: Report, owner: Subject): readonly Finding[] {
  const leading = verdict.finding === null ? [] : findings.slice(verdict.finding, verdict.finding + 1);
  return [...leading, ...findings].filter(({ subjects }) => subjects.some((subject) => isSameSubject(subject, owner)));
}

function isSameSubject(a: Subject, b: Subject): boolean {
  return a.kind === b.kind && a.pid === b.pid && a.netns === b.netns && a.podUid === b.podUid && a.pod === b.pod;
}

function isSamePlace(a: Evidence, b: Evidence): boolean {
  return a.entry === b.entry && a.startLine === b.startLine && a.endLine === b.endLine;
}
