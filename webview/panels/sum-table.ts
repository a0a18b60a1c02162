/** alloc term by term, and what a reader may hold against it: the count of each namespace, and formulas that mislead. */
import type { EvidenceLink } from '../../src/core/page/evidence-link.ts';
import type { NamespaceGapsView, ShortcutRow, SumTerm } from '../../src/core/page/table-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { type Child, cut, el } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { numberColumn, type TableColumn, textColumn } from './cells.ts';
import { disclosure } from './disclosure.ts';

const say = defineMessages('webview-sum-table', {
  open: '{name}: open {place}',
  sum: 'Sum',
  sockets: 'Sockets',
  countedOver: 'Counted over',
  terms: 'alloc and its terms',
  notKnown: 'not known',
  gaps: 'Room for closed sockets by namespace',
  namespace: 'Namespace',
  counted: 'Counted',
  room: 'Room',
  found: 'Found',
  moreNamespaces: '{namespaces, plural, one {# more namespace} other {# more namespaces}}',
  aboutGaps:
    'Counted is "sockets: used" of the namespace, over all families. Room is how many of them no table of the namespace lists: no more than these can be closed. Found are sockets without a row that fds of its processes hold, or that were reset before accept().',
  foreign: 'Where more was found than there is room, the rest belongs to a namespace that was not captured.',
  formulas: 'Formulas that mislead here',
  formula: 'Formula for closed sockets, and why it is off',
  gives: 'Gives',
  true: 'True',
  atMost: '≤ {sockets, number}',
});

/** A table without a scroller of its own; the style sheet has its widths by class. */
export function smallTable(
  name: string,
  className: string,
  columns: readonly TableColumn[],
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
  const title = words.text(say.open({ name: label, place: evidence.label }));
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
    numberCell(
      term.count === null
        ? words.text(say.notKnown())
        : words.count(minus && term.role === 'plus' ? -term.count : term.count),
    ),
    el('td', { class: 'dim' }, term.scope),
  );
}

/** alloc and the terms that add up to it. */
export function sumTable(terms: readonly SumTerm[], stage: Stage): HTMLElement | null {
  if (terms.length === 0) return null;
  const columns = [textColumn(say.sum()), numberColumn(say.sockets()), textColumn(say.countedOver())];
  const rows = terms.map((term, index) => termRow(term, index, stage));
  return smallTable(words.text(say.terms()), 'sum', columns, rows);
}

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
      ...[row.used, row.gap, row.found].map((value) => numberCell(words.count(value))),
    ),
  );
  if (view.more !== null) {
    const { namespaces, gap, found } = view.more;
    const label = el('td', { class: 'dim' }, words.text(say.moreNamespaces({ namespaces })));
    rows.push(el('tr', {}, label, numberCell(''), numberCell(words.count(gap)), numberCell(words.count(found))));
  }
  const columns = [textColumn(say.namespace()), ...[say.counted(), say.room(), say.found()].map(numberColumn)];
  const notes = [say.aboutGaps(), ...(view.rows.some((row) => row.found > row.gap) ? [say.foreign()] : [])];
  return disclosure(
    { id: 'gaps', summary: view.summary, open },
    stage,
    smallTable(words.text(say.gaps()), 'gaps', columns, rows),
    el('p', { class: 'dim' }, ...notes.flatMap((note) => [words.text(note), ' '])),
  );
}

export function shortcutsFold(views: readonly ShortcutRow[], stage: Stage): HTMLElement | null {
  if (views.length === 0) return null;
  const rows = views.map((view) => {
    const truth: Child = view.truthIsBound ? words.text(say.atMost({ sockets: view.truth })) : words.count(view.truth);
    return el(
      'tr',
      {},
      el('td', {}, el('div', { class: 'mono' }, view.formula), el('div', { class: 'dim' }, view.explanation)),
      el('td', { class: 'num' }, icon('cross', 'tone-bad'), ' ', words.count(view.value)),
      el('td', { class: 'num' }, icon('check', 'tone-good'), ' ', truth),
    );
  });
  const columns = [textColumn(say.formula()), numberColumn(say.gives()), numberColumn(say.true())];
  const title = words.text(say.formulas());
  return disclosure(
    { id: 'formulas', summary: title, open: false },
    stage,
    smallTable(title, 'formulas', columns, rows),
  );
}
