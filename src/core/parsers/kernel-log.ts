/**
 * The kernel log as `dmesg` prints it: one record a line, `[   45.006070] TCP: out of memory …`, seconds since boot
 * (kernel/printk/printk.c `print_time`). A syslog level `<6>`, the decoded level of `dmesg -x`, a caller `[   T1]` and
 * a syslog prefix are tolerated. Lines without such a stamp have no time.
 *
 * The log is scanned in blocks of whole lines: one expression looks for the anchors of the catalogue, and only lines
 * that hold one are cut out and matched.
 */
import { createLineBlocks } from '../line-blocks.ts';
import { copyText, parseCount } from '../text.ts';
import { createAnchorPattern, matchLogLine } from './log-catalogue.ts';

interface LogHit {
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

export function createLogScanner(): LogScanner {
  const decoder = new TextDecoder('utf-8');
  const anchors = createAnchorPattern();
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
    hits.push(keep ? { ...hit, text: copyText(line.slice(0, MAX_TEXT_LENGTH)) } : hit);
  };
  const takeBlock = (block: Uint8Array) => {
    const text = decoder.decode(block);
    firstSeconds ??= firstStamp(text, HEAD_LINES - lines);
    let at = 0;
    let number = lines;
    const advanceTo = (offset: number) => {
      for (;;) {
        const newline = text.indexOf('\n', at);
        if (newline < 0 || newline >= offset) return;
        number++;
        at = newline + 1;
      }
    };
    anchors.lastIndex = 0;
    for (let match = anchors.exec(text); match !== null; match = anchors.exec(text)) {
      advanceTo(match.index);
      const end = text.indexOf('\n', match.index);
      takeHit(text.slice(at, end < 0 ? text.length : end), number + 1);
      if (end < 0) break;
      anchors.lastIndex = end;
    }
    advanceTo(text.length);
    lines = number + (text.endsWith('\n') ? 0 : 1);
    if (firstSeconds !== null) lastSeconds = lastStamp(text) ?? lastSeconds;
  };
  const blocks = createLineBlocks(MAX_LINE_BYTES, takeBlock);
  return {
    write: blocks.write,
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

function firstStamp(text: string, lines: number): number | null {
  let start = 0;
  for (let line = 0; line < lines && start < text.length; line++) {
    const end = text.indexOf('\n', start);
    const seconds = logLineSeconds(text.slice(start, end < 0 ? undefined : end));
    if (seconds !== null) return seconds;
    if (end < 0) break;
    start = end + 1;
  }
  return null;
}

function lastStamp(text: string): number | null {
  let end = text.endsWith('\n') ? text.length - 1 : text.length;
  while (end > 0) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const seconds = logLineSeconds(text.slice(start, end));
    if (seconds !== null) return seconds;
    end = start - 1;
  }
  return null;
}
