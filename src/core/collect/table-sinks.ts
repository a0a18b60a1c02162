/** Who takes the bytes of tables that are read row by row: of TCP sockets, of ss, of connections that are tracked. */
import type { ByteSink } from '../bundle.ts';
import { createSsParser, type SsColumns } from '../parsers/commands/ss-sockets.ts';
import { createTcpTableParser } from '../parsers/proc/net-tcp.ts';
import { type ConntrackTable, createConntrackParser } from '../parsers/proc/nf-conntrack.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { isBetter, type NodeStore, type RawTcpTable, rawNet, type Source } from './node-store.ts';
import { tellProblems } from './problems.ts';
import type { Member, Sink } from './row.ts';
import { createLineSink } from './sinks.ts';
import { storeRows } from './tcp-store.ts';

const say = defineMessages('table-sinks', {
  moreRows: '{rows, plural, one {# more row} other {# more rows}} could not be read',
  socketsCut: 'is cut: the sockets after its last row are unknown',
  memoryCut: 'is cut: the memory of later sockets is unknown',
  translationCut: 'is cut: how later connections are translated is unknown',
});

export interface TcpFact {
  readonly pid: number | null;
  readonly family: 4 | 6;
}

/** Keeps the table in the namespace, its rows with those of all others. */
export const tcpSink: Sink<TcpFact, never> = (member) => createTcpSink(member);

function createTcpSink({ facts, fact, entry, rank, sizeBytes }: Member<TcpFact>): ByteSink {
  const { pid, family } = fact;
  const parser = createTcpTableParser(family, sizeBytes);
  return {
    write: (chunk) => parser.write(chunk),
    end(complete) {
      const table = parser.end(complete);
      for (const problem of table.problems) facts.problems.push({ entry, ...problem });
      const more = table.malformedRows - table.problems.length;
      if (more > 0) facts.problems.push({ entry, message: say.moreRows({ rows: more }) });
      if (!complete) facts.problems.push({ entry, message: say.socketsCut() });
      // A header alone says that there are no sockets.
      if (!table.hasHeader && table.columns.count === 0) return;
      const { tcp } = rawNet(facts, pid);
      const source: Source = { entry, rank, isEmpty: false };
      if (!isBetter(source, tcp.get(family))) return;
      const stored = { ...table, columns: storeRows(facts.tcpStore, table.columns) };
      tcp.set(family, { ...source, family, table: stored, complete } satisfies RawTcpTable);
    },
  };
}

/** A table of one sample, kept with what else the sample repeats. */
export const sampleTcpSink: Sink<TcpFact & { readonly sample: number }, never> = (member) =>
  createTcpSink({ ...member, facts: member.facts.sample(member.fact.sample) });

export interface RawSs extends Source {
  readonly columns: SsColumns;
  readonly complete: boolean;
}

export const ssSink: Sink<unknown, RawSs> = (member, add) => {
  const { facts, entry, rank } = member;
  const parser = createSsParser();
  return createLineSink(parser.takeLine, (complete) => {
    const columns = parser.end();
    add(member, { entry, rank, isEmpty: columns.count === 0, columns, complete });
    tellProblems(facts.problems, { entry, lineOffset: 0 }, parser.problems());
    if (!complete) facts.problems.push({ entry, message: say.memoryCut() });
  });
};

export interface RawConntrack extends Source {
  readonly table: ConntrackTable;
}

/** Of all tables together; the limit of a node that works is far below. */
const MAX_TRANSLATED = 2 ** 20;
const MAX_CONNTRACK_TABLES = 1000;

export const conntrackSink: Sink<unknown, RawConntrack> = (member, add) => {
  const { facts, entry, rank } = member;
  const { conntrack: before } = facts as NodeStore & { readonly conntrack: readonly RawConntrack[] };
  if (before.length >= MAX_CONNTRACK_TABLES) return undefined;
  const known = before.reduce((sum, { table }) => sum + table.columns.count, 0);
  const parser = createConntrackParser(MAX_TRANSLATED - known);
  return createLineSink(parser.takeLine, (complete) => {
    const table = parser.end();
    for (const problem of table.problems) facts.problems.push({ entry, ...problem });
    const more = table.malformedRows - table.problems.length;
    if (more > 0) facts.problems.push({ entry, message: say.moreRows({ rows: more }) });
    if (!complete) facts.problems.push({ entry, message: say.translationCut() });
    if (table.tcpRows > 0) add(member, { entry, rank, isEmpty: false, table });
  });
};
