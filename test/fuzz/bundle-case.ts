/** One mutated bundle from its seed: made, read, analysed, written in every form, and held against every oracle. */

import { createHash } from 'node:crypto';
import { type ArchiveBundle, createArchiveBundle } from '../../src/archive/archive-bundle.ts';
import { BundleError } from '../../src/archive/bundle-error.ts';
import { readExcerpts } from '../../src/archive/excerpts.ts';
import { DEFAULT_LIMITS } from '../../src/archive/limits.ts';
import { readLinks, readMember } from '../../src/archive/read-entry.ts';
import { type ScanOptions, scanArchive } from '../../src/archive/scan-archive.ts';
import { createSource } from '../../src/archive/source.node.ts';
import { analyze } from '../../src/core/analyze.ts';
import { wantedExcerpts } from '../../src/core/formats/excerpts.ts';
import { MARKDOWN_FORMAT } from '../../src/core/formats/markdown.ts';
import type { Analysis } from '../../src/core/snapshot/analysis.ts';
import { createRandom } from '../core/support/random.ts';
import { createRecorder } from '../core/support/recorder.ts';
import { rendered } from '../core/support/rendered.ts';
import type { BaseBundle } from './base-bundles.ts';
import { mutateMembers } from './mutate-members.ts';
import { mutateGzip, mutateTar, type Packed } from './mutate-tar.ts';
import { pick, type Random } from './mutate-text.ts';
import { errorFault, findFault, renderAll } from './oracles.ts';
import { packPieces } from './pack-raw.ts';
import { breaksTarStream, indexFault, linkFault, memberFault, readAlone } from './tar-oracle.ts';

export interface BundleInput extends Packed {
  readonly tar: Uint8Array;
  readonly options: ScanOptions;
}

export interface CaseResult {
  /** What kind of end it came to, for the table. */
  readonly end: 'whole' | 'damage said' | 'refused';
  /** The same for the same seed. */
  readonly digest: string;
  /** What is wrong; null when nothing is. */
  readonly fault: string | null;
}

export function makeBundle(bases: readonly BaseBundle[], seed: number): BundleInput {
  const random = createRandom(seed);
  const base = pick(bases, random);
  // A tenth keeps its texts, so that only the archive is damaged.
  const members = random(10) === 0 ? base.members : mutateMembers(base.members, random);
  const tar = mutateTar(packPieces(members, random), random);
  return { tar, ...mutateGzip(tar, random), options: someOptions(random) };
}

function someOptions(random: Random): ScanOptions {
  const chunkBytes = pick([512, 513, 4096, 65_536, 262_144], random);
  switch (random(30)) {
    case 0:
      return { chunkBytes, limits: { ...DEFAULT_LIMITS, maxEntries: 1 + random(60) } };
    case 1:
      return { chunkBytes, limits: { ...DEFAULT_LIMITS, maxBytes: 512 + random(60_000) } };
    case 2:
      return { chunkBytes, limits: { ...DEFAULT_LIMITS, maxRatio: 1 + random(4), ratioFloorBytes: random(60_000) } };
    default:
      return { chunkBytes };
  }
}

export async function runBundle(input: BundleInput, seed: number): Promise<CaseResult> {
  const bundle = createArchiveBundle(`case-${seed}.tar.gz`, createSource({ bytes: input.bytes }), input.options);
  let analysis: Analysis;
  try {
    analysis = await analyze(bundle);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    return { end: 'refused', digest: digestOf(error.message), fault: errorFault(error) };
  }
  const outputs = renderAll(analysis);
  const fault =
    findFault(analysis, outputs) ??
    (await archiveFault(input, analysis)) ??
    (seed % 10 === 3 ? await chunkFault(input, seed, outputs.json) : null) ??
    (seed % 8 === 0 ? await readAgainFault(input, bundle, analysis).catch(toErrorFault) : null);
  const end = analysis.report.coverage.truncated ? 'damage said' : 'whole';
  return {
    end,
    digest: digestOf(Object.values(outputs).join('')),
    fault,
  };
}

/** Where the unpacked bytes are known and no limit is in the way, tar-stream alone must see the same. */
async function archiveFault(input: BundleInput, analysis: Analysis): Promise<string | null> {
  if (!input.isWhole || input.options.limits !== undefined || breaksTarStream(input.tar)) return null;
  const recorder = createRecorder();
  const { end, index } = await scanArchive(createSource({ bytes: input.bytes }), recorder.visitor, input.options);
  if (recorder.seen.some((each) => each.complete === null)) return 'members: a file was not ended';
  if (end.entries < recorder.seen.length) return 'entries: fewer counted than shown';
  if (end.entries !== analysis.report.bundle.entries) return 'entries: not the same twice';
  return (
    memberFault(recorder.seen, end.complete, await readAlone(input.tar)) ??
    indexFault(index.files.values(), recorder.seen, input.tar) ??
    linkFault(index.linkFolders, recorder.seen)
  );
}

/** The same archive in chunks of another size: only what is said of damage may depend on them. */
async function chunkFault(input: BundleInput, seed: number, json: string): Promise<string | null> {
  if (!input.isWhole || input.options.limits !== undefined) return null;
  const chunkBytes = 513 + (seed % 4000);
  const { report } = await analyze(
    createArchiveBundle(`case-${seed}.tar.gz`, createSource({ bytes: input.bytes }), { chunkBytes }),
  );
  return report.coverage.truncated || rendered('json', report) === json
    ? null
    : 'chunks: another size gives another report';
}

/** What the extension does after the analysis: excerpts of evidence, one file, one folder of links. */
async function readAgainFault(input: BundleInput, bundle: ArchiveBundle, analysis: Analysis): Promise<string | null> {
  const source = createSource({ bytes: input.bytes });
  const index = bundle.index();
  const excerpts = await readExcerpts(source, index, wantedExcerpts(MARKDOWN_FORMAT, analysis.report));
  const fault = findFault(analysis, renderAll(analysis, excerpts));
  if (fault !== null) return fault;
  const file = [...index.files.values()].at(-1);
  if (file !== undefined && file.sizeBytes <= DEFAULT_LIMITS.maxMemberBytes) {
    const bytes = await readMember(source, file);
    if (bytes.length > file.sizeBytes) return 'read again: more bytes than the member has';
  }
  const links = [...index.linkFolders.values()].at(-1);
  const listing = links === undefined ? '' : await readLinks(source, links);
  if (listing.includes('\u001b')) return 'read again: a control character in a listing';
  // A name that is no UTF-8 cannot be asked for as it was.
  if (!input.isWhole || links === undefined || links.folder.includes('\ufffd')) return null;
  return listing.split('\n').length - 1 === links.count ? null : 'read again: another number of links';
}

/** Read again in larger pieces, damaged gzip may give less than it did. */
function toErrorFault(error: unknown): string | null {
  if (error instanceof BundleError) return errorFault(error);
  throw error;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
