/** tar-stream, which reads whatever the filter in front of it leaves: large files, long names, odd members. */
import { extract, type Header } from 'tar-stream';
import type { BundleVisitor, ByteSink } from '../core/bundle.ts';
import type { MemberIndexBuilder } from './member-index.ts';

/** It calls itself for each of the empty members in what it is given at once: four times as many end its stack. */
const PIECE_BYTES = 256 * 1024;

/** Where reading is, for those who are told when it stops. */
interface Place {
  entries: number;
  current: string;
}

export interface TarStream {
  /** A member begins at this offset of the unpacked archive, in bytes that are written after this. */
  expect(headerOffset: number): void;
  /** Resolves when the members in these bytes were shown; `inside` when they end within one. */
  write(bytes: Uint8Array, inside: boolean): Promise<void>;
  end(): Promise<void>;
  abort(): void;
}

export function createTarStream(
  visitor: BundleVisitor,
  index: MemberIndexBuilder,
  place: Place,
  skippedBytes: () => number,
): TarStream {
  // Every write is waited for: what it holds must have been shown before the filter shows what follows.
  const tar = extract({ highWaterMark: 1 });
  const headerOffsets: number[] = [];
  const encoder = new TextEncoder();
  let offsetsTaken = 0;
  let open: ByteSink | null = null;
  let isOpen = false;
  let failed: Error | null = null;
  let onEnd: (() => void) | null = null;
  const settle = () => {
    isOpen = false;
    open = null;
    onEnd?.();
    onEnd = null;
  };
  tar.on('error', (error: Error) => {
    failed = error;
    onEnd?.();
    onEnd = null;
  });
  tar.on('entry', (header: Header & { byteOffset?: number }, stream, next) => {
    // A broken archive breaks the stream of the member it is in too; without a listener that would end the process.
    stream.on('error', () => {});
    place.entries++;
    place.current = header.name;
    const headerOffset = headerOffsets[offsetsTaken++];
    const offset = headerOffset === undefined ? (header.byteOffset ?? 0) + skippedBytes() : headerOffset + 512;
    const size = header.size ?? 0;
    if (header.type === 'symlink' || header.type === 'link') {
      const name = encoder.encode(header.name);
      const bytes = encoder.encode(header.name + (header.linkname ?? ''));
      const range = { start: 0, end: name.length };
      // What lengthened its name lies before it: with the whole archive nothing is missed.
      index.addLink(bytes, range, false, 0, offset + size);
      visitor.link(bytes, range, { start: name.length, end: bytes.length }, false);
    } else if (header.type === 'directory') visitor.directory(header.name);
    const isFile = header.type === 'file' || header.type === 'contiguous-file';
    if (isFile) index.addFile(header.name, offset, size);
    const sink = isFile ? visitor.file(header.name, size) : undefined;
    if (size === 0 || header.type === 'directory') {
      sink?.end(true);
      // streamx ends an empty entry only when it is read.
      stream.resume();
      next();
      return;
    }
    isOpen = true;
    if (sink === undefined) {
      stream.on('end', () => {
        settle();
        next();
      });
      stream.resume();
      return;
    }
    open = sink;
    // Parts of what was written, so plain arrays too: of a second type all who read bytes would have half their speed.
    stream.on('data', (chunk) => sink.write(chunk as Uint8Array));
    stream.on('end', () => {
      sink.end(true);
      settle();
      next();
    });
  });
  return {
    expect: (offset) => headerOffsets.push(offset),
    async write(bytes, inside) {
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        if (failed !== null) throw failed;
        if (!tar.write(bytes.subarray(at, at + PIECE_BYTES))) await drained(tar);
      }
      if (isOpen && !inside && failed === null) await new Promise<void>((resolve) => (onEnd = resolve));
      if (failed !== null) throw failed;
    },
    end() {
      return new Promise((resolve, reject) => {
        tar.on('finish', () => resolve());
        tar.on('error', reject);
        tar.end(null);
      });
    },
    abort() {
      open?.end(false);
      open = null;
      tar.destroy();
    },
  };
}

function drained(tar: ReturnType<typeof extract>): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => () => {
      tar.off('drain', onDrain);
      tar.off('error', onError);
      done();
    };
    const onDrain = settle(resolve);
    const onError = (error: Error) => settle(() => reject(error))();
    tar.on('drain', onDrain);
    tar.on('error', onError);
  });
}
