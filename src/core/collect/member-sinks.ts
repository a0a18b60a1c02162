/** Who takes the bytes of each kind of member, and what is kept of them. */
import type { ByteSink } from '../bundle.ts';
import { joinBytes, lastBytes, startsWithBytes } from '../bytes.ts';
import { createLogScanner, type LogHit } from '../kernel-log/kernel-log.ts';
import type { NetText, Route } from '../layouts/route.ts';
import { BLOCK_HEAD } from '../parsers/collector/block-file.ts';
import { isManifest } from '../parsers/collector/bundle-manifest.ts';
import { parseSocketProtocols } from '../parsers/commands/socket-protocols.ts';
import { createSsParser } from '../parsers/commands/ss-sockets.ts';
import { podDirectory } from '../parsers/pod-logs.ts';
import { isInodeTable, parseSocketInodes } from '../parsers/proc/net-inodes.ts';
import { createTcpTableParser } from '../parsers/proc/net-tcp.ts';
import { createConntrackParser } from '../parsers/proc/nf-conntrack.ts';
import { type LinkListing, parseLinkListing } from '../parsers/proc/pid-fd.ts';
import { parseScmFds } from '../parsers/proc/pid-fdinfo.ts';
import { isShellError, type TextFact } from '../text.ts';
import { createBlockSink, createSampleSink } from './blocks.ts';
import { createFdBlockSink } from './fd-blocks.ts';
import { podPathsSink, takeCrictl } from './pod-sinks.ts';
import { tallyProblem, tallyText, tellProblems } from './problems.ts';
import { takeProcessFile } from './process-files.ts';
import { addFd, type RawFacts, type RawNet, rawNet, rawProcess, rawSample } from './raw-facts.ts';
import { createLineSink, createSniffingSink, createTextSink } from './sinks.ts';
import { storeRows } from './tcp-store.ts';

// Far above what the kernel prints for any of them; beyond, a file is cut and said to be.
const MAX_SMALL_BYTES = 1 << 20;
const MAX_JSON_BYTES = 16 << 20;
const MAX_TABLE_BYTES = 64 << 20;
/** The collector repeats five lines, and more may have come in between. */
const MAX_TAIL_BYTES = 8192;
const SHELL_MESSAGE = 'holds an error of the shell instead of data';
const CUT_MESSAGE = 'is cut: its end is missing';

/** Who takes the bytes of a member, or of a block of one, which then begins after `lineOffset` lines. */
export function sinkFor(
  facts: RawFacts,
  route: Route,
  entry: string,
  lineOffset = 0,
  sizeBytes = 0,
): ByteSink | undefined {
  const text = (maxBytes: number, keep: (fact: TextFact) => void, kind = '') =>
    createTextSink(entry, maxBytes, (fact) => takeText(facts, fact, keep, kind), lineOffset);
  switch (route.kind) {
    case 'manifest':
      return text(MAX_JSON_BYTES, (fact) => {
        if (isManifest(fact.text)) facts.manifest = fact;
      });
    case 'dmesg-clock':
      return text(MAX_SMALL_BYTES, (fact) => (facts.dmesgClock = fact));
    case 'blocks':
      return createBlockSink(facts, route.file, entry, sinkFor);
    case 'fd-blocks':
      return createSniffingSink(BLOCK_HEAD.length, (head) =>
        startsWithBytes(head, BLOCK_HEAD) ? createFdBlockSink(facts, entry) : listingSink(facts, null, entry),
      );
    case 'sample-blocks':
      return createSampleSink(rawSample(facts, route.sample), entry, sinkFor);
    case 'sample-tcp':
      return tcpSink(rawSample(facts, route.sample), route, entry, sizeBytes);
    case 'pod-paths':
      return podPathsSink(facts, entry);
    case 'crictl':
      return text(MAX_JSON_BYTES, (fact) => takeCrictl(facts, route.list, fact));
    case 'meta':
      return text(MAX_SMALL_BYTES, (fact) => (facts.meta = fact));
    case 'hostname':
      return text(MAX_SMALL_BYTES, (fact) => (facts.hostname = fact));
    case 'node':
      return text(MAX_SMALL_BYTES, (fact) => facts.node.set(route.file, fact));
    case 'sysctl':
      return text(MAX_SMALL_BYTES, (fact) => facts.sysctl.set(route.key, fact));
    case 'pid':
      return text(
        MAX_SMALL_BYTES,
        (fact) => {
          const { files } = rawProcess(facts, route.pid);
          tallyText(facts.tallies, route.file, fact, takeProcessFile(files, route.file, fact, facts.cgroupTexts));
        },
        route.file,
      );
    case 'net':
      return text(MAX_TABLE_BYTES, (fact) => takeNetFile(rawNet(facts, route.pid), route.file, fact));
    case 'netns-link':
    case 'netns-text':
      return text(MAX_SMALL_BYTES, (fact) => takeNetns(facts, route.pid, fact), NETNS_KIND);
    case 'fd':
    case 'task-fd':
      return undefined;
    case 'fdinfo':
      // That of an epoll has a line for each fd that it watches.
      return text(
        MAX_TABLE_BYTES,
        (fact) => {
          const { value: files, problems } = parseScmFds(fact.text);
          tallyText(facts.tallies, 'fdinfo', fact, problems);
          if (files !== null && files > 0) facts.inFlight.push({ pid: route.pid, entry, line: lineOffset + 1, files });
        },
        'fdinfo',
      );
    case 'socket-protocols':
      return text(
        MAX_TABLE_BYTES,
        (fact) => {
          const { value, problems } = parseSocketProtocols(fact.text);
          tallyText(facts.tallies, 'sockprotoname', fact, problems);
          for (const { pid, fd, protocol } of value) facts.socketProtocols.set(`${pid ?? route.pid} ${fd}`, protocol);
        },
        'sockprotoname',
      );
    case 'netns-path':
      return text(MAX_SMALL_BYTES, (fact) => facts.netnsPaths.set(route.netns, fact));
    case 'cgroup':
      return text(
        MAX_SMALL_BYTES,
        (fact) => {
          const files = facts.cgroups.get(route.path) ?? new Map();
          facts.cgroups.set(route.path, files.set(route.file, fact));
        },
        route.file,
      );
    case 'fd-listing':
      return listingSink(facts, route.pid, entry);
    case 'tcp':
      return tcpSink(facts, route, entry, sizeBytes);
    case 'log':
      return logSink(facts, route.rank, entry);
    case 'ss':
      return ssSink(facts, route.netns, entry);
    case 'conntrack':
      return conntrackSink(facts, entry);
    case 'pod-log':
      facts.podLogPaths.add(podDirectory(route.path));
      return undefined;
    case 'container-log':
      facts.containerLogNames.add(route.name);
      return undefined;
  }
}

/** `kind` is that of files which come thousands of times; empty for others. */
function takeText(facts: RawFacts, fact: TextFact, keep: (fact: TextFact) => void, kind: string): void {
  const { entry, lineOffset } = fact;
  const problem = (message: string) => {
    const told = lineOffset === 0 ? { entry, message } : { entry, line: lineOffset + 1, message };
    if (kind === '') facts.problems.push(told);
    else tallyProblem(facts.tallies, kind, told);
  };
  if (isShellError(fact.text)) problem(SHELL_MESSAGE);
  else keep(fact);
  if (fact.cut) problem(CUT_MESSAGE);
}

function takeNetFile(net: RawNet, file: NetText, fact: TextFact): void {
  if (!isInodeTable(file)) {
    net.texts.set(file, fact);
    return;
  }
  net.inodes.set(file, parseSocketInodes(fact.text, file));
  net.texts.set(file, { ...fact, text: '' });
}

const NETNS_KIND = 'ns/net';
const NO_NETNS = 'The link does not name a network namespace.';
/** `ls -l` of somebody who may not follow the links of another user's process prints them without a target. */
const NOT_FOLLOWED = /\snet\r?$/m;

/** Takes the target of proc/PID/ns/net, or a listing of proc/PID/ns. */
export function takeNetns(facts: RawFacts, pid: number, fact: Omit<TextFact, 'cut'>): void {
  const inode = /net:\[(\d{1,10})\]/.exec(fact.text)?.[1];
  if (inode !== undefined) rawProcess(facts, pid).netns = Number(inode);
  else if (!NOT_FOLLOWED.test(fact.text)) tallyText(facts.tallies, NETNS_KIND, fact, [{ line: 1, message: NO_NETNS }]);
}

/** `ls` reports the processes that ended meanwhile in the same text: only a listing of nothing else is an error. */
function listingSink(facts: RawFacts, pid: number | null, entry: string): ByteSink {
  return createTextSink(entry, MAX_TABLE_BYTES, (fact) => {
    const { value: listings, problems } = parseLinkListing(fact.text);
    takeListings(facts, pid, fact, listings);
    if (listings.length === 0 && isShellError(fact.text)) facts.problems.push({ entry, message: SHELL_MESSAGE });
    else tallyText(facts.tallies, 'fd', fact, problems);
    if (fact.cut) facts.problems.push({ entry, message: CUT_MESSAGE });
  });
}

function takeListings(facts: RawFacts, pid: number | null, fact: TextFact, listings: readonly LinkListing[]): void {
  for (const listing of listings) {
    const named = /(?:^|\/)(\d{1,7})\/fd\/?$/.exec(listing.directory)?.[1];
    const owner = named !== undefined ? Number(named) : pid;
    if (owner === null) continue;
    const process = rawProcess(facts, owner);
    process.fdDenied ||= listing.denied;
    if (listing.links.length > 0) process.fdListing = fact.entry;
    for (const link of listing.links) {
      if (/^\d{1,10}$/.test(link.name)) addFd(facts, process, Number(link.name), link.target, link.line);
    }
  }
}

function tcpSink(
  facts: RawFacts,
  route: Extract<Route, { kind: 'tcp' | 'sample-tcp' }>,
  entry: string,
  sizeBytes: number,
): ByteSink {
  const parser = createTcpTableParser(route.family, sizeBytes);
  return {
    write: (chunk) => parser.write(chunk),
    end(complete) {
      const table = parser.end(complete);
      for (const problem of table.problems) facts.problems.push({ entry, ...problem });
      const more = table.malformedRows - table.problems.length;
      if (more > 0) facts.problems.push({ entry, message: `${more} more rows could not be read` });
      if (!complete) facts.problems.push({ entry, message: 'is cut: the sockets after its last row are unknown' });
      if (!table.hasHeader && table.columns.count === 0) return;
      const stored = { ...table, columns: storeRows(facts.tcpStore, table.columns) };
      rawNet(facts, route.pid).tcp.set(route.family, { entry, family: route.family, table: stored, complete });
    },
  };
}

/** `onHits` is called with what was found so far: as soon as there is something, and when the log has ended. */
export function logSink(
  facts: RawFacts,
  rank: number,
  entry: string,
  onHits: (hits: readonly LogHit[]) => void = () => {},
): ByteSink {
  const scanner = createLogScanner();
  let head = new Uint8Array(0);
  let tail = new Uint8Array(0);
  let told = false;
  return {
    write(chunk) {
      tail = lastBytes(tail, chunk, MAX_TAIL_BYTES);
      if (head.length < 300) head = joinBytes([head, chunk.subarray(0, 300)]);
      scanner.write(chunk);
      if (told || scanner.hits.length === 0) return;
      told = true;
      onHits(scanner.hits);
    },
    end(complete) {
      const scan = scanner.end();
      if (scan.lines <= 3 && isShellError(new TextDecoder().decode(head))) {
        facts.problems.push({ entry, message: 'holds an error of the shell instead of a log' });
        return;
      }
      if (!complete) facts.problems.push({ entry, message: 'is cut: its last lines are missing' });
      facts.logs.push({ entry, rank, scan, complete, tail: new TextDecoder().decode(tail) });
      if (scan.hits.length > 0) onHits(scan.hits);
    },
  };
}

/** Of all tables together; the limit of a node that works is far below. */
const MAX_TRANSLATED = 2 ** 20;
const MAX_CONNTRACK_TABLES = 1000;

function conntrackSink(facts: RawFacts, entry: string): ByteSink | undefined {
  if (facts.conntrack.length >= MAX_CONNTRACK_TABLES) return undefined;
  const known = facts.conntrack.reduce((sum, { table }) => sum + table.columns.count, 0);
  const parser = createConntrackParser(MAX_TRANSLATED - known);
  return createLineSink(parser.takeLine, (complete) => {
    const table = parser.end();
    for (const problem of table.problems) facts.problems.push({ entry, ...problem });
    const more = table.malformedRows - table.problems.length;
    if (more > 0) facts.problems.push({ entry, message: `${more} more rows could not be read` });
    if (!complete) facts.problems.push({ entry, message: 'is cut: how later connections are translated is unknown' });
    if (table.tcpRows > 0) facts.conntrack.push({ entry, table });
  });
}

function ssSink(facts: RawFacts, netns: number, entry: string): ByteSink {
  const parser = createSsParser();
  return createLineSink(parser.takeLine, (complete) => {
    facts.ss.set(netns, { entry, columns: parser.end(), complete });
    tellProblems(facts.problems, { entry, lineOffset: 0 }, parser.problems());
    if (!complete) facts.problems.push({ entry, message: 'is cut: the memory of later sockets is unknown' });
  });
}
