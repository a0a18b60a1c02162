/**
 * The port through which the analysis is given a bundle: whoever reads the archive calls the visitor once per
 * member, in the order of the archive. The analysis never opens, seeks or waits.
 */
import type { Message } from './report/message.ts';

/** Takes the bytes of one entry. Chunks are only valid during the call. */
export interface ByteSink {
  write(chunk: Uint8Array): void;
  /** `complete` is false when the archive ended inside the entry. */
  end(complete: boolean): void;
}

/** Part of some bytes, without a copy. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface BundleVisitor {
  /** A regular file; undefined when nobody wants its bytes. */
  file(name: string, sizeBytes: number): ByteSink | undefined;
  /**
   * A symlink or hard link: its name and target are parts of `bytes`. There are hundreds of thousands, and most need
   * neither a string nor an object of their own; all three are only valid during the call. `isNext` says that it lies in
   * the same folder as the link before it, as most do: what was found out from that part of the name still holds.
   */
  link(bytes: Uint8Array, name: ByteRange, target: ByteRange, isNext: boolean): void;
  directory(name: string): void;
}

/** What the reader knows when the archive has been read to its end, or to where it broke. */
export interface BundleEnd {
  readonly entries: number;
  /** Unpacked bytes. */
  readonly bytes: number;
  /** False when the archive was cut, damaged, over a limit or not read to the end. */
  readonly complete: boolean;
  readonly problems: readonly { readonly entry: string; readonly message: Message }[];
}

export interface Bundle {
  /** Shown in the report; never used to open anything. */
  readonly name: string;
  visit(visitor: BundleVisitor): Promise<BundleEnd>;
}
