import type { ByteRange } from '../core/bundle.ts';
import { hasBytesAt } from '../core/bytes.ts';

/** Where each regular file lies in the unpacked archive, so that one can be opened without unpacking to disk. */
export interface Member {
  readonly name: string;
  /** Of the first byte of its body in the unpacked archive. */
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface MemberIndex {
  /** Regular files by name, as they came; a name that comes twice keeps its last place, as tar would. */
  readonly files: ReadonlyMap<string, Member>;
  /** Directories that hold links. */
  readonly linkFolders: ReadonlyMap<string, LinkFolder>;
}

export interface LinkFolder {
  readonly folder: string;
  readonly count: number;
  /** Where the first of its links begins in the unpacked archive and the last one ends: others may lie between. */
  readonly start: number;
  readonly end: number;
}

export interface MemberIndexBuilder {
  addFile(name: string, offset: number, sizeBytes: number): void;
  /** isNext: in the folder of the link before it. Where it begins and ends in the unpacked archive. */
  addLink(bytes: Uint8Array, name: ByteRange, isNext: boolean, start: number, end: number): void;
  build(): MemberIndex;
}

export const EMPTY_INDEX: MemberIndex = { files: new Map(), linkFolders: new Map() };

/** Of a reading whose members nobody will open again. */
export const NO_INDEX: MemberIndexBuilder = { addFile() {}, addLink() {}, build: () => EMPTY_INDEX };

const SLASH = 47;

export function createMemberIndex(): MemberIndexBuilder {
  const names: string[] = [];
  const places: number[] = []; // offset and size of each
  const folders = new Map<string, LinkFolder>();
  const decoder = new TextDecoder('utf-8');
  let lastFolder = new Uint8Array(0);
  let lastCount = 0;
  let firstStart = 0;
  let lastEnd = 0;
  const flush = () => {
    if (lastCount === 0) return;
    const folder = decoder.decode(lastFolder);
    const known = folders.get(folder);
    const start = Math.min(known?.start ?? firstStart, firstStart);
    folders.set(folder, { folder, count: (known?.count ?? 0) + lastCount, start, end: lastEnd });
    lastCount = 0;
  };
  return {
    addFile(name, offset, sizeBytes) {
      names.push(name);
      places.push(offset, sizeBytes);
    },
    addLink(bytes, name, isNext, start, end) {
      if (isNext) {
        lastCount++;
        lastEnd = end;
        return;
      }
      const slash = lastSlash(bytes, name);
      if (slash - name.start !== lastFolder.length || !hasBytesAt(bytes, name.start, lastFolder)) {
        flush();
        lastFolder = bytes.slice(name.start, slash);
        firstStart = start;
      }
      lastCount++;
      firstStart = Math.min(firstStart, start);
      lastEnd = end;
    },
    build() {
      flush();
      return new LazyIndex(names, places, folders);
    },
  };
}

/** Whoever only wants the report never asks for a file by its name. */
class LazyIndex implements MemberIndex {
  readonly linkFolders: ReadonlyMap<string, LinkFolder>;
  readonly #names: readonly string[];
  readonly #places: readonly number[];
  #files: ReadonlyMap<string, Member> | null = null;

  constructor(names: readonly string[], places: readonly number[], linkFolders: ReadonlyMap<string, LinkFolder>) {
    this.#names = names;
    this.#places = places;
    this.linkFolders = linkFolders;
  }

  get files(): ReadonlyMap<string, Member> {
    this.#files ??= new Map(
      this.#names.map((name, i) => [
        name,
        { name, offset: this.#places[2 * i] ?? 0, sizeBytes: this.#places[2 * i + 1] ?? 0 },
      ]),
    );
    return this.#files;
  }
}

/** Where the folder of a name ends: at its last slash, or at its start when it has none. */
function lastSlash(bytes: Uint8Array, { start, end }: ByteRange): number {
  let at = end - 1;
  while (at > start && bytes[at] !== SLASH) at--;
  return Math.max(at, start);
}
