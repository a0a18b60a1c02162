/**
 * Coverage-guided fuzzing: V8's own block coverage (node:inspector) tells whether an input reached a block that none
 * before it did; such inputs are kept and mutated further. jazzer.js would do the same with libFuzzer below it; see
 * docs/robustness.md for why it is not used.
 */
import { Session } from 'node:inspector';
import { BundleError } from '../../src/archive/bundle-error.ts';
import { scanArchive } from '../../src/archive/scan-archive.ts';
import { createSource } from '../../src/archive/source.node.ts';
import { createRandom } from '../core/support/random.ts';
import { createRecorder } from '../core/support/recorder.ts';
import { baseBundles } from './base-bundles.ts';
import { FAULTS, type Job, KEPT, type Said, SEED, TRIED } from './jobs.ts';
import { changeBytes, mutateTar } from './mutate-tar.ts';
import { mutateText, pick, type Random } from './mutate-text.ts';
import { packPieces } from './pack-raw.ts';
import { discoverParsers } from './parsers.ts';
import { settled } from './settle.ts';
import { breaksTarStream, memberFault, readAlone } from './tar-oracle.ts';
import { textFault } from './text-case.ts';
import { textSeeds } from './text-seeds.ts';

interface Target {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  mutate(bytes: Uint8Array, random: Random): Uint8Array;
  run(bytes: Uint8Array, seed: number): Promise<string | null>;
}

export async function coverageTargets(): Promise<readonly Target[]> {
  const bases = await baseBundles();
  const texts = textSeeds(bases);
  const parsers = await discoverParsers();
  return [
    tarTarget(
      bases.map(({ members }) =>
        mutateTar(
          packPieces(members.slice(0, 20), () => 0),
          () => 1,
        ),
      ),
    ),
    ...parsers.map(
      (parser): Target => ({
        name: parser.name,
        seeds: texts,
        mutate: mutateText,
        run: async (bytes, seed) => textFault(parser, bytes, seed),
      }),
    ),
  ];
}

function tarTarget(seeds: readonly Uint8Array[]): Target {
  return {
    name: 'archive',
    seeds,
    mutate: (bytes, random) => (random(3) === 0 ? mutateText(bytes, random) : changeBytes(bytes, random)),
    async run(bytes, seed) {
      const recorder = createRecorder();
      try {
        const { end } = await scanArchive(createSource({ bytes }), recorder.visitor, {
          chunkBytes: pick([512, 1000, 65_536], () => seed % 3),
        });
        if (breaksTarStream(bytes)) return null;
        return memberFault(recorder.seen, end.complete, await readAlone(bytes));
      } catch (error) {
        if (error instanceof BundleError) return null;
        throw error;
      }
    },
  };
}

export async function runCoverage(
  job: Extract<Job, { kind: 'coverage' }>,
  counters: Int32Array,
  say: (said: Said) => void,
): Promise<void> {
  const targets = await coverageTargets();
  const coverage = startCoverage();
  for (const [index, target] of targets.entries()) {
    if (index < job.from || index >= job.to) continue;
    await fuzzTarget(target, index, job.inputs, counters, coverage, say);
  }
}

const BATCH = 16;

/** The pool is as large as its novelty: what reached nothing new is forgotten. */
async function fuzzTarget(
  target: Target,
  index: number,
  inputs: number,
  counters: Int32Array,
  coverage: Coverage,
  say: (said: Said) => void,
): Promise<void> {
  const pool = [...target.seeds];
  const random = createRandom(1000 + index);
  const told = new Set<string>();
  const runOne = async (bytes: Uint8Array, seed: number) => {
    Atomics.store(counters, SEED, seed);
    try {
      return await settled(target.run(bytes, seed));
    } catch (error) {
      return `thrown: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  for (let first = 0; first < inputs; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, inputs - first) }, (_, i) => {
      // A third of a short run, and a little of a long one, is what there is to begin with.
      const isSeed = first + i < Math.min(target.seeds.length, inputs / 3);
      const bytes = isSeed ? pick(target.seeds, () => first + i) : target.mutate(choose(pool, random), random);
      return { bytes, isSeed, seed: index * 1_000_000 + first + i };
    });
    for (const { bytes, seed } of batch) {
      const fault = await runOne(bytes, seed);
      Atomics.add(counters, TRIED, 1);
      if (fault === null) continue;
      Atomics.add(counters, FAULTS, 1);
      const isFirst = told.size < 3 && !told.has(fault);
      told.add(fault);
      say({ kind: 'fault', seed, fault: `${target.name}: ${fault}`, bytes: isFirst ? bytes : null, extension: 'bin' });
    }
    if (!coverage.isNew(false)) continue;
    // To ask costs as much as to run: only of a batch that found something each input is run and asked again.
    for (const { bytes, isSeed, seed } of batch) {
      await runOne(bytes, seed);
      if (!coverage.isNew(true)) continue;
      Atomics.add(counters, KEPT, 1);
      if (!isSeed) pool.push(bytes);
    }
  }
}

/** Half of the time one of the newest, which led somewhere. */
function choose(pool: readonly Uint8Array[], random: Random): Uint8Array {
  return random(2) === 0 ? pick(pool.slice(-16), random) : pick(pool, random);
}

interface Coverage {
  /** True when a block was reached since the last call that never was before; kept in mind when `isKept`. */
  isNew(isKept: boolean): boolean;
}

const OWN = /\/src\/(?:archive|core)\/|\/tar-stream\//;

function startCoverage(): Coverage {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  /** By function: which of its bytes were reached. */
  const reached = new Map<string, Uint8Array>();
  return {
    isNew(isKept) {
      let isNew = false;
      session.post('Profiler.takePreciseCoverage', (error, result) => {
        if (error !== null) throw new Error(error.message);
        for (const script of result.result) {
          if (!OWN.test(script.url)) continue;
          for (const { ranges } of script.functions) isNew = paint(reached, script.url, ranges, isKept) || isNew;
        }
      });
      return isNew;
    },
  };
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** Ranges are nested, the outer first: the innermost decides. */
function paint(reached: Map<string, Uint8Array>, url: string, ranges: readonly Range[], isKept: boolean): boolean {
  const [whole] = ranges;
  if (whole === undefined || whole.count === 0) return false;
  const key = `${url}:${whole.startOffset}:${whole.endOffset}`;
  const length = whole.endOffset - whole.startOffset;
  const now = new Uint8Array(length);
  for (const { startOffset, endOffset, count } of ranges)
    now.fill(count > 0 ? 1 : 0, startOffset - whole.startOffset, endOffset - whole.startOffset);
  const before = reached.get(key);
  if (before === undefined) {
    if (isKept) reached.set(key, now);
    return true;
  }
  let isNew = false;
  for (let i = 0; i < length; i++) {
    if (now[i] === 1 && before[i] === 0) {
      if (isKept) before[i] = 1;
      isNew = true;
    }
  }
  return isNew;
}
