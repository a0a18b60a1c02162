/**
 * What a rule is: it names the facts that it needs, sees no other, and turns them into findings. A rule whose facts
 * are missing does not run and is listed with what to capture; a rule that throws is reported and the others run.
 */

import type { LogScan } from '../parsers/kernel-log.ts';
import type {
  Confidence,
  Coverage,
  Evidence,
  Finding,
  Ledger,
  Level,
  Memory,
  NotRun,
  Subject,
} from '../report/report.ts';
import type { Holder } from '../snapshot/holders.ts';

export interface KernelLogFact {
  readonly entry: string;
  readonly scan: LogScan;
  readonly complete: boolean;
}

interface SockstatFact {
  readonly entry: string;
  readonly tcpLine: number;
}

export interface TcpMemFact {
  readonly entry: string;
  readonly minPages: number;
  readonly pressurePages: number;
  readonly maxPages: number;
}

/** Counters of one namespace that a rule asked for by name; a counter the kernel does not have is absent. */
export interface CounterFact {
  readonly subject: Subject;
  readonly entry: string;
  readonly line: number;
  readonly values: ReadonlyMap<string, number>;
}

interface NodeFact {
  readonly hostname: string;
  readonly pageSizeBytes: number;
  readonly uptimeSeconds: number | null;
  readonly memTotalBytes: number | null;
  readonly meminfoEntry: string;
}

/** Orphans and minisocks of one namespace. */
export interface NamespaceFact {
  readonly subject: Subject;
  readonly isHost: boolean;
  readonly orphans: number;
  readonly orphanTxBytes: number;
  readonly orphanEvidence: Evidence | null;
  readonly minisocks: number;
  readonly minisockEvidence: Evidence | null;
  readonly timeWait: number | null;
}

/** Sending sockets of one holder. */
export interface SenderFact {
  readonly subject: Subject;
  readonly txQueueBytes: number;
  readonly sockets: number;
  readonly zeroWindow: number;
  readonly retransmitting: number;
  readonly pages: number;
  readonly topRemote: string;
  readonly topRemoteSockets: number;
  /** The process behind topRemote when it lives on this node. */
  readonly topRemoteSubject: Subject | null;
  readonly evidence: Evidence | null;
}

interface Facts {
  readonly kernelLog: KernelLogFact;
  readonly sockstat: SockstatFact;
  readonly tcpMem: TcpMemFact;
  /** Only with sockstat. */
  readonly ledger: Ledger;
  /** Only with sockstat. */
  readonly memory: Memory;
  /** Only with socket tables. */
  readonly holders: readonly Holder[];
  readonly namespaces: readonly NamespaceFact[];
  readonly senders: readonly SenderFact[];
  /** Only when fd links of at least one process are there. */
  readonly fdLinks: { readonly processes: number };
  readonly netstat: readonly CounterFact[];
  readonly maxOrphans: { readonly entry: string; readonly value: number };
  readonly maxTwBuckets: { readonly entry: string; readonly value: number };
  readonly node: NodeFact;
  readonly coverage: Coverage;
  /** Entry that stands for the bundle as a whole. */
  readonly bundle: { readonly entry: string };
}

export type FactName = keyof Facts;
export type AvailableFacts = { readonly [N in FactName]: Facts[N] | null };

/** What to say of a fact that is missing, and how to get it. */
const CAPTURE: Readonly<Record<FactName, { readonly missing: string; readonly capture: string }>> = {
  kernelLog: { missing: 'the kernel log', capture: 'dmesg > dmesg' },
  sockstat: { missing: 'sockstat', capture: 'cp /proc/1/net/sockstat proc/net/sockstat' },
  tcpMem: {
    missing: 'net.ipv4.tcp_mem',
    capture: 'cp /proc/sys/net/ipv4/tcp_mem proc/sys/net/ipv4/ (on the host, not in a pod)',
  },
  ledger: { missing: 'sockstat', capture: 'cp /proc/1/net/sockstat proc/net/sockstat' },
  memory: { missing: 'sockstat', capture: 'cp /proc/1/net/sockstat proc/net/sockstat' },
  holders: {
    missing: 'the socket tables',
    capture: 'cp /proc/PID/net/tcp /proc/PID/net/tcp6 for one process of each namespace',
  },
  namespaces: {
    missing: 'the socket tables',
    capture: 'cp /proc/PID/net/tcp /proc/PID/net/tcp6 for one process of each namespace',
  },
  senders: {
    missing: 'the socket tables',
    capture: 'cp /proc/PID/net/tcp /proc/PID/net/tcp6 for one process of each namespace',
  },
  fdLinks: { missing: 'the fd links', capture: 'ls -l /proc/PID/fd of every process, as root' },
  netstat: {
    missing: 'netstat of the namespaces',
    capture: 'cp /proc/PID/net/netstat for one process of each namespace',
  },
  maxOrphans: {
    missing: 'net.ipv4.tcp_max_orphans',
    capture: 'cp /proc/sys/net/ipv4/tcp_max_orphans proc/sys/net/ipv4/',
  },
  maxTwBuckets: {
    missing: 'net.ipv4.tcp_max_tw_buckets',
    capture: 'cp /proc/sys/net/ipv4/tcp_max_tw_buckets proc/sys/net/ipv4/',
  },
  node: { missing: 'the node', capture: '' },
  coverage: { missing: 'the coverage', capture: '' },
  bundle: { missing: 'the bundle', capture: '' },
};

/** A finding without what is the rule's own; level defaults to that of the rule. */
export interface FindingDraft {
  readonly level?: Level;
  readonly confidence: Confidence;
  readonly messageId: string;
  readonly message: string;
  readonly subjects: readonly Subject[];
  readonly measures: Readonly<Record<string, number>>;
  readonly evidence: readonly (Evidence | null)[];
  readonly doubts?: readonly string[];
  readonly fixes: readonly string[];
  readonly nonFixes?: readonly string[];
  readonly next?: string;
}

export interface Rule {
  readonly id: string;
  readonly level: Level;
  readonly title: string;
  readonly needs: readonly FactName[];
  readonly run: (facts: AvailableFacts) => readonly FindingDraft[];
}

type Needed<N extends FactName, O extends FactName> = { readonly [K in N]: Facts[K] } & {
  readonly [K in O]: Facts[K] | null;
};

/** Declares a rule; touching a fact that is in neither list does not compile. */
export function defineRule<const N extends FactName, const O extends FactName = never>(rule: {
  readonly id: string;
  readonly level: Level;
  readonly title: string;
  readonly needs: readonly N[];
  readonly optional?: readonly O[];
  readonly check: (facts: Needed<N, O>) => readonly FindingDraft[];
}): Rule {
  return {
    id: rule.id,
    level: rule.level,
    title: rule.title,
    needs: rule.needs,
    // The runner has checked that every needed fact is there; the others are null where missing.
    run: (facts) => rule.check(facts as Needed<N, O>),
  };
}

export interface RuleResults {
  readonly findings: readonly Finding[];
  readonly notRun: readonly NotRun[];
}

const ORDER: Readonly<Record<Level, number>> = { error: 0, warning: 1, note: 2 };
const SURE: Readonly<Record<Confidence, number>> = { high: 0, medium: 1, low: 2 };

/** Runs every rule that has its facts. Findings come sorted: worst first, then surest, then by rule. */
export function runRules(rules: readonly Rule[], facts: AvailableFacts): RuleResults {
  const findings: Finding[] = [];
  const notRun: NotRun[] = [];
  for (const rule of rules) {
    const missing = rule.needs.filter((name) => facts[name] === null).map((name) => CAPTURE[name]);
    if (missing.length > 0) {
      notRun.push({
        ruleId: rule.id,
        reason: `needs ${[...new Set(missing.map((fact) => fact.missing))].join(' and ')}`,
        capture: [...new Set(missing.map((fact) => fact.capture))].join('; '),
      });
      continue;
    }
    try {
      for (const draft of rule.run(facts)) findings.push(toFinding(rule, draft));
    } catch (error) {
      notRun.push({
        ruleId: rule.id,
        reason: `failed: ${error instanceof Error ? error.message : 'unknown error'}`,
        capture: '',
      });
    }
  }
  findings.sort(
    (a, b) =>
      ORDER[a.level] - ORDER[b.level] || SURE[a.confidence] - SURE[b.confidence] || (a.ruleId < b.ruleId ? -1 : 1),
  );
  return { findings, notRun };
}

function toFinding(rule: Rule, draft: FindingDraft): Finding {
  const evidence = draft.evidence.filter((item) => item !== null);
  if (evidence.length === 0) throw new Error('a finding without evidence');
  return {
    ruleId: rule.id,
    level: draft.level ?? rule.level,
    confidence: draft.confidence,
    messageId: draft.messageId,
    title: rule.title,
    message: draft.message,
    subjects: draft.subjects,
    measures: draft.measures,
    evidence,
    doubts: draft.doubts ?? [],
    fixes: draft.fixes,
    nonFixes: draft.nonFixes ?? [],
    ...(draft.next === undefined ? {} : { next: draft.next }),
  };
}
