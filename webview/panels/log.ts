/** Kernel log: what the kernel said, and when. */
import type { LogView } from '../../src/core/views/page-model.ts';
import { drawKernelLog } from '../charts/kernel-log.ts';
import { el } from '../dom.ts';
import { clock, count, duration } from '../format.ts';
import type { Stage } from '../stage.ts';
import { dataTable } from './data-table.ts';
import { evidenceRow } from './evidence.ts';
import { emptyBox, plainSection, twinSection } from './section.ts';

function twinTable(view: LogView, stage: Stage): HTMLElement {
  const boot = view.zeroUnixSeconds;
  const rows = view.lanes.flatMap((lane) =>
    lane.bins.map((bin) => [
      lane.label,
      duration(bin.seconds),
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
  stage.fit(chart, (width) => drawKernelLog(chart, width, view, stage));
  return twinSection(
    {
      ...heading,
      note: view.summary,
      picture: chart,
      table: () => twinTable(view, stage),
      below: evidenceRow(view.evidence, stage),
    },
    stage,
  );
}
