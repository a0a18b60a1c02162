/** Reads and judges one bundle, telling how far it is. */
import { type ArchiveBundle, createArchiveBundle } from '../archive/archive-bundle.ts';
import { type BlockStore, EMPTY_STORE } from '../archive/block-store.ts';
import { BundleError } from '../archive/bundle-error.ts';
import type { BundleSource } from '../archive/bundle-source.ts';
import { type ArchiveLimits, DEFAULT_LIMITS } from '../archive/limits.ts';
import { analyze } from '../core/analyze.ts';
import type { Bundle } from '../core/bundle.ts';
import { placeOfHolder } from '../core/editor/holder-place.ts';
import { countersOfMessages } from '../core/editor/log-counters.ts';
import { overviewOfLog } from '../core/editor/log-overview.ts';
import { summariseReport } from '../core/editor/report-summary.ts';
import type { LogHit } from '../core/kernel-log/kernel-log.ts';
import { normaliseName } from '../core/layouts/entry-path.ts';
import { NoSuchNode } from '../core/nodes.ts';
import { buildPage } from '../core/page/page.ts';
import type { Report } from '../core/report/report.ts';
import type { Analysis } from '../core/snapshot/analysis.ts';
import { defineMessages } from '../core/wording/define-messages.ts';
import { worded } from '../core/wording/worded.ts';
import type { Wording } from '../core/wording/wording.ts';
import { CallFailed } from '../protocol/client.ts';
import { type Limits, outOfMemory, settingOf } from '../protocol/limits.ts';
import type { OpenedBundle, Params, Progress } from '../protocol/worker-messages.ts';
import { buildEntryTree } from './entry-tree.ts';
import { demandSame } from './file-stamp.ts';
import type { Host } from './host.ts';

const say = defineMessages('open-bundle', {
  setting: 'setting {name}',
  changed: 'the file was changed while it was read: what was read may be of two files',
});

/** What entries are read from later. */
export interface Held {
  readonly name: string;
  readonly source: BundleSource;
  readonly bundle: ArchiveBundle;
  readonly limits: Limits;
  readonly stamp: string;
  /** The joined model, for filters. */
  readonly analysis: Analysis;
  /** The language of whatever is shown of it. */
  readonly wording: Wording;
  /** Ids of evidence from here on are free. */
  nextPlaceId: number;
  /** What entries are read from when it has them; filled later. */
  store: BlockStore;
  /** Unpacked bytes that were read. */
  readonly unpackedBytes: number;
  /** Made when it is first asked for. */
  tree(): ReturnType<typeof buildEntryTree>;
}

/** A tenth of a second between two reports of progress: more could not be seen. */
const PROGRESS_INTERVAL_MS = 100;

const LIMIT_NAMES = {
  maxBytes: say.setting({ name: settingOf('maxBytes') }),
  maxEntries: say.setting({ name: settingOf('maxEntries') }),
  maxRatio: say.setting({ name: settingOf('maxRatio') }),
};

export async function openBundle(
  params: Params<'open'>,
  host: Host,
  wording: Wording,
  report: (progress: Progress) => void,
): Promise<{ readonly held: Held; readonly opened: OpenedBundle }> {
  const { name, limits } = params;
  const source = host.createSource(params.source);
  if (params.stamp !== undefined) await demandSame(name, source, params.stamp);
  const stamp = (await source.stamp()) ?? '';
  const progress = createProgress(report);
  const memory = new AbortController();
  const archiveLimits: ArchiveLimits = { ...DEFAULT_LIMITS, ...limits };
  const bundle = createArchiveBundle(name, source, {
    limits: archiveLimits,
    limitNames: LIMIT_NAMES,
    signal: memory.signal,
    onProgress: (read) => {
      if (progress.update(read) && host.offHeapBytes() > limits.maxMemoryBytes) memory.abort();
    },
  });
  const read: Bundle = {
    name,
    async visit(visitor) {
      const end = await bundle.visit(visitor);
      progress.tell({ step: 'joining' });
      if (stamp === ((await source.stamp()) ?? '')) return end;
      return { ...end, complete: false, problems: [...end.problems, { entry: '', message: say.changed() }] };
    },
  };
  try {
    // The first log that has something to tell is the first finding; another one is left for the page.
    let first: readonly LogHit[] | null = null;
    const onLogHits = (hits: readonly LogHit[]) => {
      first ??= hits;
      if (hits === first) progress.tell({ log: countLines(hits) });
    };
    const analysis = await analyze(read, { onLogHits, node: params.node });
    progress.tell({ step: 'drawing' });
    const report = worded(analysis.report, wording);
    const { model, places } = buildPage(analysis, wording);
    const opened: OpenedBundle = {
      summary: summariseReport(report),
      log: report.log === null ? null : overviewOfLog(report.log),
      page: model,
      places,
      holderPlace: placeOfHolder(analysis.report, places),
      documents: documentsOf(analysis.report, bundle),
      littleEndian: analysis.snapshot.sockets.count === 0 ? null : analysis.snapshot.sockets.littleEndian,
      logCounters: countersOfMessages(analysis.snapshot),
      nodeRoots: report.nodes.map(({ root }) => root),
      stamp,
    };
    const tree = once(() => buildEntryTree(bundle.index()));
    const held: Held = {
      name,
      source,
      bundle,
      limits,
      stamp,
      analysis,
      wording,
      nextPlaceId: places.length,
      store: EMPTY_STORE,
      unpackedBytes: report.bundle.bytes,
      tree,
    };
    return { held, opened };
  } catch (error) {
    if (error instanceof NoSuchNode) throw new CallFailed({ code: 'no-such-node', message: error.message });
    if (memory.signal.aborted && error instanceof BundleError) throw new CallFailed(outOfMemory(name, limits));
    throw error;
  }
}

/** The entries of evidence that are files of the archive. */
function documentsOf(report: Report, bundle: ArchiveBundle): Set<string> {
  const wanted = new Set(report.findings.flatMap(({ evidence }) => evidence.map(({ entry }) => entry)));
  const found = new Set<string>();
  for (const { name } of bundle.index().files.values()) {
    const entry = normaliseName(name);
    if (wanted.has(entry)) found.add(entry);
  }
  return found;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** How often the log has each message of the catalogue, the most frequent first. */
function countLines(hits: readonly LogHit[]): { id: string; lines: number }[] {
  const counts = new Map<string, number>();
  for (const { id } of hits) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].map(([id, lines]) => ({ id, lines })).sort((a, b) => b.lines - a.lines);
}

function createProgress(report: (progress: Progress) => void) {
  let current: Progress = { step: 'reading', packedBytesRead: 0, packedBytes: 0, entries: 0, log: null };
  let last = Number.NEGATIVE_INFINITY;
  const tell = (change: Partial<Progress>): void => {
    current = { ...current, ...change };
    last = performance.now();
    report(current);
  };
  return {
    tell,
    /** Told only when there was time to see the last one; true when it was. */
    update(change: Partial<Progress>): boolean {
      if (performance.now() - last >= PROGRESS_INTERVAL_MS) {
        tell(change);
        return true;
      }
      current = { ...current, ...change };
      return false;
    },
  };
}
