/** The façade: a bundle in, a report out. Same bundle, same report, whatever the order of entries or size of chunks. */
import type { Bundle, BundleEnd } from './bundle.ts';
import type { LogHit } from './parsers/kernel-log.ts';
import { summariseLog } from './report/log-summary.ts';
import type { Report } from './report/report.ts';
import { listToCollect } from './report/to-collect.ts';
import { drawVerdict } from './report/verdict.ts';
import { RULES } from './rules/index.ts';
import { runRules } from './rules/rule.ts';
import { createCollector } from './snapshot/collect.ts';
import { buildCoverage } from './snapshot/coverage.ts';
import { buildFacts } from './snapshot/facts.ts';
import { buildLedger } from './snapshot/ledger.ts';
import { buildLogVictims } from './snapshot/log-victims.ts';
import { buildMemory } from './snapshot/memory.ts';
import { buildSnapshot, type Snapshot } from './snapshot/snapshot.ts';
import { cleanText } from './text.ts';

export interface Analysis {
  readonly report: Report;
  /** The joined model behind the report, for views that need single sockets. */
  readonly snapshot: Snapshot;
}

interface AnalyzeOptions {
  /**
   * Told of what a kernel log has so far, at its first catalogued line and at its end, often long before that of the
   * bundle: for whoever waits. Of one log it is always the same array.
   */
  readonly onLogHits?: (hits: readonly LogHit[]) => void;
}

/** Reads the bundle once and judges it. Rejects only if the bundle itself cannot be read. */
export async function analyze(bundle: Bundle, { onLogHits }: AnalyzeOptions = {}): Promise<Analysis> {
  const collector = createCollector(onLogHits);
  const end = await bundle.visit(collector.visitor);
  const { facts, otherRoots } = collector.finish();
  return judge(bundle.name, buildSnapshot(facts, otherRoots, end), end);
}

function judge(name: string, snapshot: Snapshot, end: BundleEnd): Analysis {
  const ledger = buildLedger(snapshot);
  const memory = buildMemory(snapshot);
  const coverage = buildCoverage(snapshot);
  const { findings, notRun } = runRules(RULES, buildFacts(snapshot, ledger, memory, coverage));
  const verdict = drawVerdict({ findings, notRun, ledger, memory, coverage });
  const { node } = snapshot;
  const report: Report = {
    schema: 'sockscope-report',
    version: 1,
    bundle: {
      name: cleanText(name),
      root: node.root,
      hostname: node.hostname,
      kernel: node.kernelRelease,
      capturedAt: node.capturedAt,
      uptimeSeconds: node.uptimeSeconds,
      cpus: node.cpus,
      pageSizeBytes: node.pageSizeBytes,
      entries: end.entries,
      bytes: end.bytes,
    },
    coverage,
    ledger,
    memory,
    verdict,
    findings,
    notRun,
    toCollect: listToCollect({ coverage, ledger, memory, notRun, verdict, log: snapshot.log !== null }),
    problems: snapshot.problems,
    log: summariseLog(snapshot.log, buildLogVictims(snapshot)),
  };
  return { report, snapshot };
}
