/** What an editor shows of a kernel log: its catalogued lines, the bursts they make, and the boots these are of. */

import { parseCount } from '../text.ts';
import { createBootFinder } from './log-boots.ts';
import { createAnchorPattern, type LogMessage, logMessage, matchLogLine } from './log-catalogue.ts';
import { withoutColours } from './log-colours.ts';
import { readLogPrefix } from './log-prefix.ts';
import { createBurstJoin } from './log-summary.ts';

/** A catalogued line. Lines are counted from 1. */
export interface LogLine {
  readonly line: number;
  readonly message: LogMessage;
}

/** A run of one message, each line within five seconds of the one before. */
export interface LogBurst {
  readonly message: LogMessage;
  readonly line: number;
  readonly endLine: number;
  readonly lines: number;
  /** From the first line to the last; null when the log has no times. */
  readonly seconds: number | null;
  /** Messages of any kind that the kernel says it did not print in the meantime: never to be added to the lines. */
  readonly suppressed: number;
}

export interface LogBoot {
  readonly line: number;
  readonly endLine: number;
  /** Of the kernel; empty when it is not known. */
  readonly version: string;
  readonly bursts: readonly LogBurst[];
}

export interface LogOutline {
  readonly lines: readonly LogLine[];
  /** At least one: without a boot in it the whole log is one. */
  readonly boots: readonly LogBoot[];
  readonly bursts: readonly LogBurst[];
}

export interface LogOutliner {
  /** The next line of the log. */
  take(text: string): void;
  end(): LogOutline;
}

const MAX_LINES = 200_000;
const MAX_BURSTS = 5000;
const MAX_BOOTS = 1000;
/** The kernel writes at most 1 KiB of text a line: what is longer is no line of it. */
const MAX_LINE_LENGTH = 4096;
const SUPPRESSION = 'net-ratelimit';
const SUPPRESSED = /(\d+) callbacks suppressed/;
/**
 * The kernel tells what it suppressed with its next message after the window of five seconds, so often between two
 * bursts: said this soon after a line, it is of the window of that line.
 */
const SUPPRESSION_SECONDS = 10;

export function createLogOutliner(): LogOutliner {
  const anchors = createAnchorPattern();
  const finder = createBootFinder();
  const lines: LogLine[] = [];
  const boots: LogBoot[] = [];
  let boot = createBootBursts(MAX_BURSTS);
  let room = MAX_BURSTS;
  let start = { ...finder.current };
  let line = 0;

  const closeBoot = (endLine: number) => {
    const bursts = boot.end();
    room -= bursts.length;
    boots.push({ line: start.line, endLine, version: start.version, bursts });
  };
  return {
    take(whole) {
      line++;
      const text = withoutColours(whole.length > MAX_LINE_LENGTH ? whole.slice(0, MAX_LINE_LENGTH) : whole);
      if (finder.take(text, line) && boots.length < MAX_BOOTS - 1) {
        closeBoot(line - 1);
        boot = createBootBursts(room);
        start = { ...finder.current };
      } else if (finder.current.line === start.line) start.version = finder.current.version;
      anchors.lastIndex = 0;
      const message = anchors.test(text) ? matchLogLine(text) : undefined;
      if (message === undefined || lines.length >= MAX_LINES) return;
      lines.push({ line, message });
      boot.add(message, line, text);
    },
    end() {
      closeBoot(Math.max(line, start.line));
      return { lines, boots, bursts: boots.flatMap(({ bursts }) => bursts) };
    },
  };
}

interface Suppression {
  /** Told of while the run may go on: counts once it does. */
  pending: number;
  sure: number;
}

/** Bursts end with their boot: the clock begins anew. */
function createBootBursts(maxBursts: number) {
  const join = createBurstJoin(maxBursts);
  const suppressions: Suppression[] = [];
  /** The last run of each message. */
  const current = new Map<string, Suppression>();
  let last: { readonly of: Suppression; readonly seconds: number | null; readonly line: number } | null = null;

  const suppress = (count: number, seconds: number | null, line: number) => {
    for (const suppression of current.values()) {
      if (last?.of === suppression && isSoon(last, seconds, line)) suppression.sure += count;
      else suppression.pending += count;
    }
  };
  return {
    add(message: LogMessage, line: number, text: string): void {
      const seconds = timeOf(text);
      const place = join.add({ id: message.id, line, seconds, lines: 1 });
      if (place === undefined) return;
      const suppression = (suppressions[place] ??= { pending: 0, sure: 0 });
      if (message.id === SUPPRESSION) {
        const count = parseCount(SUPPRESSED.exec(text)?.[1]) ?? 0;
        suppress(count, seconds, line);
        suppression.sure += count;
        return;
      }
      suppression.sure += suppression.pending;
      suppression.pending = 0;
      current.set(message.id, suppression);
      last = { of: suppression, seconds, line };
    },
    end: (): LogBurst[] =>
      join.events.flatMap(({ id, line, endLine, lines, startSeconds, endSeconds }, place) => {
        const message = logMessage(id);
        if (message === undefined) return [];
        const seconds = startSeconds === null || endSeconds === null ? null : Math.max(0, endSeconds - startSeconds);
        const suppressed = Math.min(suppressions[place]?.sure ?? 0, Number.MAX_SAFE_INTEGER);
        return [{ message, line, endLine, lines, seconds, suppressed }];
      }),
  };
}

/** In seconds from whatever moment, the same for all lines of a log. */
function timeOf(text: string): number | null {
  const { seconds, wall } = readLogPrefix(text);
  return seconds ?? (wall === null ? null : wall.ms / 1000);
}

function isSoon(
  last: { readonly seconds: number | null; readonly line: number },
  seconds: number | null,
  line: number,
): boolean {
  if (seconds === null || last.seconds === null) return line - last.line <= 2;
  return Math.abs(seconds - last.seconds) <= SUPPRESSION_SECONDS;
}
