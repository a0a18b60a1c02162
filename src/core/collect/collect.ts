/**
 * Takes the members of an archive as they come and keeps what some layout knows, one {@link RawFacts} for each root,
 * which is a node that the archive holds. Nothing here depends on the order of the members.
 */
import type { BundleVisitor, ByteRange } from '../bundle.ts';
import { hasBytesAt } from '../bytes.ts';
import type { LogHit } from '../kernel-log/kernel-log.ts';
import { normaliseName } from '../layouts/entry-path.ts';
import { createRouter, type Found, LAYOUTS, type Router } from '../layouts/index.ts';
import type { AnyFact, Layout } from '../layouts/layout.ts';
import { parseBundleManifest } from '../parsers/collector/bundle-manifest.ts';
import { parseFdTarget } from '../parsers/proc/pid-fd.ts';
import { FACTS } from './fact-table.ts';
import { addSocketFd, removeFdRows } from './fd-columns.ts';
import { type FdLinkName, readFdKind, readFdLinkName, readFdNumber, readSocketTarget } from './fd-link-name.ts';
import { countFd, noKinds, type RawProcess, rawProcess } from './node-store.ts';
import { createRawFacts, type FactTable, type RawFacts, takeLink } from './raw-facts.ts';
import { createRootFacts, type RootFacts } from './root-facts.ts';
import { adoptTaskFds } from './task-fds.ts';

export interface Collector {
  readonly visitor: BundleVisitor;
  /** What the archive holds. To be called once: it gives away what was kept. */
  finish(): NodesFound;
}

interface NodeFacts {
  readonly facts: RawFacts;
  /** How much was captured of the node, to compare it with others. */
  readonly evidence: number;
}

export interface NodesFound {
  /** The one with the most evidence first, then by root; at least one. To be taken out one by one. */
  readonly nodes: NodeFacts[];
  /** Roots that hold something, and too little to be a node beside those. */
  readonly fragments: readonly string[];
  /** Roots of nodes beyond the limit. */
  readonly beyondLimit: readonly string[];
  readonly limit: number;
}

interface CollectorOptions {
  readonly onLogHits?: ((hits: readonly LogHit[]) => void) | undefined;
  /** Those of this program, but for a test. */
  readonly layouts?: readonly Layout[];
  readonly table?: FactTable;
}

/** PATH_MAX of Linux: no file that a collector copied has a longer name, and none is looked for in one. */
const MAX_NAME_LENGTH = 4096;
/** An archive of a cluster has some hundreds of nodes; one that has more was made to fill the memory. */
const MAX_ROOTS = 1000;
/** Of so many nodes each is judged, which takes up to a second. */
const MAX_NODES = 100;

export function createCollector({
  onLogHits = () => {},
  layouts = LAYOUTS,
  table = FACTS,
}: CollectorOptions = {}): Collector {
  const roots = new Map<string, RootFacts>();
  const route = createRouter<AnyFact>(layouts);
  /** Of the root that the member lies below, which has one more. */
  const rootOf = ({ root: name, layout, path }: Found<AnyFact>): RootFacts => {
    let root = roots.get(name);
    if (root === undefined) {
      root = createRootFacts(createRawFacts(name, { table, onLogHits }));
      // Beyond the limit what is taken is forgotten at once.
      if (roots.size < MAX_ROOTS) roots.set(name, root);
    }
    root.see(layout, path);
    return root;
  };
  const visitor: BundleVisitor = {
    file(rawName, sizeBytes) {
      if (rawName.length > MAX_NAME_LENGTH) return undefined;
      const entry = normaliseName(rawName);
      const found = route(entry);
      if (found === undefined) return undefined;
      const { facts, watch } = rootOf(found);
      if (facts.firstFile === '' || entry < facts.firstFile) facts.firstFile = entry;
      return watch(found.layout, found.path, facts.sinkFor(found.fact, { ...placeOf(entry, found), sizeBytes }));
    },
    link: createLinkTaker(rootOf, route, table),
    directory(rawName) {
      // Of all folders only these tell something by being there.
      if (rawName.length > MAX_NAME_LENGTH || !rawName.includes('var/log/pods/')) return;
      const entry = normaliseName(rawName).replace(/\/+$/, '');
      const found = route(entry);
      if (found?.fact.kind === 'pod-log') rootOf(found).facts.sinkFor(found.fact, placeOf(entry, found));
    },
  };
  return {
    visitor,
    finish() {
      const all = [...roots.values()].sort((a, b) => (a.facts.root < b.facts.root ? -1 : 1));
      const found = all.filter(({ facts }) => evidenceOf(facts) > 0);
      roots.clear();
      const isNode = (root: RootFacts) => holdsNode(root.facts) && root.detected().length > 0;
      // Where no folder is a node by its looks, each may be: logs of several nodes, or one file alone.
      const chosen = found.some(isNode) ? found.filter(isNode) : found;
      const nodes = chosen
        .map(({ facts }) => ({ facts, evidence: evidenceOf(facts) }))
        .sort((a, b) => b.evidence - a.evidence);
      const beyondLimit = nodes.splice(MAX_NODES).map(({ facts }) => facts.root);
      // What was wrong with the input is told even so.
      if (nodes.length === 0) nodes.push({ facts: all[0]?.facts ?? createRawFacts('', { table }), evidence: 0 });
      for (const { facts } of nodes) settle(facts);
      const fragments = found.filter((root) => !chosen.includes(root)).map(({ facts }) => facts.root);
      return { nodes, fragments, beyondLimit, limit: MAX_NODES };
    },
  };
}

function placeOf(entry: string, { rank }: Found<AnyFact>) {
  return { entry, rank, lineOffset: 0, sizeBytes: 0 };
}

/** What can only be said of a node when all of its members were seen. */
function settle(facts: RawFacts): void {
  removeFdRows(facts.fds, facts.staleFds);
  sortNamespaces(facts);
  adoptTaskFds(facts);
  if (facts.allFdsListed && !isCutByCollector(facts, 'fds')) dropEnded(facts);
}

/** By pid, and proc/net last: several may be copies of one namespace, and then the order tells which one counts. */
function sortNamespaces({ net }: RawFacts): void {
  const sorted = [...net].sort(([a], [b]) => (a ?? Infinity) - (b ?? Infinity));
  net.clear();
  for (const [pid, files] of sorted) net.set(pid, files);
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
  for (const { pid, linkedKinds, listing, fdDenied } of [...processes.values()]) {
    if (linkedKinds === null && listing === null && !fdDenied && !net.has(pid)) processes.delete(pid);
  }
}

/** Tables and fds are what most is told by; of all else it counts only whether it is there. */
function evidenceOf({ processes, net, node, logs, sysctl, conntrack }: RawFacts): number {
  let withFds = 0;
  for (const { linkedKinds, listing } of processes.values()) if (linkedKinds !== null || listing !== null) withFds++;
  const others = [processes.size > withFds, node.size > 0, logs.length > 0, sysctl.size > 0, conntrack.length > 0];
  return 4 * (withFds + net.size) + others.filter(Boolean).length;
}

/** A log and a few files of /proc that lie around are none. */
function holdsNode({ processes, net }: RawFacts): boolean {
  return net.size > 0 || processes.size > 0;
}

function createLinkTaker(
  rootOf: (found: Found<AnyFact>) => RootFacts,
  route: Router<AnyFact>,
  table: FactTable,
): BundleVisitor['link'] {
  const decoder = new TextDecoder('utf-8');
  const parts: FdLinkName = { rootLength: 0, pid: 0, fd: 0, fdStart: 0 };
  let rootBytes = new Uint8Array(0);
  // Of the last link; null where no layout has fds, as below a sample.
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
      // Whose fds they are is a question for the layouts, asked once for each root.
      const found = route(`${root}proc/1/fd/0`);
      facts = found?.fact.kind === 'fd' && found.root === root ? rootOf(found).facts : null;
    }
    if (facts !== null) process = rawProcess(facts, parts.pid) as RawProcess;
    fdStart = parts.fdStart;
    return true;
  };
  const takeOther = (bytes: Uint8Array, name: ByteRange, target: ByteRange): void => {
    const entry = normaliseName(text(bytes, name));
    const found = route(entry);
    if (found !== undefined)
      takeLink(rootOf(found).facts, table, found.fact, placeOf(entry, found), text(bytes, target));
  };
  return (bytes, name, target, isNext) => {
    if (name.end - name.start > MAX_NAME_LENGTH) return;
    const fd = isNext && process !== null ? readFdNumber(bytes, name.start + fdStart, name.end) : -1;
    if (fd >= 0) parts.fd = fd;
    else if (!takeFolder(bytes, name)) return takeOther(bytes, name, target);
    if (process === null || facts === null || facts === undefined) return;
    process.linkedKinds ??= noKinds();
    const inode = readSocketTarget(bytes, target);
    if (inode < 0)
      return countFd(process.linkedKinds, readFdKind(bytes, target) ?? parseFdTarget(text(bytes, target)).kind);
    countFd(process.linkedKinds, 'socket');
    addSocketFd(facts.fds, process.pid, parts.fd, inode, 0);
  };
}
