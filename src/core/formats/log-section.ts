/** The kernel log in the Markdown: what its times stand on, and the first and the last line of each kind. */

import { logMessage } from '../kernel-log/log-catalogue.ts';
import type { LogKind, LogMissing, LogReport } from '../report/log-report.ts';
import type { Message } from '../report/message.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { podName } from '../wording/subject.ts';
import type { WordedReport } from '../wording/worded.ts';
import { type MarkdownWords, tableLines } from './markdown-words.ts';
import { sayLines, sayList } from './report-words.ts';

const say = defineMessages('log-section', {
  heading: 'Kernel log',
  about: '{entry}, {lines, plural, one {# line} other {# lines}}. {clock}',
  startMissing: 'The log begins with record {first}: the records before it are not in it.',
  gap: '{records, number} between line {after} and {before}',
  moreGaps: '{gaps, plural, one {# more gap} other {# more gaps}}',
  missing:
    'At least {records, plural, one {# record is} other {# records are}} missing, {places}: all counts of the log are lower bounds.',
  missingAlso:
    'At least {records, plural, one {# record is} other {# records are}} missing, {places} and in {more}: all counts of the log are lower bounds.',
  both: '{first} {second}',
  noKinds: 'None of its lines is about sockets, memory or limits.',
  message: 'message',
  lines: 'lines, at least',
  first: 'first',
  last: 'last',
  stamp: '{seconds} s',
  time: '{time, date, utc}',
  report: 'report',
  process: 'process',
  pod: 'pod',
  cgroup: 'cgroup',
  where: 'where, when',
  'oom-kill': 'killed for lack of memory',
  'page-allocation-failure': 'allocation of pages failed',
  victim: '{comm} (pid {pid})',
  moreReports: '{reports, number} more.',
});

export function logSection({ log }: WordedReport, words: MarkdownWords): string[] {
  if (log === null) return [];
  const missing = log.missing === null ? null : missingRecords(log.missing);
  return [
    `## ${words.escaped(say.heading())}`,
    '',
    words.escaped(say.about({ entry: log.entry, lines: log.lines, clock: log.clock.note })),
    '',
    ...(missing === null ? [] : [words.escaped(missing), '']),
    ...kindTable(log.kinds, words),
    ...reportTable(log.reports, log.moreReports, words),
  ];
}

const MAX_GAPS = 5;

function missingRecords({ startRecords, records, gaps, moreGaps }: LogMissing): Message | null {
  const start = startRecords === 0 ? null : say.startMissing({ first: startRecords });
  if (records === 0) return start;
  const places = gaps
    .slice(0, MAX_GAPS)
    .map((gap) => say.gap({ records: gap.records, after: gap.afterLine, before: gap.beforeLine }));
  const more = gaps.length - places.length + moreGaps;
  const between =
    more > 0
      ? say.missingAlso({ records, places, more: say.moreGaps({ gaps: more }) })
      : say.missing({ records, places });
  return start === null ? between : say.both({ first: start, second: between });
}

function kindTable(kinds: readonly LogKind[], words: MarkdownWords): string[] {
  if (kinds.length === 0) return [words.escaped(say.noKinds()), ''];
  const columns = [
    { head: say.message() },
    { head: say.lines(), right: true },
    { head: say.first() },
    { head: say.last() },
  ] as const;
  const rows = kinds.map((kind) => [
    words.escaped(logMessage(kind.id)?.title ?? kind.id),
    words.count(kind.lines),
    words.escaped(sayMoment(kind.firstLine, kind.firstLine, kind.firstSeconds, kind.firstUnixSeconds)),
    words.escaped(sayMoment(kind.lastLine, kind.lastLine, kind.lastSeconds, kind.lastUnixSeconds)),
  ]);
  return tableLines(words, columns, rows);
}

const MAX_REPORTS = 50;

function reportTable(reports: readonly LogReport[], moreReports: number, words: MarkdownWords): string[] {
  if (reports.length === 0) return [];
  const columns = [say.report(), say.process(), say.pod(), say.cgroup(), say.where()].map((head) => ({ head }));
  const rows = reports.slice(0, MAX_REPORTS).map((report) => {
    const { kind, line, endLine, seconds, unixSeconds, cgroup } = report;
    const cells = [
      say[kind](),
      victimOf(report),
      podOf(report),
      cgroup ?? '',
      sayMoment(line, endLine, seconds, unixSeconds),
    ];
    return cells.map(words.escaped);
  });
  const more = reports.length - rows.length + moreReports;
  return [
    ...tableLines(words, columns, rows),
    ...(more > 0 ? [words.escaped(say.moreReports({ reports: more })), ''] : []),
  ];
}

function victimOf({ comm, pid }: LogReport): Message | string {
  return pid === null ? (comm ?? '?') : say.victim({ comm: comm ?? '?', pid });
}

function podOf({ pod, podNamespace, podUid }: LogReport): string {
  return podName({
    kind: 'pod',
    ...(pod === null ? {} : { pod }),
    ...(podNamespace === null ? {} : { podNamespace }),
    ...(podUid === null ? {} : { podUid }),
  });
}

/** The seconds as the log has them: they are looked for in it. */
function sayMoment(line: number, endLine: number, seconds: number | null, unixSeconds: number | null): Message {
  const items = [sayLines(line, endLine)];
  if (seconds !== null) items.push(say.stamp({ seconds: seconds.toFixed(1) }));
  if (unixSeconds !== null) items.push(say.time({ time: unixSeconds }));
  return sayList({ items });
}
