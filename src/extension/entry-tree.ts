/**
 * The entries of a bundle as a tree of names. Names come from the archive: they are used as keys and labels, never as
 * paths of this machine. `..` is shown as `(..)` so that no URI can climb with it.
 */
import { normaliseName } from '../core/layouts/proc-tree.ts';

export interface FolderNode {
  readonly kind: 'folder';
  readonly path: string;
  readonly children: Map<string, EntryNode>;
}

interface FileNode {
  readonly kind: 'file';
  readonly path: string;
  /** As the archive calls it. */
  readonly entry: string;
  readonly sizeBytes: number;
}

/** Links of one folder, opened as a listing. */
interface LinksNode {
  readonly kind: 'links';
  readonly path: string;
  readonly folder: string;
  readonly count: number;
}

export type EntryNode = FolderNode | FileNode | LinksNode;

const LINKS_NAME = '(links)';

export function safePath(name: string): string {
  return normaliseName(name)
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (part === '..' ? '(..)' : part))
    .join('/');
}

export function buildEntryTree(
  files: readonly string[],
  sizes: Float64Array,
  linkFolders: readonly (readonly [string, number])[],
): FolderNode {
  const root: FolderNode = { kind: 'folder', path: '', children: new Map() };
  files.forEach((entry, index) => {
    const path = safePath(entry);
    const parent = folderOf(root, path);
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (parent !== undefined && name !== '')
      parent.children.set(name, { kind: 'file', path, entry, sizeBytes: sizes[index] ?? 0 });
  });
  for (const [folder, count] of linkFolders) {
    const path = safePath(folder);
    const parent = folderOf(root, path);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const existing = parent?.children.get(name);
    if (parent === undefined) continue;
    if (existing?.kind === 'folder') {
      existing.children.set(LINKS_NAME, { kind: 'links', path: `${path}/${LINKS_NAME}`, folder, count });
    } else if (existing === undefined) parent.children.set(name, { kind: 'links', path, folder, count });
  }
  return root;
}

/** The folder that holds the path, made where missing; undefined when a file is in the way. */
function folderOf(root: FolderNode, path: string): FolderNode | undefined {
  let folder = root;
  const parts = path.split('/').slice(0, -1);
  for (const part of parts) {
    let child = folder.children.get(part);
    if (child === undefined || child.kind === 'links') {
      const made: FolderNode = {
        kind: 'folder',
        path: folder.path === '' ? part : `${folder.path}/${part}`,
        children: new Map(),
      };
      if (child !== undefined) made.children.set(LINKS_NAME, { ...child, path: `${made.path}/${LINKS_NAME}` });
      folder.children.set(part, made);
      child = made;
    }
    if (child.kind !== 'folder') return undefined;
    folder = child;
  }
  return folder;
}

export function findNode(root: FolderNode, path: string): EntryNode | undefined {
  let node: EntryNode = root;
  for (const part of path.split('/').filter((piece) => piece !== '')) {
    const child: EntryNode | undefined = node.kind === 'folder' ? node.children.get(part) : undefined;
    if (child === undefined) return undefined;
    node = child;
  }
  return node;
}
