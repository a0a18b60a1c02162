/** TCP sockets of the node: who holds them, and what is not part of the count. */
import type { SocketPart, SocketsView } from '../../src/core/page/page-model.ts';
import { drawSocketLedger } from '../charts/socket-ledger.ts';
import { el } from '../dom.ts';
import { count, percent } from '../format.ts';
import { icon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { dataTable } from './data-table.ts';
import { emptyBox, twinSection } from './section.ts';
import { gapsFold, shortcutsFold, sumTable } from './sum-table.ts';

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

/** The sum in numbers, whichever way the holders are shown. */
function below(view: SocketsView, stage: Stage): HTMLElement {
  const notes = view.notes.map((text) =>
    el('p', { class: 'caveat' }, icon('warn', 'tone-warn'), el('span', { class: 'clamp', title: text }, text)),
  );
  // With nothing closed the room of a namespace is that of other families: of no interest until one asks.
  const unhashed = view.sum.some((term) => term.role === 'plus' && term.tone === 'warn' && term.count !== 0);
  return el(
    'div',
    {},
    sumTable(view.sum, stage),
    ...notes,
    gapsFold(view.gaps, unhashed, stage),
    shortcutsFold(view.shortcuts, stage),
  );
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
      picture: chart,
      canSave: !nothing,
      table: () => twinTable(view, stage),
      below: below(view, stage),
    },
    stage,
  );
}
