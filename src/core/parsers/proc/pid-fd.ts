/**
 * What a link in /proc/PID/fd points at. Kernel: net/socket.c `sockfs_dname` (`socket:[INO]`), fs/pipe.c
 * (`pipe:[INO]`), fs/anon_inodes.c (`anon_inode:[eventpoll]`). Only `socket:` inodes are comparable across processes
 * and namespaces; other file systems number their own.
 *
 * Listings of `ls -l /proc/PID/fd` carry the same links, one a line, under an optional `/proc/PID/fd:` heading:
 *
 *   lrwx------ 1 root root 64 Nov 22 20:22 7 -> socket:[12390]
 */
import { cleanText, createProblemList, type Parsed, parseCount, splitLines } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('pid-fd', {
  malformed: 'The line is none that ls -l prints.',
});

const ARROW = ' -> ';

export const FD_KINDS = [
  'socket',
  'pipe',
  'eventpoll',
  'eventfd',
  'timerfd',
  'signalfd',
  'inotify',
  'io_uring',
  'anon',
  'memfd',
  'device',
  'file',
] as const;
export type FdKind = (typeof FD_KINDS)[number];

export interface FdTarget {
  readonly kind: FdKind;
  /** Of sockets only. */
  readonly inode: number | null;
}

const ANON: ReadonlySet<string> = new Set<FdKind>([
  'eventpoll',
  'eventfd',
  'timerfd',
  'signalfd',
  'inotify',
  'io_uring',
]);

export function parseFdTarget(target: string): FdTarget {
  const socket = /^socket:\[(\d{1,10})\]$/.exec(target);
  if (socket !== null) return { kind: 'socket', inode: parseCount(socket[1]) };
  if (target.startsWith('pipe:')) return { kind: 'pipe', inode: null };
  const anon = /^anon_inode:\[?([\w-]+)/.exec(target);
  if (anon !== null) return { kind: ANON.has(anon[1] ?? '') ? (anon[1] as FdKind) : 'anon', inode: null };
  if (target.startsWith('/memfd:')) return { kind: 'memfd', inode: null };
  return { kind: target.startsWith('/dev/') ? 'device' : 'file', inode: null };
}

interface ListedLink {
  readonly line: number;
  readonly name: string;
  readonly target: string;
}

export interface LinkListing {
  /** The directory of the heading, without its colon; empty when the listing has none. */
  readonly directory: string;
  readonly line: number;
  readonly links: readonly ListedLink[];
  /** `ls` was not allowed to read the directory. */
  readonly denied: boolean;
}

const LINK_MODE = /^l[-\w]{9}[.+@]?\s/;
const DENIED =
  /^[\w./-]{0,40}ls: (?:(?:cannot|can't) (?:open|access|read)(?: directory)? )?['"‘]?([^'"’:\s]+)['"’]?: Permission denied/i;
const HEADING = /^([^\s:]+):$/;
const FD_OR_NS = /\/(?:fd|ns)\/?$/;
/** Other lines of ls: files that are no links, links that it could not follow, sums, blank lines, and its remarks. */
const OTHER =
  /^(?:[-bcdlpsD?](?:[-r?][-w?][-xsS?]){2}[-r?][-w?][-xtT?]|total \d|\s*$|[\w./-]{0,40}(?:ls|sudo|find|xargs|bash|sh): |[^\s:][^:]*:\s*$)/;

/** Reads `ls -l` (GNU, busybox, with or without -n, -i is not understood) of one or of many directories. */
export function parseLinkListing(text: string): Parsed<readonly LinkListing[]> {
  const problems = createProblemList();
  const listings: { directory: string; line: number; links: ListedLink[]; denied: boolean }[] = [];
  let current: (typeof listings)[number] | undefined;
  splitLines(text).forEach((line, index) => {
    const link = parseLinkLine(line, index + 1);
    if (link !== null) {
      if (current === undefined) listings.push((current = { directory: '', line: 1, links: [], denied: false }));
      current.links.push(link);
      return;
    }
    const denied = DENIED.exec(line)?.[1];
    const directory = denied ?? HEADING.exec(line)?.[1];
    if (directory === undefined && !OTHER.test(line)) problems.tell(index + 1, say.malformed());
    if (directory === undefined || !FD_OR_NS.test(directory)) return;
    listings.push((current = { directory, line: index + 1, links: [], denied: denied !== undefined }));
  });
  return { value: listings, problems: problems.end() };
}

/** No expression looks for the arrow: one that also looks for the name takes the square of a long line's length. */
function parseLinkLine(line: string, number: number): ListedLink | null {
  if (!LINK_MODE.test(line)) return null;
  const arrow = line.indexOf(ARROW);
  const name = arrow < 0 ? '' : line.slice(line.lastIndexOf(' ', arrow - 1) + 1, arrow);
  return name === '' ? null : { line: number, name, target: unquote(line.slice(arrow + ARROW.length)) };
}

function unquote(target: string): string {
  const match = /^(['"])(.*)\1$/.exec(target);
  return match?.[2] ?? target;
}

/** One line of the listing that the extension shows for links that came as members of the archive. */
export function formatLinkLine(name: string, target: string): string {
  return `${cleanText(name)} -> ${cleanText(target)}`;
}
