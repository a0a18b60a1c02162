/** What the analyser makes of an archive: the same way that `sockscope analyze` takes. */
import { basename } from 'node:path';
import { createArchiveBundle } from '../../../src/archive/archive-bundle.ts';
import { createSource } from '../../../src/archive/source.node.ts';
import { analyze } from '../../../src/core/analyze.ts';
import type { Finding, Report } from '../../../src/core/report/report.ts';

export async function analyzeArchive(path: string): Promise<Report> {
  return (await analyze(createArchiveBundle(basename(path), createSource({ path })))).report;
}

/** The finding of a rule about a process. */
export function findingAbout(report: Report, ruleId: string, pid: number): Finding | undefined {
  return report.findings.find(
    (finding) => finding.ruleId === ruleId && finding.subjects.some((subject) => subject.pid === pid),
  );
}
