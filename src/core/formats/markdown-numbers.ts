/** The table of both ledgers in the Markdown: each number with its unit and its scope. */

import type { Message, Text } from '../report/message.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { WordedReport } from '../wording/worded.ts';
import { type MarkdownWords, tableLines } from './markdown-words.ts';
import { sayPages } from './report-words.ts';

const say = defineMessages('markdown-numbers', {
  heading: 'Numbers',
  what: 'what',
  value: 'value',
  scope: 'scope',
  node: 'node',
  namespaces: '{namespaces, plural, one {# namespace} other {# namespaces}}',
  readableProcesses: 'readable processes',
  seenNamespaces: 'seen namespaces',
  alloc: 'TCP sockets (alloc)',
  inuse: 'of them with a row (inuse, v4 + v6)',
  unhashed: 'closed or unbound (alloc less inuse)',
  closedHeld: 'closed but held by an fd',
  neverConnected: 'of them never connected',
  gap: "room for closed sockets by the namespaces' own count",
  elsewhere: 'held, but of no captured namespace',
  acceptQueueClosed: 'reset before accept()',
  residual: 'unexplained',
  orphans: 'orphans (inside inuse)',
  timeWait: 'TIME_WAIT (outside alloc)',
  requestSockets: 'request sockets (outside alloc)',
  mem: 'TCP memory (mem)',
  memWithError: '{pages} ± {error, number}',
  limits: 'tcp_mem min / pressure / max',
  limitPages: '{min, number} / {pressure, number} / {max, number} pages (max {bytes, number, bytes})',
  memOfMax: 'mem of max',
});

interface Row {
  readonly name: Message;
  readonly value: number | Text | null;
  readonly scope: Message;
}

export function numbersSection(report: WordedReport, words: MarkdownWords): string[] {
  const rows = [...socketRows(report), ...memoryRows(report, words)].filter(({ value }) => value !== null);
  const columns = [{ head: say.what() }, { head: say.value(), right: true }, { head: say.scope() }] as const;
  const cells = rows.map(({ name, value, scope }) => [
    words.escaped(name),
    // Numbers and our own words alone: the point of 4.1 % needs no escape.
    typeof value === 'number' ? words.count(value) : words.text(value ?? ''),
    words.escaped(scope),
  ]);
  return [
    `## ${words.escaped(say.heading())}`,
    '',
    ...tableLines(words, columns, cells),
    ...report.ledger.notes.flatMap((note) => [words.escaped(note), '']),
  ];
}

/** A value is null where the row is not worth showing, or not known. */
function socketRows({ ledger }: WordedReport): readonly Row[] {
  const node = say.node();
  const namespaces = say.namespaces({ namespaces: ledger.namespaces.length });
  const unlessNone = (count: number) => (count > 0 ? count : null);
  return [
    { name: say.alloc(), value: ledger.alloc?.value ?? null, scope: node },
    { name: say.inuse(), value: ledger.inuse, scope: namespaces },
    { name: say.unhashed(), value: ledger.unhashed, scope: node },
    { name: say.closedHeld(), value: ledger.closedHeld, scope: say.readableProcesses() },
    { name: say.neverConnected(), value: unlessNone(ledger.neverConnected), scope: say.readableProcesses() },
    { name: say.gap(), value: ledger.gap, scope: namespaces },
    { name: say.elsewhere(), value: unlessNone(ledger.elsewhere), scope: node },
    { name: say.acceptQueueClosed(), value: ledger.acceptQueueClosed, scope: say.seenNamespaces() },
    { name: say.residual(), value: ledger.residual, scope: node },
    { name: say.orphans(), value: ledger.orphans, scope: node },
    { name: say.timeWait(), value: ledger.timeWait, scope: say.seenNamespaces() },
    { name: say.requestSockets(), value: ledger.requestSockets, scope: say.seenNamespaces() },
  ];
}

function memoryRows({ memory }: WordedReport, words: MarkdownWords): readonly Row[] {
  const { minPages: min, pressurePages: pressure, maxPages: max, pageSizeBytes, errorPages: error } = memory;
  const mem = memory.memPages?.value ?? null;
  const rows: Row[] = [];
  if (mem !== null) {
    const pages = sayPages(mem, pageSizeBytes);
    rows.push({ name: say.mem(), value: error > 0 ? say.memWithError({ pages, error }) : pages, scope: say.node() });
  }
  if (max === null || pressure === null || min === null) return rows;
  const limits = say.limitPages({ min, pressure, max, bytes: max * pageSizeBytes });
  rows.push({ name: say.limits(), value: limits, scope: say.node() });
  if (mem !== null) rows.push({ name: say.memOfMax(), value: words.share(mem, max), scope: say.node() });
  return rows;
}
