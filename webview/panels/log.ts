/** Kernel log: what the kernel said, and when. */
import type { LogView } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { drawKernelLog, shownLog } from '../charts/kernel-log.ts';
import { clock } from '../clock.ts';
import { el } from '../dom.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { countCell, durationCell, NO_VALUE, numberColumn, textCell, textColumn, type ValueCell } from './cells.ts';
import { dataTable } from './data-table.ts';
import { evidenceColumn, evidenceRow } from './evidence.ts';
import { emptyBox, plainSection, tableName, twinSection } from './section.ts';

const say = defineMessages('webview-log', {
  title: 'Kernel log',
  kind: 'Kind',
  sinceBoot: 'Since boot',
  sinceFirst: 'Since the first line',
  utc: 'UTC',
  lines: 'Lines',
  howToZoom: 'To look closer, draw over a stretch of the log, or press + at a column.',
  shown: '{lines, plural, one {# line} other {# lines}} from {start, number, duration} to {end, number, duration}',
  openFirst: 'Open the first of them',
  showAll: 'Show the whole log',
  noLog: 'No kernel log in this bundle',
  toCapture: 'Capture dmesg, or the kernel messages of the journal.',
  nothing: 'The kernel log says nothing about sockets, memory or limits',
});

function twinTable(view: LogView, stage: Stage): HTMLElement {
  const boot = view.zeroUnixSeconds;
  const rows = view.lanes.flatMap((lane) =>
    lane.bins.map((bin) => [
      lane.label,
      durationCell(bin.seconds),
      boot === null ? NO_VALUE : momentCell(boot + bin.seconds),
      countCell(bin.lines),
      bin.evidence,
    ]),
  );
  const columns = [
    textColumn(say.kind()),
    numberColumn(view.sinceBoot ? say.sinceBoot() : say.sinceFirst()),
    numberColumn(say.utc()),
    numberColumn(say.lines()),
    evidenceColumn(),
  ];
  return dataTable({ id: 'log', name: tableName(say.title()), columns, rows }, stage);
}

function momentCell(unixSeconds: number): ValueCell {
  return textCell(`${clock(unixSeconds, 'days')} ${clock(unixSeconds, 'seconds')}`, unixSeconds);
}

/** What of the log is shown, with a way to its lines and back to all of it. */
function zoomBar(view: LogView, stage: Stage, changed: () => void): Node[] {
  if (stage.view().logSpan === null) {
    return [el('span', { class: 'dim small-text' }, words.text(say.howToZoom()))];
  }
  const { start, end } = shownLog(view, stage);
  const bins = view.lanes
    .flatMap((lane) => lane.bins)
    .filter((bin) => bin.seconds + view.binSeconds > start && bin.seconds <= end)
    .sort((a, b) => a.seconds - b.seconds);
  const lines = bins.reduce((sum, bin) => sum + bin.lines, 0);
  const first = bins.find((bin) => bin.evidence !== null)?.evidence ?? null;
  const whole = link(words.text(say.showAll()), () => {
    stage.remember({ logSpan: null });
    changed();
  });
  return [
    el('span', { class: 'small-text' }, words.text(say.shown({ lines, start, end }))),
    ...(first === null ? [] : [link(words.text(say.openFirst()), () => stage.open(first))]),
    whole,
  ];
}

function link(text: string, act: () => void): HTMLElement {
  const made = el('button', { type: 'button', class: 'link' }, text);
  made.addEventListener('click', act);
  return made;
}

export function kernelLog(view: LogView | null, stage: Stage): HTMLElement {
  const heading = { id: 'log', title: say.title() };
  if (view === null) {
    return plainSection(heading, emptyBox(words.text(say.noLog()), words.text(say.toCapture())));
  }
  if (view.lanes.length === 0) {
    return plainSection({ ...heading, note: view.summary }, emptyBox(words.text(say.nothing()), ''));
  }
  const chart = el('div', { class: 'place' });
  const bar = el('div', { class: 'zoom-bar', role: 'status' });
  const redraw = stage.fit(chart, (width) => drawKernelLog(chart, width, view, stage, changed));
  const changed = () => {
    bar.replaceChildren(...zoomBar(view, stage, changed));
    redraw();
  };
  bar.replaceChildren(...zoomBar(view, stage, changed));
  return twinSection(
    {
      ...heading,
      note: view.summary,
      picture: el('div', {}, chart, bar),
      table: () => twinTable(view, stage),
      below: evidenceRow(view.evidence, stage),
    },
    stage,
  );
}
