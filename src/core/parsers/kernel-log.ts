/**
 * The kernel log as `dmesg` prints it: one record a line, `[   45.006070] TCP: out of memory …`, seconds since boot
 * (kernel/printk/printk.c `print_time`). A syslog level `<6>`, the decoded level of `dmesg -x`, a caller `[   T1]` and
 * a syslog prefix are tolerated. Lines without such a stamp have no time.
 *
 * The log is scanned as bytes, in blocks of whole lines: only lines that hold an anchor of the catalogue become text
 * and are matched.
 */
import { countByte } from '../bytes.ts';
import { createLineBlocks } from '../line-blocks.ts';
import { parseCount } from '../text.ts';
import { createAnchorSearch } from './anchor-search.ts';
import { LOG_CATALOGUE, matchLogLine } from './log-catalogue.ts';

export interface LogHit {
  readonly id: string;
  /** Counted from 1. */
  readonly line: number;
  readonly seconds: number | null;
  /** The line itself, of the messages whose details rules read; at most MAX_TEXTS of them. */
  readonly text?: string;
}

export interface LogScan {
  readonly lines: number;
  readonly firstSeconds: number | null;
  readonly lastSeconds: number | null;
  readonly hits: readonly LogHit[];
  /** Sum of N in "N callbacks suppressed": messages of any kind. */
  readonly suppressed: number;
  /** Hits beyond the limit were counted here and not kept. */
  readonly dropped: number;
}

export interface LogScanner {
  write(chunk: Uint8Array): void;
  /** What was found so far; grows with each chunk. */
  readonly hits: readonly LogHit[];
  end(): LogScan;
}

const MAX_HITS = 200_000;
const MAX_TEXTS = 1000;
const MAX_TEXT_LENGTH = 1000;
const WITH_TEXT: ReadonlySet<string> = new Set(['oom-kill', 'oom-kill-cgroup', 'syn-flood']);
const MAX_LINE_BYTES = 64 * 1024;
/** A log has stamps when one of its first lines has one: only then it is searched for the last. */
const HEAD_LINES = 20;
const STAMP = /^(?:<\d+>|\w+\s*:\w+\s*: |[^[]{0,120}? kernel: )?\[\s*(\d+\.\d{1,6})[\]\s]/;

/** Seconds since boot of a line, or null when it carries none. */
export function logLineSeconds(line: string): number | null {
  const match = STAMP.exec(line);
  return match?.[1] === undefined ? null : Number(match[1]);
}

const ANCHORS = createAnchorSearch(LOG_CATALOGUE.map((message) => message.anchor));
const LF = 10;

export function createLogScanner(): LogScanner {
  const decoder = new TextDecoder('utf-8');
  const hits: LogHit[] = [];
  let lines = 0;
  let suppressed = 0;
  let dropped = 0;
  let texts = 0;
  let firstSeconds: number | null = null;
  let lastSeconds: number | null = null;

  const takeHit = (line: string, number: number) => {
    const message = matchLogLine(line);
    if (message === undefined) return;
    if (message.id === 'net-ratelimit') suppressed += parseCount(message.pattern.exec(line)?.[1]) ?? 0;
    if (hits.length >= MAX_HITS) {
      dropped++;
      return;
    }
    const hit = { id: message.id, line: number, seconds: logLineSeconds(line) };
    const keep = WITH_TEXT.has(message.id) && texts++ < MAX_TEXTS;
    hits.push(keep ? { ...hit, text: line.slice(0, MAX_TEXT_LENGTH) } : hit);
  };
  const textOf = (block: Uint8Array, start: number, end: number) => decoder.decode(block.subarray(start, end));
  const takeBlock = (block: Uint8Array) => {
    if (firstSeconds === null && lines < HEAD_LINES) firstSeconds = firstStamp(block, HEAD_LINES - lines, textOf);
    let at = 0;
    for (let found = ANCHORS.find(block, 0, block.length); found >= 0; ) {
      const start = block.lastIndexOf(LF, found) + 1;
      const newline = block.indexOf(LF, found);
      const end = newline < 0 ? block.length : newline;
      lines += countByte(block, LF, at, start);
      at = start;
      takeHit(textOf(block, start, end), lines + 1);
      found = ANCHORS.find(block, end, block.length);
    }
    lines += countByte(block, LF, at, block.length);
    if (block.at(-1) !== LF) lines++;
    if (firstSeconds !== null) lastSeconds = lastStamp(block, textOf) ?? lastSeconds;
  };
  const blocks = createLineBlocks(MAX_LINE_BYTES, takeBlock);
  return {
    write: blocks.write,
    hits,
    end() {
      blocks.end();
      return {
        lines,
        firstSeconds: firstSeconds ?? hits.find((hit) => hit.seconds !== null)?.seconds ?? null,
        lastSeconds: lastSeconds ?? hits.findLast((hit) => hit.seconds !== null)?.seconds ?? null,
        hits,
        suppressed,
        dropped,
      };
    },
  };
}

type TextOf = (block: Uint8Array, start: number, end: number) => string;

function firstStamp(block: Uint8Array, lines: number, textOf: TextOf): number | null {
  let start = 0;
  for (let line = 0; line < lines && start < block.length; line++) {
    const newline = block.indexOf(LF, start);
    const end = newline < 0 ? block.length : newline;
    const seconds = logLineSeconds(textOf(block, start, end));
    if (seconds !== null) return seconds;
    start = end + 1;
  }
  return null;
}

function lastStamp(block: Uint8Array, textOf: TextOf): number | null {
  let end = block.at(-1) === LF ? block.length - 1 : block.length;
  while (end > 0) {
    const start = block.lastIndexOf(LF, end - 1) + 1;
    const seconds = logLineSeconds(textOf(block, start, end));
    if (seconds !== null) return seconds;
    end = start - 1;
  }
  return null;
}
