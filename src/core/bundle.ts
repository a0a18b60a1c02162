/**
 * The port through which the analysis is given a bundle: whoever reads the archive calls the visitor once per
 * member, in the order of the archive. The analysis never opens, seeks or waits.
 */

/** Takes the bytes of one entry. Chunks are only valid during the call. */
export interface ByteSink {
  write(chunk: Uint8Array): void;
  /** `complete` is false when the archive ended inside the entry. */
  end(complete: boolean): void;
}

export interface BundleVisitor {
  /** A regular file; undefined when nobody wants its bytes. */
  file(name: string, sizeBytes: number): ByteSink | undefined;
  /** A symlink or hard link, as raw bytes: there are hundreds of thousands, and most need no string. */
  link(name: Uint8Array, target: Uint8Array): void;
  directory(name: string): void;
}

/** What the reader knows when the archive has been read to its end, or to where it broke. */
export interface BundleEnd {
  readonly entries: number;
  /** Unpacked bytes. */
  readonly bytes: number;
  /** False when the archive was cut, damaged, over a limit or not read to the end. */
  readonly complete: boolean;
  readonly problems: readonly { readonly entry: string; readonly message: string }[];
}

export interface Bundle {
  /** Shown in the report; never used to open anything. */
  readonly name: string;
  visit(visitor: BundleVisitor): Promise<BundleEnd>;
}
