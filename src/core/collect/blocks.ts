/** Block files of the collector: each block goes to the sink that a file of its path would have gone to. */
import type { ByteSink } from '../bundle.ts';
import { normaliseName } from '../layouts/entry-path.ts';
import type { AnyFact } from '../layouts/layout.ts';
import { routeNodePath } from '../layouts/node-files.ts';
import { createBlockFile } from '../parsers/collector/block-file.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { NodeStore } from './node-store.ts';
import type { Member, Sink } from './row.ts';

const say = defineMessages('blocks', {
  cut: 'is cut: its last block and those after it are missing',
  stray: 'The text above the first heading belongs to no file.',
});

/** PATH_MAX of Linux. */
const MAX_PATH_LENGTH = 4096;
export const CUT_BLOCKS_MESSAGE = say.cut();
export const STRAY_MESSAGE = say.stray();

/** A block that its file is not meant for is left out: no file may pose as another one. */
const MEANT = {
  processes: ({ kind }) => kind.startsWith('pid-'),
  netns: ({ kind }) => kind === 'netns-text',
  fdinfo: ({ kind }) => kind === 'fdinfo',
  cgroups: ({ kind }) => kind.startsWith('memory.'),
} as const satisfies Readonly<Record<string, (fact: AnyFact) => boolean>>;

/** What a sample repeats of the main capture. */
const SAMPLED: ReadonlySet<string> = new Set(['uptime', 'sockstat', 'sockstat6', 'netstat', 'snmp']);

export const blockSink: Sink<{ readonly file: keyof typeof MEANT }, never> = (member) =>
  createRoutedBlocks(member, member.facts, MEANT[member.fact.file]);

/** `samples/N.txt`, kept with what else the sample repeats. */
export const sampleBlockSink: Sink<{ readonly sample: number }, never> = (member) =>
  createRoutedBlocks(
    member,
    member.facts.sample(member.fact.sample),
    (fact) => SAMPLED.has(fact.kind) || (fact.kind === 'sysctl' && 'key' in fact && fact.key === 'fs.file-nr'),
  );

function createRoutedBlocks({ entry, rank }: Member, facts: NodeStore, isMeant: (fact: AnyFact) => boolean): ByteSink {
  const seen = new Set<string>();
  return createBlockFile({
    stray: (line) => void facts.problems.push({ entry, line, message: STRAY_MESSAGE }),
    open(path, line) {
      // No collector writes a block twice: the second one came out of a content that it did not take for a heading.
      if (seen.has(path)) return undefined;
      const routed = path.length > MAX_PATH_LENGTH ? undefined : routeNodePath(normaliseName(path));
      if (routed === undefined || !isMeant(routed.fact)) return undefined;
      seen.add(path);
      return facts.sinkFor(routed.fact, { entry, rank: rank + routed.rank, lineOffset: line, sizeBytes: 0 });
    },
    end(complete) {
      if (!complete) facts.problems.push({ entry, message: CUT_BLOCKS_MESSAGE });
    },
  });
}
