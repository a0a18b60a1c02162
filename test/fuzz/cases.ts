/** The kinds of cases: each makes its input from a seed, runs it, and says what is wrong. */
import { gzipSync } from 'node:zlib';
import { type BaseBundle, baseBundles } from './base-bundles.ts';
import { type BundleInput, makeBundle, runBundle } from './bundle-case.ts';
import { discoverParsers, type Parser } from './parsers.ts';
import { settled } from './settle.ts';
import { makeText, textFault } from './text-case.ts';
import { textSeeds } from './text-seeds.ts';

export const ENDS = ['whole', 'damage said', 'refused', 'parsed'] as const;
export type End = (typeof ENDS)[number];

export interface Outcome {
  readonly end: End;
  readonly fault: string | null;
  readonly digest: string;
}

export interface Reproduction {
  /** Ends the name of the file. */
  readonly extension: string;
  readonly bytes: Uint8Array;
  readonly outcome: Outcome;
}

export interface Cases {
  run(seed: number): Promise<Outcome>;
  /** The smallest input found that fails in the same way. */
  reproduce(seed: number): Promise<Reproduction>;
}

export const KINDS = ['bundles', 'texts'] as const;
export type Kind = (typeof KINDS)[number];

export async function createCases(kind: Kind): Promise<Cases> {
  const bases = await baseBundles();
  return kind === 'bundles' ? bundleCases(bases) : textCases(bases, await discoverParsers());
}

function bundleCases(bases: readonly BaseBundle[]): Cases {
  const run = (input: BundleInput, seed: number) => outcomeOf(() => runBundle(input, seed));
  return {
    run: (seed) => run(makeBundle(bases, seed), seed),
    async reproduce(seed) {
      const input = makeBundle(bases, seed);
      const outcome = await run(input, seed);
      if (!input.isWhole || outcome.fault === null) return { extension: 'tar.gz', bytes: input.bytes, outcome };
      // Of whole archives only the tar matters: blocks are taken away as long as it still fails.
      const same = async (tar: Uint8Array) => {
        const packed = input.bytes === input.tar ? tar : new Uint8Array(gzipSync(tar));
        return kindOf((await run({ ...input, tar, bytes: packed }, seed)).fault) === kindOf(outcome.fault);
      };
      return { extension: 'tar', bytes: await smallest(input.tar, 512, same), outcome };
    },
  };
}

function textCases(bases: readonly BaseBundle[], parsers: readonly Parser[]): Cases {
  const seeds = textSeeds(bases);
  // One text for all parsers in a row: what is nonsense to one is a file to another.
  const parserOf = (seed: number) => {
    const parser = parsers[seed % parsers.length];
    if (parser === undefined) throw new Error('no parsers');
    return parser;
  };
  const textOf = (seed: number) => makeText(seeds, Math.floor(seed / parsers.length));
  const run = (bytes: Uint8Array, seed: number) =>
    outcomeOf(async () => {
      const parser = parserOf(seed);
      const fault = textFault(parser, bytes, seed);
      return { end: 'parsed', digest: fault ?? '', fault: fault === null ? null : `${parser.name}: ${fault}` };
    });
  return {
    run: (seed) => run(textOf(seed), seed),
    async reproduce(seed) {
      const bytes = textOf(seed);
      const outcome = await run(bytes, seed);
      if (outcome.fault === null) return { extension: 'txt', bytes, outcome };
      const same = async (text: Uint8Array) => kindOf((await run(text, seed)).fault) === kindOf(outcome.fault);
      return { extension: 'txt', bytes: await smallest(bytes, 1, same), outcome };
    },
  };
}

async function outcomeOf(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await settled(work());
  } catch (error) {
    const [message = '', at = ''] =
      error instanceof Error ? (error.stack ?? error.message).split('\n') : [String(error)];
    return {
      end: 'parsed',
      digest: message,
      fault: `thrown: ${message}${at === '' ? '' : ` (${at.trim().replace(/\(.*\//, '(')})`}`,
    };
  }
}

/** Faults that differ in numbers and quoted text are one. */
export function kindOf(fault: string | null): string {
  return (fault ?? '')
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, 'T')
    .replaceAll(/\d+/g, 'N')
    .slice(0, 160);
}

const MAX_TRIES = 400;

/** Takes pieces away, large ones first, while it still fails in the same way. */
async function smallest(
  bytes: Uint8Array,
  unit: number,
  same: (bytes: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let result = bytes;
  let tries = 0;
  for (let step = 2 ** Math.floor(Math.log2(Math.max(1, bytes.length / unit / 2))); step >= 1; step /= 2) {
    const size = step * unit;
    for (let at = 0; at < result.length && tries < MAX_TRIES; ) {
      const without = new Uint8Array(Buffer.concat([result.subarray(0, at), result.subarray(at + size)]));
      tries++;
      if (await same(without)) result = without;
      else at += size;
    }
  }
  return result;
}
