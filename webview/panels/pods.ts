/** Pods: their fds as exporters sum them beside what is really there, and the socket memory of their cgroups. */
import type { PodMemoryView, PodRow, PodsView } from '../../src/core/page/table-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { type Child, cut, el } from '../dom.ts';
import { icon, toneIcon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { countCell, numberColumn, textColumn, type ValueCell } from './cells.ts';
import { dataTable } from './data-table.ts';
import { evidenceColumn } from './evidence.ts';
import { nameLink, numberCell, smallTable } from './sum-table.ts';
import { scopeTag } from './toolkit.ts';

const say = defineMessages('webview-pods', {
  title: 'Pods',
  pod: 'Pod',
  openFds: 'Open fds',
  socketFds: 'Socket fds, summed',
  sockets: 'Sockets',
  tcpSockets: 'of them TCP',
  closedHeld: 'Closed, held',
  processes: 'Processes',
  hostNetwork: 'host network',
  aboutHostNetwork:
    'This pod is in the network namespace of the host. The counters of that namespace say nothing about this pod.',
  countedTwice: '{fds, plural, one {# fd} other {# fds}} of sockets that were counted already',
  morePods: '{pods, plural, one {# more pod} other {# more pods}}',
  memory: 'Socket memory by cgroup',
  limit: 'Limit',
  share: 'Share',
  noLimit: 'none',
  aboutSock:
    'From sock in memory.stat: the buffers of all sockets of the pod, also of the closed sockets that it still holds.',
});

function podName(row: PodRow): HTMLElement {
  return el(
    'span',
    { class: 'pod-name' },
    row.tone === 'bad' ? toneIcon('bad') : null,
    cut(row.label),
    row.hostNetwork
      ? el('span', { class: 'tag', title: words.text(say.aboutHostNetwork()) }, words.text(say.hostNetwork()))
      : null,
  );
}

/** Marked where the sum has sockets twice: true as a sum, so no warning. */
function summed(row: PodRow): ValueCell {
  const cell = countCell(row.socketFds);
  const excess = row.socketFds - row.distinctSockets;
  if (excess <= 0) return cell;
  const title = words.text(say.countedTwice({ fds: excess }));
  return { ...cell, drawn: el('span', { class: 'marked', title }, icon('info', 'tone-tcp'), cell.text) };
}

function podsTable(view: PodsView, stage: Stage): HTMLElement {
  const rows = view.rows.map((row) => [
    podName(row),
    countCell(row.openFds),
    summed(row),
    countCell(row.distinctSockets),
    countCell(row.tcpSockets),
    countCell(row.closedHeld),
    countCell(row.processes),
    row.evidence,
  ]);
  const { more } = view;
  const rest = more && [
    words.text(say.morePods({ pods: more.pods })),
    countCell(more.openFds),
    countCell(more.socketFds),
    '',
    '',
    '',
    '',
    null,
  ];
  const columns = [
    textColumn(say.pod()),
    numberColumn(say.openFds()),
    numberColumn(say.socketFds()),
    numberColumn(say.sockets()),
    numberColumn(say.tcpSockets()),
    numberColumn(say.closedHeld()),
    numberColumn(say.processes()),
    evidenceColumn(),
  ];
  const footer = rest === null ? [] : [rest];
  return dataTable({ id: 'pods', name: words.text(say.title()), columns, rows, footer }, stage);
}

export function pods(view: PodsView | null, stage: Stage): HTMLElement | null {
  if (view === null) return null;
  const wrong =
    view.wrong === ''
      ? null
      : el('p', { class: 'caveat' }, icon('info', 'tone-tcp'), el('span', { class: 'clamp' }, view.wrong));
  return el(
    'div',
    { class: 'block' },
    el('h3', { class: 'block-title' }, words.text(say.title()), ' ', scopeTag('pod')),
    podsTable(view, stage),
    wrong,
  );
}

export function podMemory(view: PodMemoryView | null, stage: Stage): HTMLElement | null {
  if (view === null) return null;
  const rows = view.rows.map((row) => {
    const sign: Child = row.tone === 'bad' || row.tone === 'warn' ? toneIcon(row.tone) : null;
    return el(
      'tr',
      {},
      el('td', {}, nameLink(row.label, row.evidence, stage)),
      numberCell(words.bytes(row.sockBytes)),
      numberCell(row.limitBytes === null ? words.text(say.noLimit()) : words.bytes(row.limitBytes)),
      el('td', { class: 'num' }, sign, ' ', words.share(row.sockBytes, row.limitBytes ?? 0)),
    );
  });
  if (view.more !== null) {
    const label = el('td', { class: 'dim' }, words.text(say.morePods({ pods: view.more.pods })));
    rows.push(el('tr', {}, label, numberCell(words.bytes(view.more.sockBytes)), numberCell(''), numberCell('')));
  }
  const numbers = [say.sockets(), say.limit(), say.share()];
  const columns = [textColumn(say.pod()), ...numbers.map(numberColumn)];
  const title = words.text(say.memory());
  return el(
    'div',
    { class: 'block' },
    el('h3', { class: 'block-title' }, title, ' ', scopeTag('pod')),
    smallTable(title, 'pod-memory', columns, rows),
    el('p', { class: 'small-text dim' }, words.text(say.aboutSock())),
  );
}
