/** The façade: a bundle in, a report out. Same bundle, same report, whatever the order of entries or size of chunks. */
import type { Bundle, BundleEnd } from './bundle.ts';
import { createCollector } from './collect/collect.ts';
import { buildFacts } from './facts/build-facts.ts';
import type { LogHit } from './kernel-log/kernel-log.ts';
import { summariseLog } from './kernel-log/log-summary.ts';
import { buildCoverage } from './ledger/coverage.ts';
import { buildLedger } from './ledger/ledger.ts';
import { buildMemory } from './ledger/memory.ts';
import { judgeNodes } from './nodes.ts';
import type { Report } from './report/report.ts';
import { RULES } from './rules/index.ts';
import { runRules } from './rules/run-rules.ts';
import type { Analysis } from './snapshot/analysis.ts';
import { buildLogVictims } from './snapshot/log-victims.ts';
import { buildSnapshot, type Snapshot } from './snapshot/snapshot.ts';
import { cleanText } from './text.ts';
import { listToCollect } from './verdict/to-collect.ts';
import { drawVerdict } from './verdict/verdict.ts';

interface AnalyzeOptions {
  /**
   * Told of what a kernel log has so far, at its first catalogued line and at its end, often long before that of the
   * bundle: for whoever waits. Of one log it is always the same array.
   */
  readonly onLogHits?: (hits: readonly LogHit[]) => void;
  /** Which node to show, by its name or its root, where the archive holds several; without it the worst. */
  readonly node?: string | undefined;
}

/**
 * Reads the bundle once and judges each node in it. Rejects with NoSuchNode if the one to show is not there; else only if
 * the bundle itself cannot be read.
 */
export async function analyze(bundle: Bundle, { onLogHits, node }: AnalyzeOptions = {}): Promise<Analysis> {
  const collector = createCollector({ onLogHits });
  const end = await bundle.visit(collector.visitor);
  return judgeNodes(collector.finish(), node, (facts, problems) =>
    judge(bundle.name, buildSnapshot(facts, problems, end), end),
  );
}

function judge(name: string, snapshot: Snapshot, end: BundleEnd): Analysis {
  const ledger = buildLedger(snapshot);
  const memory = buildMemory(snapshot);
  const coverage = buildCoverage(snapshot);
  const { findings, notRun, ...more } = runRules(RULES, buildFacts(snapshot, ledger, memory, coverage));
  const verdict = drawVerdict({ ...more, notRun, ledger, memory, coverage });
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
    nodes: [],
    coverage,
    ledger,
    memory,
    verdict,
    findings,
    notRun,
    toCollect: listToCollect({ coverage, ledger, memory, notRun, verdict, log: snapshot.log !== null }),
    problems: snapshot.problems,
    log: summariseLog(snapshot.log, buildLogVictims(snapshot, snapshot.log?.scan.reports.records ?? [])),
  };
  return { report, snapshot };
}
