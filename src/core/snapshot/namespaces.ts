/**
 * The network namespaces of a bundle. A namespace is known by the inode of `ns/net`; its tables are read through any
 * one process in it, so several copies of one namespace may be in the bundle: one is chosen, never two counted.
 */

import type { RawTcpTable } from '../collect/node-store.ts';
import { tellProblems } from '../collect/problems.ts';
import type { NetFile, RawFacts, RawNet } from '../collect/raw-facts.ts';
import { type Counters, parseCounterPairs } from '../parsers/proc/net-counters.ts';
import { INODE_TABLES, type InodeTable } from '../parsers/proc/net-inodes.ts';
import { type Protocols, parseProtocols } from '../parsers/proc/net-protocols.ts';
import { parseSockstat, type Sockstat } from '../parsers/proc/net-sockstat.ts';
import type { Family } from '../parsers/proc/net-tcp-row.ts';
import { parseSlabinfo } from '../parsers/proc/slabinfo.ts';
import type { Problem } from '../report/report.ts';
import type { Parsed, TextFact } from '../text.ts';
import { dropCopies, type Member, SocketHomes } from './namespace-copies.ts';

export interface Sourced<T> {
  readonly entry: string;
  readonly value: T;
}

export interface Namespace {
  /** Inode of `net:[…]`; 0 for proc/net and -pid for a process whose ns/net was not captured. */
  readonly netns: number;
  readonly isHost: boolean;
  readonly representativePid: number | null;
  readonly tables: readonly RawTcpTable[];
  /** The tables of both families are there to their ends: a TCP socket of it that has no row is closed. */
  readonly isComplete: boolean;
  readonly sockstat: Sourced<Sockstat> | null;
  readonly sockstat6: Sourced<Sockstat> | null;
  readonly netstat: Sourced<Counters> | null;
  readonly snmp: Sourced<Counters> | null;
  readonly protocols: Sourced<Protocols> | null;
  /** Inodes of sockets that are not TCP. */
  readonly otherInodes: ReadonlyMap<InodeTable, readonly number[]>;
  /** Namespaces whose files were copies of these. */
  readonly copies: number;
}

/** Every namespace that has at least one table or sockstat, the host's first, then by inode. */
export function buildNamespaces(facts: RawFacts, problems: Problem[]): readonly Namespace[] {
  const hostNetns = facts.processes.get(1)?.netns ?? null;
  const groups = groupByNamespace(facts, hostNetns);
  const copies = dropCopies(groups, facts, problems);
  const families: readonly Family[] = isWithoutIpv6(facts) ? [4] : [4, 6];
  const namespaces = [...groups]
    .map(([netns, members]) =>
      buildNamespace(
        { netns, isHost: netns === (hostNetns ?? 0), members, families, copies: copies.get(netns) ?? 0 },
        problems,
      ),
    )
    .filter((namespace) => namespace.tables.length > 0 || namespace.sockstat !== null)
    .sort((a, b) => Number(b.isHost) - Number(a.isHost) || a.netns - b.netns);
  return namespaces;
}

function groupByNamespace(facts: RawFacts, hostNetns: number | null): Map<number, Member[]> {
  const groups = new Map<number, Member[]>();
  const firstTables = new SocketHomes();
  const knownNetns = (pid: number | null) =>
    pid === null ? null : pid < 0 ? -pid : (facts.processes.get(pid)?.netns ?? null);
  // Those whose namespace is known come first, so that the others find it by the sockets that they share.
  const ranked = [...facts.net].sort(
    ([a], [b]) => Number(knownNetns(a) === null) - Number(knownNetns(b) === null) || (a ?? Infinity) - (b ?? Infinity),
  );
  for (const [pid, net] of ranked) {
    const same = knownNetns(pid) ?? firstTables.find(net);
    const netns = same ?? (pid === null ? netnsOfCollector(facts, groups, hostNetns) : -pid);
    const group = groups.get(netns);
    if (group === undefined) {
      groups.set(netns, [{ pid, net }]);
      firstTables.add(netns, net);
    } else group.push({ pid, net });
  }
  return groups;
}

/**
 * proc/net is the namespace of whoever collected. It is taken for that of the host when nothing else is, unless
 * tcp_mem is missing: it exists in the host's namespace only, so the collector ran in a pod.
 */
function netnsOfCollector(
  facts: RawFacts,
  groups: ReadonlyMap<number, readonly Member[]>,
  hostNetns: number | null,
): number {
  return hostNetns !== null && !groups.has(hostNetns) && facts.sysctl.has('net.ipv4.tcp_mem') ? hostNetns : 0;
}

/** A kernel started with ipv6.disable=1 has no net/tcp6; a collector that forgot the file looks the same otherwise. */
function isWithoutIpv6(facts: RawFacts): boolean {
  if ([...facts.net.values()].some((net) => net.tcp.has(6) || net.texts.has('sockstat6'))) return false;
  if (/\bipv6\.disable=1\b/.test(facts.node.get('cmdline')?.text ?? '')) return true;
  const slabs = parseSlabinfo(facts.node.get('slabinfo')?.text ?? '').value;
  return slabs.has('TCP') && !slabs.has('TCPv6');
}

interface NamespaceSource {
  readonly netns: number;
  readonly isHost: boolean;
  readonly members: readonly Member[];
  /** Those that the kernel has. */
  readonly families: readonly Family[];
  readonly copies: number;
}

function buildNamespace(source: NamespaceSource, problems: Problem[]): Namespace {
  const { netns, isHost, families } = source;
  const ranked = [...source.members].sort((a, b) => completeness(b.net) - completeness(a.net));
  const representative = ranked[0];
  const sourced = <T>(file: NetFile, parse: (text: string) => Parsed<T>): Sourced<T> | null => {
    const fact = firstText(ranked, file);
    if (fact === null) return null;
    const { value, problems: found } = parse(fact.text);
    tellProblems(problems, fact, found);
    return { entry: fact.entry, value };
  };
  const otherInodes = new Map<InodeTable, readonly number[]>();
  for (const table of INODE_TABLES) {
    const net = ranked.find((member) => member.net.inodes.has(table))?.net;
    const parsed = net?.inodes.get(table);
    if (parsed === undefined) continue;
    const entry = net?.texts.get(table)?.entry ?? '';
    tellProblems(problems, { entry, lineOffset: 0 }, parsed.problems);
    otherInodes.set(table, parsed.value.inodes);
  }
  const tables = tablesOf(ranked);
  return {
    netns,
    isHost,
    representativePid: (representative?.pid ?? -1) < 0 ? null : (representative?.pid ?? null),
    tables,
    isComplete: families.every((family) => tables.some((table) => table.family === family && isWhole(table))),
    sockstat: sourced('sockstat', parseSockstat),
    sockstat6: sourced('sockstat6', parseSockstat),
    netstat: sourced('netstat', parseCounterPairs),
    snmp: sourced('snmp', parseCounterPairs),
    protocols: sourced('protocols', parseProtocols),
    otherInodes,
    copies: source.copies,
  };
}

/** Rows that could not be read, or were too many to read, may be those of sockets that then seem closed. */
function isWhole({ complete, table }: RawTcpTable): boolean {
  return complete && table.malformedRows <= Math.max(2, table.columns.count / 100);
}

function completeness(net: RawNet): number {
  let score = net.texts.size;
  for (const table of net.tcp.values()) score += table.complete ? 100 : 50;
  return score;
}

function firstText(members: readonly Member[], file: NetFile): TextFact | null {
  for (const member of members) {
    const fact = member.net.texts.get(file);
    if (fact !== undefined) return fact;
  }
  return null;
}

function tablesOf(members: readonly Member[]): readonly RawTcpTable[] {
  const tables: RawTcpTable[] = [];
  for (const family of [4, 6] as const) {
    const candidates = members.flatMap((member) => member.net.tcp.get(family) ?? []);
    const chosen = candidates.find((table) => table.complete) ?? candidates[0];
    if (chosen !== undefined) tables.push(chosen);
  }
  return tables;
}

/**
 * Every copy of sockstat, also those of namespaces that were read twice, and of the samples just before and just after
 * the tables: node-wide values differ only by time. Later samples are of another time.
 */
export function allSockstats(facts: RawFacts, problems: Problem[]): readonly Sourced<Sockstat>[] {
  const around = [0, 1].flatMap((n) => facts.samples.get(n) ?? []);
  return [facts, ...around].flatMap(({ net }) =>
    [...net.values()].flatMap(({ texts }) => {
      const fact = texts.get('sockstat');
      if (fact === undefined) return [];
      const { value, problems: found } = parseSockstat(fact.text);
      tellProblems(problems, fact, found);
      return [{ entry: fact.entry, value }];
    }),
  );
}
