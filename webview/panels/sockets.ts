/** TCP sockets of the node: who holds them, and what is not part of the count. */
import type { SocketPart, SocketsView } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { drawSocketLedger } from '../charts/socket-ledger.ts';
import { el } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { countCell, NO_VALUE, numberColumn, shareCell, textColumn, type ValueCell } from './cells.ts';
import { dataTable } from './data-table.ts';
import { emptyBox, tableName, twinSection } from './section.ts';
import { gapsFold, shortcutsFold, sumTable } from './sum-table.ts';

const say = defineMessages('webview-sockets', {
  title: 'TCP sockets',
  holder: 'Holder',
  sockets: 'Sockets',
  share: 'Share',
  countedIn: 'Counted in',
  detail: 'Detail',
  outside: 'namespace, not alloc',
  allocUnknown: 'alloc is not known',
  unexplained: 'unexplained',
  nothing: 'No socket counts in this bundle',
  notCaptured: 'Neither net/sockstat nor socket tables were captured.',
});

function twinTable(view: SocketsView, stage: Stage): HTMLElement {
  const alloc = view.alloc ?? view.parts.reduce((sum, part) => sum + part.count, 0);
  const row = (part: SocketPart, share: ValueCell, where: string) => [
    part.label,
    countCell(part.count),
    share,
    where,
    part.detail,
  ];
  const columns = [
    textColumn(say.holder()),
    numberColumn(say.sockets()),
    numberColumn(say.share()),
    textColumn(say.countedIn()),
    textColumn(say.detail()),
  ];
  const outside = words.text(say.outside());
  const rows = [
    ...view.parts.map((part) => row(part, shareCell(part.count, alloc), 'alloc')),
    ...view.outside.map((part) => row(part, NO_VALUE, outside)),
  ];
  return dataTable({ id: 'sockets', name: tableName(say.title()), columns, rows }, stage);
}

function note(view: SocketsView): HTMLElement {
  if (view.alloc === null) return el('span', {}, words.text(say.allocUnknown()));
  const number = (value: number) => el('strong', {}, words.count(value));
  const rest = view.unexplained === null ? [] : [', ', words.text(say.unexplained()), ' ', number(view.unexplained)];
  return el('span', {}, 'alloc', ' ', number(view.alloc), ...rest);
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
  if (nothing) chart.append(emptyBox(words.text(say.nothing()), words.text(say.notCaptured())));
  else stage.fit(chart, (width) => drawSocketLedger(chart, width, view, stage));
  return twinSection(
    {
      id: 'sockets',
      title: say.title(),
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
