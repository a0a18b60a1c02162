/**
 * The kernel log, in every form that tools write it (log-prefix.ts, log-records.ts). Most logs are scanned as bytes, in
 * blocks of whole lines: only lines that hold an anchor of the catalogue become text and are matched. Of those in which
 * a line does not tell its own time every line is read.
 */
import { countByte, joinBytes } from '../bytes.ts';
import { createLineBlocks } from '../line-blocks.ts';
import { parseCount } from '../text.ts';
import { createAnchorSearch } from './anchor-search.ts';
import { LOG_ANCHORS, type LogMessage, matchLogLine } from './log-catalogue.ts';
import { createLogGapCounter, hasSequence, type LogGapCounter } from './log-gaps.ts';
import { readLogPrefix } from './log-prefix.ts';
import { chooseRecordReader, type LogRecord, type RecordReader } from './log-records.ts';
import { createLogReportReader } from './log-report-reader.ts';
import type { LogClock, LogHit, LogScan } from './log-scan.ts';
import { createYearCounter, dayOfYear, type YearCounter, yearsLater } from './log-years.ts';

export type { LogClock, LogHit, LogScan };

export interface LogScanner {
  write(chunk: Uint8Array): void;
  /** What was found so far; grows with each chunk. */
  readonly hits: readonly LogHit[];
  end(): LogScan;
}

const MAX_HITS = 200_000;
const MAX_TEXTS = 1000;
const MAX_TEXT_LENGTH = 1000;
const WITH_TEXT: ReadonlySet<string> = new Set(['oom-kill', 'syn-flood']);
const MAX_LINE_BYTES = 64 * 1024;
/** By its first lines it is decided how a log is read, and whether it has times at all. */
const HEAD_LINES = 20;
const MAX_HEAD_BYTES = 256 * 1024;
const LF = 10;

const BOOT_TEXT = 'Linux version ';
const REPEATED = 'message repeated ';
const ANCHORS = createAnchorSearch([...LOG_ANCHORS, BOOT_TEXT, REPEATED]);
const REPEATED_TEXT = /message repeated (\d{1,9}) times(?:: \[ ?(.*)\])?/;

/** Seconds since boot of a line, or null when it carries none. */
export function logLineSeconds(line: string): number | null {
  return readLogPrefix(line).seconds;
}

function suppressedCount({ patterns }: LogMessage, text: string): number {
  const [, count] = patterns.map(({ pattern }) => pattern.exec(text)).find((match) => match !== null) ?? [];
  return parseCount(count) ?? 0;
}

function readLine(line: string): LogRecord {
  const { textStart, seconds, wall } = readLogPrefix(line);
  return { text: line.slice(textStart), seconds, wall, linesBack: 0 };
}

export function createLogScanner(): LogScanner {
  const decoder = new TextDecoder('utf-8');
  const hits: LogHit[] = [];
  const reports = createLogReportReader();
  let lines = 0;
  let suppressed = 0;
  let dropped = 0;
  let texts = 0;
  let boots = 0;
  let firstTimed = 0; // line
  let firstSeconds: number | null = null;
  let lastSeconds: number | null = null;
  let clock: LogClock | null = null;
  let lastClock: LogClock | null = null;
  let firstWallMs: number | null = null;
  let lastWallMs: number | null = null;

  /** Null while the lines tell their year. */
  let years: YearCounter | null = null;
  let hasYears: boolean | null = null;
  /** With the year of the line; of a form that is not that of the log nothing is known. */
  const dated = (record: LogRecord, later: number): LogRecord => {
    if (record.wall === null) return record;
    hasYears ??= record.wall.hasYear;
    if (record.wall.hasYear !== hasYears) return { ...record, wall: null };
    return hasYears ? record : { ...record, wall: yearsLater(record.wall, later) };
  };
  const takeTime = ({ seconds, wall, text }: LogRecord, line: number) => {
    if (seconds === null && wall === null) return;
    const isBoot = text.startsWith(BOOT_TEXT);
    if (isBoot && firstTimed > 0 && line > firstTimed) boots++;
    if (firstTimed === 0 || line < firstTimed) firstTimed = line;
    if (wall !== null) firstWallMs ??= wall.ms;
    const since = seconds ?? (isBoot ? 0 : null);
    if (wall !== null && (clock === null || isBoot || (clock.seconds === null && since !== null)))
      clock = { wall, seconds: since };
  };
  const takeRecord = (record: LogRecord, line: number) => {
    takeTime(record, line);
    reports.takeNext(record.text, line);
    const repeated = record.text.includes(REPEATED) ? REPEATED_TEXT.exec(record.text) : null;
    if (repeated !== null && repeated[2] === undefined) return repeatLast(line, Number(repeated[1]));
    const inner = repeated?.[2] === undefined ? null : readLine(repeated[2]);
    const { text, seconds } = inner ?? record;
    const message = matchLogLine(text);
    if (message === undefined) return;
    reports.takeHit(message.id, text, line);
    if (message.id === 'net-ratelimit') suppressed += suppressedCount(message, text);
    if (hits.length >= MAX_HITS) {
      dropped++;
      return;
    }
    const times = repeated === null ? 1 : Number(repeated[1]);
    const keep = WITH_TEXT.has(message.id) && texts++ < MAX_TEXTS;
    hits.push({
      id: message.id,
      line,
      seconds,
      ...(record.wall === null ? {} : { wallMs: record.wall.ms }),
      ...(boots === 0 ? {} : { boot: boots }),
      ...(times === 1 ? {} : { times }),
      ...(keep ? { text: text.slice(0, MAX_TEXT_LENGTH) } : {}),
    });
  };
  /** "last message repeated N times" stands behind that message. */
  const repeatLast = (line: number, times: number) => {
    const last = hits.at(-1);
    if (last?.line === line - 1) hits[hits.length - 1] = { ...last, times: (last.times ?? 1) + times };
  };
  const textOf = (block: Uint8Array, start: number, end: number) => decoder.decode(block.subarray(start, end));
  const recordAt = (block: Uint8Array, start: number, end: number, later: number) =>
    dated(readLine(textOf(block, start, end)), later);

  const scanBlock = (block: Uint8Array) => {
    if (firstTimed === 0 && lines < HEAD_LINES) takeFirstTime(block);
    gaps?.take(block, lines);
    let reportAt = 0;
    let reportLine = lines + 1;
    let at = 0;
    let later = 0;
    let datedTo = 0;
    const takeYears = (end: number) => {
      if (years !== null) later = years.takeLines(block, datedTo, end);
      datedTo = end;
    };
    for (let found = ANCHORS.find(block, 0, block.length); found >= 0; ) {
      const start = block.lastIndexOf(LF, found) + 1;
      const newline = block.indexOf(LF, found);
      const end = newline < 0 ? block.length : newline;
      lines += countByte(block, LF, at, start);
      at = start;
      takeYears(Math.min(end + 1, block.length));
      takeReport(block, reportAt, start, reportLine);
      takeRecord(recordAt(block, start, end, later), lines + 1);
      reportAt = end + 1;
      reportLine = lines + 2;
      found = ANCHORS.find(block, end, block.length);
    }
    takeReport(block, reportAt, block.length, reportLine);
    lines += countByte(block, LF, at, block.length);
    if (block.at(-1) !== LF) lines++;
    takeYears(block.length);
    if (firstTimed > 0) takeLastTime(block, later);
  };
  /** The lines of a report that has begun, up to the next catalogued line. */
  const takeReport = (block: Uint8Array, from: number, to: number, firstLine: number) => {
    let start = from;
    for (let line = firstLine; reports.wantsNext && start < to; line++) {
      const newline = block.indexOf(LF, start);
      const end = newline < 0 ? block.length : newline;
      reports.takeNext(readLine(textOf(block, start, end).replace(/\r$/, '')).text, line);
      start = end + 1;
    }
  };
  const takeFirstTime = (block: Uint8Array) => {
    let start = 0;
    for (let line = lines + 1; line <= HEAD_LINES && start < block.length && firstTimed === 0; line++) {
      const newline = block.indexOf(LF, start);
      const end = newline < 0 ? block.length : newline;
      const record = recordAt(block, start, end, 0);
      takeTime(record, line);
      if (firstTimed > 0) firstSeconds = record.seconds;
      if (hasYears === false) years ??= createYearCounter();
      start = end + 1;
    }
  };
  /** Of the last line that has one: a log whose first lines have times has them in nearly all. */
  const takeLastTime = (block: Uint8Array, later: number) => {
    let end = block.at(-1) === LF ? block.length - 1 : block.length;
    while (end > 0) {
      const start = block.lastIndexOf(LF, end - 1) + 1;
      const { seconds, wall } = recordAt(block, start, end, later);
      if (seconds !== null) lastSeconds = seconds;
      if (wall !== null) lastWallMs = wall.ms;
      if (seconds !== null && wall !== null) lastClock = { wall, seconds };
      if (seconds !== null || wall !== null) return;
      end = start - 1;
    }
  };
  const readBlock = (reader: RecordReader, block: Uint8Array) => {
    for (let start = 0; start < block.length; ) {
      const newline = block.indexOf(LF, start);
      const end = newline < 0 ? block.length : newline;
      lines++;
      takeRead(reader.read(textOf(block, start, end).replace(/\r$/, '')));
      start = end + 1;
    }
  };
  const takeRead = (read: LogRecord | null) => {
    if (read === null) return;
    if (read.wall?.hasYear === false) years ??= createYearCounter();
    const later = read.wall === null ? 0 : (years?.take(dayOfYear(read.wall)) ?? 0);
    const record = dated(read, later);
    if (record.seconds !== null) {
      firstSeconds ??= record.seconds;
      lastSeconds = record.seconds;
    }
    if (record.wall !== null) lastWallMs = record.wall.ms;
    if (record.seconds !== null && record.wall !== null) lastClock = { wall: record.wall, seconds: record.seconds };
    takeRecord(record, lines - record.linesBack);
  };

  let reader: RecordReader | null = null;
  let gaps: LogGapCounter | null = null;
  let head: Uint8Array | null = new Uint8Array(0);
  const decide = () => {
    if (head === null) return;
    const all = head;
    head = null;
    const text = decoder.decode(all.subarray(0, MAX_HEAD_BYTES));
    const first = text.split(/\r?\n/, HEAD_LINES);
    reader = chooseRecordReader(first);
    if (first.some(hasSequence)) gaps = createLogGapCounter();
    if (all.length > 0) takeBlock(all);
  };
  const takeBlock = (block: Uint8Array) => {
    if (head !== null) {
      head = joinBytes([head, block]);
      if (head.length >= MAX_HEAD_BYTES || countByte(head, LF, 0, head.length) >= HEAD_LINES) decide();
    } else if (reader === null) scanBlock(block);
    else readBlock(reader, block);
  };
  const blocks = createLineBlocks(MAX_LINE_BYTES, takeBlock);
  return {
    write: blocks.write,
    hits,
    end() {
      blocks.end();
      decide();
      if (reader !== null) takeRead(reader.end());
      return {
        lines,
        firstSeconds: firstSeconds ?? hits.find((hit) => hit.seconds !== null)?.seconds ?? null,
        lastSeconds: lastSeconds ?? hits.findLast((hit) => hit.seconds !== null)?.seconds ?? null,
        hits,
        suppressed,
        dropped,
        boots: lines === 0 ? 0 : boots + 1,
        clock,
        lastClock,
        firstWallMs,
        lastWallMs,
        missing: gaps?.end() ?? null,
        reports: reports.end(),
      };
    },
  };
}
