/** Kernel log: what the kernel said, and when. */
import type { LogView } from '../../src/core/page/page-model.ts';
import { drawKernelLog, shownLog } from '../charts/kernel-log.ts';
import { el } from '../dom.ts';
import { clock, count, duration, plural } from '../format.ts';
import type { Stage } from '../stage.ts';
import { dataTable } from './data-table.ts';
import { evidenceRow } from './evidence.ts';
import { emptyBox, plainSection, twinSection } from './section.ts';

function twinTable(view: LogView, stage: Stage): HTMLElement {
  const boot = view.zeroUnixSeconds;
  const rows = view.lanes.flatMap((lane) =>
    lane.bins.map((bin) => [
      lane.label,
      { text: duration(bin.seconds), value: bin.seconds },
      boot === null ? '–' : `${clock(boot + bin.seconds, 'days')} ${clock(boot + bin.seconds, 'seconds')}`,
      count(bin.lines),
      bin.evidence,
    ]),
  );
  const columns = [
    { title: 'Kind' },
    { title: view.sinceBoot ? 'Since boot' : 'Since the first line', numeric: true },
    { title: 'UTC', numeric: true },
    { title: 'Lines', numeric: true },
    { title: 'Evidence' },
  ];
  return dataTable({ name: 'Kernel log as table', columns, rows }, stage);
}

/** What of the log is shown, with a way to its lines and back to all of it. */
function zoomBar(view: LogView, stage: Stage, changed: () => void): Node[] {
  if (stage.view().logSpan === null) {
    return [el('span', { class: 'dim small-text' }, 'Draw over a stretch, or press + at a column, to look closer.')];
  }
  const { start, end } = shownLog(view, stage);
  const bins = view.lanes
    .flatMap((lane) => lane.bins)
    .filter((bin) => bin.seconds + view.binSeconds > start && bin.seconds <= end)
    .sort((a, b) => a.seconds - b.seconds);
  const lines = bins.reduce((sum, bin) => sum + bin.lines, 0);
  const first = bins.find((bin) => bin.evidence !== null)?.evidence ?? null;
  const whole = link('Show the whole log', () => {
    stage.remember({ logSpan: null });
    changed();
  });
  const text = `${plural(lines, 'line')} from ${duration(start)} to ${duration(end)}`;
  return [
    el('span', { class: 'small-text' }, text),
    ...(first === null ? [] : [link('Open the first of them', () => stage.open(first))]),
    whole,
  ];
}

function link(text: string, act: () => void): HTMLElement {
  const made = el('button', { type: 'button', class: 'link' }, text);
  made.addEventListener('click', act);
  return made;
}

export function kernelLog(view: LogView | null, stage: Stage): HTMLElement {
  const heading = { id: 'log', title: 'Kernel log' };
  if (view === null) {
    return plainSection(
      heading,
      emptyBox('No kernel log in this bundle', 'Capture dmesg, or the kernel messages of the journal.'),
    );
  }
  if (view.lanes.length === 0) {
    return plainSection(
      { ...heading, note: view.summary },
      emptyBox('Nothing about sockets, memory or limits in the kernel log', ''),
    );
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
