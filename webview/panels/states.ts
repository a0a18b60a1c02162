/** Socket states: the state machine and the panel of the selected state. */
import type { StatesView, StateView } from '../../src/core/page/page-model.ts';
import type { StateId } from '../../src/core/report/state-ids.ts';
import { drawStateGraph } from '../charts/state-graph.ts';
import { GHOSTS, stateTitle } from '../charts/states-layout.ts';
import { el } from '../dom.ts';
import { bytes, count, percent, plural } from '../format.ts';
import type { Stage } from '../stage.ts';
import { dataTable } from './data-table.ts';
import { twinSection } from './section.ts';
import { statePanel } from './state-panel.ts';

/** Between two moments of the bundle; a dash where it has one. */
function change({ change: moved }: StateView): string {
  if (moved === null) return '–';
  const by = moved.after - moved.before;
  return by > 0 ? `+${count(by)}` : count(by);
}

function twinTable(view: StatesView, stage: Stage, select: (id: StateId) => void): HTMLElement {
  const rows = view.states.map((state) => {
    const name = el('button', { type: 'button', class: 'link' }, stateTitle(state.id));
    name.addEventListener('click', () => select(state.id));
    const share = GHOSTS.has(state.id) ? '–' : percent(state.count, view.total);
    return [
      name,
      count(state.count),
      share,
      count(state.v6),
      change(state),
      bytes(state.unreadBytes),
      bytes(state.unsentBytes),
      state.hint,
      state.evidence[0] ?? null,
    ];
  });
  const columns = [
    { title: 'State' },
    ...['Sockets', 'Share', 'IPv6', 'Change', 'Unread', 'Unsent'].map((title) => ({ title, numeric: true })),
    { title: 'Note' },
    { title: 'Evidence' },
  ];
  return dataTable({ name: 'Socket states as table', columns, rows }, stage);
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
      title: 'Socket states',
      scope: 'node',
      note: isPicked
        ? `${plural(view.total, 'socket')} picked by the filter; arrows are the possible transitions`
        : `sums of ${plural(view.namespaces, 'namespace')}; arrows are the possible transitions`,
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
