/** Small texts of the node, of its namespaces and its cgroups: each is read once, and what was wrong with it is told. */

import { tallyText, tellProblems } from '../collect/problems.ts';
import type { CgroupFile, NetFile, NodeFile, RawFacts } from '../collect/raw-facts.ts';
import { parseDmesgClock } from '../kernel-log/dmesg-clock.ts';
import { type BuddyZone, parseBuddyinfo } from '../parsers/proc/buddyinfo.ts';
import { parseCgroupBytes, parseCgroupStat } from '../parsers/proc/cgroup-memory.ts';
import { parseArp } from '../parsers/proc/net-arp.ts';
import { type FileNr, parseFileNr } from '../parsers/proc/node-files.ts';
import { parseSlabinfo } from '../parsers/proc/slabinfo.ts';
import type { Problem } from '../report/report.ts';
import type { Parsed, TextFact } from '../text.ts';
import type { Sourced } from './namespaces.ts';

export interface NodeTexts {
  readonly buddy: Sourced<readonly BuddyZone[]> | null;
  readonly fileNr: Sourced<FileNr | null> | null;
  /** Entries of the tables of neighbours, by the process that each was read through, as in RawFacts.net. */
  readonly neighbours: ReadonlyMap<number | null, Sourced<number>>;
  /** By path below /sys/fs/cgroup, in the order of the paths. */
  readonly cgroups: ReadonlyMap<string, CgroupMemory>;
}

interface CgroupMemory {
  /** Bytes in buffers of sockets, and where that is told; null where it is not. */
  readonly sock: (Sourced<number> & { readonly line: number }) | null;
  /** Null also where there is no limit. */
  readonly limitBytes: number | null;
}

/** Of files that only people read, the problems are told as well: their numbers mislead no less. */
export function readNodeTexts(raw: RawFacts, problems: Problem[]): NodeTexts {
  const read = <T>(fact: TextFact | undefined, parse: (text: string) => Parsed<T>): Sourced<T> | null => {
    if (fact === undefined) return null;
    const parsed = parse(fact.text);
    tellProblems(problems, fact, parsed.problems);
    return { entry: fact.entry, value: parsed.value };
  };
  const readNode = <T>(file: NodeFile, parse: (text: string) => Parsed<T>) => read(raw.node.get(file), parse);
  readNode('slabinfo', parseSlabinfo);
  read(raw.dmesgClock ?? undefined, parseDmesgClock);
  return {
    buddy: readNode('buddyinfo', parseBuddyinfo),
    fileNr: read(raw.sysctl.get('fs.file-nr'), parseFileNr),
    neighbours: readOfNamespaces(raw, 'arp', parseArp),
    cgroups: readCgroups(raw),
  };
}

function readOfNamespaces<T>(
  raw: RawFacts,
  file: NetFile,
  parse: (text: string) => Parsed<T>,
): ReadonlyMap<number | null, Sourced<T>> {
  const read = new Map<number | null, Sourced<T>>();
  for (const [pid, { texts }] of [...raw.net].sort(([a], [b]) => (a ?? 0) - (b ?? 0))) {
    const fact = texts.get(file);
    if (fact === undefined) continue;
    const { value, problems } = parse(fact.text);
    tallyText(raw.tallies, `net/${file}`, fact, problems);
    read.set(pid, { entry: fact.entry, value });
  }
  return read;
}

function readCgroups(raw: RawFacts): ReadonlyMap<string, CgroupMemory> {
  const sorted = [...raw.cgroups].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([path, files]) => [path, readCgroup(raw, files)]));
}

function readCgroup(raw: RawFacts, files: ReadonlyMap<CgroupFile, TextFact>): CgroupMemory {
  const read = <T>(file: CgroupFile, parse: (text: string) => Parsed<T>) => {
    const fact = files.get(file);
    if (fact === undefined) return null;
    const { value, problems } = parse(fact.text);
    tallyText(raw.tallies, file, fact, problems);
    return { fact, value };
  };
  const stat = read('memory.stat', parseCgroupStat);
  const v1 = read('memory.kmem.tcp.usage_in_bytes', parseCgroupBytes);
  const limit = read('memory.max', parseCgroupBytes) ?? read('memory.limit_in_bytes', parseCgroupBytes);
  const source = v1 ?? stat;
  const bytes = v1 === null ? (stat?.value.sockBytes ?? null) : v1.value;
  const lineOfText = v1 === null ? (stat?.value.sockLine ?? 1) : 1;
  return {
    sock:
      source === null || bytes === null
        ? null
        : { entry: source.fact.entry, value: bytes, line: source.fact.lineOffset + lineOfText },
    limitBytes: limit?.value ?? null,
  };
}
