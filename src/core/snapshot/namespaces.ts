/**
 * The network namespaces of a bundle. A namespace is known by the inode of `ns/net`; its tables are read through any
 * one process in it, so several copies of one namespace may be in the bundle: one is chosen, never two counted.
 */
import type { NetText } from '../layouts/route.ts';
import { type Counters, parseCounterPairs } from '../parsers/net-counters.ts';
import { type InodeTable, parseSocketInodes } from '../parsers/net-inodes.ts';
import { type Protocols, parseProtocols } from '../parsers/net-protocols.ts';
import { parseSockstat, type Sockstat } from '../parsers/net-sockstat.ts';
import type { Family } from '../parsers/net-tcp.ts';
import { parseSlabinfo } from '../parsers/slabinfo.ts';
import type { Problem } from '../report/report.ts';
import type { Parsed, TextFact } from '../text.ts';
import type { RawFacts, RawNet, RawTcpTable } from './raw-facts.ts';

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

const INODE_TABLES: readonly InodeTable[] = [
  'udp',
  'udp6',
  'udplite',
  'udplite6',
  'raw',
  'raw6',
  'unix',
  'netlink',
  'packet',
];

/** Every namespace that has at least one table or sockstat, the host's first, then by inode. */
export function buildNamespaces(facts: RawFacts, problems: Problem[]): readonly Namespace[] {
  const hostNetns = facts.processes.get(1)?.netns ?? null;
  const groups = groupByNamespace(facts, hostNetns);
  const copies = dropCopies(groups, facts, problems);
  const families: readonly Family[] = isWithoutIpv6(facts) ? [4] : [4, 6];
  return [...groups]
    .map(([netns, members]) =>
      buildNamespace(
        { netns, isHost: netns === (hostNetns ?? 0), members, families, copies: copies.get(netns) ?? 0 },
        problems,
      ),
    )
    .filter((namespace) => namespace.tables.length > 0 || namespace.sockstat !== null)
    .sort((a, b) => Number(b.isHost) - Number(a.isHost) || a.netns - b.netns);
}

interface Member {
  readonly pid: number | null;
  readonly net: RawNet;
}

function groupByNamespace(facts: RawFacts, hostNetns: number | null): Map<number, Member[]> {
  const groups = new Map<number, Member[]>();
  // Of the first member of each group: which namespace an inode belongs to.
  const netnsOfInode = new Map<number, number>();
  const add = (netns: number, member: Member, inodes: ReadonlySet<number>) => {
    const group = groups.get(netns);
    if (group !== undefined) {
      group.push(member);
      return;
    }
    groups.set(netns, [member]);
    for (const inode of inodes) if (!netnsOfInode.has(inode)) netnsOfInode.set(inode, netns);
  };
  const knownNetns = (pid: number | null) =>
    pid === null ? null : pid < 0 ? -pid : (facts.processes.get(pid)?.netns ?? null);
  // Those whose namespace is known come first, so that the others find it by the sockets that they share.
  const ranked = [...facts.net].sort(
    ([a], [b]) => Number(knownNetns(a) === null) - Number(knownNetns(b) === null) || (a ?? Infinity) - (b ?? Infinity),
  );
  for (const [pid, net] of ranked) {
    const known = knownNetns(pid);
    const inodes = inodesOf(net);
    const same = known ?? namespaceWithSameSockets(netnsOfInode, inodes);
    add(same ?? (pid === null ? netnsOfCollector(facts, groups, hostNetns) : -pid), { pid, net }, inodes);
  }
  return groups;
}

/**
 * A socket is of one namespace: tables of several that list the same sockets are copies of one, made by a collector
 * that read its own /proc/net for each. They are kept where the processes live that hold the sockets. Returns how many
 * copies each namespace that was kept has.
 */
function dropCopies(groups: Map<number, Member[]>, facts: RawFacts, problems: Problem[]): ReadonlyMap<number, number> {
  const firstOf = new Map<number, number>();
  const copies = new Map<number, number[]>();
  for (const [netns, members] of groups) {
    const inodes = new Set(members.flatMap(({ net }) => [...inodesOf(net)]));
    const original = namespaceWithSameSockets(firstOf, inodes);
    for (const inode of inodes) if (!firstOf.has(inode)) firstOf.set(inode, netns);
    if (original === null) continue;
    const same = copies.get(original);
    if (same === undefined) copies.set(original, [original, netns]);
    else same.push(netns);
  }
  const kept = new Map<number, number>();
  if (copies.size === 0) return kept;
  const homes = homesOf(copies, firstOf, facts);
  for (const [original, same] of copies) {
    const home = homes.get(original) ?? original;
    const members = groups.get(original) ?? [];
    for (const netns of same) groups.delete(netns);
    groups.set(home, members);
    kept.set(home, same.length - 1);
    problems.push({
      entry: facts.root,
      message: `the tables of ${same.length - 1} namespaces are copies of another one and were left out: the collector read its own /proc/net for each`,
    });
  }
  return kept;
}

/** For each set of copies the namespace of most processes that hold its sockets. */
function homesOf(
  copies: ReadonlyMap<number, readonly number[]>,
  firstOf: ReadonlyMap<number, number>,
  { fds, processes }: RawFacts,
): ReadonlyMap<number, number> {
  const originalOf = new Map(
    [...copies].flatMap(([original, same]) => same.map((netns) => [netns, original] as const)),
  );
  const votes = new Map<number, Map<number, number>>();
  for (let row = 0; row < fds.count; row++) {
    const first = firstOf.get(fds.inode[row] ?? 0);
    const netns = processes.get(fds.pid[row] ?? 0)?.netns ?? null;
    const original = first === undefined ? undefined : originalOf.get(first);
    if (original === undefined || netns === null || originalOf.get(netns) !== original) continue;
    const counts = votes.get(original) ?? new Map<number, number>();
    votes.set(original, counts.set(netns, (counts.get(netns) ?? 0) + 1));
  }
  return new Map(
    [...votes].map(([original, counts]) => [
      original,
      [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? original,
    ]),
  );
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

/** Sockets have one inode on the node: tables that share most of them are copies of one namespace. */
function namespaceWithSameSockets(
  netnsOfInode: ReadonlyMap<number, number>,
  inodes: ReadonlySet<number>,
): number | null {
  const shared = new Map<number, number>();
  for (const inode of inodes) {
    const netns = netnsOfInode.get(inode);
    if (netns !== undefined) shared.set(netns, (shared.get(netns) ?? 0) + 1);
  }
  for (const [netns, count] of shared) if (count * 2 > inodes.size) return netns;
  return null;
}

function inodesOf(net: RawNet): ReadonlySet<number> {
  const inodes = new Set<number>();
  for (const { table } of net.tcp.values()) {
    for (let row = 0; row < table.columns.count && inodes.size < 1000; row++) {
      const inode = table.columns.inode[row] ?? 0;
      if (inode > 0) inodes.add(inode);
    }
  }
  return inodes;
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
  const sourced = <T>(file: NetText, parse: (text: string) => Parsed<T>): Sourced<T> | null => {
    const fact = firstText(ranked, file);
    if (fact === null) return null;
    const { value, problems: found } = parse(fact.text);
    for (const problem of found.slice(0, 5)) problems.push({ entry: fact.entry, ...problem });
    return { entry: fact.entry, value };
  };
  const otherInodes = new Map<InodeTable, readonly number[]>();
  for (const table of INODE_TABLES) {
    const parsed = sourced(table, (text) => parseSocketInodes(text, table));
    if (parsed !== null) otherInodes.set(table, parsed.value.inodes);
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

function firstText(members: readonly Member[], file: NetText): TextFact | null {
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
export function allSockstats(facts: RawFacts): readonly Sourced<Sockstat>[] {
  const around = [0, 1].flatMap((n) => facts.samples.get(n) ?? []);
  return [facts, ...around].flatMap(({ net }) =>
    [...net.values()].flatMap(({ texts }) => {
      const fact = texts.get('sockstat');
      return fact === undefined ? [] : [{ entry: fact.entry, value: parseSockstat(fact.text).value }];
    }),
  );
}
