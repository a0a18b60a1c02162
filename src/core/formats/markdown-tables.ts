/** The tables at the end of the Markdown report: pods, namespaces, and formulas that mislead. */

import { formatBytes, formatCount, formatPages } from '../wording/format.ts';
import { describeNetns, describeSubject, podName } from '../wording/subject-text.ts';
import type { WordedReport } from '../wording/worded.ts';
import { escapeMarkdown } from './markdown-escape.ts';

const MAX_OWNERS = 10;

/** Whose the pages of mem are, and what is left. */
export function memorySection({ memory }: WordedReport): string[] {
  const mem = memory.memPages?.value ?? null;
  const owners = memory.owners.filter((owner) => owner.pages > 0);
  if (mem === null || owners.length === 0) return [];
  const rows = owners.slice(0, MAX_OWNERS).map((owner) => {
    const source = owner.source === 'skmem' ? 'ss -m' : 'payload, a lower bound';
    return `| ${escapeMarkdown(describeSubject(owner.subject))} | ${formatCount(owner.pages)} | ${formatBytes(owner.rxQueueBytes)} | ${formatBytes(owner.txQueueBytes)} | ${formatCount(owner.sockets)} | ${source} |`;
  });
  const rest = owners.slice(MAX_OWNERS).reduce((sum, owner) => sum + owner.pages, 0);
  const error = memory.errorPages > 0 ? ` (mem may be off by ${formatCount(memory.errorPages)} either way)` : '';
  return [
    '## Memory',
    '',
    `mem is ${formatPages(mem, memory.pageSizeBytes)}, of the node; ${formatCount(memory.unexplainedPages ?? 0)} pages of it are in no open socket that was seen${error}.`,
    '',
    '| owner | pages | received, not read | sent, not acknowledged | sockets | from |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...rows,
    ...(rest === 0 ? [] : ['', `All others have ${formatCount(rest)} pages.`]),
    '',
  ];
}

const MAX_PODS = 20;

/** As exporters count, and beside it what is really there. */
export function podSection({ ledger, memory }: WordedReport): string[] {
  const { pods } = ledger;
  if (pods.length === 0) return [];
  const sock = new Map(memory.pods.map((pod) => [pod.subject.podUid, pod.sockBytes]));
  const rows = pods.slice(0, MAX_PODS).map((pod) => {
    const bytes = sock.get(pod.subject.podUid);
    const network = pod.hostNetwork ? ' (host network)' : '';
    return `| ${escapeMarkdown(podName(pod.subject))}${network} | ${pod.processes} | ${formatCount(pod.openFds)} | ${formatCount(pod.socketFds)} | ${formatCount(pod.distinctSockets)} | ${formatCount(pod.tcpSockets)} | ${formatCount(pod.closedHeld)} | ${bytes === undefined ? '?' : formatBytes(bytes)} |`;
  });
  const shared = pods.find((pod) => pod.socketFds > pod.distinctSockets * 1.1);
  return [
    '## Pods',
    '',
    '| pod | processes | open fds | socket fds | sockets | of them TCP with a row | closed but held | socket memory |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    ...(pods.length > MAX_PODS ? ['', `${pods.length - MAX_PODS} pods with fewer fds are left out.`] : []),
    '',
    ...(shared === undefined
      ? []
      : [
          `Socket fds summed over processes count shared sockets again: ${escapeMarkdown(podName(shared.subject))} has ${formatCount(shared.socketFds)} of them and ${formatCount(shared.distinctSockets)} sockets.`,
          '',
        ]),
  ];
}

/** Formulas that go round, with what they give here and why. */
export function shortcutSection({ ledger, coverage }: WordedReport): string[] {
  if (ledger.shortcuts.length === 0) return [];
  // Open sockets of namespaces that were not captured are among them.
  const bound = coverage.namespacesSeen < coverage.namespacesKnown || ledger.elsewhere > 0 ? '≤ ' : '';
  return [
    '## Formulas that mislead',
    '',
    '| formula for closed sockets | gives | true | why |',
    '| --- | ---: | ---: | --- |',
    ...ledger.shortcuts.map(
      ({ formula, value, truth, explanation }) =>
        `| ${escapeMarkdown(formula)} | ${formatCount(value)} | ${bound}${formatCount(truth)} | ${escapeMarkdown(explanation)} |`,
    ),
    '',
  ];
}

const MAX_NAMESPACES = 30;

export function namespaceSection(report: WordedReport): string[] {
  const { namespaces } = report.ledger;
  if (namespaces.length === 0) return [];
  const ranked = [...namespaces].sort((a, b) => b.tcpRows - a.tcpRows).slice(0, MAX_NAMESPACES);
  const rows = ranked.map((namespace) => {
    const states = Object.entries(namespace.states)
      .sort((a, b) => b[1] - a[1])
      .map(([state, count]) => `${formatCount(count)} ${state}`)
      .join(', ');
    const who = namespace.isHost
      ? 'host'
      : podName({
          kind: 'pod',
          ...(namespace.pod === undefined ? {} : { pod: namespace.pod }),
          ...(namespace.podNamespace === undefined ? {} : { podNamespace: namespace.podNamespace }),
        });
    const inuse = `${namespace.inuse4 ?? '?'} / ${namespace.inuse6 ?? '?'}`;
    return `| ${escapeMarkdown(describeNetns(namespace.netns))} | ${escapeMarkdown(who)} | ${inuse} | ${namespace.gap ?? '?'} | ${namespace.timeWait ?? '?'} | ${escapeMarkdown(states)} |`;
  });
  return [
    '## Namespaces',
    '',
    '| namespace | pod | TCP inuse v4 / v6 | room for closed | tw | states of net/tcp and net/tcp6 |',
    '| --- | --- | ---: | ---: | ---: | --- |',
    ...rows,
    ...(namespaces.length > MAX_NAMESPACES
      ? ['', `${namespaces.length - MAX_NAMESPACES} smaller namespaces are left out.`]
      : []),
    '',
  ];
}
