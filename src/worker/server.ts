/** The answering end of the worker protocol: one bundle, opened once, read from as often as asked. */
import { createBlockStore } from '../archive/block-store.ts';
import { BundleError } from '../archive/bundle-error.ts';
import { readExcerpts } from '../archive/excerpts.ts';
import { DEFAULT_LIMITS } from '../archive/limits.ts';
import type { Member } from '../archive/member-index.ts';
import { readLinks, readMember, readMemberLines } from '../archive/read-entry.ts';
import { defineMessages } from '../core/wording/define-messages.ts';
import { ENGLISH, wordingFor } from '../core/wording/languages.ts';
import { settingOf } from '../protocol/limits.ts';
import {
  type EntryList,
  type EntryPlace,
  type EntryStat,
  type FromWorker,
  parseToWorker,
  type Request,
} from '../protocol/worker-messages.ts';
import { type EntryNode, findNode, findPart, findPlace, listFolder, statOf } from './entry-tree.ts';
import { codeOf, reasonOf } from './errors.ts';
import { demandSame } from './file-stamp.ts';
import type { Host } from './host.ts';
import { type Held, openBundle } from './open-bundle.ts';
import { answerQuery, isQuery } from './query.ts';
import { renderReport } from './render.ts';

const say = defineMessages('worker', {
  notOpen: 'No bundle is open.',
  noSuchEntry: 'The bundle has no such entry.',
  tooLarge:
    'The entry has {bytes, number} bytes; the limit for opening one is {limit, number, bytes} (setting {setting}).',
});

export type Post = (message: FromWorker, transfer?: readonly ArrayBuffer[]) => void;

export interface Server {
  receive(message: unknown): Promise<void>;
  /** Resolves when nothing is left to do in the background. */
  settled(): Promise<void>;
}

export interface ServerOptions {
  /** So much later than the answer entries are made ready to be opened: the page is drawn first. */
  readonly storeAfterMs?: number;
  readonly createStore?: typeof createBlockStore;
}

/** Of less, any entry is there at once. */
const STORED_ABOVE_BYTES = 32 << 20;
const STORE_AFTER_MS = 1000;

export function createServer(
  post: Post,
  host: Host,
  { storeAfterMs = STORE_AFTER_MS, createStore = createBlockStore }: ServerOptions = {},
): Server {
  let held: Held | null = null;
  let wording = ENGLISH;
  let background: Promise<void> = Promise.resolve();
  let reading: Promise<unknown> = Promise.resolve();

  const fillStore = async (of: Held) => {
    await new Promise<void>((resolve) => setTimeout(resolve, storeAfterMs));
    if (held !== of) return;
    const { store, filled } = createStore(of.source, of.unpackedBytes, host.packer, { whenIdle: () => reading });
    of.store = store;
    await filled;
  };

  const readAgain = async <T>(of: Held, read: () => Promise<T>): Promise<T> => {
    const { name, source, stamp } = of;
    await demandSame(name, source, stamp);
    const answered = read();
    reading = answered.catch(() => {});
    const result = await answered;
    // What was exchanged while it was read would be shown as what was opened.
    await demandSame(name, source, stamp);
    return result;
  };

  const answer = async (request: Request): Promise<unknown> => {
    if (request.method === 'open') {
      const report = (progress: Extract<FromWorker, { progress: unknown }>['progress']) =>
        post({ id: request.id, progress });
      wording = wordingFor(request.params.language ?? ENGLISH.language);
      const result = await openBundle(request.params, host, wording, report);
      held = result.held;
      if (held.unpackedBytes > STORED_ABOVE_BYTES) background = fillStore(held);
      return result.opened;
    }
    if (held === null) throw new BundleError('not-readable', say.notOpen());
    if (isOfTree(request)) return lookUp(held, request);
    if (isQuery(request)) return answerQuery(held, request);
    const from = held;
    if (request.method === 'readEntry') return readAgain(from, () => readEntry(from, request.params.path));
    const { source, bundle, analysis } = from;
    return renderReport(analysis.report, request.params, from.wording, (places) =>
      readAgain(from, () => readExcerpts(source, bundle.index(), places, from.store)),
    );
  };
  return {
    async receive(raw) {
      const request = parseToWorker(raw);
      if (request === undefined) return;
      try {
        const result = await answer(request);
        post({ id: request.id, ok: true, result }, handedOver(result));
      } catch (error) {
        post({ id: request.id, ok: false, error: { code: codeOf(error), message: reasonOf(error, wording) } });
      }
    },
    settled: () => background,
  };
}

type TreeRequest = Extract<Request, { method: 'stat' | 'list' | 'findPlace' }>;

function isOfTree(request: Request): request is TreeRequest {
  return request.method === 'stat' || request.method === 'list' || request.method === 'findPlace';
}

/** What was read of the archive answers; nothing is read again. */
function lookUp({ tree }: Held, request: TreeRequest): EntryStat | EntryList | EntryPlace | null {
  if (request.method === 'findPlace') return findPlace(tree(), request.params.entry, request.params.line);
  const { path } = request.params;
  const node = findNode(tree(), path);
  if (request.method === 'stat') {
    if (node !== undefined) return statOf(node);
    const part = findPart(tree(), path);
    // How long its lines are is not known before they are read.
    return part === undefined ? null : { kind: 'file', path, name: path, sizeBytes: 0, links: 0 };
  }
  if (node?.kind !== 'folder') throw noSuchEntry();
  return listFolder(node);
}

async function readEntry(held: Held, path: string): Promise<Uint8Array> {
  const node = findNode(held.tree(), path);
  const part = node === undefined ? findPart(held.tree(), path) : undefined;
  if (part === undefined) return readNode(held, node);
  return readMemberLines(held.source, part.member, part, MAX_PART_BYTES, { store: held.store });
}

async function readNode(held: Held, node: EntryNode | undefined): Promise<Uint8Array> {
  if (node === undefined || node.kind === 'folder') throw noSuchEntry();
  if (node.kind === 'file') {
    demandShort(node.member, held);
    return readMember(held.source, node.member, { store: held.store });
  }
  const limits = { ...DEFAULT_LIMITS, ...held.limits };
  return new TextEncoder().encode(await readLinks(held.source, node.links, { limits, store: held.store }));
}

function noSuchEntry(): BundleError {
  return new BundleError('no-such-entry', say.noSuchEntry());
}

/** Lines may be long. */
const MAX_PART_BYTES = 40 << 20;

/** An entry is opened whole: here, on its way, and in VS Code. */
function demandShort(member: Member, { limits }: Held): void {
  if (member.sizeBytes <= limits.maxMemberBytes) return;
  const { maxMemberBytes: limit } = limits;
  throw new BundleError(
    'not-readable',
    say.tooLarge({ bytes: member.sizeBytes, limit, setting: settingOf('maxMemberBytes') }),
  );
}

/** What need not be copied: the bytes of an entry, and those of a report. */
function handedOver(result: unknown): readonly ArrayBuffer[] {
  const bytes = typeof result === 'object' && result !== null && 'bytes' in result ? result.bytes : result;
  const isWhole = bytes instanceof Uint8Array && bytes.byteLength === bytes.buffer.byteLength;
  return isWhole && bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [];
}
