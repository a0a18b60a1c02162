/**
 * Takes the members of an archive as they come and keeps what the layout knows, one {@link RawFacts} for each node
 * that the archive holds. Nothing here depends on the order of the members.
 */
import type { BundleVisitor, ByteRange } from '../bundle.ts';
import { hasBytesAt } from '../bytes.ts';
import type { LogHit } from '../kernel-log/kernel-log.ts';
import { normaliseName } from '../layouts/proc-tree.ts';
import type { Route } from '../layouts/route.ts';
import { isInSample, routeMember } from '../layouts/sockscope.ts';
import { parseBundleManifest } from '../parsers/collector/bundle-manifest.ts';
import { podDirectory } from '../parsers/pod-logs.ts';
import { parseFdTarget } from '../parsers/proc/pid-fd.ts';
import { type FdLinkName, readFdKind, readFdLinkName, readFdNumber, readSocketTarget } from './fd-link-name.ts';
import { logSink, sinkFor, takeNetns } from './member-sinks.ts';
import {
  addSocketFd,
  addTaskFd,
  adoptTaskFds,
  countFd,
  createRawFacts,
  type RawFacts,
  type RawProcess,
  rawProcess,
} from './raw-facts.ts';

export interface Collector {
  readonly visitor: BundleVisitor;
  /** The node with the most processes and tables, then by name; and how many other nodes there were. */
  finish(): { readonly facts: RawFacts; readonly otherRoots: readonly string[] };
}

/** PATH_MAX of Linux: no file that a collector copied has a longer name, and none is looked for in one. */
const MAX_NAME_LENGTH = 4096;
/** An archive of a cluster has some hundreds of nodes; one that has more was made to fill the memory. */
const MAX_ROOTS = 1000;

export function createCollector(onLogHits?: (hits: readonly LogHit[]) => void): Collector {
  const roots = new Map<string, RawFacts>();
  const factsOf = (root: string): RawFacts => {
    let facts = roots.get(root);
    if (facts === undefined) {
      facts = createRawFacts(root);
      // Beyond the limit what is taken is forgotten at once.
      if (roots.size < MAX_ROOTS) roots.set(root, facts);
    }
    return facts;
  };
  const visitor: BundleVisitor = {
    file(rawName, sizeBytes) {
      if (rawName.length > MAX_NAME_LENGTH) return undefined;
      const name = normaliseName(rawName);
      const routed = routeMember(name);
      if (routed === undefined) return undefined;
      const facts = factsOf(routed.root);
      if (facts.firstFile === '' || name < facts.firstFile) facts.firstFile = name;
      if (routed.route.kind === 'log') return logSink(facts, routed.route.rank, name, onLogHits);
      return sinkFor(facts, routed.route, name, 0, sizeBytes);
    },
    link: createLinkTaker(factsOf),
    directory(rawName) {
      // Of all folders only these tell something by being there.
      if (rawName.length > MAX_NAME_LENGTH || !rawName.includes('var/log/pods/')) return;
      const routed = routeMember(normaliseName(rawName).replace(/\/+$/, ''));
      if (routed?.route.kind === 'pod-log') factsOf(routed.root).podLogPaths.add(podDirectory(routed.route.path));
    },
  };
  return {
    visitor,
    finish() {
      const ranked = [...roots.values()].sort((a, b) => weight(b) - weight(a) || (a.root < b.root ? -1 : 1));
      const [facts = createRawFacts(''), ...others] = ranked;
      adoptTaskFds(facts);
      if (facts.allFdsListed && !isCutByCollector(facts, 'fds')) dropEnded(facts);
      return { facts, otherRoots: others.filter((other) => weight(other) > 0).map((other) => other.root) };
    },
  };
}

/** The file of an item may end where the collector reached a limit: only its manifest tells. */
function isCutByCollector({ manifest }: RawFacts, name: string): boolean {
  const items = manifest === null ? [] : parseBundleManifest(manifest.text).value.items;
  const state = items.find(({ item }) => item === name)?.state;
  return state !== 'ok' && state !== 'denied';
}

/**
 * A process that is not even named where the fds of all are listed had ended by then, the collector's own among them:
 * it holds nothing, and was not kept from being read. One that a namespace was read through is still needed for that.
 */
function dropEnded({ processes, net }: RawFacts): void {
  for (const { pid, linkedKinds, listedKinds, fdDenied } of [...processes.values()]) {
    if (linkedKinds === null && listedKinds === null && !fdDenied && !net.has(pid)) processes.delete(pid);
  }
}

function weight(facts: RawFacts): number {
  return facts.processes.size * 4 + facts.net.size * 4 + facts.node.size + facts.logs.length + facts.sysctl.size;
}

function createLinkTaker(factsOf: (root: string) => RawFacts): BundleVisitor['link'] {
  const decoder = new TextDecoder('utf-8');
  const parts: FdLinkName = { rootLength: 0, pid: 0, fd: 0, fdStart: 0 };
  let rootBytes = new Uint8Array(0);
  // Of the last link; null below a sample, which has no fds.
  let facts: RawFacts | null | undefined;
  // The process of the last link when that was one of its fds, and where the number of the fd begins in such names.
  let process: RawProcess | null = null;
  let fdStart = 0;
  const text = (bytes: Uint8Array, { start, end }: ByteRange) => decoder.decode(bytes.subarray(start, end));
  /** Finds the process; false when the link is no fd. */
  const takeFolder = (bytes: Uint8Array, name: ByteRange): boolean => {
    process = null;
    if (!readFdLinkName(bytes, name, parts)) return false;
    if (facts === undefined || parts.rootLength !== rootBytes.length || !hasBytesAt(bytes, name.start, rootBytes)) {
      // Not slice(): of Node's Buffer it is no copy, and what this one shows changes with the next member.
      rootBytes = new Uint8Array(bytes.subarray(name.start, name.start + parts.rootLength));
      const root = normaliseName(decoder.decode(rootBytes));
      facts = isInSample(root) ? null : factsOf(root);
    }
    if (facts !== null) process = rawProcess(facts, parts.pid);
    fdStart = parts.fdStart;
    return true;
  };
  const takeOther = (bytes: Uint8Array, name: ByteRange, target: ByteRange): void => {
    const entry = normaliseName(text(bytes, name));
    const routed = routeMember(entry);
    if (routed !== undefined) takeOtherLink(factsOf(routed.root), routed.route, entry, text(bytes, target));
  };
  return (bytes, name, target, isNext) => {
    if (name.end - name.start > MAX_NAME_LENGTH) return;
    const fd = isNext && process !== null ? readFdNumber(bytes, name.start + fdStart, name.end) : -1;
    if (fd >= 0) parts.fd = fd;
    else if (!takeFolder(bytes, name)) return takeOther(bytes, name, target);
    if (process === null || facts === null || facts === undefined) return;
    const inode = readSocketTarget(bytes, target);
    if (inode < 0) return countFd(process, readFdKind(bytes, target) ?? parseFdTarget(text(bytes, target)).kind, false);
    countFd(process, 'socket', false);
    addSocketFd(facts.fds, process.pid, parts.fd, inode, 0);
  };
}

function takeOtherLink(facts: RawFacts, route: Route, entry: string, target: string): void {
  if (route.kind === 'netns-link') takeNetns(facts, route.pid, { entry, text: target, lineOffset: 0 });
  if (route.kind === 'container-log') facts.containerLogNames.add(route.name);
  if (route.kind === 'pod-log') facts.podLogPaths.add(podDirectory(route.path));
  if (route.kind === 'task-fd') {
    const { inode } = parseFdTarget(target);
    if (inode !== null && inode <= 0xffffffff) addTaskFd(facts, { pid: route.pid, inode, entry, line: 1 });
  }
}
