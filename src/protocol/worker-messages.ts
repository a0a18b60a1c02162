/** Calls from the extension host to the analysis worker, and what comes back. */
import * as v from 'valibot';
import type { CgroupPlace } from '../core/editor/log-cgroups.ts';
import type { LogCounter } from '../core/editor/log-counters.ts';
import type { LogOverview } from '../core/editor/log-overview.ts';
import type { ProcessPlace } from '../core/editor/log-processes.ts';
import type { ReportSummary } from '../core/editor/report-summary.ts';
import type { FormatId } from '../core/formats/index.ts';
import type { FilteredView } from '../core/page/filtered-page.ts';
import type { PageModel } from '../core/page/page-model.ts';
import type { SocketRow } from '../core/query/socket-row.ts';
import type { Text } from '../core/report/message.ts';
import type { WordedEvidence } from '../core/wording/worded.ts';
import { limitsSchema } from './limits.ts';
import { socketCopy, socketWindow } from './socket-window.ts';

const source = v.union([v.object({ path: v.string() }), v.object({ bytes: v.instance(Uint8Array) })]);
/** The worker knows which formats there are; a list of them here would bring all of them into the host. */
const format = v.custom<FormatId>((id) => typeof id === 'string');

/** More links are not made. */
export const MAX_CGROUPS = 1000;
export const MAX_PROCESSES = 1000;

const calls = {
  /**
   * Reads and judges a bundle; the worker keeps it for the other calls. With the `stamp` of an earlier reading it is
   * refused when the file is not the same any more. What the worker says of it, the page and the formats of the report
   * too, is in the language with this tag: English if none is told, or where the product does not have it.
   * `node`: the root of the node to show, if not the worst.
   */
  open: v.object({
    name: v.string(),
    source,
    limits: limitsSchema,
    stamp: v.optional(v.string()),
    language: v.optional(v.string()),
    node: v.optional(v.string()),
  }),
  /** What is at a path of the tree of entries. */
  stat: v.object({ path: v.string() }),
  /** What a folder of that tree holds; the root is ''. */
  list: v.object({ path: v.string() }),
  /** Where a line of an entry is read that evidence names. */
  findPlace: v.object({ entry: v.string(), line: v.number() }),
  /** Bytes of a file, or the links of a folder as text, one a line. */
  readEntry: v.object({ path: v.string() }),
  /** The report in a format, as the bytes of a file; where the format quotes lines of the bundle, with them if wanted. */
  render: v.object({ format, withExcerpts: v.boolean() }),
  /** The parts of the page that a filter changes. */
  filter: v.object({ filter: socketWindow.entries.filter }),
  /** A window of the sockets that a filter picks. */
  sockets: socketWindow,
  /** The sockets that a filter picks as text, as many as a spreadsheet takes. */
  socketText: socketCopy,
  /** Which of these cgroups captured processes are in, as lines of the kernel log name them. */
  findCgroups: v.object({ paths: v.pipe(v.array(v.string()), v.maxLength(MAX_CGROUPS)) }),
  /** Where these processes are, as far as they were captured. */
  findProcesses: v.object({ pids: v.pipe(v.array(v.number()), v.maxLength(MAX_PROCESSES)) }),
  /** Where one socket is seen. */
  socketPlace: v.object({ item: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
};

export type Method = keyof typeof calls;
export type Params<M extends Method> = v.InferOutput<(typeof calls)[M]>;

/** What the host is told of a bundle. The report itself stays with the worker. */
export interface OpenedBundle {
  readonly summary: ReportSummary;
  /** Null when there is no kernel log. */
  readonly log: LogOverview | null;
  readonly page: PageModel;
  /** Where the links of the page lead, by their ids. */
  readonly places: readonly WordedEvidence[];
  /** The id of the link that proves who holds the memory; null when the verdict names nobody. */
  readonly holderPlace: number | null;
  /** Entries of the report's evidence that are documents of their own, as links are not. */
  readonly documents: ReadonlySet<string>;
  /** How the node stores words; null when it has no socket table. */
  readonly littleEndian: boolean | null;
  /** Counters that messages of the kernel log name, as far as they were captured. */
  readonly logCounters: readonly LogCounter[];
  /** The roots of the nodes that the header of the page lists, in its order. */
  readonly nodeRoots: readonly string[];
  /** Stands for the file as it was read. */
  readonly stamp: string;
}

/** One node of the tree of entries. Path and name are for URIs and labels, never for this machine. */
export interface EntryStat {
  readonly kind: 'folder' | 'file' | 'links';
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** How many links the listing has. */
  readonly links: number;
}

export interface EntryList {
  readonly entries: readonly EntryStat[];
  /** How many were left out. */
  readonly more: number;
}

export interface EntryPlace {
  readonly path: string;
  /** Name of the link inside the listing; null for a file. */
  readonly link: string | null;
  /** Which line of the entry is the first of the document: 1, but where a large entry is shown in parts. */
  readonly firstLine: number;
}

export interface Results {
  readonly open: OpenedBundle;
  /** Null when there is nothing. */
  readonly stat: EntryStat | null;
  readonly list: EntryList;
  readonly findPlace: EntryPlace | null;
  readonly readEntry: Uint8Array;
  readonly render: RenderedReport;
  readonly filter: FilteredBundle;
  readonly sockets: SocketWindow;
  readonly findCgroups: readonly CgroupPlace[];
  readonly findProcesses: readonly ProcessPlace[];
  /** Null when there is none. */
  readonly socketPlace: WordedEvidence | null;
  readonly socketText: SocketText;
}

export interface RenderedReport {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** A sentence, when lines of the bundle were wanted and could not be read; else null. */
  readonly whyNoExcerpts: string | null;
}

export interface FilteredBundle {
  readonly view: FilteredView;
  /** Where the links of the view lead: the first has this id. */
  readonly firstId: number;
  readonly places: readonly WordedEvidence[];
}

export interface SocketText {
  readonly text: string;
  readonly rows: number;
  /** Of all that are picked. */
  readonly total: number;
}

export interface SocketWindow {
  readonly total: number;
  readonly first: number;
  readonly rows: readonly SocketRow[];
}

export interface CallError {
  /** A BundleErrorCode, `changed`, `no-such-format`, `no-such-node`, `out-of-memory`, `ended` or `internal`. */
  readonly code: string;
  readonly message: Text;
}

const STEPS = ['reading', 'joining', 'drawing'] as const;
export type Step = (typeof STEPS)[number];

const progress = v.object({
  step: v.picklist(STEPS),
  packedBytesRead: v.number(),
  packedBytes: v.number(),
  entries: v.number(),
  /** The first finding: how many lines the kernel log has so far of each message of the catalogue. Null before one. */
  log: v.nullable(v.array(v.object({ id: v.string(), lines: v.number() }))),
});
export type Progress = v.InferOutput<typeof progress>;

const request = v.variant('method', [
  v.object({ id: v.number(), method: v.literal('open'), params: calls.open }),
  v.object({ id: v.number(), method: v.literal('stat'), params: calls.stat }),
  v.object({ id: v.number(), method: v.literal('list'), params: calls.list }),
  v.object({ id: v.number(), method: v.literal('findPlace'), params: calls.findPlace }),
  v.object({ id: v.number(), method: v.literal('readEntry'), params: calls.readEntry }),
  v.object({ id: v.number(), method: v.literal('render'), params: calls.render }),
  v.object({ id: v.number(), method: v.literal('filter'), params: calls.filter }),
  v.object({ id: v.number(), method: v.literal('sockets'), params: calls.sockets }),
  v.object({ id: v.number(), method: v.literal('findCgroups'), params: calls.findCgroups }),
  v.object({ id: v.number(), method: v.literal('findProcesses'), params: calls.findProcesses }),
  v.object({ id: v.number(), method: v.literal('socketPlace'), params: calls.socketPlace }),
  v.object({ id: v.number(), method: v.literal('socketText'), params: calls.socketText }),
]);
export type Request = v.InferOutput<typeof request>;

const fromWorker = v.union([
  v.object({ id: v.number(), ok: v.literal(true), result: v.unknown() }),
  v.object({ id: v.number(), ok: v.literal(false), error: v.object({ code: v.string(), message: v.string() }) }),
  v.object({ id: v.number(), progress }),
]);
export type FromWorker = v.InferOutput<typeof fromWorker>;

export function parseToWorker(value: unknown): Request | undefined {
  const parsed = v.safeParse(request, value);
  return parsed.success ? parsed.output : undefined;
}

export function parseFromWorker(value: unknown): FromWorker | undefined {
  const parsed = v.safeParse(fromWorker, value);
  return parsed.success ? parsed.output : undefined;
}
