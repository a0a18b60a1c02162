#!/usr/bin/env node
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type ArchiveBundle, createArchiveBundle } from '../archive/archive-bundle.ts';
import { BundleError } from '../archive/bundle-error.ts';
import { readExcerpts } from '../archive/excerpts.ts';
import { createSource } from '../archive/source.node.ts';
import { analyze } from '../core/analyze.ts';
import type { Bundle } from '../core/bundle.ts';
import { wantedExcerpts } from '../core/formats/excerpts.ts';
import { render } from '../core/formats/index.ts';
import { NoSuchNode } from '../core/nodes.ts';
import type { Level, Report } from '../core/report/report.ts';
/** `sockscope analyze BUNDLE`: the analysis without VS Code. */
import { cleanText } from '../core/text.ts';
import { ENGLISH } from '../core/wording/languages.ts';
import { type AnalyzeCommand, LIMIT_OPTIONS, parseCommand, say, usage } from './arguments.ts';

declare const SOCKSCOPE_VERSION: string;

// What is unpacked is garbage at once. A young generation that grows keeps it for longer and saves no time: without it
// a large bundle takes a fifth less memory. (The thread of the extension is given a small one.)
setFlagsFromString('--semi-space-growth-factor=1');

async function main(argv: readonly string[]): Promise<number> {
  const parsed = parseCommand(argv);
  switch (parsed.kind) {
    case 'help':
      process.stdout.write(usage(ENGLISH));
      return 0;
    case 'version':
      process.stdout.write(`${SOCKSCOPE_VERSION}\n`);
      return 0;
    case 'wrong':
      process.stderr.write(`${ENGLISH.text(say.wrong({ reason: parsed.message }))}\n\n${usage(ENGLISH)}`);
      return 2;
    case 'analyze':
      return runAnalyze(parsed.command);
  }
}

async function runAnalyze(command: AnalyzeCommand): Promise<number> {
  const bundle = createArchiveBundle(basename(command.bundle), createSource({ path: command.bundle }), {
    limits: command.limits,
    limitNames: LIMIT_OPTIONS,
    // Where the entries lie is asked only to quote lines of them.
    isIndexed: command.format.needsExcerpts === true,
  });
  let report: Report;
  let pieces: Iterable<string>;
  try {
    report = await judge(bundle, command.node);
    pieces = inBatches(await renderReport(report, bundle, command));
  } catch (error) {
    if (error instanceof NoSuchNode) return refuseNode(command.node ?? '', error);
    if (!(error instanceof BundleError)) throw error;
    process.stderr.write(`${ENGLISH.text(say.failed({ path: command.bundle, reason: error.said }))}\n`);
    return 3;
  }
  if (command.output === null) await print(pieces);
  else {
    try {
      savePieces(openSync(command.output, 'w'), pieces);
    } catch (error) {
      const reason = error instanceof Error ? error.message : say.unknownError();
      process.stderr.write(`${ENGLISH.text(say.notWritten({ path: command.output, reason }))}
`);
      return 2;
    }
  }
  return reaches(report, command) ? 1 : 0;
}

/** Names are those of the bundle: a terminal must not obey them. */
function refuseNode(wanted: string, { nodes }: NoSuchNode): number {
  const isName = nodes.filter(({ name }) => name.startsWith(`${wanted} (`)).length > 1;
  const list = nodes.map(({ name, root }) => `  ${cleanText(name)}  ${cleanText(root)}\n`).join('');
  const args = { name: JSON.stringify(cleanText(wanted)) };
  process.stderr.write(`${ENGLISH.text(isName ? say.manyNodes(args) : say.noNode(args))}\n${list}`);
  return 2;
}

/**
 * What follows the reading goes once over the rows, in many functions: to compile those with the compiler that takes
 * longest costs a tenth of the whole, and they have returned before it is done. Nor is it worth it then that each is
 * compiled once more into those that call it.
 */
async function judge(bundle: ArchiveBundle, node: string | undefined): Promise<Report> {
  const readFirst: Bundle = {
    name: bundle.name,
    async visit(visitor) {
      const end = await bundle.visit(visitor);
      setFlagsFromString('--no-turbofan');
      setFlagsFromString('--no-maglev-inlining');
      return end;
    },
  };
  try {
    return (await analyze(readFirst, { node })).report;
  } finally {
    setFlagsFromString('--turbofan');
    setFlagsFromString('--maglev-inlining');
  }
}

async function renderReport(
  report: Report,
  bundle: ArchiveBundle,
  { format, bundle: path }: AnalyzeCommand,
): Promise<Iterable<string>> {
  const excerpts = await readExcerpts(createSource({ path }), bundle.index(), wantedExcerpts(format, report));
  return render(format, report, { excerpts });
}

const BATCH_CHARACTERS = 64 * 1024;

function* inBatches(pieces: Iterable<string>): Generator<string> {
  let batch = '';
  for (const piece of pieces) {
    batch += piece;
    if (batch.length < BATCH_CHARACTERS) continue;
    yield batch;
    batch = '';
  }
  if (batch !== '') yield batch;
}

function savePieces(file: number, pieces: Iterable<string>): void {
  try {
    for (const piece of pieces) writeFileSync(file, piece);
  } finally {
    closeSync(file);
  }
}

/** Waits until a pipe has taken everything: ending before would cut a long report. */
async function print(pieces: Iterable<string>): Promise<void> {
  let isOpen = true;
  const closed = new Promise<void>((resolve) => {
    process.stdout.on('error', () => {
      isOpen = false;
      resolve();
    });
  });
  for (const piece of pieces) {
    if (!isOpen) return;
    await Promise.race([closed, new Promise<void>((resolve) => process.stdout.write(piece, () => resolve()))]);
  }
}

const RANK: Readonly<Record<Level, number>> = { note: 1, warning: 2, error: 3 };

/** Of several nodes each counts, unless one was asked for. */
function reaches({ nodes, bundle }: Report, { failOn, node }: AnalyzeCommand): boolean {
  if (failOn === 'never') return false;
  return nodes
    .filter(({ root }) => node === undefined || root === bundle.root)
    .some(({ level }) => level !== null && RANK[level] >= RANK[failOn]);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const reason = error instanceof Error ? error.message : say.unknownError();
  process.stderr.write(`${ENGLISH.text(say.internal({ reason }))}\n`);
  process.exitCode = 70;
}
