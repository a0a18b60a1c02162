/** Block files of the collector: each block goes to the sink that a file of its path would have gone to. */
import type { ByteSink } from '../bundle.ts';
import { normaliseName, routeEntry } from '../layouts/proc-tree.ts';
import type { BlockFile, Route } from '../layouts/route.ts';
import { createBlockFile } from '../parsers/collector/block-file.ts';
import type { RawFacts } from './raw-facts.ts';

/** Given as a parameter, because a block file is itself a member. */
export type SinkFor = (facts: RawFacts, route: Route, entry: string, lineOffset: number) => ByteSink | undefined;

/** PATH_MAX of Linux. */
const MAX_PATH_LENGTH = 4096;
export const CUT_BLOCKS_MESSAGE = 'is cut: its last block and those after it are missing';
export const STRAY_MESSAGE = 'The text above the first heading belongs to no file.';

/** A block that its file is not meant for is left out: no file may pose as another one. */
const KINDS: Readonly<Record<BlockFile, Route['kind']>> = {
  processes: 'pid',
  netns: 'netns-text',
  fdinfo: 'fdinfo',
  cgroups: 'cgroup',
};

export function createBlockSink(facts: RawFacts, file: BlockFile, entry: string, sinkFor: SinkFor): ByteSink {
  return createRoutedBlocks(facts, entry, sinkFor, (route) => route.kind === KINDS[file]);
}

/** `samples/N.txt`: what a sample repeats of the main capture. Takes the facts of the sample. */
export function createSampleSink(sample: RawFacts, entry: string, sinkFor: SinkFor): ByteSink {
  return createRoutedBlocks(sample, entry, sinkFor, isOfSample);
}

const SAMPLED: ReadonlySet<string> = new Set(['sockstat', 'sockstat6', 'netstat', 'snmp']);

function isOfSample(route: Route): boolean {
  if (route.kind === 'node') return route.file === 'uptime';
  if (route.kind === 'sysctl') return route.key === 'fs.file-nr';
  return route.kind === 'net' && SAMPLED.has(route.file);
}

function createRoutedBlocks(
  facts: RawFacts,
  entry: string,
  sinkFor: SinkFor,
  isMeant: (route: Route) => boolean,
): ByteSink {
  const seen = new Set<string>();
  return createBlockFile({
    stray: (line) => void facts.problems.push({ entry, line, message: STRAY_MESSAGE }),
    open(path, line) {
      // No collector writes a block twice: the second one came out of a content that it did not take for a heading.
      if (seen.has(path)) return undefined;
      const routed = path.length > MAX_PATH_LENGTH ? undefined : routeEntry(normaliseName(path));
      if (routed === undefined || routed.root !== '' || !isMeant(routed.route)) return undefined;
      seen.add(path);
      return sinkFor(facts, routed.route, entry, line);
    },
    end(complete) {
      if (!complete) facts.problems.push({ entry, message: CUT_BLOCKS_MESSAGE });
    },
  });
}
