/** Reads and judges one bundle, telling how far it is. */
import { type ArchiveBundle, createArchiveBundle } from '../archive/archive-bundle.ts';
import { BundleError } from '../archive/bundle-error.ts';
import { type ArchiveLimits, DEFAULT_LIMITS } from '../archive/limits.ts';
import type { BundleSource } from '../archive/source.ts';
import { analyze } from '../core/analyze.ts';
import type { Bundle } from '../core/bundle.ts';
import type { LogScan } from '../core/parsers/kernel-log.ts';
import { buildPage } from '../core/views/page.ts';
import { CallFailed } from '../protocol/client.ts';
import { type Limits, outOfMemory, settingOf } from '../protocol/limits.ts';
import type { OpenedBundle, Params, Progress } from '../protocol/worker-messages.ts';
import { demandSame, stampOf } from './file-stamp.ts';

/** What entries are read from later. */
export interface Held {
  readonly name: string;
  readonly source: BundleSource;
  readonly bundle: ArchiveBundle;
  readonly limits: Limits;
  readonly stamp: string;
}

export interface OpenHost {
  report(progress: Progress): void;
  /** Bytes that this thread holds in typed arrays and long strings: what the limit of its heap does not see. */
  offHeapBytes(): number;
}

/** A tenth of a second between two reports of progress: more could not be seen. */
const PROGRESS_INTERVAL_MS = 100;

const LIMIT_NAMES = {
  maxBytes: `setting ${settingOf('maxBytes')}`,
  maxEntries: `setting ${settingOf('maxEntries')}`,
  maxRatio: `setting ${settingOf('maxRatio')}`,
};

export async function openBundle(
  params: Params<'open'>,
  host: OpenHost,
): Promise<{ readonly held: Held; readonly opened: OpenedBundle }> {
  const { name, source, limits } = params;
  if (params.stamp !== undefined) await demandSame(name, source, params.stamp);
  const stamp = (await stampOf(source)) ?? '';
  const progress = createProgress(host.report);
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
      if (stamp === ((await stampOf(source)) ?? '')) return end;
      const message = 'the file was changed while it was read: what was read may be of two files';
      return { ...end, complete: false, problems: [...end.problems, { entry: '', message }] };
    },
  };
  try {
    const analysis = await analyze(read, { onLog: (scan) => progress.tell({ log: countLines(scan) }) });
    progress.tell({ step: 'drawing' });
    const { model, places } = buildPage(analysis);
    const members = [...bundle.index().files.values()];
    const opened: OpenedBundle = {
      report: analysis.report,
      page: model,
      places,
      files: members.map((member) => member.name),
      sizes: Float64Array.from(members, (member) => member.sizeBytes),
      linkFolders: [...bundle.index().linkFolders],
      stamp,
    };
    return { held: { name, source, bundle, limits, stamp }, opened };
  } catch (error) {
    if (memory.signal.aborted && error instanceof BundleError) throw new CallFailed(outOfMemory(name, limits));
    throw error;
  }
}

/** How often the log has each message of the catalogue, the most frequent first. */
function countLines(scan: LogScan): { id: string; lines: number }[] {
  const counts = new Map<string, number>();
  for (const { id } of scan.hits) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].map(([id, lines]) => ({ id, lines })).sort((a, b) => b.lines - a.lines);
}

function createProgress(report: (progress: Progress) => void) {
  let current: Progress = { step: 'reading', packedBytesRead: 0, packedBytes: 0, entries: 0, log: null };
  let last = Number.NEGATIVE_INFINITY;
  const tell = (change: Partial<Progress>): void => {
    // The first log that has something to tell is the first finding; a later one is left for the page.
    const log = current.log !== null && current.log.length > 0 ? current.log : (change.log ?? current.log);
    current = { ...current, ...change, log };
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
