/**
 * `npm run bench`: every figure that was promised, with the floor and the peers in the same run, into
 * docs/performance.md. Ends with an error when a report is wrong; a target that is missed is only said.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Report } from '../../src/core/report/report.ts';
import { type BundleName, SHAPES } from './bundle/sizes.ts';
import { type Comparison, checkReport } from './check-report.ts';
import { type BundleFigures, type PeerFigures, toMarkdown } from './document.ts';
import { grepPatterns } from './grep-patterns.ts';
import { measureHover } from './hover/measure.ts';
import { type BenchBundle, benchBundle, benchLog, benchTable, workFolder } from './inputs.ts';
import { type Case, interleave, measure, median, peakMegabytes, probe, type Usage } from './measure.ts';
import { measurePage } from './page/measure.ts';
import { type Extraction, extractBundle, prepareSs, removeExtraction } from './peers.ts';
import { buildPrograms, type Programs } from './programs.ts';
import { growthTargets, hostileTarget, type Row, TARGETS } from './targets.ts';

const ROUNDS = 5;
const SLOW_ROUNDS = 3;
const DOCUMENT = join(import.meta.dirname, '../../docs/performance.md');
const HOSTILE = ['M-few-inodes', 'M-colliding', 'M-same-tables'] as const satisfies readonly BundleName[];

const say = (text: string) => console.error(text);
const cpu = (usages: readonly Usage[] | undefined) => median((usages ?? []).map((usage) => usage.cpuSeconds));
const wall = (usages: readonly Usage[] | undefined) => median((usages ?? []).map((usage) => usage.wallSeconds));
const isInstalled = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

async function check(
  programs: Programs,
  { name, path, truth }: BenchBundle,
): Promise<{ peakMb: number; check: Comparison }> {
  const output = join(dirname(programs.cli), `${name}.json`);
  const args = [programs.cli, 'analyze', path, '--format', 'json', '--output', output];
  const peaks: number[] = [];
  for (let round = 0; round < SLOW_ROUNDS; round++) peaks.push(await peakMegabytes(args));
  const report: Report = JSON.parse(readFileSync(output, 'utf8'));
  return { peakMb: median(peaks), check: checkReport(report, truth, SHAPES[name]) };
}

interface Measured {
  readonly figures: BundleFigures;
  /** Null where it was not asked for. */
  readonly naiveSeconds: number | null;
}

async function measureBundle(programs: Programs, name: BundleName): Promise<Measured> {
  const bundle = await benchBundle(name);
  say(`bundle ${name}`);
  const cases: Case<Usage>[] = [
    { name: 'floor', measure: () => measure(`gzip -dc '${bundle.path}' | tar t`) },
    {
      name: 'ours',
      measure: () => measure(`'${process.execPath}' '${programs.cli}' analyze '${bundle.path}'`),
    },
  ];
  const withNaive = name === 'S' || name === 'M' || name === 'L';
  if (withNaive)
    cases.push({
      name: 'naive',
      rounds: SLOW_ROUNDS,
      measure: () => measure(`'${process.execPath}' '${programs.naive}' '${bundle.path}'`),
    });
  const results = await interleave(ROUNDS, cases);
  return {
    figures: {
      bundle,
      floorSeconds: cpu(results.get('floor')),
      cpuSeconds: cpu(results.get('ours')),
      wallSeconds: wall(results.get('ours')),
      ...(await check(programs, bundle)),
    },
    naiveSeconds: withNaive ? cpu(results.get('naive')) : null,
  };
}

/** Our scan of a log, beside `grep`; both must find the same lines. */
async function measureLog(programs: Programs): Promise<{ row: Row; wrong: readonly string[] }> {
  const { path, hits } = await benchLog();
  say('log scan');
  const patterns = join(dirname(programs.cli), 'patterns');
  writeFileSync(patterns, grepPatterns());
  // Not /dev/null: where nobody reads what it prints, grep stops at the first line that it finds.
  const counted = join(dirname(programs.cli), 'counted');
  const found: Record<string, number> = {};
  const results = await interleave(ROUNDS, [
    {
      name: 'grep',
      measure: () => measure(`LC_ALL=C grep -c -E -f '${patterns}' '${path}' > '${counted}'`).cpuSeconds,
    },
    {
      name: 'ours',
      async measure() {
        const { threadMs = Number.NaN, hits: ours = Number.NaN } = await probe(programs.probes['log-scan'], path);
        found['Sockscope'] = ours;
        return threadMs / 1000;
      },
    },
  ]);
  found['grep'] = Number(readFileSync(counted, 'utf8'));
  const wrong = Object.entries(found).filter(([, lines]) => lines !== hits);
  const grep = median(results.get('grep') ?? []);
  const ours = median(results.get('ours') ?? []);
  const note = `${Math.round(ours * 1000)} ms to ${Math.round(grep * 1000)} ms`;
  return {
    row: { target: TARGETS.log, measured: ours / grep, note },
    wrong: wrong.map(([who, lines]) => `log scan: ${who} found ${lines} lines instead of ${hits}`),
  };
}

async function measureTable(programs: Programs): Promise<Row> {
  const path = await benchTable();
  say('socket table');
  const cpuMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { threadMs = Number.NaN, rows, malformed } = await probe(programs.probes['socket-table'], path);
    if (rows !== 500_000 || malformed !== 0) throw new Error(`${rows} rows of the table were read`);
    cpuMs.push(threadMs);
  }
  return { target: TARGETS.table, measured: median(cpuMs) };
}

/** The slowest of the sizes: it must not depend on them. */
async function measureFirstHit(programs: Programs, bundles: readonly BenchBundle[]): Promise<Row> {
  say('first finding');
  const coldMs: number[] = [];
  const results = await interleave(
    ROUNDS,
    bundles.map(({ name, path }) => ({
      name,
      async measure() {
        const values = await probe(programs.probes['first-hit'], programs.worker, path);
        coldMs.push(values['coldMs'] ?? Number.NaN);
        return values['wallMs'] ?? Number.NaN;
      },
    })),
  );
  const medians = [...results].map(([name, values]) => [name, median(values)] as const);
  const each = medians.map(([name, ms]) => `${name} ${Math.round(ms)}`).join(', ');
  return {
    target: TARGETS.firstHit,
    measured: Math.max(...medians.map(([, ms]) => ms)),
    note: `${each}; with the start of the thread ${Math.round(median(coldMs))}`,
  };
}

async function measureHost(programs: Programs, { path }: BenchBundle): Promise<readonly Row[]> {
  say('extension host');
  const rounds: Readonly<Record<string, number>>[] = [];
  for (let round = 0; round < ROUNDS; round++)
    rounds.push(await probe(programs.probes['extension-host'], programs.worker, path));
  const of = (key: string) => median(rounds.map((round) => round[key] ?? Number.NaN));
  const entries = { last: of('lastMs'), middle: of('middleMs'), largest: of('largestMs'), links: of('linksMs') };
  const each = Object.entries(entries).map(([name, ms]) => `${name} ${Math.round(ms)}`);
  return [
    {
      target: TARGETS.host,
      measured: of('threadMs'),
      note: `the page as text ${Math.round(of('textMs'))}, the rest is taking the answer; timers were late by ${Math.round(of('wallMs'))}; the first listing of the tree came after ${Math.round(of('treeMs'))}`,
    },
    {
      target: TARGETS.entry,
      measured: Math.max(...Object.values(entries)),
      note: `${each.join(', ')}; the last ones at once after the answer ${Math.round(of('atOnceMs'))}, and from ${(of('readyMs') / 1000).toFixed(1)} s after it on as told, when the blocks of the archive are in memory`,
    },
  ];
}

async function pageRows(programs: Programs, { path }: BenchBundle): Promise<readonly Row[]> {
  say('page in a browser');
  const { analysisMs, paintMs, frameMs, filterMs, megabytes } = await measurePage(programs.worker, path);
  const ms = (value: number) => Math.round(value);
  return [
    { target: TARGETS.paint, measured: paintMs / analysisMs, note: `${ms(paintMs)} ms to ${ms(analysisMs)} ms` },
    {
      target: TARGETS.frames,
      measured: Math.max(frameMs.filter, frameMs.zoom),
      note: `filtering ${ms(frameMs.filter)}, zooming ${ms(frameMs.zoom)}, scrolling the table of all sockets ${ms(frameMs.scroll)}; from Enter to the graphs of a filter ${ms(filterMs)}`,
    },
    { target: TARGETS.page, measured: megabytes, note: 'after filtering, zooming and scrolling' },
  ];
}

/** In a real VS Code; no row where there is none. */
async function hoverRows(): Promise<readonly Row[]> {
  say('hover in VS Code');
  const figures = await measureHover();
  if (figures === null) return [];
  const of = (key: string) => figures[key] ?? Number.NaN;
  const ms = (key: string) => Math.round(of(key));
  return [
    {
      target: TARGETS.hover,
      measured: Math.max(of('beginMs'), of('middleMs'), of('endMs')),
      note: `begin ${ms('beginMs')}, middle ${ms('middleMs')}, end ${ms('endMs')}; while VS Code lays the text out ${ms('coldMs')}, in a plain file of the same text ${ms('plainMs')}`,
    },
  ];
}

async function measurePeers(
  ours: number,
  bundle: BenchBundle,
  naive: readonly PeerFigures[],
): Promise<readonly PeerFigures[]> {
  say('peers');
  let tree: Extraction | undefined;
  const extractions: number[] = [];
  for (let round = 0; round < SLOW_ROUNDS; round++) {
    if (tree !== undefined) removeExtraction(tree);
    tree = extractBundle(bundle.path);
    extractions.push(tree.usage.cpuSeconds);
  }
  if (tree === undefined) return naive;
  const extract = median(extractions);
  const ss = isInstalled('ss') ? ssSeconds(tree) : null;
  removeExtraction(tree);
  const peer = (what: string, seconds: number | null, job: string): PeerFigures => ({
    what,
    cpuSeconds: seconds,
    toOurs: seconds === null ? null : seconds / ours,
    job,
  });
  return [
    ...naive,
    peer('M: `tar x` into memory', extract, 'unpacks; needed by whatever reads /proc'),
    peer(
      'M: `ss -tuxanp` on the unpacked tree',
      ss,
      'tables and their holders as text; no pods, limits, log or judgement',
    ),
    peer('M: `tar x` and `ss`', ss === null ? null : extract + ss, 'both'),
  ];
}

function ssSeconds(tree: Extraction): number {
  const command = prepareSs(tree);
  return median(Array.from({ length: SLOW_ROUNDS }, () => measure(command).cpuSeconds));
}

function growthRows(M: BundleFigures, L: BundleFigures, start: { cpu: number; peakMb: number }): readonly Row[] {
  const rows = (figures: BundleFigures) =>
    Object.values(figures.bundle.truth.rows).reduce((sum, count) => sum + count, 0);
  const targets = growthTargets(L.bundle.truth.members / M.bundle.truth.members, rows(L) / rows(M));
  return [
    { target: targets.cpu, measured: (L.cpuSeconds - start.cpu) / (M.cpuSeconds - start.cpu) },
    { target: targets.peak, measured: (L.peakMb - start.peakMb) / (M.peakMb - start.peakMb) },
  ];
}

async function startUp(programs: Programs): Promise<{ cpu: number; peakMb: number }> {
  const command = `'${process.execPath}' '${programs.cli}' --version`;
  const usages = Array.from({ length: ROUNDS }, () => measure(command));
  return { cpu: cpu(usages), peakMb: await peakMegabytes([programs.cli, '--version']) };
}

async function bench(): Promise<readonly string[]> {
  const programs = await buildPrograms(workFolder());
  try {
    const S = await measureBundle(programs, 'S');
    const M = await measureBundle(programs, 'M');
    const L = await measureBundle(programs, 'L');
    const hostile: BundleFigures[] = [];
    for (const name of HOSTILE) hostile.push((await measureBundle(programs, name)).figures);
    const log = await measureLog(programs);
    const toFloor = ({ cpuSeconds, floorSeconds }: BundleFigures) => cpuSeconds / floorSeconds;
    const rows: Row[] = [
      { target: TARGETS.cpuM, measured: toFloor(M.figures) },
      { target: TARGETS.cpuL, measured: toFloor(L.figures) },
      { target: TARGETS.peakL, measured: L.figures.peakMb },
      await measureTable(programs),
      log.row,
      await measureFirstHit(programs, [S.figures.bundle, M.figures.bundle, L.figures.bundle]),
      ...(await measureHost(programs, L.figures.bundle)),
      ...(await hoverRows()),
      ...(await pageRows(programs, L.figures.bundle)),
    ];
    const bundles = [S.figures, M.figures, L.figures, ...hostile];
    const naive = [S, M, L].map(({ figures, naiveSeconds }) => ({
      what: `${figures.bundle.name}: as it is typically written`,
      cpuSeconds: naiveSeconds,
      toOurs: naiveSeconds === null ? null : naiveSeconds / figures.cpuSeconds,
      job: 'tar-stream, split, objects and Maps; join, states and log, no rules (`test/bench/naive.ts`)',
    }));
    const text = toMarkdown({
      rounds: ROUNDS,
      slowRounds: SLOW_ROUNDS,
      rows,
      growth: growthRows(M.figures, L.figures, await startUp(programs)),
      hostile: hostile.map((figures) => ({
        target: hostileTarget(figures.bundle.name),
        measured: toFloor(figures) / toFloor(M.figures),
      })),
      bundles,
      peers: await measurePeers(M.figures.cpuSeconds, M.figures.bundle, naive),
    });
    writeFileSync(DOCUMENT, text);
    console.log(text);
    return [
      ...bundles.flatMap(({ bundle, check: { wrong } }) => wrong.map((what) => `${bundle.name}: ${what}`)),
      ...log.wrong,
    ];
  } finally {
    rmSync(dirname(programs.cli), { recursive: true, force: true });
  }
}

const wrong = await bench();
for (const what of wrong) console.error(`wrong: ${what}`);
if (wrong.length > 0) process.exitCode = 1;
