/**
 * Logs whose lines do not tell their time each for themselves: JSON of dmesg and of the journal, the journal's export
 * format (systemd, docs/JOURNAL_EXPORT_FORMATS.md), and `dmesg -e` or `-H`, which write what has passed since the line
 * before. They are read line by line, from the first to the last.
 */
import { hasColours, withoutColours } from './log-colours.ts';
import { type LogPrefix, readLogPrefix } from './log-prefix.ts';
import type { WallTime } from './log-wall-time.ts';

export interface LogRecord {
  readonly text: string;
  readonly seconds: number | null;
  readonly wall: WallTime | null;
  /** How many lines before the last one that was read its text stands. */
  readonly linesBack: number;
}

export interface RecordReader {
  /** Takes a line; the record that is whole with it, or null. */
  read(line: string): LogRecord | null;
  /** The record that the log ends in, or null. */
  end(): LogRecord | null;
}

const NOTHING = () => null;

/** Who reads a log that begins so; null for the usual one, of which every line can be read alone. */
export function chooseRecordReader(head: readonly string[]): RecordReader | null {
  // dmesg --color=always writes colours into the middle of a message.
  if (!head.some(hasColours)) return chooseReader(head);
  const reader = chooseReader(head.map(withoutColours)) ?? singleLines();
  return { read: (line) => reader.read(withoutColours(line)), end: reader.end };
}

function singleLines(): RecordReader {
  return {
    read(line) {
      const { textStart, seconds, wall } = readLogPrefix(line);
      return { text: line.slice(textStart), seconds, wall, linesBack: 0 };
    },
    end: NOTHING,
  };
}

function chooseReader(head: readonly string[]): RecordReader | null {
  const first = head.find((line) => line.trim() !== '') ?? '';
  if (/^\s*\{\s*$/.test(first) && head.some((line) => /^\s*"dmesg":/.test(line))) return dmesgJson();
  if (first.startsWith('{')) return journalJson();
  if (/^__CURSOR=|^__REALTIME_TIMESTAMP=/.test(first)) return journalExport();
  const prefixes = head.map(readLogPrefix);
  return prefixes.some(({ delta }) => delta !== null) ? relativeTimes() : null;
}

/** `"time":     1.430255,` and on the next line `"msg": "…"`: the key decides, whatever the order of the keys is. */
function dmesgJson(): RecordReader {
  let seconds: number | null = null;
  return {
    read(line) {
      const [, key, value] = /^\s*"(time|msg)": (.*?),?\s*$/.exec(line) ?? [];
      if (key === 'time') seconds = Number.isFinite(Number(value)) ? Number(value) : null;
      if (key !== 'msg') return null;
      const text = parseJson(value ?? '');
      return typeof text === 'string' ? { text, seconds, wall: null, linesBack: 0 } : null;
    },
    end: NOTHING,
  };
}

function journalJson(): RecordReader {
  return {
    read(line) {
      const fields = parseJson(line);
      if (typeof fields !== 'object' || fields === null) return null;
      return toRecord((key) => (fields as Readonly<Record<string, unknown>>)[key], 0);
    },
    end: NOTHING,
  };
}

/** `KEY=value` lines; an empty one ends the record. The message may come before its times. */
function journalExport(): RecordReader {
  const fields = new Map<string, string>();
  let sinceMessage = 0;
  let isBinary = false;
  const finish = () => {
    const record = toRecord((key) => fields.get(key), sinceMessage);
    fields.clear();
    return record;
  };
  return {
    read(line) {
      sinceMessage++;
      if (line === '') return finish();
      const equals = line.indexOf('=');
      // What is not plain text has a line with its key, and then, behind eight bytes for its length, the text.
      if (isBinary) fields.set('MESSAGE', line.slice(8));
      else if (equals > 0 && /^[A-Z_][A-Z0-9_]*$/.test(line.slice(0, equals)))
        fields.set(line.slice(0, equals), line.slice(equals + 1));
      if (isBinary || line.startsWith('MESSAGE=')) sinceMessage = 0;
      isBinary = line === 'MESSAGE';
      return null;
    },
    end: finish,
  };
}

function toRecord(field: (key: string) => unknown, linesBack: number): LogRecord | null {
  const message = field('MESSAGE');
  // What is not plain text comes as its bytes.
  const text = Array.isArray(message) ? new TextDecoder('utf-8').decode(Uint8Array.from(message, Number)) : message;
  if (typeof text !== 'string') return null;
  const isKernel = field('SYSLOG_IDENTIFIER') === 'kernel' || field('_TRANSPORT') === 'kernel';
  const micros = (key: string) => {
    const value = field(key);
    const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
    return Number.isNaN(number) ? null : number;
  };
  // The stamp of the kernel; that of the journal is later, by what it took to read it.
  const monotonic = micros('_SOURCE_MONOTONIC_TIMESTAMP') ?? (isKernel ? micros('__MONOTONIC_TIMESTAMP') : null);
  const realtime = micros('_SOURCE_REALTIME_TIMESTAMP') ?? micros('__REALTIME_TIMESTAMP');
  return {
    text,
    seconds: monotonic === null ? null : monotonic / 1e6,
    wall: realtime === null ? null : { ms: realtime / 1000, offsetMinutes: 0, hasYear: true },
    linesBack,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A minute is all that the lines with a date tell; from there what has passed is added up. Without dates, from boot. */
function relativeTimes(): RecordReader {
  let wall: WallTime | null = null;
  let sinceBoot: number | null = null;
  return {
    read(line) {
      const prefix: LogPrefix = readLogPrefix(line);
      const text = line.slice(prefix.textStart);
      if (prefix.wall !== null) wall = prefix.wall;
      else if (prefix.delta !== null && wall !== null) wall = { ...wall, ms: wall.ms + prefix.delta * 1000 };
      if (text.startsWith('Linux version ')) sinceBoot = 0;
      else if (prefix.delta !== null && sinceBoot !== null) sinceBoot += prefix.delta;
      const added = wall === null && sinceBoot !== null ? Math.round(sinceBoot * 1e6) / 1e6 : null;
      return { text, seconds: prefix.seconds ?? added, wall, linesBack: 0 };
    },
    end: NOTHING,
  };
}
