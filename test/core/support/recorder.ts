/** A visitor that keeps what it is shown, in the order it came. */
import type { BundleVisitor, ByteRange } from '../../../src/core/bundle.ts';

export interface Seen {
  readonly kind: 'file' | 'link' | 'directory';
  readonly name: string;
  /** Content of a file, target of a link. */
  readonly text: string;
  /** Bytes announced for a file. */
  readonly sizeBytes: number;
  /** Null while a file was not ended at all. */
  readonly complete: boolean | null;
}

export interface Recorder {
  readonly visitor: BundleVisitor;
  readonly seen: Seen[];
}

export function createRecorder(): Recorder {
  const seen: Seen[] = [];
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return {
    seen,
    visitor: {
      file(name, sizeBytes) {
        const chunks: Uint8Array[] = [];
        const at = seen.push({ kind: 'file', name, text: '', sizeBytes, complete: null }) - 1;
        return {
          write: (chunk) => void chunks.push(chunk.slice()),
          end(complete) {
            seen[at] = { kind: 'file', name, text: decode(Buffer.concat(chunks)), sizeBytes, complete };
          },
        };
      },
      link(bytes, name, target) {
        const part = ({ start, end }: ByteRange) => decode(bytes.subarray(start, end));
        seen.push({ kind: 'link', name: part(name), text: part(target), sizeBytes: 0, complete: true });
      },
      directory: (name) => void seen.push({ kind: 'directory', name, text: '', sizeBytes: 0, complete: true }),
    },
  };
}
