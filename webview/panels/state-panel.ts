/** What is known of the sockets of the selected state. */
import type { StatesView, StateView } from '../../src/core/page/page-model.ts';
import type { StateId } from '../../src/core/report/state-ids.ts';
import { drawHistogram } from '../charts/histogram.ts';
import { stateTitle } from '../charts/states-layout.ts';
import { type Child, cut, el } from '../dom.ts';
import { toggleTerms } from '../filter.ts';
import { bytes, count, plural } from '../format.ts';
import { toneIcon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { toolButton } from '../tool-button.ts';
import { evidenceRow } from './evidence.ts';
import { rankedList } from './ranked-list.ts';
import { actionButton } from './toolkit.ts';

function queues(state: StateView): string {
  const parts = [];
  if (state.unreadBytes > 0) parts.push(`${bytes(state.unreadBytes)} unread`);
  if (state.unsentBytes > 0) parts.push(`${bytes(state.unsentBytes)} unsent`);
  if (state.v6 > 0) parts.push(`${count(state.v6)} of them IPv6`);
  return parts.join(', ');
}

function histogram(state: StateView, stage: Stage): Child {
  if (state.unread.length === 0) return null;
  const place = el('div', { class: 'place' });
  stage.fit(place, (width) => drawHistogram(place, width, state.unread, state.tone === 'bad', stage));
  const sum = el('span', { class: 'dim regular' }, ` sum ${bytes(state.unreadBytes)}`);
  return el('div', {}, el('h3', {}, 'Unread bytes per socket', sum), place);
}

function reading(state: StateView, stuckText: string): Child {
  const lines = [...(stuckText === '' ? [] : [{ tone: 'bad' as const, text: stuckText }]), ...state.reading];
  if (lines.length === 0) return null;
  const items = lines.map((line) =>
    el('li', {}, toneIcon(line.tone), el('span', { class: 'clamp', title: line.text }, line.text)),
  );
  return el('div', {}, el('h3', {}, 'Reading'), el('ul', { class: 'readings' }, ...items));
}

/** All of its sockets, one a row. */
function pickButton(state: StateView, stage: Stage): Child {
  if (state.filter === '' || state.count === 0) return null;
  return el(
    'div',
    {},
    actionButton(`List ${plural(state.count, 'socket')}`, 'table', false, () => {
      const filter = stage.filter.text();
      if (toggleTerms(filter, state.filter).length > filter.length) stage.filter.toggle(state.filter);
      document.getElementById('socket-table-title')?.scrollIntoView({ block: 'start' });
    }),
  );
}

function panelHead(state: StateView, total: number, clear: () => void): HTMLElement {
  const close = toolButton('cross', 'Clear selection', clear);
  const sign = state.tone === 'bad' || state.tone === 'warn' ? toneIcon(state.tone) : null;
  const of = ['REQUEST', 'MINISOCK'].includes(state.id) ? 'outside alloc' : `of ${plural(total, 'socket')}`;
  const title = el('h3', { class: 'panel-title cut' }, stateTitle(state.id));
  const number = el('strong', {}, count(state.count));
  return el('div', { class: 'panel-head' }, sign, title, number, cut(of, 'dim small-text'), close);
}

export function statePanel(view: StatesView, selected: StateId | null, stage: Stage, clear: () => void): HTMLElement {
  const state = view.states.find((each) => each.id === selected);
  if (state === undefined) {
    const text =
      selected === null ? 'Select a state to see who holds its sockets.' : `${stateTitle(selected)}: no sockets.`;
    return el('div', { class: 'empty panel-empty' }, el('p', { class: 'dim' }, text));
  }
  const facts = queues(state);
  const body = [
    facts === '' ? null : el('p', { class: 'small-text dim' }, facts),
    rankedList('Holders', state.holders, state.count, stage),
    rankedList('Local ports', state.ports, state.count, stage),
    rankedList('Peers', state.peers, state.count, stage),
    histogram(state, stage),
    reading(state, view.stuck !== null && view.stuck.id === state.id ? view.stuck.text : ''),
    evidenceRow(state.evidence, stage),
    pickButton(state, stage),
  ].filter((part) => part !== null);
  const quiet = el(
    'p',
    { class: 'dim small-text' },
    state.count === 0 ? 'No socket is in this state.' : 'Nothing more is known of them.',
  );
  const label = `Selected state: ${stateTitle(state.id)}`;
  return el(
    'div',
    { class: 'panel', role: 'group', 'aria-label': label },
    panelHead(state, view.total, clear),
    el('div', { class: 'panel-body' }, ...(body.length > 0 ? body : [quiet])),
  );
}
