/**
 * The parsers of the core, one call each: found by importing every file of the folder, so that a new one without an
 * entry here fails the test of this table.
 */
import { readdirSync } from 'node:fs';
import type { ByteSink } from '../../src/core/bundle.ts';
import { countByte } from '../../src/core/bytes.ts';
import { createRawFacts, type RawFacts } from '../../src/core/collect/raw-facts.ts';
import { createLineSink } from '../../src/core/collect/sinks.ts';
import { matchDmesgClock, parseDmesgClock } from '../../src/core/kernel-log/dmesg-clock.ts';
import { createLogScanner } from '../../src/core/kernel-log/kernel-log.ts';
import { matchLogLine } from '../../src/core/kernel-log/log-catalogue.ts';
import { createLogGapCounter } from '../../src/core/kernel-log/log-gaps.ts';
import { chooseRecordReader } from '../../src/core/kernel-log/log-records.ts';
import { createLogReportReader } from '../../src/core/kernel-log/log-report-reader.ts';
import { createYearCounter } from '../../src/core/kernel-log/log-years.ts';
import type { LayoutFact } from '../../src/core/layouts/index.ts';
import { createLineBlocks } from '../../src/core/line-blocks.ts';
import { createBlockFile } from '../../src/core/parsers/collector/block-file.ts';
import { createSsParser } from '../../src/core/parsers/commands/ss-sockets.ts';
import { createTcpTableParser } from '../../src/core/parsers/proc/net-tcp.ts';
import type { Family } from '../../src/core/parsers/proc/net-tcp-row.ts';
import { createConntrackParser } from '../../src/core/parsers/proc/nf-conntrack.ts';

/** Runs a parser over a text; `chunk` is how many bytes those that read streams are given at once. */
type Run = (bytes: Uint8Array, chunk: number) => unknown;

export interface Parser {
  readonly name: string;
  readonly run: Run;
  /** It takes chunks, and what it gives must not depend on them. */
  readonly isStream: boolean;
}

/** Exports that take no text of a bundle, or that take what another parser has cut out and are run by that one. */
const HELPERS: ReadonlySet<string> = new Set([
  // Gives what JSON says, which those that read fields of it judge.
  'parseJsonObject',
  'mergeMeta',
  'isTcpProtocol',
  'formatLinkLine',
  'objectIn',
  'objectsIn',
  'stringIn',
  'firstStringIn',
  'countIn',
  'numberIn',
  'flagIn',
  'timeIn',
  'pageSizeIn',
  'logMessage',
  'createAnchorPattern',
  // What an expression has cut out of a line.
  'wallTimeOf',
  'isoTimeOf',
  'zoneOf',
  'createAnchorSearch',
  'hasSequence',
  'dayOfYear',
  'yearsLater',
  'yearsOf',
  'inCalendar',
  'hasColours',
  'createColumns',
  'reserve',
  'reserveRow',
  'grow',
  'readRow',
]);

const CORE = new URL('../../src/core/', import.meta.url);
const FOLDERS: readonly string[] = ['parsers', 'kernel-log'];
/** Of these folders what takes no text of a bundle: it is given what another parser has read. */
const NO_PARSERS = /^(?:log-(?:summary|kinds|clock|clock-text|times|boots|bursts)\.ts$|log-catalogue\/)/;

export async function discoverParsers(): Promise<readonly Parser[]> {
  const found: Parser[] = [];
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(new URL(folder, CORE), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !NO_PARSERS.test(file))
      .map((file) => `${folder}/${file}`),
  );
  for (const file of files.sort()) {
    const exported: Readonly<Record<string, unknown>> = await import(new URL(file, CORE).href);
    for (const [name, value] of Object.entries(exported)) {
      if (typeof value !== 'function' || HELPERS.has(name)) continue;
      const known = STREAMS[name];
      if (known !== undefined) found.push(...known);
      else if (name.startsWith('create')) throw new Error(`${file}: ${name} is in no table of test/fuzz/parsers.ts`);
      else found.push(textParser(name, value as (text: string) => unknown));
    }
  }
  return [...found, ...SINKS];
}

/** Those that take a whole text. */
function textParser(name: string, parse: (text: string, kind?: string) => unknown): Parser {
  return {
    name,
    isStream: false,
    run: (bytes) => {
      const text = new TextDecoder().decode(bytes);
      return name === 'parseSocketInodes' ? INODE_TABLES.map((table) => parse(text, table)) : parse(text);
    },
  };
}

const INODE_TABLES = ['udp', 'udp6', 'raw', 'unix', 'netlink', 'packet'];

const STREAMS: Readonly<Record<string, readonly Parser[]>> = {
  chooseRecordReader: [
    textParser('chooseRecordReader', (text) => {
      const lines = text.split('\n');
      const reader = chooseRecordReader(lines.slice(0, 20));
      return reader === null ? [] : [...lines.map((line) => reader.read(line)), reader.end()];
    }),
  ],
  createBlockFile: [stream('createBlockFile', runBlockFile)],
  matchDmesgClock: [textParser('matchDmesgClock', (text) => matchDmesgClock(parseDmesgClock(text).value, text))],
  createLogReportReader: [
    textParser('createLogReportReader', (text) => {
      const reader = createLogReportReader();
      for (const [index, line] of text.split('\n').entries()) {
        if (reader.wantsNext) reader.takeNext(line, index + 1);
        reader.takeHit(matchLogLine(line)?.id ?? '', line, index + 1);
      }
      return reader.end();
    }),
  ],
  createYearCounter: [
    stream('createYearCounter', (bytes, chunk) => {
      const counter = createYearCounter();
      const years: number[] = [];
      const blocks = createLineBlocks(1 << 16, (block) => years.push(counter.takeLines(block, 0, block.length)));
      feed(bytes, chunk, blocks.write);
      blocks.end();
      return years.at(-1);
    }),
  ],
  createLogGapCounter: [
    stream('createLogGapCounter', (bytes, chunk) => {
      const counter = createLogGapCounter();
      let lines = 0;
      const blocks = createLineBlocks(1 << 16, (block) => {
        counter.take(block, lines);
        lines += countByte(block, 10, 0, block.length);
      });
      feed(bytes, chunk, blocks.write);
      blocks.end();
      return counter.end();
    }),
  ],
  createConntrackParser: [
    stream('createConntrackParser', (bytes, chunk) => {
      const parser = createConntrackParser();
      const sink = createLineSink(parser.takeLine, () => {});
      feed(bytes, chunk, (piece) => sink.write(piece));
      sink.end(true);
      const { columns, ...rest } = parser.end();
      return { ...rest, rows: columns.count, sources: [...columns.source.subarray(0, columns.count)] };
    }),
  ],
  createLogScanner: [
    stream('createLogScanner', (bytes, chunk) => {
      const scanner = createLogScanner();
      feed(bytes, chunk, scanner.write);
      return scanner.end();
    }),
  ],
  createTcpTableParser: ([4, 6] satisfies Family[]).map((family) =>
    stream(`createTcpTableParser (${family})`, (bytes, chunk) => {
      const parser = createTcpTableParser(family);
      feed(bytes, chunk, (piece) => parser.write(piece));
      const { columns, ...rest } = parser.end(true);
      return { ...rest, rows: columns.count, inodes: [...columns.inode.subarray(0, columns.count)] };
    }),
  ),
  createSsParser: [
    stream('createSsParser', (bytes, chunk) => {
      const parser = createSsParser();
      const sink = createLineSink(parser.takeLine, () => {});
      feed(bytes, chunk, (piece) => sink.write(piece));
      sink.end(true);
      const columns = parser.end();
      const queued = [...columns.queuedBytes.subarray(0, columns.count)];
      return { rows: columns.count, queued, problems: parser.problems() };
    }),
  ],
};

function stream(name: string, run: Run): Parser {
  return { name, isStream: true, run };
}

function runBlockFile(bytes: Uint8Array, chunk: number): unknown {
  const blocks: { readonly path: string; readonly line: number; text: string }[] = [];
  const decoder = new TextDecoder('latin1');
  const file = createBlockFile({
    open(path, line): ByteSink {
      const block = { path, line, text: '' };
      blocks.push(block);
      return {
        write: (part) => {
          block.text += decoder.decode(part);
        },
        end: () => {},
      };
    },
    stray: (line) => void blocks.push({ path: '', line, text: '' }),
    end: () => {},
  });
  feed(bytes, chunk, file.write);
  file.end(true);
  return blocks;
}

/** The files of the collector, whose parsers are sinks that fill the facts. */
const SINKS: readonly Parser[] = (
  [
    { kind: 'fd-blocks' },
    { kind: 'blocks', file: 'processes' },
    { kind: 'blocks', file: 'netns' },
    { kind: 'blocks', file: 'fdinfo' },
    { kind: 'blocks', file: 'cgroups' },
    { kind: 'sample-blocks', sample: 2 },
    { kind: 'pod-paths' },
    { kind: 'crictl-pods' },
    { kind: 'manifest' },
    { kind: 'ss', netns: 4_026_532_000 },
    { kind: 'fd-listing', pid: null },
    { kind: 'log' },
  ] satisfies LayoutFact[]
).map((fact: LayoutFact) =>
  stream(`${'file' in fact ? `${fact.file} (blocks)` : fact.kind} of a bundle`, (bytes, chunk) => {
    const facts = createRawFacts('');
    const sink = facts.sinkFor(fact, { entry: 'entry', rank: 0, lineOffset: 0, sizeBytes: 0 });
    if (sink === undefined) return null;
    feed(bytes, chunk, (piece) => sink.write(piece));
    sink.end(true);
    return plainFacts(facts);
  }),
);

/** What can be compared: columns only as far as they are filled. */
function plainFacts(facts: RawFacts): unknown {
  const { fds, samples, sinkFor: _sinkFor, sample: _sample, onLogHits: _onLogHits, ...rest } = facts;
  const column = (values: Uint32Array) => [...values.subarray(0, fds.count)];
  return {
    ...rest,
    samples: [...samples].map(([n, sample]) => [n, { net: sample.net, node: sample.node, sysctl: sample.sysctl }]),
    fds: [fds.pid, fds.fd, fds.inode, fds.line].map(column),
  };
}

/** The same buffer for each piece: a chunk is only valid during the call. */
function feed(bytes: Uint8Array, chunk: number, write: (piece: Uint8Array) => void): void {
  const buffer = new Uint8Array(chunk);
  for (let at = 0; at < bytes.length; at += chunk) {
    const piece = bytes.subarray(at, at + chunk);
    buffer.set(piece);
    write(buffer.subarray(0, piece.length));
  }
}
