/** The model of one node: everything joined, nothing judged. */
import type { BundleEnd } from '../bundle.ts';
import type { RawLog } from '../collect/log-sink.ts';
import { sortProblems, talliedProblems, tellProblems } from '../collect/problems.ts';
import type { NodeFile, RawFacts } from '../collect/raw-facts.ts';
import { type LogTimes, resolveLogTimes } from '../kernel-log/log-times.ts';
import { type BundleManifest, parseBundleManifest } from '../parsers/collector/bundle-manifest.ts';
import { mergeMeta, parseBundleMeta } from '../parsers/collector/bundle-meta.ts';
import { parseMeminfo } from '../parsers/proc/meminfo.ts';
import type { Sockstat } from '../parsers/proc/net-sockstat.ts';
import { type KernelVersion, parseKernelVersion, parseProcStat, parseUptime } from '../parsers/proc/node-files.ts';
import { parseSysctlNumbers } from '../parsers/proc/sysctl.ts';
import type { Problem } from '../report/report.ts';
import { cleanText, type Parsed } from '../text.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { type Join, joinSockets } from './join.ts';
import { buildListeners, type Listener } from './listeners.ts';
import { clockEvidence, logProblems } from './log-evidence.ts';
import { manifestProblems } from './manifest-problems.ts';
import { allSockstats, buildNamespaces, type Namespace, type Sourced } from './namespaces.ts';
import { type NodeTexts, readNodeTexts } from './node-texts.ts';
import { buildPodNames } from './pods.ts';
import { buildProcesses, type Process } from './processes.ts';
import { buildSamples, type Samples } from './samples.ts';
import { applySkmem } from './skmem.ts';
import { buildSockets, type Sockets } from './sockets.ts';

const say = defineMessages('snapshot', {
  listedTwice:
    '{sockets, plural, one {# socket is} other {# sockets are}} listed twice: some tables are copies of others, or rows were changed',
  more: '{problems, plural, one {# more problem is} other {# more problems are}} not listed',
});

interface NodeInfo {
  readonly root: string;
  readonly hostname: string;
  readonly kernel: KernelVersion | null;
  readonly kernelRelease: string;
  readonly capturedAt: string;
  readonly uptimeSeconds: number | null;
  readonly bootUnixSeconds: number | null;
  readonly cpus: number | null;
  readonly pageSizeBytes: number;
  readonly pageSizeAssumed: boolean;
  readonly ticksPerSecond: number;
  readonly memTotalBytes: number | null;
}

/** The log that is looked at, its lines in seconds since boot. */
type NodeLog = Omit<RawLog, 'scan'> & LogTimes;

export interface Snapshot {
  readonly node: NodeInfo;
  readonly namespaces: readonly Namespace[];
  readonly processes: readonly Process[];
  readonly sockets: Sockets;
  readonly join: Join;
  readonly listeners: readonly Listener[];
  readonly sockstats: readonly Sourced<Sockstat>[];
  readonly log: NodeLog | null;
  readonly hasSkmem: boolean;
  readonly samples: Samples;
  readonly texts: NodeTexts;
  /** Null where the bundle is not of the collector. */
  readonly manifest: BundleManifest | null;
  readonly raw: RawFacts;
  readonly end: BundleEnd;
  readonly problems: readonly Problem[];
}

/** The sysctls that the analysis reads as numbers. */
const NUMERIC_SYSCTLS: readonly string[] = [
  'net.ipv4.tcp_mem',
  'net.ipv4.tcp_max_orphans',
  'net.ipv4.tcp_max_tw_buckets',
  'net.ipv4.ip_local_port_range',
  'net.core.mem_pcpu_rsv',
  'net.ipv4.neigh.default.gc_thresh3',
  'net.netfilter.nf_conntrack_count',
  'net.netfilter.nf_conntrack_max',
  'net.nf_conntrack_max',
];

/** `leftOut`: what of the archive belongs to no node that is judged. */
export function buildSnapshot(raw: RawFacts, leftOut: readonly Problem[], end: BundleEnd): Snapshot {
  const problems: Problem[] = [...end.problems, ...leftOut, ...raw.problems];
  const manifest = readManifest(raw, problems);
  const pods = buildPodNames(raw);
  const processes = buildProcesses(raw.processes, pods);
  raw.cgroupTexts.clear();
  const namespaces = buildNamespaces(raw, problems);
  const sockets = buildSockets(namespaces, raw.ss.size > 0, raw.samples.size > 0);
  const join = joinSockets(raw, processes, namespaces, sockets);
  applySkmem(sockets, namespaces, raw.ss);
  if (join.repeatedInodes > Math.max(10, sockets.count / 100)) {
    problems.push({
      entry: namespaces[1]?.tables[0]?.entry ?? raw.root,
      message: say.listedTwice({ sockets: join.repeatedInodes }),
    });
  }
  const chosen = raw.logs[0] ?? null;
  if (chosen !== null) problems.push(...logProblems(chosen));
  for (const key of NUMERIC_SYSCTLS) {
    const fact = raw.sysctl.get(key);
    if (fact === undefined) continue;
    tellProblems(problems, fact, parseSysctlNumbers(fact.text).problems);
  }
  const node = buildNode(raw, manifest, problems);
  const texts = readNodeTexts(raw, problems);
  const sockstats = allSockstats(raw, problems);
  const samples = buildSamples(raw, sockets, manifest, { uptimeSeconds: node.uptimeSeconds, problems });
  problems.push(...talliedProblems(raw.tallies));
  return {
    node,
    namespaces,
    processes,
    sockets,
    join,
    listeners: buildListeners(sockets),
    sockstats,
    log: chosen === null ? null : { ...chosen, ...resolveLogTimes(chosen.scan, clockEvidence(raw, node, chosen)) },
    hasSkmem: raw.ss.size > 0,
    samples,
    texts,
    manifest,
    raw,
    end,
    problems: firstProblems(problems),
  };
}

function readManifest(raw: RawFacts, problems: Problem[]): BundleManifest | null {
  if (raw.manifest === null) return null;
  const parsed = parseBundleManifest(raw.manifest.text);
  tellProblems(problems, raw.manifest, parsed.problems);
  problems.push(...manifestProblems(parsed.value, raw.manifest.entry, raw.root));
  return parsed.value;
}

function buildNode(raw: RawFacts, manifest: BundleManifest | null, problems: Problem[]): NodeInfo {
  const read = <T>(file: NodeFile, parse: (text: string) => Parsed<T>): T | null => {
    const fact = raw.node.get(file);
    if (fact === undefined) return null;
    const parsed = parse(fact.text);
    tellProblems(problems, fact, parsed.problems);
    return parsed.value;
  };
  const older = raw.meta === null ? null : parseBundleMeta(raw.meta.text);
  if (raw.meta !== null) tellProblems(problems, raw.meta, older?.problems ?? []);
  const meta = mergeMeta(manifest?.meta ?? null, older?.value ?? null);
  const kernel = read('version', parseKernelVersion) ?? parseKernelVersion(meta.kernel).value;
  const stat = read('stat', parseProcStat);
  const hostname = meta.hostname || cleanText(raw.hostname?.text.split('\n')[0] ?? '');
  return {
    root: raw.root,
    hostname: hostname.slice(0, 253),
    kernel,
    kernelRelease: kernel?.release ?? '',
    capturedAt: meta.capturedAt,
    uptimeSeconds: read('uptime', parseUptime),
    bootUnixSeconds: stat?.bootUnixSeconds ?? null,
    cpus: stat === null || stat.cpus === 0 ? null : stat.cpus,
    pageSizeBytes: meta.pageSizeBytes ?? 4096,
    pageSizeAssumed: meta.pageSizeBytes === null,
    ticksPerSecond: meta.ticksPerSecond ?? 100,
    memTotalBytes: read('meminfo', parseMeminfo)?.get('MemTotal') ?? null,
  };
}

/** Nobody reads more, and a bundle may have as many as it has lines. */
const MAX_PROBLEMS = 1000;

function firstProblems(all: readonly Problem[]): readonly Problem[] {
  const problems = sortProblems(all);
  const more = problems.length - MAX_PROBLEMS;
  if (more <= 0) return problems;
  const last = problems[MAX_PROBLEMS - 1]?.entry ?? '';
  return [...problems.slice(0, MAX_PROBLEMS), { entry: last, message: say.more({ problems: more }) }];
}

export interface SysctlNumbers {
  readonly entry: string;
  readonly values: readonly number[];
}

/** A sysctl as numbers, for example `net.ipv4.tcp_mem`; null when it is missing or not numbers. */
export function sysctl(raw: RawFacts, key: string): SysctlNumbers | null {
  const fact = raw.sysctl.get(key);
  if (fact === undefined) return null;
  const { value } = parseSysctlNumbers(fact.text);
  return value.length === 0 ? null : { entry: fact.entry, values: value };
}
