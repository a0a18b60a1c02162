/** What the numbers of one bundle say of a message of its kernel log: short lines of plain text, for a hover. */

import type { LogMessage } from '../kernel-log/log-catalogue.ts';
import type { Message, Text } from '../report/message.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { sayNetns } from '../wording/subject.ts';
import type { WordedEvidence } from '../wording/worded.ts';
import type { Wording } from '../wording/wording.ts';
import { memOfNode, sizedPages } from './hover/pages.ts';
import type { LogCounter } from './log-counters.ts';
import { topicsOfMessage } from './log-topics.ts';
import type { ReportSummary } from './report-summary.ts';

const say = defineMessages('log-line', {
  lines: '{lines, plural, one {# such line} other {# such lines}}.',
  atLeastLines:
    'At least {lines, plural, one {# such line} other {# such lines}}: the kernel says that it dropped {dropped, plural, one {# message} other {# messages}} of any kind.',
  counterUnknown: '{name} is not in this bundle.',
  counterZero: '{name} = 0 in {where}.',
  counter: '{name} = {total, number} in {where} since they exist.',
  counterMost: '{name} = {total, number} in {where} since they exist, most in {home} ({most, number}).',
  namespaces: '{known, plural, one {# network namespace} other {# network namespaces}}',
  someNamespaces: '{found, number} of {known, plural, one {# network namespace} other {# network namespaces}}',
  homeHost: 'that of the host',
  homePod: 'that of pod {pod}',
  memUnknown: 'mem of the node is not known: sockstat was not captured.',
  mem: 'mem {mem}; tcp_mem was not captured.',
  memAgainst: 'mem {mem} against tcp_mem max {limit}: {part, number, share} of the limit of the node when captured.',
  holder: '{who} holds {part, number, share} of it in {sockets, plural, one {# socket} other {# sockets}}.',
  holderAtLeast:
    '{who} holds at least {part, number, share} of it in {sockets, plural, one {# socket} other {# sockets}}.',
});

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
  wording: Wording,
): LogLineFacts {
  const topics = topicsOfMessage(message.id);
  const findings = report.findings.filter(({ about }) => about.some((topic) => topics.includes(topic)));
  const isMemory = ABOUT_MEMORY.has(message.id);
  const facts: readonly Text[] = [
    ...message.counters.map((key) => sayCounter(key, report, counters)),
    ...(isMemory ? sayMemory(report) : findings.slice(0, MAX_FINDINGS).map((finding) => finding.message)),
  ];
  return {
    count: wording.text(sayCount(message, report)),
    facts: facts.map((fact) => wording.text(fact)),
    verdict: isMemory ? report.verdict.sentence : null,
    evidence: findings.flatMap(({ evidence }) => evidence),
  };
}

/** Lines are a lower bound: the kernel drops some, and the counter of the same event does not. */
function sayCount({ id, counters }: LogMessage, { log, findings }: ReportSummary): Message {
  const lines = log?.counts[id] ?? 0;
  const dropped = findings.find(({ about }) => about.includes('tcp-oom'))?.measures['suppressedMessages'] ?? 0;
  return counters.length === 0 || dropped === 0 ? say.lines({ lines }) : say.atLeastLines({ lines, dropped });
}

function sayCounter(key: string, report: ReportSummary, counters: readonly LogCounter[]): Message {
  const name = key.slice(key.indexOf('.') + 1);
  const counter = counters.find((each) => each.key === key);
  if (counter === undefined) return say.counterUnknown({ name });
  const { namespaces: found, total, most } = counter;
  const known = Math.max(found, report.coverage.namespacesKnown);
  const where = known > found ? say.someNamespaces({ found, known }) : say.namespaces({ known });
  if (total === 0) return say.counterZero({ name, where });
  if (found === 1 || most.value === 0) return say.counter({ name, total, where });
  return say.counterMost({ name, total, where, home: sayHome(most.netns, report), most: most.value });
}

function sayHome(netns: number, { ledger }: ReportSummary): Text {
  const home = ledger.namespaces.find((namespace) => namespace.netns === netns);
  if (home?.isHost === true) return say.homeHost();
  const { pod, podNamespace } = home ?? {};
  if (pod === undefined) return sayNetns(netns);
  return say.homePod({ pod: podNamespace === undefined ? pod : `${podNamespace}/${pod}` });
}

function sayMemory(report: ReportSummary): readonly Message[] {
  const { memory, verdict } = report;
  const { memPages, maxPages, owners } = memory;
  const mem = memOfNode(report);
  if (memPages === null || mem === null) return [say.memUnknown()];
  const pages = memPages.value;
  const size =
    maxPages === null
      ? say.mem({ mem })
      : say.memAgainst({ mem, limit: sizedPages(maxPages, memory), part: pages / maxPages });
  const [owner] = owners;
  // The verdict, where it names an owner, says the same.
  if (verdict.memoryOwner !== null || owner === undefined || owner.pages === 0) return [size];
  const { subject: who, sockets } = owner;
  const part = Math.min(owner.pages, pages) / pages;
  return [
    size,
    owner.source === 'queues' ? say.holderAtLeast({ who, part, sockets }) : say.holder({ who, part, sockets }),
  ];
}
