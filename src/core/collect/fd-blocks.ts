/**
 * fds.txt of the collector: a block for each process, a line `N -> target` for each fd. A large node has 800,000 of
 * them, so lines are read as bytes, and only what is no socket becomes a string.
 */
import type { ByteSink } from '../bundle.ts';
import { asciiBytes, startsWithBytes } from '../bytes.ts';
import { BLOCK_HEAD, createBlockFile } from '../parsers/collector/block-file.ts';
import { parseFdTarget } from '../parsers/proc/pid-fd.ts';
import { createProblemList } from '../text.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { CUT_BLOCKS_MESSAGE, STRAY_MESSAGE } from './blocks.ts';
import { readFdKind, readSocketTarget } from './fd-link-name.ts';
import {
  closeListing,
  listFd,
  listingSink,
  listSocket,
  type OpenListing,
  openListing,
  takeListings,
} from './fd-listing.ts';
import { type RawProcess, rawProcess } from './node-store.ts';
import { tellProblems } from './problems.ts';
import type { Member, Sink } from './row.ts';
import { createSniffingSink } from './sinks.ts';
import { addTaskFd } from './task-fds.ts';

const say = defineMessages('fd-blocks', {
  malformed: 'The line is neither an fd with its target nor (denied).',
});

const HEADING = /^\/proc\/([1-9]\d{0,6})(?:\/task\/([1-9]\d{0,6}))?\/fd$/;
const ARROW = asciiBytes(' -> ');
const DENIED = asciiBytes('(denied)');
const LF = 10;
const CR = 13;

/** Takes one line without its end: `bytes` from `start` to `end`. */
type TakeLine = (bytes: Uint8Array, start: number, end: number, line: number) => void;

/**
 * `fds.txt`, in blocks, or as `ls` printed it: two kinds of file go by the name. Adds that it was read to its end and
 * has a block of every process, also of those that could not be read.
 */
export const fdsSink: Sink<unknown, true> = (member, add) =>
  createSniffingSink(BLOCK_HEAD.length, (head) =>
    startsWithBytes(head, BLOCK_HEAD)
      ? createFdBlockSink(member, () => add(member, true))
      : listingSink({ ...member, fact: { pid: null } }, takeListings),
  );

function createFdBlockSink(member: Member, done: () => void): ByteSink {
  const { facts, entry } = member;
  const decoder = new TextDecoder('utf-8');
  const seen = new Set<string>();
  let last: RawProcess | undefined;
  let listing: OpenListing | undefined;
  const problems = createProblemList();

  /** The collector was not allowed to read the directory, or that of a thread of the process. */
  const takeOther = (process: RawProcess, bytes: Uint8Array, start: number, end: number, line: number) => {
    if (isDenied(bytes, start, end)) process.fdDenied = true;
    else if (end > start) problems.tell(line, say.malformed());
  };
  const close = () => {
    if (listing !== undefined) closeListing(member, listing);
    listing = undefined;
  };
  const processLine =
    (process: RawProcess, open: OpenListing): TakeLine =>
    (bytes, start, end, line) => {
      const target = targetStart(bytes, start, end);
      if (target < 0) return takeOther(process, bytes, start, end, line);
      const fd = decimal(bytes, start, target - ARROW.length);
      const range = { start: target, end };
      const inode = readSocketTarget(bytes, range);
      if (inode >= 0) return listSocket(facts, open, fd, inode, line);
      listFd(open, readFdKind(bytes, range) ?? parseFdTarget(decoder.decode(bytes.subarray(target, end))).kind);
    };
  /** Of a thread with fds of its own: only its sockets count, and only those that the process does not have. */
  const threadLine =
    (process: RawProcess, tid: number): TakeLine =>
    (bytes, start, end, line) => {
      const target = targetStart(bytes, start, end);
      if (target < 0) return takeOther(process, bytes, start, end, line);
      const fd = decimal(bytes, start, target - ARROW.length);
      const inode = readSocketTarget(bytes, { start: target, end });
      if (inode >= 0) addTaskFd(facts, { pid: process.pid, tid, fd, inode, entry, line });
    };
  return createBlockFile({
    open(path, line) {
      close();
      last = undefined;
      const [, pid, thread] = HEADING.exec(path) ?? [];
      if (pid === undefined) return undefined;
      const process = rawProcess(facts, Number(pid));
      // A second block of the same fds would count them twice; it may say that they were denied, after an empty one.
      if (seen.has(path))
        return createLines((bytes, start, end) => {
          process.fdDenied ||= isDenied(bytes, start, end);
        }, line);
      seen.add(path);
      last = process;
      if (thread !== undefined) return createLines(threadLine(process, Number(thread)), line);
      listing = openListing(facts, process);
      return createLines(processLine(process, listing), line);
    },
    stray: (line) => problems.tell(line, STRAY_MESSAGE),
    end(complete) {
      close();
      tellProblems(facts.problems, { entry, lineOffset: 0 }, problems.end());
      if (complete) {
        if (seen.size > 0) done();
        return;
      }
      facts.problems.push({ entry, message: CUT_BLOCKS_MESSAGE });
      // What was read of it is true, and not all of it.
      if (last !== undefined) last.fdDenied = true;
    },
  });
}

function isDenied(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === DENIED.length && startsWithBytes(bytes.subarray(start, end), DENIED);
}

/** Counts the lines of a block from that after its heading. */
function createLines(take: TakeLine, heading: number): ByteSink {
  let line = heading;
  return {
    write(bytes) {
      for (let start = 0; start < bytes.length; ) {
        const newline = bytes.indexOf(LF, start);
        const next = newline < 0 ? bytes.length : newline + 1;
        let end = newline < 0 ? next : newline;
        if (end > start && bytes[end - 1] === CR) end--;
        take(bytes, start, end, ++line);
        start = next;
      }
    },
    end() {},
  };
}

/** Where the target begins in `N -> target`; -1 when the line is none. */
function targetStart(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && at - start < 10 && isDigit(bytes[at])) at++;
  if (at === start || at + ARROW.length > end) return -1;
  for (let i = 0; i < ARROW.length; i++) if (bytes[at + i] !== ARROW[i]) return -1;
  return at + ARROW.length;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}

function decimal(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) value = value * 10 + (bytes[i] ?? 48) - 48;
  return value;
}
