/** What the features of the editor need of a report: none of its lists that are as long as the node has processes. */
import type { KernelLog } from '../report/log-report.ts';
import type { Coverage, Ledger, Memory, NamespaceLedger, Subject, Verdict } from '../report/report.ts';
import type { Worded, WordedFinding, WordedReport } from '../wording/worded.ts';

const NAMESPACE = ['netns', 'isHost', 'representativePid', 'pod', 'podNamespace', 'inuse4', 'inuse6', 'gap'] as const;
const FINDING = ['ruleId', 'level', 'about', 'title', 'message', 'measures', 'evidence'] as const;
const MEMORY = ['pageSizeBytes', 'memPages', 'errorPages', 'maxPages', 'memTotalBytes'] as const;

/** A part of {@link WordedReport}: a whole one can stand for it. */
export interface ReportSummary {
  readonly bundle: Pick<WordedReport['bundle'], 'root' | 'hostname' | 'kernel'>;
  readonly coverage: Pick<Coverage, 'namespacesKnown'>;
  readonly ledger: Pick<Ledger, 'inuse' | 'unhashed'> & {
    readonly namespaces: readonly Pick<NamespaceLedger, (typeof NAMESPACE)[number]>[];
  };
  /** Of the owners only the first is needed: who has most of it. */
  readonly memory: Pick<Memory, (typeof MEMORY)[number] | 'owners'>;
  readonly verdict: Pick<Worded<Verdict>, 'sentence' | 'paragraph' | 'memoryOwner'>;
  readonly findings: readonly (Pick<WordedFinding, (typeof FINDING)[number]> & {
    readonly subjects: readonly Pick<Subject, 'pid'>[];
  })[];
  readonly log: Pick<KernelLog, 'counts'> | null;
}

export function summariseReport({
  bundle,
  coverage,
  ledger,
  memory,
  verdict,
  findings,
  log,
}: WordedReport): ReportSummary {
  return {
    bundle: pick(bundle, ['root', 'hostname', 'kernel']),
    coverage: pick(coverage, ['namespacesKnown']),
    ledger: {
      ...pick(ledger, ['inuse', 'unhashed']),
      namespaces: ledger.namespaces.map((namespace) => pick(namespace, NAMESPACE)),
    },
    memory: { ...pick(memory, MEMORY), owners: memory.owners.slice(0, 1) },
    verdict: pick(verdict, ['sentence', 'paragraph', 'memoryOwner']),
    findings: findings.map((finding) => ({
      ...pick(finding, FINDING),
      subjects: finding.subjects.map((subject) => pick(subject, ['pid'])),
    })),
    log: log === null ? null : pick(log, ['counts']),
  };
}

/** The fields as they are: one that is not there stays away. */
function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(from, key)).map((key) => [key, from[key]])) as Pick<
    T,
    K
  >;
}
