/** The fds of processes as listings show them: what `ls -l` printed, or blocks of the collector. The best one counts. */
import { type FdKind, parseFdTarget, parseLinkListing } from '../parsers/proc/pid-fd.ts';
import { isShellError } from '../text.ts';
import { addSocketFd, cutFdRows } from './fd-columns.ts';
import {
  countFd,
  isBetter,
  type KeptText,
  type NodeStore,
  noKinds,
  type RawProcess,
  rawProcess,
} from './node-store.ts';
import { tallyText } from './problems.ts';
import type { Member, Sink } from './row.ts';
import { MAX_TABLE_BYTES, text } from './sinks.ts';

/** A listing that is being read: its rows are the last ones of the columns until it is closed. */
export interface OpenListing {
  readonly process: RawProcess;
  readonly kinds: number[];
  readonly first: number;
  links: number;
}

export function openListing({ fds }: NodeStore, process: RawProcess): OpenListing {
  return { process, kinds: noKinds(), first: fds.count, links: 0 };
}

export function listFd(listing: OpenListing, kind: FdKind): void {
  listing.links++;
  countFd(listing.kinds, kind);
}

export function listSocket(facts: NodeStore, listing: OpenListing, fd: number, inode: number, line: number): void {
  listFd(listing, 'socket');
  addSocketFd(facts.fds, listing.process.pid, fd, inode, line);
}

/** Keeps the listing if it is better than the one that is known of the process, and gives up the other. */
export function closeListing({ facts, entry, rank }: Member, { process, kinds, first, links }: OpenListing): void {
  const listing = { entry, rank, isEmpty: links === 0, kinds, first, end: facts.fds.count };
  const known = process.listing;
  if (!isBetter(listing, known)) {
    cutFdRows(facts.fds, first);
    return;
  }
  if (known !== null && known.end > known.first) facts.staleFds.push(known);
  process.listing = listing;
}

/** What a directory is of: `/proc/77/fd`. */
const FOLDER = /(?:^|\/)(\d{1,7})\/fd\/?$/;

/** A whole text, in which `ls` may have reported processes that ended meanwhile: an error only where nothing is listed. */
export const listingSink: Sink<unknown, KeptText> = text(MAX_TABLE_BYTES, {
  isError: (listing) => isShellError(listing) && parseLinkListing(listing).value.length === 0,
});

/** Directories that say no pid are those of the process that the member is of; null when it is of none. */
export function takeListings(member: Member<{ readonly pid: number | null }>, listing: KeptText): void {
  const { facts, fact } = member;
  const { value, problems } = parseLinkListing(listing.text);
  tallyText(facts.tallies, 'fd', listing, problems);
  for (const { directory, denied, links } of value) {
    const named = FOLDER.exec(directory)?.[1];
    const pid = named !== undefined ? Number(named) : fact.pid;
    if (pid === null) continue;
    const process = rawProcess(facts, pid);
    process.fdDenied ||= denied;
    const fds = links.filter(({ name }) => /^\d{1,10}$/.test(name));
    // A directory that lists nothing says nothing: that of a kernel thread is empty too.
    if (fds.length === 0) continue;
    const open = openListing(facts, process);
    for (const { name, target, line } of fds) {
      const { kind, inode } = parseFdTarget(target);
      if (inode !== null && inode <= 0xffffffff) listSocket(facts, open, Number(name), inode, line);
      else listFd(open, kind);
    }
    closeListing(member, open);
  }
}
