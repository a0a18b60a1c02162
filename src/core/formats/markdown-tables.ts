/** The tables at the end of the Markdown report: pods, namespaces, and formulas that mislead. */

import type { MemoryOwner, NamespaceLedger, PodCount } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { podName } from '../wording/subject.ts';
import type { WordedReport } from '../wording/worded.ts';
import { type Column, type MarkdownWords, tableLines } from './markdown-words.ts';
import { sayList, sayPages } from './report-words.ts';

const say = defineMessages('markdown-tables', {
  memory: 'Memory',
  mem: 'mem is {pages}, of the node. {unexplained, plural, one {# page of it is} other {# pages of it are}} in no open socket that was seen.',
  memWithError:
    'mem is {pages}, of the node; it may be off by {error, plural, one {# page} other {# pages}} either way. {unexplained, plural, one {# page of it is} other {# pages of it are}} in no open socket that was seen.',
  owner: 'owner',
  pages: 'pages',
  received: 'received, not read',
  sent: 'sent, not acknowledged',
  sockets: 'sockets',
  from: 'from',
  payload: 'payload, a lower bound',
  otherOwners: 'All other owners have {pages, plural, one {# page} other {# pages}}.',
  pods: 'Pods',
  pod: 'pod',
  hostNetwork: '{pod} (host network)',
  processes: 'processes',
  openFds: 'open fds',
  socketFds: 'socket fds',
  tcpSockets: 'of them TCP with a row',
  closedHeld: 'closed but held',
  socketMemory: 'socket memory',
  morePods: '{pods, plural, one {# pod} other {# pods}} with fewer fds {pods, plural, one {is} other {are}} left out.',
  shared:
    'A socket that several processes share counts once for each of them where socket fds are added up: {pod} has {fds, plural, one {# socket fd} other {# socket fds}} and {sockets, plural, one {# socket} other {# sockets}}.',
  formulas: 'Formulas that mislead',
  formula: 'formula for closed sockets',
  gives: 'gives',
  true: 'true',
  why: 'why',
  atMost: '≤ {sockets, number}',
  namespaces: 'Namespaces',
  namespace: 'namespace',
  host: 'host',
  inuse: 'TCP inuse v4 / v6',
  gap: 'room for closed',
  timeWait: 'tw',
  states: 'states of net/tcp and net/tcp6',
  state: '{sockets, number} {state}',
  moreNamespaces: '{namespaces, plural, one {# smaller namespace is} other {# smaller namespaces are}} left out.',
});

const MAX_OWNERS = 10;

/** Whose the pages of mem are, and what is left. */
export function memorySection({ memory }: WordedReport, words: MarkdownWords): string[] {
  const mem = memory.memPages?.value ?? null;
  const owners = memory.owners.filter((owner) => owner.pages > 0);
  if (mem === null || owners.length === 0) return [];
  const rest = owners.slice(MAX_OWNERS).reduce((sum, owner) => sum + owner.pages, 0);
  const pages = sayPages(mem, memory.pageSizeBytes);
  const unexplained = memory.unexplainedPages ?? 0;
  const error = memory.errorPages;
  const columns: readonly Column[] = [
    { head: say.owner() },
    { head: say.pages(), right: true },
    { head: say.received(), right: true },
    { head: say.sent(), right: true },
    { head: say.sockets(), right: true },
    { head: say.from() },
  ];
  return [
    `## ${words.escaped(say.memory())}`,
    '',
    words.escaped(error > 0 ? say.memWithError({ pages, error, unexplained }) : say.mem({ pages, unexplained })),
    '',
    ...tableLines(
      words,
      columns,
      owners.slice(0, MAX_OWNERS).map((owner) => ownerCells(owner, words)),
    ),
    ...(rest === 0 ? [] : [words.escaped(say.otherOwners({ pages: rest })), '']),
  ];
}

function ownerCells(owner: MemoryOwner, words: MarkdownWords): string[] {
  return [
    words.escaped(words.subject(owner.subject)),
    words.count(owner.pages),
    words.bytes(owner.rxQueueBytes),
    words.bytes(owner.txQueueBytes),
    words.count(owner.sockets),
    words.escaped(owner.source === 'skmem' ? 'ss -m' : say.payload()),
  ];
}

const MAX_PODS = 20;

/** As exporters count, and beside it what is really there. */
export function podSection({ ledger, memory }: WordedReport, words: MarkdownWords): string[] {
  const { pods } = ledger;
  if (pods.length === 0) return [];
  const sock = new Map(memory.pods.map((pod) => [pod.subject.podUid, pod.sockBytes]));
  const shared = pods.find((pod) => pod.socketFds > pod.distinctSockets * 1.1);
  const numbers = [
    say.processes(),
    say.openFds(),
    say.socketFds(),
    say.sockets(),
    say.tcpSockets(),
    say.closedHeld(),
    say.socketMemory(),
  ];
  const columns: readonly Column[] = [{ head: say.pod() }, ...numbers.map((head) => ({ head, right: true }) as const)];
  return [
    `## ${words.escaped(say.pods())}`,
    '',
    ...tableLines(
      words,
      columns,
      pods.slice(0, MAX_PODS).map((pod) => podCells(pod, sock.get(pod.subject.podUid), words)),
    ),
    ...(pods.length > MAX_PODS ? [words.escaped(say.morePods({ pods: pods.length - MAX_PODS })), ''] : []),
    ...(shared === undefined ? [] : [words.escaped(saySharing(shared)), '']),
  ];
}

function podCells(pod: PodCount, sockBytes: number | undefined, words: MarkdownWords): string[] {
  const name = podName(pod.subject);
  return [
    words.escaped(pod.hostNetwork ? say.hostNetwork({ pod: name }) : name),
    ...[pod.processes, pod.openFds, pod.socketFds, pod.distinctSockets, pod.tcpSockets, pod.closedHeld].map(
      words.count,
    ),
    sockBytes === undefined ? '?' : words.bytes(sockBytes),
  ];
}

function saySharing({ subject, socketFds, distinctSockets }: PodCount) {
  return say.shared({ pod: podName(subject), fds: socketFds, sockets: distinctSockets });
}

/** Formulas that go round, with what they give here and why. */
export function shortcutSection({ ledger, coverage }: WordedReport, words: MarkdownWords): string[] {
  if (ledger.shortcuts.length === 0) return [];
  // Open sockets of namespaces that were not captured are among them.
  const isBound = coverage.namespacesSeen < coverage.namespacesKnown || ledger.elsewhere > 0;
  const columns: readonly Column[] = [
    { head: say.formula() },
    { head: say.gives(), right: true },
    { head: say.true(), right: true },
    { head: say.why() },
  ];
  const rows = ledger.shortcuts.map(({ formula, value, truth, explanation }) => [
    words.escaped(formula),
    words.count(value),
    isBound ? words.text(say.atMost({ sockets: truth })) : words.count(truth),
    words.escaped(explanation),
  ]);
  return [`## ${words.escaped(say.formulas())}`, '', ...tableLines(words, columns, rows)];
}

const MAX_NAMESPACES = 30;

export function namespaceSection({ ledger }: WordedReport, words: MarkdownWords): string[] {
  const { namespaces } = ledger;
  if (namespaces.length === 0) return [];
  const ranked = [...namespaces].sort((a, b) => b.tcpRows - a.tcpRows).slice(0, MAX_NAMESPACES);
  const columns: readonly Column[] = [
    { head: say.namespace() },
    { head: say.pod() },
    { head: say.inuse(), right: true },
    { head: say.gap(), right: true },
    { head: say.timeWait(), right: true },
    { head: say.states() },
  ];
  const left = namespaces.length - ranked.length;
  return [
    `## ${words.escaped(say.namespaces())}`,
    '',
    ...tableLines(
      words,
      columns,
      ranked.map((namespace) => namespaceCells(namespace, words)),
    ),
    ...(left > 0 ? [words.escaped(say.moreNamespaces({ namespaces: left })), ''] : []),
  ];
}

function namespaceCells(namespace: NamespaceLedger, words: MarkdownWords): string[] {
  const { netns, isHost, pod, podNamespace, inuse4, inuse6, gap, timeWait } = namespace;
  const known = (count: number | null) => (count === null ? '?' : words.count(count));
  const states = Object.entries(namespace.states)
    .sort((a, b) => b[1] - a[1])
    .map(([state, sockets]) => say.state({ sockets, state }));
  const name = podName({
    kind: 'pod',
    ...(pod === undefined ? {} : { pod }),
    ...(podNamespace === undefined ? {} : { podNamespace }),
  });
  return [
    words.escaped(words.netns(netns)),
    words.escaped(isHost ? say.host() : name),
    `${known(inuse4)} / ${known(inuse6)}`,
    known(gap),
    known(timeWait),
    words.escaped(sayList({ items: states })),
  ];
}
