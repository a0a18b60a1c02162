/** What the numbers of one bundle say of a message of its kernel log: short lines of plain text, for a hover. */

import type { LogMessage } from '../kernel-log/log-catalogue.ts';
import { formatCount, formatPages, formatQuantity, formatShare } from '../wording/format.ts';
import { describeNetns, describeSubject, podName } from '../wording/subject-text.ts';
import type { WordedEvidence } from '../wording/worded.ts';
import type { LogCounter } from './log-counters.ts';
import { topicsOfMessage } from './log-topics.ts';
import type { ReportSummary } from './report-summary.ts';

export interface LogLineFacts {
  /** `At least 412 such lines: the kernel says that it dropped 9 messages of any kind.` */
  readonly count: string;
  /** One line each, the counters of the message first. */
  readonly facts: readonly string[];
  /** Where the message is about TCP memory: who holds it. */
  readonly verdict: string | null;
  readonly evidence: readonly WordedEvidence[];
}

/** Messages that the numbers about TCP memory belong to. */
const ABOUT_MEMORY: ReadonlySet<string> = new Set([
  'tcp-out-of-memory',
  'tcp-out-of-socket-memory',
  'net-ratelimit',
  'page-allocation-failure',
]);
/** More than two sentences of findings are read on the page, not in a hover. */
const MAX_FINDINGS = 2;

/** Counters are those of {@link LogCounter}, which name their scope; memory is of the node, in pages. */
export function describeLogMessage(
  message: LogMessage,
  report: ReportSummary,
  counters: readonly LogCounter[],
): LogLineFacts {
  const topics = topicsOfMessage(message.id);
  const findings = report.findings.filter(({ about }) => about.some((topic) => topics.includes(topic)));
  const isMemory = ABOUT_MEMORY.has(message.id);
  return {
    count: describeCount(message, report),
    facts: [
      ...message.counters.map((key) => describeCounter(key, report, counters)),
      ...(isMemory ? describeMemory(report) : findings.slice(0, MAX_FINDINGS).map((finding) => finding.message)),
    ],
    verdict: isMemory ? report.verdict.sentence : null,
    evidence: findings.flatMap(({ evidence }) => evidence),
  };
}

/** Lines are a lower bound: the kernel drops some, and the counter of the same event does not. */
function describeCount({ id, counters }: LogMessage, { log, findings }: ReportSummary): string {
  const lines = formatQuantity(log?.counts[id] ?? 0, 'such line');
  const suppressed = findings.find(({ about }) => about.includes('tcp-oom'))?.measures['suppressedMessages'] ?? 0;
  return counters.length === 0 || suppressed === 0
    ? `${lines}.`
    : `At least ${lines}: the kernel says that it dropped ${formatQuantity(suppressed, 'message')} of any kind.`;
}

function describeCounter(key: string, report: ReportSummary, counters: readonly LogCounter[]): string {
  const name = key.slice(key.indexOf('.') + 1);
  const found = counters.find((counter) => counter.key === key);
  if (found === undefined) return `${name} is not in this bundle.`;
  const known = Math.max(found.namespaces, report.coverage.namespacesKnown);
  const where = `${known > found.namespaces ? `${formatCount(found.namespaces)} of ` : ''}${formatQuantity(known, 'network namespace')}`;
  if (found.total === 0) return `${name} = 0 in ${where}.`;
  const most =
    found.namespaces > 1 && found.most.value > 0
      ? `, most in ${describeHome(found.most.netns, report)} (${formatCount(found.most.value)})`
      : '';
  return `${name} = ${formatCount(found.total)} in ${where} since they exist${most}.`;
}

function describeHome(netns: number, { ledger }: ReportSummary): string {
  const home = ledger.namespaces.find((namespace) => namespace.netns === netns);
  if (home?.isHost === true) return "the host's";
  const { pod, podNamespace } = home ?? {};
  const name = podName({
    kind: 'namespace',
    ...(pod === undefined ? {} : { pod }),
    ...(podNamespace === undefined ? {} : { podNamespace }),
  });
  return name === '' ? describeNetns(netns) : `that of pod ${name}`;
}

function describeMemory({ memory, verdict }: ReportSummary): readonly string[] {
  const { memPages, maxPages, errorPages, pageSizeBytes, owners } = memory;
  if (memPages === null) return ['mem of the node is not known: sockstat was not captured.'];
  const mem = memPages.value;
  const error = errorPages > 0 ? ` ± ${formatCount(errorPages)}` : '';
  const limit =
    maxPages === null
      ? '; tcp_mem was not captured.'
      : ` against tcp_mem max ${formatPages(maxPages, pageSizeBytes)}: ${formatShare(mem, maxPages)} of the limit of the node when captured.`;
  const [owner] = owners;
  // The verdict, where it names an owner, says the same.
  const holder =
    verdict.memoryOwner !== null || owner === undefined || owner.pages === 0
      ? []
      : [
          `${describeSubject(owner.subject)} holds ${owner.source === 'queues' ? 'at least ' : ''}${formatShare(Math.min(owner.pages, mem), mem)} of it in ${formatQuantity(owner.sockets, 'socket')}.`,
        ];
  return [`mem ${formatPages(mem, pageSizeBytes)}${error}${limit}`, ...holder];
}
