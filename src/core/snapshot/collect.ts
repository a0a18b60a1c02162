/**
 * Takes the members of an archive as they come and keeps what the layout knows, one {@link RawFacts} for each node
 * that the archive holds. Nothing here depends on the order of the members.
 */
import type { BundleVisitor } from '../bundle.ts';
import { startsWithBytes } from '../bytes.ts';
import { normaliseName } from '../layouts/proc-tree.ts';
import type { Route } from '../layouts/route.ts';
import { isInSample, routeMember } from '../layouts/sockscope.ts';
import { parseFdTarget } from '../parsers/pid-fd.ts';
import { podDirectory } from '../parsers/pod-logs.ts';
import { type FdLinkName, readFdLinkName, readSocketTarget } from './fd-link-name.ts';
import { sinkFor, takeNetns } from './member-sinks.ts';
import {
  addFd,
  addSocketFd,
  addTaskFd,
  adoptTaskFds,
  countFd,
  createRawFacts,
  type RawFacts,
  rawProcess,
} from './raw-facts.ts';

export interface Collector {
  readonly visitor: BundleVisitor;
  /** The node with the most processes and tables, then by name; and how many other nodes there were. */
  finish(): { readonly facts: RawFacts; readonly otherRoots: readonly string[] };
}

/** PATH_MAX of Linux: no file that a collector copied has a longer name, and none is looked for in one. */
const MAX_NAME_LENGTH = 4096;

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
      const routed = routeMember(name);
      return routed === undefined ? undefined : sinkFor(factsOf(routed.root), routed.route, name);
    },
    link: createLinkTaker(factsOf),
    directory(rawName) {
      if (rawName.length > MAX_NAME_LENGTH) return;
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
      return { facts, otherRoots: others.filter((other) => weight(other) > 0).map((other) => other.root) };
    },
  };
}

function weight(facts: RawFacts): number {
  return facts.processes.size * 4 + facts.net.size * 4 + facts.node.size + facts.logs.length + facts.sysctl.size;
}

function createLinkTaker(factsOf: (root: string) => RawFacts): BundleVisitor['link'] {
  const decoder = new TextDecoder('utf-8');
  const parts: FdLinkName = { rootLength: 0, pid: 0, fd: 0 };
  let rootBytes = new Uint8Array(0);
  // Of the last link; null below a sample, which has no fds.
  let facts: RawFacts | null | undefined;
  return (nameBytes, targetBytes) => {
    if (nameBytes.length > MAX_NAME_LENGTH) return;
    if (readFdLinkName(nameBytes, parts)) {
      if (facts === undefined || parts.rootLength !== rootBytes.length || !startsWithBytes(nameBytes, rootBytes)) {
        rootBytes = nameBytes.slice(0, parts.rootLength);
        const root = normaliseName(decoder.decode(rootBytes));
        facts = isInSample(root) ? null : factsOf(root);
      }
      if (facts === null) return;
      const process = rawProcess(facts, parts.pid);
      const inode = readSocketTarget(targetBytes);
      if (inode < 0) return addFd(facts, process, parts.fd, decoder.decode(targetBytes), 0);
      countFd(process, 'socket', false);
      return addSocketFd(facts.fds, parts.pid, parts.fd, inode, 0);
    }
    const name = normaliseName(decoder.decode(nameBytes));
    const routed = routeMember(name);
    if (routed !== undefined) takeOtherLink(factsOf(routed.root), routed.route, name, decoder.decode(targetBytes));
  };
}

function takeOtherLink(facts: RawFacts, route: Route, entry: string, target: string): void {
  if (route.kind === 'netns-link') takeNetns(facts, route.pid, target);
  if (route.kind === 'container-log') facts.containerLogNames.add(route.name);
  if (route.kind === 'pod-log') facts.podLogPaths.add(podDirectory(route.path));
  if (route.kind === 'task-fd') {
    const { inode } = parseFdTarget(target);
    if (inode !== null && inode <= 0xffffffff) addTaskFd(facts, { pid: route.pid, inode, entry, line: 1 });
  }
}
