/** Processes and file descriptors: ranked bars beside the icicle. */
import type { ProcessesView, ProcessGroup, ProcessRow } from '../../src/core/page/page-model.ts';
import type { Message } from '../../src/core/report/message.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { drawFdBars, fdLegend } from '../charts/fd-bars.ts';
import { drawCrumbs, drawIcicle } from '../charts/icicle.ts';
import { hiddenByShortList } from '../charts/processes-layout.ts';
import { el } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import type { PathStep } from '../view-state.ts';
import { words } from '../words.ts';
import { countCell, idCell, NO_VALUE, numberColumn, shareCell, textColumn } from './cells.ts';
import { dataTable } from './data-table.ts';
import { evidenceColumn } from './evidence.ts';
import { pods } from './pods.ts';
import { emptyBox, plainSection, tableName, twinSection } from './section.ts';

const say = defineMessages('webview-processes', {
  title: 'Processes and file descriptors',
  pod: 'Pod',
  process: 'Process',
  pid: 'PID',
  fds: 'fds',
  tcp: 'TCP',
  softLimit: 'Soft limit',
  share: 'Share',
  kindsOfFds: 'Kinds',
  kind: '{kind} {fds, number}',
  kinds: '{kinds}',
  scale: 'Scale of the bars',
  linear: 'Linear',
  log: 'Log',
  fewer: 'Show fewer',
  more: 'Show {processes, plural, one {# more process} other {# more processes}}',
  zoom: 'Zoom',
  noFds: 'No open fds to divide',
  nothingPicked: 'Nothing picked',
  noFdPicked: 'No open fd belongs to what the filter picks.',
  noFiles: 'No file descriptors in this bundle',
  absent: 'The folders proc/PID/fd are absent, or no process was readable.',
  openFds: '{fds, plural, one {# fd} other {# fds}} of {processes, plural, one {# process} other {# processes}}',
  withShared: '{fds}; {shared, plural, one {# shared socket} other {# shared sockets}} counted once',
  pickedOf: '{fds}, picked of {all, number}',
});

function processCells(group: ProcessGroup, row: ProcessRow) {
  const kinds = row.kinds.filter((kind) => kind.count > 0);
  return [
    group.label,
    row.comm,
    idCell(row.pid),
    countCell(row.fds),
    countCell(row.tcp),
    row.softLimit === null ? NO_VALUE : countCell(row.softLimit),
    shareCell(row.fds, row.softLimit ?? 0),
    words.text(say.kinds({ kinds: kinds.map(({ label, count }) => say.kind({ kind: label, fds: count })) })),
    row.evidence,
  ];
}

function twinTable(view: ProcessesView, stage: Stage): HTMLElement {
  const rows = view.groups.flatMap((group) => group.processes.map((row) => processCells(group, row)));
  const columns = [
    textColumn(say.pod()),
    textColumn(say.process()),
    ...[say.pid(), say.fds(), say.tcp(), say.softLimit(), say.share()].map(numberColumn),
    textColumn(say.kindsOfFds()),
    evidenceColumn(),
  ];
  return dataTable({ id: 'processes', name: tableName(say.title()), columns, rows }, stage);
}

/** Linear or Log, for the length of the bars. */
function scaleSwitch(stage: Stage, redraw: () => void): HTMLElement {
  const buttons = (['linear', 'log'] as const).map((scale) => {
    const name = words.text(scale === 'log' ? say.log() : say.linear());
    const button = el('button', { type: 'button', class: 'segment' }, name);
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
    { class: 'segments', role: 'group', 'aria-label': words.text(say.scale()) },
    ...buttons.map((each) => each.button),
  );
}

/** More processes in the picture, or fewer. */
function lengthSwitch(view: ProcessesView, stage: Stage, redraw: () => void): HTMLElement {
  const button = el('button', { type: 'button', class: 'link more list-length' });
  const tell = () => {
    const message = stage.view().longList ? say.fewer() : say.more({ processes: hiddenByShortList(view) });
    button.textContent = words.text(message);
  };
  button.addEventListener('click', () => {
    stage.remember({ longList: !stage.view().longList });
    tell();
    redraw();
  });
  tell();
  return button;
}

function iciclePlace(view: ProcessesView, stage: Stage): HTMLElement {
  if (view.tree.value <= 0) return emptyBox(words.text(say.noFds()), '');
  const crumbs = el('div', { class: 'crumbs', role: 'group', 'aria-label': words.text(say.zoom()) });
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

/** How many fds of how many processes; `view` may be a part of `whole`. */
function openFds(view: ProcessesView, whole: ProcessesView): Message {
  const fds = say.openFds({ fds: view.openFds, processes: view.processes });
  const shared = view.sharedSockets > 0 ? say.withShared({ fds, shared: view.sharedSockets }) : fds;
  return view === whole ? shared : say.pickedOf({ fds: shared, all: whole.openFds });
}

/** `whole` is that of the node, of which `view` may be a part. */
export function processes(view: ProcessesView, whole: ProcessesView, stage: Stage): HTMLElement {
  if (view.groups.length === 0 && whole.groups.length > 0) {
    const empty = emptyBox(words.text(say.nothingPicked()), words.text(say.noFdPicked()));
    return plainSection({ id: 'processes', title: say.title() }, empty);
  }
  if (view.groups.length === 0) {
    const why = view.caveat === '' ? words.text(say.absent()) : view.caveat;
    return plainSection({ id: 'processes', title: say.title() }, emptyBox(words.text(say.noFiles()), why));
  }
  const chart = el('div', { class: 'place' });
  const list = el('div', {}, chart);
  const redraw = stage.fit(chart, (width) => drawFdBars(chart, width, view, stage.view().scale, stage));
  if (hiddenByShortList(view) > 0) list.append(lengthSwitch(view, stage, redraw));
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
      title: say.title(),
      scope: 'node',
      note: words.text(openFds(view, whole)),
      controls: [scaleSwitch(stage, redraw)],
      picture: el('div', {}, fdLegend(view), el('div', { class: 'pair' }, list, iciclePlace(view, stage))),
      table: () => twinTable(view, stage),
      below: el('div', {}, caveat, pods(view.pods, stage)),
    },
    stage,
  );
}
