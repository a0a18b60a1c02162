/** Which lines of the bundle are quoted in a report. */
import type { Evidence, Report } from '../report/report.ts';
import type { Format } from './format.ts';

/** Of one place. */
export const MAX_EXCERPT_LINES = 4;

/** The first lines of each finding's evidence: what to read before the report is rendered. None where none is quoted. */
export function wantedExcerpts({ needsExcerpts = false }: Format, { findings }: Report): readonly Evidence[] {
  if (!needsExcerpts) return [];
  return findings.flatMap(({ evidence }) =>
    evidence.slice(0, 2).map((place) => ({
      ...place,
      endLine: Math.min(place.endLine, place.startLine + MAX_EXCERPT_LINES - 1),
    })),
  );
}
