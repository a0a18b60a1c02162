/**
 * Where the facts lie in a bundle of the collector (docs/bundle-format.md): a plain tree of /proc, and beside `proc`
 * what exists a thousand times in block files, samples in a folder of their own, and lists of pods.
 */
import { routeEntry, routeProcessFile } from './proc-tree.ts';
import type { Route, Routed } from './route.ts';

/** The journal has the messages of all boots; the ring buffer is of this one, and comes first. */
const JOURNAL_RANK = 3;

const MEMBERS: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['manifest.json', { kind: 'manifest' }],
  ['processes.txt', { kind: 'blocks', file: 'processes' }],
  ['netns.txt', { kind: 'blocks', file: 'netns' }],
  ['fdinfo.txt', { kind: 'blocks', file: 'fdinfo' }],
  ['cgroups.txt', { kind: 'blocks', file: 'cgroups' }],
  ['fds.txt', { kind: 'fd-blocks' }],
  ['pods.txt', { kind: 'pod-paths' }],
  ['crictl-pods.json', { kind: 'crictl', list: 'pods' }],
  ['crictl-ps.json', { kind: 'crictl', list: 'containers' }],
  ['dmesg-clock.txt', { kind: 'dmesg-clock' }],
  ['journal-kernel.txt', { kind: 'log', rank: JOURNAL_RANK }],
]);
/** Folders of the node: what has the name of a member in one of them is a file of the node. */
const INSIDE_TREE = /(?:^|\/)(?:proc|sys|var\/log)\//;
const SAMPLE = /^(.*?\/)??samples\/(\d{1,4})(?:\.txt$|\/(.*)$)/s;
const SAMPLE_TABLE = /^proc\/([1-9]\d{0,6})\/net\/tcp(6)?$/;

/** Which fact a member of any bundle is, or undefined when it is none. Takes a normalised name. */
export function routeMember(name: string): Routed | undefined {
  return routeProcessFile(name) ?? routeAnyMember(name);
}

function routeAnyMember(name: string): Routed | undefined {
  const sample = findSample(name);
  if (sample !== null) return routeSample(sample);
  const slash = name.lastIndexOf('/');
  const root = name.slice(0, slash + 1);
  const route = MEMBERS.get(name.slice(slash + 1));
  return route === undefined || INSIDE_TREE.test(root) ? routeEntry(name) : { root, route };
}

/** Below `samples/N/` lies a second tree of the same node, which must not be taken for that of another one. */
export function isInSample(name: string): boolean {
  return findSample(name)?.path !== undefined;
}

interface SampleName {
  readonly root: string;
  readonly sample: number;
  /** Below the folder of the sample; undefined for its file of blocks. */
  readonly path: string | undefined;
}

function findSample(name: string): SampleName | null {
  if (!name.includes('samples/')) return null;
  const [, root = '', sample, path] = SAMPLE.exec(name) ?? [];
  return sample === undefined || INSIDE_TREE.test(root) ? null : { root, sample: Number(sample), path };
}

function routeSample({ root, sample, path }: SampleName): Routed | undefined {
  if (path === undefined) return { root, route: { kind: 'sample-blocks', sample } };
  const [, pid, six] = SAMPLE_TABLE.exec(path) ?? [];
  if (pid === undefined) return undefined;
  return { root, route: { kind: 'sample-tcp', sample, pid: Number(pid), family: six === undefined ? 4 : 6 } };
}
