/**
 * Takes the members of an archive as they come and keeps what the layout knows, one {@link RawFacts} for each node
 * that the archive holds. Nothing here depends on the order of the members.
 */
import type { BundleVisitor, ByteSink } from '../bundle.ts';
import { joinBytes, startsWithBytes } from '../bytes.ts';
import { normaliseName, type Route, routeEntry } from '../layouts/proc-tree.ts';
import { createLogScanner } from '../parsers/kernel-log.ts';
import { createTcpTableParser } from '../parsers/net-tcp.ts';
import { parseFdTarget, parseLinkListing } from '../parsers/pid-fd.ts';
import { parseScmFds } from '../parsers/pid-fdinfo.ts';
import { parseSocketProtocols } from '../parsers/socket-protocols.ts';
import { createSsParser } from '../parsers/ss-sockets.ts';
import { isShellError, type TextFact } from '../text.ts';
import { type FdLinkName, readFdLinkName, readSocketTarget } from './fd-link-name.ts';
import {
  addFd,
  addSocketFd,
  adoptTaskFds,
  countFd,
  createRawFacts,
  type RawFacts,
  rawNet,
  rawProcess,
} from './raw-facts.ts';
import { createLineSink, createTextSink } from './sinks.ts';

export interface Collector {
  readonly visitor: BundleVisitor;
  /** The node with the most processes and tables, then by name; and how many other nodes there were. */
  finish(): { readonly facts: RawFacts; readonly otherRoots: readonly string[] };
}

// Far above what the kernel prints for any of them; beyond, a file is cut and said to be.
const MAX_SMALL_BYTES = 1 << 20;
const MAX_TABLE_BYTES = 64 << 20;
/** A collector takes those of odd threads only; a hostile bundle may hold any number. */
const MAX_TASK_FDS = 1_000_000;
/** PATH_MAX of Linux: no file that a collector copied has a longer name, and none is looked for in one. */
const MAX_NAME_LENGTH = 4096;
const SHELL_MESSAGE = 'holds an error of the shell instead of data';
const CUT_MESSAGE = 'is cut: its end is missing';

export function createCollector(): Collector {
  const roots = new Map<string, RawFacts>();
  const factsOf = (root: string): RawFacts => {
    let facts = roots.get(root);
    if (facts === undefined) {
      facts = createRawFacts(root);
      roots.set(root, facts);
    }
    return facts;
  };
  const visitor: BundleVisitor = {
    file(rawName) {
      if (rawName.length > MAX_NAME_LENGTH) return undefined;
      const name = normaliseName(rawName);
      const routed = routeEntry(name);
      return routed === undefined ? undefined : sinkFor(factsOf(routed.root), routed.route, name);
    },
    link: createLinkTaker(factsOf),
    directory(rawName) {
      if (rawName.length > MAX_NAME_LENGTH) return;
      const routed = routeEntry(normaliseName(rawName).replace(/\/+$/, ''));
      if (routed?.route.kind === 'pod-log') factsOf(routed.root).podLogPaths.add(podDirectory(routed.route.path));
    },
  };
  return {
    visitor,
    finish() {
      const ranked = [...roots.values()].sort((a, b) => weight(b) - weight(a) || (a.root < b.root ? -1 : 1));
      const [facts = createRawFacts(''), ...others] = ranked;
      adoptTaskFds(facts);
      return { facts, otherRoots: others.filter((other) => weight(other) > 0).map((other) => other.root) };
    },
  };
}

function weight(facts: RawFacts): number {
  return facts.processes.size * 4 + facts.net.size * 4 + facts.node.size + facts.logs.length + facts.sysctl.size;
}

/** Keeps `<ns>_<pod>_<uid>/<container>` and drops the log files below. */
function podDirectory(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

function createLinkTaker(factsOf: (root: string) => RawFacts): BundleVisitor['link'] {
  const decoder = new TextDecoder('utf-8');
  const parts: FdLinkName = { rootLength: 0, pid: 0, fd: 0 };
  let rootBytes = new Uint8Array(0);
  let facts: RawFacts | undefined;
  return (nameBytes, targetBytes) => {
    if (nameBytes.length > MAX_NAME_LENGTH) return;
    if (readFdLinkName(nameBytes, parts)) {
      if (facts === undefined || parts.rootLength !== rootBytes.length || !startsWithBytes(nameBytes, rootBytes)) {
        rootBytes = nameBytes.slice(0, parts.rootLength);
        facts = factsOf(normaliseName(decoder.decode(rootBytes)));
      }
      const process = rawProcess(facts, parts.pid);
      const inode = readSocketTarget(targetBytes);
      if (inode < 0) return addFd(facts, process, parts.fd, decoder.decode(targetBytes), 0);
      countFd(process, 'socket', false);
      return addSocketFd(facts.fds, parts.pid, parts.fd, inode, 0);
    }
    const name = normaliseName(decoder.decode(nameBytes));
    const routed = routeEntry(name);
    if (routed !== undefined) takeOtherLink(factsOf(routed.root), routed.route, decoder.decode(targetBytes));
  };
}

function takeOtherLink(facts: RawFacts, route: Route, target: string): void {
  if (route.kind === 'netns-link') takeNetns(facts, route.pid, target);
  if (route.kind === 'container-log') facts.containerLogNames.add(route.name);
  if (route.kind === 'pod-log') facts.podLogPaths.add(podDirectory(route.path));
  if (route.kind === 'task-fd' && facts.taskFds.length < MAX_TASK_FDS) {
    const { inode } = parseFdTarget(target);
    const { pid, tid, fd } = route;
    if (inode !== null && inode <= 0xffffffff) facts.taskFds.push({ pid, tid, fd, inode });
  }
}

function takeNetns(facts: RawFacts, pid: number, target: string): void {
  const inode = /net:\[(\d{1,10})\]/.exec(target)?.[1];
  if (inode === undefined) return;
  rawProcess(facts, pid).netns = Number(inode);
}

function sinkFor(facts: RawFacts, route: Route, entry: string): ByteSink | undefined {
  const text = (maxBytes: number, keep: (fact: TextFact) => void) =>
    createTextSink(entry, maxBytes, (fact) => {
      if (isShellError(fact.text)) facts.problems.push({ entry, message: SHELL_MESSAGE });
      else keep(fact);
      if (fact.cut) facts.problems.push({ entry, message: CUT_MESSAGE });
    });
  switch (route.kind) {
    case 'meta':
      return text(MAX_SMALL_BYTES, (fact) => (facts.meta = fact));
    case 'hostname':
      return text(MAX_SMALL_BYTES, (fact) => (facts.hostname = fact));
    case 'node':
      return text(MAX_SMALL_BYTES, (fact) => facts.node.set(route.file, fact));
    case 'sysctl':
      return text(MAX_SMALL_BYTES, (fact) => facts.sysctl.set(route.key, fact));
    case 'pid':
      return text(MAX_SMALL_BYTES, (fact) => rawProcess(facts, route.pid).texts.set(route.file, fact));
    case 'net':
      return text(MAX_TABLE_BYTES, (fact) => rawNet(facts, route.pid).texts.set(route.file, fact));
    case 'netns-link':
    case 'netns-text':
      return text(MAX_SMALL_BYTES, (fact) => takeNetns(facts, route.pid, fact.text));
    case 'fd':
    case 'task-fd':
      return undefined;
    case 'fdinfo':
      return text(MAX_SMALL_BYTES, (fact) => {
        const files = parseScmFds(fact.text).value;
        if (files > 0) facts.inFlight.push({ pid: route.pid, entry, files });
      });
    case 'socket-protocols':
      return text(MAX_TABLE_BYTES, (fact) => {
        for (const { pid, fd, protocol } of parseSocketProtocols(fact.text).value)
          facts.socketProtocols.set(`${pid ?? route.pid} ${fd}`, protocol);
      });
    case 'netns-path':
      return text(MAX_SMALL_BYTES, (fact) => facts.netnsPaths.set(route.netns, fact));
    case 'cgroup':
      return text(MAX_SMALL_BYTES, (fact) => {
        const files = facts.cgroups.get(route.path) ?? new Map();
        facts.cgroups.set(route.path, files.set(route.file, fact));
      });
    case 'fd-listing':
      return listingSink(facts, route.pid, entry);
    case 'tcp':
      return tcpSink(facts, route, entry);
    case 'log':
      return logSink(facts, route.rank, entry);
    case 'ss':
      return ssSink(facts, route.netns, entry);
    case 'pod-log':
      facts.podLogPaths.add(podDirectory(route.path));
      return undefined;
    case 'container-log':
      facts.containerLogNames.add(route.name);
      return undefined;
  }
}

/** `ls` reports the processes that ended meanwhile in the same text: only a listing of nothing else is an error. */
function listingSink(facts: RawFacts, pid: number | null, entry: string): ByteSink {
  return createTextSink(entry, MAX_TABLE_BYTES, (fact) => {
    const listings = parseLinkListing(fact.text);
    takeListings(facts, pid, fact, listings);
    if (listings.length === 0 && isShellError(fact.text)) facts.problems.push({ entry, message: SHELL_MESSAGE });
    if (fact.cut) facts.problems.push({ entry, message: CUT_MESSAGE });
  });
}

function takeListings(
  facts: RawFacts,
  pid: number | null,
  fact: TextFact,
  listings: ReturnType<typeof parseLinkListing>,
): void {
  for (const listing of listings) {
    const named = /(?:^|\/)(\d{1,10})\/fd\/?$/.exec(listing.directory)?.[1];
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

function tcpSink(facts: RawFacts, route: Extract<Route, { kind: 'tcp' }>, entry: string): ByteSink {
  const parser = createTcpTableParser(route.family);
  return {
    write: parser.write,
    end(complete) {
      const table = parser.end(complete);
      for (const problem of table.problems) facts.problems.push({ entry, ...problem });
      const more = table.malformedRows - table.problems.length;
      if (more > 0) facts.problems.push({ entry, message: `${more} more rows could not be read` });
      if (!complete) facts.problems.push({ entry, message: 'is cut: the sockets after its last row are unknown' });
      if (!table.hasHeader && table.columns.count === 0) return;
      rawNet(facts, route.pid).tcp.set(route.family, { entry, family: route.family, table, complete });
    },
  };
}

function logSink(facts: RawFacts, rank: number, entry: string): ByteSink {
  const scanner = createLogScanner();
  let head = new Uint8Array(0);
  return {
    write(chunk) {
      if (head.length < 300) head = joinBytes([head, chunk.subarray(0, 300)]);
      scanner.write(chunk);
    },
    end(complete) {
      const scan = scanner.end();
      if (scan.lines <= 3 && isShellError(new TextDecoder().decode(head))) {
        facts.problems.push({ entry, message: 'holds an error of the shell instead of a log' });
        return;
      }
      if (!complete) facts.problems.push({ entry, message: 'is cut: its last lines are missing' });
      facts.logs.push({ entry, rank, scan, complete });
    },
  };
}

function ssSink(facts: RawFacts, netns: number, entry: string): ByteSink {
  const parser = createSsParser();
  return createLineSink(parser.takeLine, (complete) => {
    facts.ss.set(netns, { entry, columns: parser.end(), complete });
    if (!complete) facts.problems.push({ entry, message: 'is cut: the memory of later sockets is unknown' });
  });
}
