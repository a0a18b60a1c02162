/** TCP sockets of the node: who holds them, and what is not part of the count. */
import type { SocketPart, SocketsView } from '../../src/core/views/page-model.ts';
import { drawSocketLedger } from '../charts/socket-ledger.ts';
import { el } from '../dom.ts';
import { count, percent } from '../format.ts';
import type { Stage } from '../stage.ts';
import { dataTable } from './data-table.ts';
import { evidenceRow } from './evidence.ts';
import { emptyBox, twinSection } from './section.ts';

function twinTable(view: SocketsView, stage: Stage): HTMLElement {
  const alloc = view.alloc ?? view.parts.reduce((sum, part) => sum + part.count, 0);
  const row = (part: SocketPart, where: string) => [
    part.label,
    count(part.count),
    where === 'alloc' ? percent(part.count, alloc) : '–',
    where,
    part.detail,
  ];
  const columns = [
    { title: 'Holder' },
    { title: 'Sockets', numeric: true },
    { title: 'Share', numeric: true },
    { title: 'Counted in' },
    { title: 'Detail' },
  ];
  const rows = [
    ...view.parts.map((part) => row(part, 'alloc')),
    ...view.outside.map((part) => row(part, 'namespace, not alloc')),
  ];
  return dataTable({ name: 'TCP sockets as table', columns, rows }, stage);
}

function note(view: SocketsView): HTMLElement {
  if (view.alloc === null) return el('span', {}, 'alloc is not known');
  const rest = view.unexplained === null ? [] : [', unexplained ', el('strong', {}, count(view.unexplained))];
  return el('span', {}, 'alloc ', el('strong', {}, count(view.alloc)), ...rest);
}

export function sockets(view: SocketsView, stage: Stage): HTMLElement {
  const chart = el('div', { class: 'place' });
  const nothing = view.alloc === null && view.parts.length === 0 && view.outside.length === 0;
  if (nothing)
    chart.append(emptyBox('No socket counts in this bundle', 'Neither net/sockstat nor socket tables were captured.'));
  else stage.fit(chart, (width) => drawSocketLedger(chart, width, view, stage));
  return twinSection(
    {
      id: 'sockets',
      title: 'TCP sockets',
      scope: 'node',
      note: note(view),
      picture: el(
        'div',
        {},
        chart,
        view.sum === '' ? null : el('p', { class: 'small-text dim clamp', title: view.sum }, view.sum),
      ),
      table: () => twinTable(view, stage),
      below: evidenceRow(view.evidence, stage),
    },
    stage,
  );
}
