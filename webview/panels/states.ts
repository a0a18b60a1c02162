/** Socket states: the state machine and the panel of the selected state. */
import type { StatesView, StateView } from '../../src/core/page/page-model.ts';
import type { StateId } from '../../src/core/report/state-ids.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { drawStateGraph } from '../charts/state-graph.ts';
import { GHOSTS, stateTitle } from '../charts/states-layout.ts';
import { el } from '../dom.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import {
  bytesCell,
  countCell,
  NO_VALUE,
  numberColumn,
  shareCell,
  textCell,
  textColumn,
  type ValueCell,
} from './cells.ts';
import { dataTable } from './data-table.ts';
import { evidenceColumn } from './evidence.ts';
import { tableName, twinSection } from './section.ts';
import { statePanel } from './state-panel.ts';

const say = defineMessages('webview-states', {
  title: 'Socket states',
  state: 'State',
  sockets: 'Sockets',
  share: 'Share',
  v6: 'IPv6',
  change: 'Change',
  unread: 'Unread',
  unsent: 'Unsent',
  note: 'Note',
  picked:
    '{sockets, plural, one {# socket} other {# sockets}} picked by the filter; arrows are the possible transitions',
  sums: 'sums of {namespaces, plural, one {# namespace} other {# namespaces}}; arrows are the possible transitions',
});

/** Between two moments of the bundle; a dash where it has one. */
function change({ change: moved }: StateView): ValueCell {
  if (moved === null) return NO_VALUE;
  const by = moved.after - moved.before;
  return by > 0 ? textCell(`+${words.count(by)}`, by) : countCell(by);
}

function twinTable(view: StatesView, stage: Stage, select: (id: StateId) => void): HTMLElement {
  const rows = view.states.map((state) => {
    const name = el('button', { type: 'button', class: 'link' }, stateTitle(state.id));
    name.addEventListener('click', () => select(state.id));
    const share = GHOSTS.has(state.id) ? NO_VALUE : shareCell(state.count, view.total);
    return [
      name,
      countCell(state.count),
      share,
      countCell(state.v6),
      change(state),
      bytesCell(state.unreadBytes),
      bytesCell(state.unsentBytes),
      state.hint,
      state.evidence[0] ?? null,
    ];
  });
  const columns = [
    textColumn(say.state()),
    ...[say.sockets(), say.share(), say.v6(), say.change(), say.unread(), say.unsent()].map(numberColumn),
    textColumn(say.note()),
    evidenceColumn(),
  ];
  return dataTable({ id: 'states', name: tableName(say.title()), columns, rows }, stage);
}

/** What to show before the reader chooses: where it is stuck, else where most sockets are. */
function firstChoice(view: StatesView): StateId | null {
  if (view.stuck !== null) return view.stuck.id;
  const inAlloc = view.states.filter((state) => state.count > 0 && !GHOSTS.has(state.id));
  return inAlloc.sort((a, b) => b.count - a.count)[0]?.id ?? null;
}

/** `isPicked`: the view is of what the filter picks. */
export function states(view: StatesView, isPicked: boolean, stage: Stage): HTMLElement {
  const chart = el('div', { class: 'place' });
  const side = el('div', { class: 'side' });
  const chosen = (): StateId | null => {
    const { selected } = stage.view();
    return selected === undefined ? firstChoice(view) : selected;
  };
  const showPanel = () => {
    side.replaceChildren(statePanel(view, chosen(), stage, () => select(null)));
    stage.settle();
  };
  const select = (id: StateId | null) => {
    stage.remember({ selected: id });
    redraw();
    showPanel();
  };
  const evidence = (id: StateId) => {
    const link = view.states.find((state) => state.id === id)?.evidence[0];
    if (link !== undefined) stage.open(link);
  };
  const redraw = stage.fit(chart, (width) => drawStateGraph(chart, width, view, chosen(), stage, { select, evidence }));
  showPanel();
  const table = el('div', { class: 'split-table' });
  const picture = el('div', {}, chart);
  const section = twinSection(
    {
      id: 'states',
      title: say.title(),
      scope: 'node',
      note: words.text(isPicked ? say.picked({ sockets: view.total }) : say.sums({ namespaces: view.namespaces })),
      picture,
      table: () => twinTable(view, stage, select),
    },
    stage,
  );
  const split = el('div', { class: 'split' });
  const main = el('div', { class: 'split-main' });
  main.append(...[...section.children].slice(1), table);
  split.append(main, side);
  section.append(split);
  return section;
}
