/** alloc term by term, and what a reader may hold against it: the count of each namespace, and formulas that mislead. */
import type { EvidenceLink } from '../../src/core/page/evidence-link.ts';
import type { NamespaceGapsView, ShortcutRow, SumTerm } from '../../src/core/page/table-model.ts';
import { type Child, cut, el } from '../dom.ts';
import { count, plural } from '../format.ts';
import { icon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { disclosure } from './disclosure.ts';

interface Column {
  readonly title: string;
  readonly numeric?: boolean;
}

/** A table without a scroller of its own; the style sheet has its widths by class. */
export function smallTable(
  name: string,
  className: string,
  columns: readonly Column[],
  rows: readonly HTMLElement[],
): HTMLElement {
  const head = columns.map(({ title, numeric }) =>
    el('th', { scope: 'col', class: numeric === true ? 'num' : undefined }, title),
  );
  return el(
    'table',
    { class: `owners ${className}`, 'aria-label': name },
    el('thead', {}, el('tr', {}, ...head)),
    el('tbody', {}, ...rows),
  );
}

export const numberCell = (text: string) => el('td', { class: 'num' }, text);

/** A name that leads to its proof, or only the name. */
export function nameLink(label: string, evidence: EvidenceLink | null, stage: Stage): HTMLElement {
  if (evidence === null) return cut(label);
  const title = `${label}: open ${evidence.label}`;
  const button = el('button', { type: 'button', class: 'link cut', title }, label);
  button.addEventListener('click', () => stage.open(evidence));
  return button;
}

function termRow(term: SumTerm, index: number, stage: Stage): HTMLElement {
  const minus = (term.count ?? 0) < 0;
  const sign = { total: '', plus: index === 1 ? '=' : minus ? '−' : '+', part: '' }[term.role];
  const warns = term.tone === 'warn' && term.role === 'plus' && term.count !== 0;
  return el(
    'tr',
    { class: `term-${term.role}${term.count === 0 ? ' zero' : ''}` },
    el(
      'td',
      {},
      el(
        'div',
        { class: 'term' },
        el('span', { class: 'sign' }, sign),
        el(
          'div',
          { class: 'term-name' },
          nameLink(term.label, term.evidence, stage),
          warns ? icon('warn', 'tone-warn') : null,
          term.detail === '' ? null : el('span', { class: 'dim' }, term.detail),
        ),
      ),
    ),
    numberCell(term.count === null ? 'not known' : count(minus && term.role === 'plus' ? -term.count : term.count)),
    el('td', { class: 'dim' }, term.scope),
  );
}

/** alloc and the terms that add up to it. */
export function sumTable(terms: readonly SumTerm[], stage: Stage): HTMLElement | null {
  if (terms.length === 0) return null;
  const columns = [{ title: 'Sum' }, { title: 'Sockets', numeric: true }, { title: 'Counted over' }];
  const rows = terms.map((term, index) => termRow(term, index, stage));
  return smallTable('alloc and its terms', 'sum', columns, rows);
}

const GAPS_NOTE =
  'Counted is "sockets: used", of every family. Room is what no table of the namespace lists of them: at most so many are closed. Found are sockets without a row that fds of its processes hold, or that were reset before accept().';
const GAPS_FOREIGN = ' Where more was found than there is room, the rest is of a namespace that was not captured.';

export function gapsFold(view: NamespaceGapsView | null, open: boolean, stage: Stage): HTMLElement | null {
  if (view === null) return null;
  const rows = view.rows.map((row) =>
    el(
      'tr',
      {},
      el(
        'td',
        {},
        el(
          'div',
          { class: 'ranked-name' },
          nameLink(row.label, row.evidence, stage),
          row.detail === '' ? null : cut(row.detail, 'dim'),
        ),
      ),
      ...[row.used, row.gap, row.found].map((value) => numberCell(count(value))),
    ),
  );
  if (view.more !== null) {
    const { namespaces, gap, found } = view.more;
    const label = el('td', { class: 'dim' }, plural(namespaces, 'more namespace'));
    rows.push(el('tr', {}, label, numberCell(''), numberCell(count(gap)), numberCell(count(found))));
  }
  const columns = [{ title: 'Namespace' }, ...['Counted', 'Room', 'Found'].map((title) => ({ title, numeric: true }))];
  return disclosure(
    { id: 'gaps', summary: view.summary, open },
    stage,
    smallTable('Room for closed sockets by namespace', 'gaps', columns, rows),
    el('p', { class: 'dim' }, GAPS_NOTE, view.rows.some((row) => row.found > row.gap) ? GAPS_FOREIGN : ''),
  );
}

export function shortcutsFold(views: readonly ShortcutRow[], stage: Stage): HTMLElement | null {
  if (views.length === 0) return null;
  const rows = views.map((view) => {
    const truth: Child = view.truthIsBound ? `≤ ${count(view.truth)}` : count(view.truth);
    return el(
      'tr',
      {},
      el('td', {}, el('div', { class: 'mono' }, view.formula), el('div', { class: 'dim' }, view.explanation)),
      el('td', { class: 'num' }, icon('cross', 'tone-bad'), ' ', count(view.value)),
      el('td', { class: 'num' }, icon('check', 'tone-good'), ' ', truth),
    );
  });
  const columns = [
    { title: 'Formula for closed sockets, and why it is off' },
    { title: 'Gives', numeric: true },
    { title: 'True', numeric: true },
  ];
  return disclosure(
    { id: 'formulas', summary: 'Formulas that mislead here', open: false },
    stage,
    smallTable('Formulas that mislead here', 'formulas', columns, rows),
  );
}
