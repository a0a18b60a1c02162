/** Pods: their fds as exporters sum them beside what is really there, and the socket memory of their cgroups. */
import type { PodMemoryView, PodRow, PodsView } from '../../src/core/page/table-model.ts';
import { type Child, cut, el } from '../dom.ts';
import { bytes, count, percent, plural } from '../format.ts';
import { icon, toneIcon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { dataTable } from './data-table.ts';
import { nameLink, numberCell, smallTable } from './sum-table.ts';
import { scopeTag } from './toolkit.ts';

const HOST_NETWORK = 'In the network namespace of the host: the counters of a namespace say nothing about this pod';

function podName(row: PodRow): HTMLElement {
  return el(
    'span',
    { class: 'pod-name' },
    row.tone === 'bad' ? toneIcon('bad') : null,
    cut(row.label),
    row.hostNetwork ? el('span', { class: 'tag', title: HOST_NETWORK }, 'host network') : null,
  );
}

/** Marked where the sum has sockets twice: true as a sum, so no warning. */
function summed(row: PodRow): string | HTMLElement {
  const excess = row.socketFds - row.distinctSockets;
  if (excess <= 0) return count(row.socketFds);
  const title = `${plural(excess, 'fd')} of a socket that was counted already`;
  return el('span', { class: 'marked', title }, icon('info', 'tone-tcp'), count(row.socketFds));
}

function podsTable(view: PodsView, stage: Stage): HTMLElement {
  const rows = view.rows.map((row) => [
    podName(row),
    count(row.openFds),
    summed(row),
    count(row.distinctSockets),
    count(row.tcpSockets),
    count(row.closedHeld),
    count(row.processes),
    row.evidence,
  ]);
  const { more } = view;
  const rest = more && [
    plural(more.pods, 'more pod'),
    count(more.openFds),
    count(more.socketFds),
    '',
    '',
    '',
    '',
    null,
  ];
  const numbers = ['Open fds', 'Socket fds, summed', 'Sockets', 'of them TCP', 'Closed, held', 'Processes'];
  const columns = [{ title: 'Pod' }, ...numbers.map((title) => ({ title, numeric: true })), { title: 'Evidence' }];
  return dataTable({ name: 'Pods', columns, rows, footer: rest === null ? [] : [rest] }, stage);
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
    el('h3', { class: 'block-title' }, 'Pods ', scopeTag('pod')),
    podsTable(view, stage),
    wrong,
  );
}

const SOCK_NOTE = 'sock of memory.stat: buffers of all sockets of the pod, closed ones that it still holds among them.';

export function podMemory(view: PodMemoryView | null, stage: Stage): HTMLElement | null {
  if (view === null) return null;
  const rows = view.rows.map((row) => {
    const sign: Child = row.tone === 'bad' || row.tone === 'warn' ? toneIcon(row.tone) : null;
    return el(
      'tr',
      {},
      el('td', {}, nameLink(row.label, row.evidence, stage)),
      numberCell(bytes(row.sockBytes)),
      numberCell(row.limitBytes === null ? 'none' : bytes(row.limitBytes)),
      el('td', { class: 'num' }, sign, ' ', row.limitBytes === null ? '–' : percent(row.sockBytes, row.limitBytes)),
    );
  });
  if (view.more !== null) {
    const label = el('td', { class: 'dim' }, plural(view.more.pods, 'more pod'));
    rows.push(el('tr', {}, label, numberCell(bytes(view.more.sockBytes)), numberCell(''), numberCell('')));
  }
  const columns = [{ title: 'Pod' }, ...['Sockets', 'Limit', 'Share'].map((title) => ({ title, numeric: true }))];
  return el(
    'div',
    { class: 'block' },
    el('h3', { class: 'block-title' }, 'Socket memory by cgroup ', scopeTag('pod')),
    smallTable('Socket memory by cgroup', 'pod-memory', columns, rows),
    el('p', { class: 'small-text dim' }, SOCK_NOTE),
  );
}
