/**
 * The entries of a bundle as a tree of names. Names come from the archive: they are used as keys and labels, never as
 * paths of this machine.
 */
import type { LinkFolder, Member, MemberIndex } from '../archive/member-index.ts';
import { safePath } from '../core/layouts/entry-path.ts';
import type { EntryList, EntryPlace, EntryStat } from '../protocol/worker-messages.ts';

interface FolderNode {
  readonly kind: 'folder';
  readonly path: string;
  readonly children: Map<string, EntryNode>;
}

interface FileNode {
  readonly kind: 'file';
  readonly path: string;
  readonly member: Member;
}

/** Links of one folder, opened as a listing. */
interface LinksNode {
  readonly kind: 'links';
  readonly path: string;
  readonly links: LinkFolder;
}

export type EntryNode = FolderNode | FileNode | LinksNode;

const LINKS_NAME = '(links)';
/** A node has some thousands of processes; of a folder with more, the rest would only hold VS Code up. */
const MAX_LISTED = 20_000;

export function buildEntryTree({ files, linkFolders }: MemberIndex): FolderNode {
  const root: FolderNode = { kind: 'folder', path: '', children: new Map() };
  for (const member of files.values()) {
    const path = safePath(member.name);
    const parent = folderOf(root, path);
    const name = lastPart(path);
    if (parent !== undefined && name !== '') parent.children.set(name, { kind: 'file', path, member });
  }
  for (const links of linkFolders.values()) {
    const path = safePath(links.folder);
    const parent = folderOf(root, path);
    const name = lastPart(path);
    const existing = parent?.children.get(name);
    if (parent === undefined) continue;
    if (existing?.kind === 'folder') {
      existing.children.set(LINKS_NAME, { kind: 'links', path: `${path}/${LINKS_NAME}`, links });
    } else if (existing === undefined) parent.children.set(name, { kind: 'links', path, links });
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

/** VS Code gives no document of more than 50 MB to extensions: of such an entry the lines around a place are shown. */
const MAX_DOCUMENT_BYTES = 48 << 20;
const LINES_OF_PART = 20_000;
const PART = /^(.+)\.lines-(\d{1,9})-(\d{1,9})$/;

/** Some lines of a large file, as a document of its own. */
export interface LinesPart {
  readonly member: Member;
  readonly start: number;
  readonly end: number;
}

/** The part that a path names; undefined when it names none. */
export function findPart(root: FolderNode, path: string): LinesPart | undefined {
  const [, file = '', start, end] = PART.exec(path) ?? [];
  const node = file === '' ? undefined : findNode(root, file);
  return node?.kind === 'file' ? { member: node.member, start: Number(start), end: Number(end) } : undefined;
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

export function statOf(node: EntryNode): EntryStat {
  const { kind, path } = node;
  const name = lastPart(path);
  if (kind === 'file') return { kind, path, name, sizeBytes: node.member.sizeBytes, links: 0 };
  return { kind, path, name, sizeBytes: 0, links: kind === 'links' ? node.links.count : 0 };
}

/** Folders first, then by name, numbers in names by value: process 9 stands before process 10. */
export function listFolder({ children }: FolderNode): EntryList {
  const { compare } = new Intl.Collator('en', { numeric: true });
  const all = [...children.values()]
    .map(statOf)
    .sort((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || compare(a.name, b.name));
  return { entries: all.slice(0, MAX_LISTED), more: Math.max(0, all.length - MAX_LISTED) };
}

/** Where a line is read that evidence names: in the document of its entry, or as a link in the listing of its folder. */
export function findPlace(root: FolderNode, entry: string, line: number): EntryPlace | null {
  const path = safePath(entry);
  const node = findNode(root, path);
  if (node?.kind === 'file') {
    if (node.member.sizeBytes <= MAX_DOCUMENT_BYTES) return { path, link: null, firstLine: 1 };
    const firstLine = Math.floor((line - 1) / LINES_OF_PART) * LINES_OF_PART + 1;
    return { path: `${path}.lines-${firstLine}-${firstLine + LINES_OF_PART - 1}`, link: null, firstLine };
  }
  const folder = path.slice(0, path.lastIndexOf('/'));
  for (const listing of [folder, `${folder}/${LINKS_NAME}`]) {
    if (findNode(root, listing)?.kind === 'links') return { path: listing, link: lastPart(path), firstLine: 1 };
  }
  return null;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
