/** Processes and file descriptors: ranked bars beside the icicle. */
import type { ProcessesView, ProcessGroup, ProcessRow } from '../../src/core/page/page-model.ts';
import { drawFdBars, fdLegend } from '../charts/fd-bars.ts';
import { drawCrumbs, drawIcicle } from '../charts/icicle.ts';
import { hiddenByShortList } from '../charts/processes-layout.ts';
import { el } from '../dom.ts';
import { count, percent, plural } from '../format.ts';
import { icon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import type { PathStep } from '../view-state.ts';
import { dataTable } from './data-table.ts';
import { pods } from './pods.ts';
import { emptyBox, plainSection, twinSection } from './section.ts';

const TITLE = 'Processes and file descriptors';

function processCells(group: ProcessGroup, row: ProcessRow) {
  const kinds = row.kinds.filter((kind) => kind.count > 0).map((kind) => `${kind.label} ${count(kind.count)}`);
  const limit = row.softLimit === null ? '–' : count(row.softLimit);
  const share = row.softLimit === null ? '–' : percent(row.fds, row.softLimit);
  return [
    group.label,
    row.comm,
    String(row.pid),
    count(row.fds),
    count(row.tcp),
    limit,
    share,
    kinds.join(', '),
    row.evidence,
  ];
}

function twinTable(view: ProcessesView, stage: Stage): HTMLElement {
  const rows = view.groups.flatMap((group) => group.processes.map((row) => processCells(group, row)));
  const columns = [
    { title: 'Pod' },
    { title: 'Process' },
    ...['PID', 'fds', 'TCP', 'Soft limit', 'Share'].map((title) => ({ title, numeric: true })),
    { title: 'Kinds' },
    { title: 'Evidence' },
  ];
  return dataTable({ name: `${TITLE} as table`, columns, rows }, stage);
}

/** Linear or Log, for the length of the bars. */
function scaleSwitch(stage: Stage, redraw: () => void): HTMLElement {
  const buttons = (['linear', 'log'] as const).map((scale) => {
    const button = el('button', { type: 'button', class: 'segment' }, scale === 'log' ? 'Log' : 'Linear');
    button.addEventListener('click', () => {
      stage.remember({ scale });
      mark();
      redraw();
    });
    return { scale, button };
  });
  const mark = () => {
    for (const { scale, button } of buttons) button.setAttribute('aria-pressed', String(stage.view().scale === scale));
  };
  mark();
  return el(
    'div',
    { class: 'segments', role: 'group', 'aria-label': 'Scale of the bars' },
    ...buttons.map((each) => each.button),
  );
}

/** More processes in the picture, or fewer. */
function lengthSwitch(view: ProcessesView, stage: Stage, redraw: () => void): HTMLElement {
  const button = el('button', { type: 'button', class: 'link more list-length' });
  const say = () => {
    button.textContent = stage.view().longList ? 'Show fewer' : `Show ${count(hiddenByShortList(view))} more processes`;
  };
  button.addEventListener('click', () => {
    stage.remember({ longList: !stage.view().longList });
    say();
    redraw();
  });
  say();
  return button;
}

function iciclePlace(view: ProcessesView, stage: Stage): HTMLElement {
  if (view.tree.value <= 0) return emptyBox('No open fds to divide', '');
  const crumbs = el('div', { class: 'crumbs', role: 'group', 'aria-label': 'Zoom' });
  const chart = el('div', { class: 'place' });
  const zoom = (path: readonly PathStep[]) => {
    stage.remember({ zoom: path });
    show();
    chart.querySelector<SVGElement>('[tabindex="0"]')?.focus();
  };
  const redraw = stage.fit(chart, (width) => drawIcicle(chart, width, view.tree, stage.view().zoom, stage, zoom));
  const show = () => {
    drawCrumbs(crumbs, view.tree, stage.view().zoom, stage, zoom);
    redraw();
  };
  show();
  chart.addEventListener('keydown', (event) => {
    if (event.key === '0' && !event.ctrlKey && !event.metaKey) zoom([]);
  });
  return el('div', { class: 'icicle' }, crumbs, chart);
}

/** `whole` is that of the node, of which `view` may be a part. */
export function processes(view: ProcessesView, whole: ProcessesView, stage: Stage): HTMLElement {
  if (view.groups.length === 0 && whole.groups.length > 0) {
    const text = 'No open fd belongs to what the filter picks.';
    return plainSection({ id: 'processes', title: TITLE }, emptyBox('Nothing picked', text));
  }
  if (view.groups.length === 0) {
    const why = view.caveat === '' ? 'The folders proc/PID/fd are absent, or no process was readable.' : view.caveat;
    return plainSection({ id: 'processes', title: TITLE }, emptyBox('No file descriptors in this bundle', why));
  }
  const chart = el('div', { class: 'place' });
  const list = el('div', {}, chart);
  const redraw = stage.fit(chart, (width) => drawFdBars(chart, width, view, stage.view().scale, stage));
  if (hiddenByShortList(view) > 0) list.append(lengthSwitch(view, stage, redraw));
  const shared = view.sharedSockets > 0 ? `; ${plural(view.sharedSockets, 'shared socket')} counted once` : '';
  const caveat =
    view.caveat === ''
      ? null
      : el(
          'p',
          { class: 'caveat' },
          icon('warn', 'tone-warn'),
          el('span', { class: 'clamp', title: view.caveat }, view.caveat),
        );
  return twinSection(
    {
      id: 'processes',
      title: TITLE,
      scope: 'node',
      note: `${plural(view.openFds, 'fd')} of ${count(view.processes)} ${view.processes === 1 ? 'process' : 'processes'}${shared}${view === whole ? '' : `, picked of ${count(whole.openFds)}`}`,
      controls: [scaleSwitch(stage, redraw)],
      picture: el('div', {}, fdLegend(view), el('div', { class: 'pair' }, list, iciclePlace(view, stage))),
      table: () => twinTable(view, stage),
      below: el('div', {}, caveat, pods(view.pods, stage)),
    },
    stage,
  );
}
