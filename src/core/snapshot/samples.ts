/**
 * What was sampled more than once: how the counters of the node moved, and which sockets were in CLOSE_WAIT in the main
 * tables and in those of a sample too. Inodes of both sides are ordered and merged, as in the join.
 */

import { tellProblems } from '../collect/problems.ts';
import type { RawFacts } from '../collect/raw-facts.ts';
import type { BundleManifest } from '../parsers/collector/bundle-manifest.ts';
import { parseSockstat } from '../parsers/proc/net-sockstat.ts';
import { parseUptime } from '../parsers/proc/node-files.ts';
import type { Problem } from '../report/report.ts';
import type { Parsed, TextFact } from '../text.ts';
import { orderByInode } from './inode-order.ts';
import type { Sockets } from './sockets.ts';
import { CLOSE_WAIT } from './tcp-states.ts';

interface Sample {
  readonly n: number;
  readonly uptimeSeconds: number | null;
  /** Of the node. */
  readonly alloc: number | null;
  readonly memPages: number | null;
  readonly orphan: number | null;
}

interface Survivor {
  readonly inode: number;
  readonly seconds: number;
}

export interface Samples {
  /** In their order of time. */
  readonly samples: readonly Sample[];
  /** TCP sockets that were in CLOSE_WAIT at both times, ascending by inode, with the longest time between. */
  readonly survivors: readonly Survivor[];
}

/** Writes into the sockets, too, for how long each is known to have been in CLOSE_WAIT. */
export function buildSamples(
  raw: RawFacts,
  sockets: Sockets,
  manifest: BundleManifest | null,
  { uptimeSeconds, problems }: { readonly uptimeSeconds: number | null; readonly problems: Problem[] },
): Samples {
  const numbered = [...raw.samples].sort(([a], [b]) => a - b);
  const samples = numbered
    .map(([n, facts]) => readSample(n, facts, manifest, problems))
    .sort((a, b) => (a.uptimeSeconds ?? 0) - (b.uptimeSeconds ?? 0) || a.n - b.n);
  if (numbered.length === 0) return { samples, survivors: [] };
  const seconds = new Map(
    samples.map(({ n, uptimeSeconds: then }) => [n, secondsBetween(n, then, manifest, uptimeSeconds)]),
  );
  return { samples, survivors: markSurvivors(longestTimes(raw.samples, seconds), sockets) };
}

function readSample(n: number, facts: RawFacts, manifest: BundleManifest | null, problems: Problem[]): Sample {
  const read = <T>(fact: TextFact | undefined, parse: (text: string) => Parsed<T>): T | null => {
    if (fact === undefined) return null;
    const parsed = parse(fact.text);
    tellProblems(problems, fact, parsed.problems);
    return parsed.value;
  };
  const told = manifest?.samples.find((sample) => sample.n === n)?.uptimeSeconds ?? null;
  // Node-wide values are the same in each namespace but for the moment: the lowest pid is most often the host's.
  const [, net] = [...facts.net].sort(([a], [b]) => (a ?? 0) - (b ?? 0))[0] ?? [];
  const stat = read(net?.texts.get('sockstat'), parseSockstat);
  return {
    n,
    uptimeSeconds: read(facts.node.get('uptime'), parseUptime) ?? told,
    alloc: stat?.tcpAlloc ?? null,
    memPages: stat?.tcpMemPages ?? null,
    orphan: stat?.tcpOrphan ?? null,
  };
}

/**
 * Seconds between the main tables and those of sample n; null when the time of either is not known. The tables of a large node are read long after proc/uptime, so the
 * clock, which has the time of the tables themselves, may only shorten it.
 */
export function secondsBetween(
  n: number,
  sampleUptime: number | null,
  manifest: BundleManifest | null,
  uptimeSeconds: number | null,
): number | null {
  const byUptime = sampleUptime === null || uptimeSeconds === null ? null : Math.abs(sampleUptime - uptimeSeconds);
  const at = Date.parse(manifest?.samples.find((sample) => sample.n === n)?.at ?? '');
  const captured = Date.parse(manifest?.meta.capturedAt ?? '');
  const byClock = Number.isNaN(at - captured) ? null : Math.abs(at - captured) / 1000;
  return byUptime === null || byClock === null ? byUptime : Math.min(byUptime, byClock);
}

/** Sockets in CLOSE_WAIT of all samples, each inode once, ascending, with the longest time between. */
function longestTimes(samples: RawFacts['samples'], seconds: ReadonlyMap<number, number | null>): readonly Survivor[] {
  const inodes: number[] = [];
  const times: number[] = [];
  for (const [n, { net }] of samples) {
    const between = seconds.get(n) ?? null;
    if (between === null) continue;
    for (const { table } of [...net.values()].flatMap(({ tcp }) => [...tcp.values()])) {
      const { count, state, inode } = table.columns;
      for (let row = 0; row < count; row++) {
        if (state[row] !== CLOSE_WAIT) continue;
        inodes.push(inode[row] ?? 0);
        times.push(between);
      }
    }
  }
  const order = orderByInode(Uint32Array.from(inodes), inodes.length);
  const longest: { inode: number; seconds: number }[] = [];
  for (let i = 0; i < order.count; i++) {
    const inode = order.inode[i] ?? 0;
    const time = times[order.row[i] ?? 0] ?? 0;
    const last = longest.at(-1);
    if (last?.inode === inode) last.seconds = Math.max(last.seconds, time);
    else longest.push({ inode, seconds: time });
  }
  return longest;
}

function markSurvivors(sampled: readonly Survivor[], sockets: Sockets): readonly Survivor[] {
  const order = orderByInode(
    sockets.inode.map((inode, row) => (sockets.state[row] === CLOSE_WAIT ? inode : 0)),
    sockets.count,
  );
  const survivors: Survivor[] = [];
  let at = 0;
  for (let i = 0; i < order.count; i++) {
    const inode = order.inode[i] ?? 0;
    while ((sampled[at]?.inode ?? Infinity) < inode) at++;
    const survivor = sampled[at];
    if (survivor?.inode !== inode) continue;
    sockets.survivedMs[order.row[i] ?? 0] = survivor.seconds * 1000;
    if (survivors.at(-1) !== survivor) survivors.push(survivor);
  }
  return survivors;
}
