/**
 * A bundle of the collector (docs/bundle-format.md): files of the node at their own paths, which node-files.ts knows, and
 * beside them what exists a thousand times in block files, samples in a folder of their own, and lists of pods.
 */
import { isManifest } from '../parsers/collector/bundle-manifest.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { isInsideNode, type Layout, type Routed } from './layout.ts';
import { type NetFact, routeNet } from './node-files.ts';

const say = defineMessages('layout-sockscope', { title: 'bundle of Sockscope' });

/** Files that hold many others, each under a heading with its path. */
type BlockFile = 'processes' | 'netns' | 'fdinfo' | 'cgroups';

type SockscopeFact =
  | NetFact
  | { readonly kind: 'manifest' }
  | { readonly kind: 'meta' }
  | { readonly kind: 'dmesg-clock' }
  | { readonly kind: 'log' }
  | { readonly kind: 'blocks'; readonly file: BlockFile }
  | { readonly kind: 'fd-blocks' }
  | { readonly kind: 'pod-paths' }
  | { readonly kind: 'crictl-pods' }
  | { readonly kind: 'crictl-containers' }
  | { readonly kind: 'netns-path'; readonly netns: number }
  | { readonly kind: 'sample-blocks'; readonly sample: number }
  | { readonly kind: 'sample-tcp'; readonly sample: number; readonly pid: number; readonly family: 4 | 6 };

/** Behind the same files of the node in a tree. */
const BLOCK_RANK = 1;
/** The journal has the messages of all boots; the ring buffer is of this one, and comes first. */
const JOURNAL_RANK = 3;

const blocks = (file: BlockFile): Routed<SockscopeFact> => ({ fact: { kind: 'blocks', file }, rank: BLOCK_RANK });

const MEMBERS: ReadonlyMap<string, Routed<SockscopeFact>> = new Map<string, Routed<SockscopeFact>>([
  ['manifest.json', { fact: { kind: 'manifest' }, rank: 0 }],
  ['meta.json', { fact: { kind: 'meta' }, rank: 0 }],
  ['processes.txt', blocks('processes')],
  ['netns.txt', blocks('netns')],
  ['fdinfo.txt', blocks('fdinfo')],
  ['cgroups.txt', blocks('cgroups')],
  ['fds.txt', { fact: { kind: 'fd-blocks' }, rank: BLOCK_RANK }],
  ['pods.txt', { fact: { kind: 'pod-paths' }, rank: 0 }],
  ['crictl-pods.json', { fact: { kind: 'crictl-pods' }, rank: 0 }],
  ['crictl-ps.json', { fact: { kind: 'crictl-containers' }, rank: 0 }],
  ['dmesg-clock.txt', { fact: { kind: 'dmesg-clock' }, rank: 0 }],
  ['journal-kernel.txt', { fact: { kind: 'log' }, rank: JOURNAL_RANK }],
]);
/** Below `samples/N/` lies a second tree of the same node, which must not be taken for that of another one. */
const SAMPLE = /^(.*?\/)??samples\/\d{1,4}(?:\.txt$|\/)/s;
const SAMPLE_PATH = /^samples\/(\d{1,4})(?:\.txt$|\/(.*)$)/s;
const SAMPLE_TABLE = /^proc\/([1-9]\d{0,6})\/net\/tcp(6)?$/;
/** A namespace that is pinned by a mount and has no process. */
const PINNED = /^(.*?\/)??netns\/[1-9]\d{0,9}\/./;
const PINNED_PATH = /^netns\/([1-9]\d{0,9})\/(?:net\/([^/]+)|path)$/;

export const sockscope: Layout<SockscopeFact> = {
  id: 'sockscope',
  title: say.title(),
  proofs: ['manifest.json'],
  detect: (names, heads) => isManifest(heads.get('manifest.json') ?? '') || names.has('processes.txt'),
  root(name) {
    if (name.includes('samples/')) {
      const at = outside(SAMPLE.exec(name));
      if (at >= 0) return at;
    }
    if (name.includes('netns/')) {
      const at = outside(PINNED.exec(name));
      if (at >= 0) return at;
    }
    const slash = name.lastIndexOf('/');
    return MEMBERS.has(name.slice(slash + 1)) && !isInsideNode(name.slice(0, slash + 1)) ? slash + 1 : -1;
  },
  route(path) {
    if (path.startsWith('samples/')) return routeSample(path);
    if (path.startsWith('netns/')) return routePinned(path);
    return MEMBERS.get(path);
  },
};

/** Where the match of a marker puts the root; -1 where the marker is a folder of the node itself. */
function outside(match: RegExpExecArray | null): number {
  if (match === null) return -1;
  const root = match[1] ?? '';
  return isInsideNode(root) ? -1 : root.length;
}

function routeSample(path: string): Routed<SockscopeFact> | undefined {
  const [, n, below] = SAMPLE_PATH.exec(path) ?? [];
  const sample = Number(n);
  if (below === undefined) return { fact: { kind: 'sample-blocks', sample }, rank: BLOCK_RANK };
  const [, pid, six] = SAMPLE_TABLE.exec(below) ?? [];
  if (pid === undefined) return undefined;
  return { fact: { kind: 'sample-tcp', sample, pid: Number(pid), family: six === undefined ? 4 : 6 }, rank: 0 };
}

function routePinned(path: string): Routed<SockscopeFact> | undefined {
  const [, inode, file] = PINNED_PATH.exec(path) ?? [];
  if (inode === undefined) return undefined;
  const netns = Number(inode);
  return file === undefined ? { fact: { kind: 'netns-path', netns }, rank: 0 } : routeNet(-netns, file);
}
