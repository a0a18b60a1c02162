#!/usr/bin/env node
/** `sockscope analyze BUNDLE`: the analysis without VS Code. */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type ArchiveBundle, createArchiveBundle } from '../archive/archive-bundle.ts';
import { BundleError } from '../archive/bundle-error.ts';
import { readExcerpts } from '../archive/excerpts.ts';
import { analyze } from '../core/analyze.ts';
import type { Bundle } from '../core/bundle.ts';
import { toJson } from '../core/report/json.ts';
import { toMarkdown, wantedExcerpts } from '../core/report/markdown.ts';
import { toPlainText } from '../core/report/plain-text.ts';
import type { Level, Report } from '../core/report/report.ts';
import { type AnalyzeCommand, type FailOn, LIMIT_OPTIONS, parseCommand, USAGE } from './arguments.ts';

declare const SOCKSCOPE_VERSION: string;

// What is unpacked is garbage at once. A young generation that grows keeps it for longer and saves no time: without it
// a large bundle takes a fifth less memory. (The thread of the extension is given a small one.)
setFlagsFromString('--semi-space-growth-factor=1');

async function main(argv: readonly string[]): Promise<number> {
  const parsed = parseCommand(argv);
  switch (parsed.kind) {
    case 'help':
      process.stdout.write(USAGE);
      return 0;
    case 'version':
      process.stdout.write(`${SOCKSCOPE_VERSION}\n`);
      return 0;
    case 'wrong':
      process.stderr.write(`sockscope: ${parsed.message}\n\n${USAGE}`);
      return 2;
    case 'analyze':
      return runAnalyze(parsed.command);
  }
}

async function runAnalyze(command: AnalyzeCommand): Promise<number> {
  const bundle = createArchiveBundle(
    basename(command.bundle),
    { path: command.bundle },
    {
      limits: command.limits,
      limitNames: LIMIT_OPTIONS,
    },
  );
  let report: Report;
  let text: string;
  try {
    report = await judge(bundle);
    text = await render(report, bundle, command);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    process.stderr.write(`sockscope: ${command.bundle}: ${error.message}\n`);
    return 3;
  }
  if (command.output === null) await print(text);
  else {
    try {
      writeFileSync(command.output, text);
    } catch (error) {
      process.stderr.write(
        `sockscope: ${command.output} cannot be written: ${error instanceof Error ? error.message : 'unknown error'}\n`,
      );
      return 2;
    }
  }
  return reaches(report, command.failOn) ? 1 : 0;
}

/**
 * What follows the reading goes once over the rows, in many functions: to compile those with the compiler that takes
 * longest costs a tenth of the whole, and they have returned before it is done.
 */
async function judge(bundle: ArchiveBundle): Promise<Report> {
  const readFirst: Bundle = {
    name: bundle.name,
    async visit(visitor) {
      const end = await bundle.visit(visitor);
      setFlagsFromString('--no-turbofan');
      return end;
    },
  };
  try {
    return (await analyze(readFirst)).report;
  } finally {
    setFlagsFromString('--turbofan');
  }
}

async function render(report: Report, bundle: ArchiveBundle, command: AnalyzeCommand): Promise<string> {
  if (command.format === 'json') return toJson(report);
  if (command.format === 'text') return toPlainText(report);
  const excerpts = await readExcerpts({ path: command.bundle }, bundle.index(), wantedExcerpts(report));
  return toMarkdown(report, excerpts);
}

/** Waits until a pipe has taken everything: ending before would cut a long report. */
function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.on('error', () => resolve());
    process.stdout.write(text, () => resolve());
  });
}

const RANK: Readonly<Record<Level, number>> = { note: 1, warning: 2, error: 3 };

function reaches(report: Report, failOn: FailOn): boolean {
  return failOn !== 'never' && report.findings.some((finding) => RANK[finding.level] >= RANK[failOn]);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`sockscope: internal error: ${error instanceof Error ? error.message : 'unknown'}\n`);
  process.exitCode = 70;
}
