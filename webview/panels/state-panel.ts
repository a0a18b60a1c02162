/** What is known of the sockets of the selected state. */
import type { StatesView, StateView } from '../../src/core/page/page-model.ts';
import type { Message } from '../../src/core/report/message.ts';
import type { StateId } from '../../src/core/report/state-ids.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { drawHistogram } from '../charts/histogram.ts';
import { stateTitle } from '../charts/states-layout.ts';
import { type Child, cut, el } from '../dom.ts';
import { toggleTerms } from '../filter.ts';
import { toneIcon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { toolButton } from '../tool-button.ts';
import { words } from '../words.ts';
import { evidenceRow } from './evidence.ts';
import { rankedList } from './ranked-list.ts';
import { actionButton } from './toolkit.ts';

const say = defineMessages('webview-state-panel', {
  select: 'Select a state to see who holds its sockets.',
  noSockets: '{state}: no sockets.',
  selected: 'Selected state: {state}',
  clear: 'Clear selection',
  outside: 'outside alloc',
  ofSockets: 'of {sockets, plural, one {# socket} other {# sockets}}',
  unread: '{size, number, bytes} unread',
  unsent: '{size, number, bytes} unsent',
  v6: '{sockets, number} of them IPv6',
  facts: '{facts}',
  holders: 'Holders',
  ports: 'Local ports',
  peers: 'Peers',
  unreadPerSocket: 'Unread bytes per socket',
  sum: 'sum {size, number, bytes}',
  reading: 'Reading',
  list: 'List {sockets, plural, one {# socket} other {# sockets}}',
  none: 'No socket is in this state.',
  nothingMore: 'Nothing more is known about them.',
});

function queues(state: StateView): string {
  const facts: Message[] = [];
  if (state.unreadBytes > 0) facts.push(say.unread({ size: state.unreadBytes }));
  if (state.unsentBytes > 0) facts.push(say.unsent({ size: state.unsentBytes }));
  if (state.v6 > 0) facts.push(say.v6({ sockets: state.v6 }));
  return facts.length === 0 ? '' : words.text(say.facts({ facts }));
}

function histogram(state: StateView, stage: Stage): Child {
  if (state.unread.length === 0) return null;
  const place = el('div', { class: 'place' });
  stage.fit(place, (width) => drawHistogram(place, width, state.unread, state.tone === 'bad', stage));
  const sum = el('span', { class: 'dim regular' }, ' ', words.text(say.sum({ size: state.unreadBytes })));
  return el('div', {}, el('h3', {}, words.text(say.unreadPerSocket()), sum), place);
}

function reading(state: StateView, stuckText: string): Child {
  const lines = [...(stuckText === '' ? [] : [{ tone: 'bad' as const, text: stuckText }]), ...state.reading];
  if (lines.length === 0) return null;
  const items = lines.map((line) =>
    el('li', {}, toneIcon(line.tone), el('span', { class: 'clamp', title: line.text }, line.text)),
  );
  return el('div', {}, el('h3', {}, words.text(say.reading())), el('ul', { class: 'readings' }, ...items));
}

/** All of its sockets, one a row. */
function pickButton(state: StateView, stage: Stage): Child {
  if (state.filter === '' || state.count === 0) return null;
  return el(
    'div',
    {},
    actionButton(words.text(say.list({ sockets: state.count })), 'table', false, () => {
      const filter = stage.filter.text();
      if (toggleTerms(filter, state.filter).length > filter.length) stage.filter.toggle(state.filter);
      document.getElementById('socket-table-title')?.scrollIntoView({ block: 'start' });
    }),
  );
}

function panelHead(state: StateView, total: number, clear: () => void): HTMLElement {
  const close = toolButton('cross', words.text(say.clear()), clear);
  const sign = state.tone === 'bad' || state.tone === 'warn' ? toneIcon(state.tone) : null;
  const isOutside = ['REQUEST', 'MINISOCK'].includes(state.id);
  const of = words.text(isOutside ? say.outside() : say.ofSockets({ sockets: total }));
  const title = el('h3', { class: 'panel-title cut' }, stateTitle(state.id));
  const number = el('strong', {}, words.count(state.count));
  return el('div', { class: 'panel-head' }, sign, title, number, cut(of, 'dim small-text'), close);
}

export function statePanel(view: StatesView, selected: StateId | null, stage: Stage, clear: () => void): HTMLElement {
  const state = view.states.find((each) => each.id === selected);
  if (state === undefined) {
    const message = selected === null ? say.select() : say.noSockets({ state: stateTitle(selected) });
    return el('div', { class: 'empty panel-empty' }, el('p', { class: 'dim' }, words.text(message)));
  }
  const facts = queues(state);
  const body = [
    facts === '' ? null : el('p', { class: 'small-text dim' }, facts),
    rankedList(words.text(say.holders()), state.holders, state.count, stage),
    rankedList(words.text(say.ports()), state.ports, state.count, stage),
    rankedList(words.text(say.peers()), state.peers, state.count, stage),
    histogram(state, stage),
    reading(state, view.stuck !== null && view.stuck.id === state.id ? view.stuck.text : ''),
    evidenceRow(state.evidence, stage),
    pickButton(state, stage),
  ].filter((part) => part !== null);
  const quiet = el('p', { class: 'dim small-text' }, words.text(state.count === 0 ? say.none() : say.nothingMore()));
  const label = words.text(say.selected({ state: stateTitle(state.id) }));
  return el(
    'div',
    { class: 'panel', role: 'group', 'aria-label': label },
    panelHead(state, view.total, clear),
    el('div', { class: 'panel-body' }, ...(body.length > 0 ? body : [quiet])),
  );
}
