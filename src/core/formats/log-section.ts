/** The kernel log in the Markdown: what its times stand on, and the first and the last line of each kind. */

import { logMessage } from '../kernel-log/log-catalogue.ts';
import type { KernelLog, LogKind, LogMissing, LogReport } from '../report/log-report.ts';
import { formatCount, formatQuantity } from '../wording/format.ts';
import { formatUtc } from '../wording/format-utc.ts';
import { ENGLISH } from '../wording/languages.ts';
import type { WordedReport } from '../wording/worded.ts';
import { escapeMarkdown } from './markdown-escape.ts';

export function logSection({ log }: WordedReport): string[] {
  if (log === null) return [];
  return [
    '## Kernel log',
    '',
    `${escapeMarkdown(log.entry)}, ${formatQuantity(log.lines, 'line')}. ${escapeMarkdown(log.clock.note)}`,
    '',
    ...missingLines(log.missing),
    ...kindTable(log.kinds),
    ...reportTable(log),
  ];
}

const MAX_GAPS = 5;

function missingLines(missing: LogMissing | null): string[] {
  if (missing === null || missing.records + missing.startRecords === 0) return [];
  const { startRecords, records, gaps, moreGaps } = missing;
  const start = startRecords === 0 ? '' : `It begins with record ${startRecords}: those before it are not in it.`;
  const more = gaps.length - MAX_GAPS + moreGaps;
  const places = gaps
    .slice(0, MAX_GAPS)
    .map((gap) => `${formatCount(gap.records)} between line ${gap.afterLine} and ${gap.beforeLine}`);
  const between =
    records === 0
      ? ''
      : `At least ${formatQuantity(records, 'record is', 'records are')} missing, ${places.join(', ')}${more > 0 ? ` and in ${formatQuantity(more, 'more gap')}` : ''}: all counts of the log are lower bounds.`;
  return [[start, between].filter((text) => text !== '').join(' '), ''];
}

function kindTable(kinds: readonly LogKind[]): string[] {
  if (kinds.length === 0) return ['None of its lines bear on sockets, memory or limits.', ''];
  return [
    '| message | lines, at least | first | last |',
    '| --- | ---: | --- | --- |',
    ...kinds.map(
      ({ id, lines, firstLine, lastLine, firstSeconds, lastSeconds, firstUnixSeconds, lastUnixSeconds }) =>
        `| ${escapeMarkdown(ENGLISH.text(logMessage(id)?.title ?? id))} | ${formatCount(lines)} | ${timeText(firstLine, firstSeconds, firstUnixSeconds)} | ${timeText(lastLine, lastSeconds, lastUnixSeconds)} |`,
    ),
    '',
  ];
}

const MAX_REPORTS = 50;
const REPORT_NAMES: Readonly<Record<LogReport['kind'], string>> = {
  'oom-kill': 'killed for lack of memory',
  'page-allocation-failure': 'allocation of pages failed',
};

function reportTable({ reports, moreReports }: KernelLog): string[] {
  if (reports.length === 0) return [];
  const rows = reports.slice(0, MAX_REPORTS).map((report) => {
    const { kind, line, endLine, seconds, unixSeconds, pid, comm, cgroup, pod, podNamespace, podUid } = report;
    const who = `${escapeMarkdown(comm ?? '?')}${pid === null ? '' : ` (pid ${pid})`}`;
    const podText = pod === null ? (podUid ?? '') : `${podNamespace}/${pod}`;
    const lines = endLine > line ? `lines ${line}–${endLine}` : `line ${line}`;
    const since = timeText(line, seconds, unixSeconds).replace(/^line \d+/, '');
    return `| ${REPORT_NAMES[kind]} | ${who} | ${escapeMarkdown(podText)} | ${escapeMarkdown(cgroup ?? '')} | ${lines}${since} |`;
  });
  const more = reports.length - rows.length + moreReports;
  return [
    '| report | process | pod | cgroup | where, when |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...(more > 0 ? ['', `${formatCount(more)} more.`] : []),
    '',
  ];
}

function timeText(line: number, seconds: number | null, unixSeconds: number | null): string {
  const since = seconds === null ? '' : `, ${seconds.toFixed(1)} s`;
  const wall = unixSeconds === null ? '' : `, ${formatUtc(unixSeconds)}`;
  return `line ${line}${since}${wall}`;
}
