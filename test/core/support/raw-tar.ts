/** Tar headers byte by byte, for archives that no library would write. */
import { toBytes } from './bundles.ts';

export interface RawHeader {
  readonly name: string;
  /** `0` file, `2` symlink, `5` directory, `L` and `K` long names of GNU, `x` pax. */
  readonly type?: string;
  readonly linkName?: string;
  /** As it stands in the header: octal text, or 12 bytes in base 256. */
  readonly size?: string | Uint8Array;
  /** `ustar\0` + `00` is POSIX, `ustar ` + ` \0` is GNU. */
  readonly format?: 'ustar' | 'gnu';
  readonly prefix?: string;
}

export function rawHeader(header: RawHeader): Uint8Array {
  const block = new Uint8Array(512);
  const put = (at: number, value: string | Uint8Array) => block.set(toBytes(value), at);
  put(0, header.name);
  put(100, '0000644\0');
  put(108, '0000000\0');
  put(116, '0000000\0');
  put(124, header.size ?? '00000000000\0');
  put(136, '00000000000\0');
  put(156, header.type ?? '0');
  put(157, header.linkName ?? '');
  put(257, header.format === 'gnu' ? 'ustar  \0' : 'ustar\u000000');
  put(345, header.prefix ?? '');
  return withChecksum(block);
}

export function withChecksum(block: Uint8Array): Uint8Array {
  block.fill(32, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.set(toBytes(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return block;
}

export function octal(size: number): string {
  return `${size.toString(8).padStart(11, '0')}\0`;
}

/** The text filled up to whole blocks. */
export function body(text: string | Uint8Array): Uint8Array {
  const bytes = toBytes(text);
  const blocks = new Uint8Array(Math.ceil(bytes.length / 512) * 512);
  blocks.set(bytes);
  return blocks;
}

/** A file with its body. */
export function rawFile(name: string, text: string | Uint8Array, more: Partial<RawHeader> = {}): Uint8Array {
  return joinBytes([rawHeader({ name, size: octal(toBytes(text).length), ...more }), body(text)]);
}

export function rawLink(name: string, linkName: string, more: Partial<RawHeader> = {}): Uint8Array {
  return rawHeader({ name, linkName, type: '2', ...more });
}

/** What GNU tar puts before a member whose name (L) or link target (K) exceeds 100 bytes. */
export function gnuLong(type: 'L' | 'K', text: string): Uint8Array {
  const bytes = toBytes(`${text}\0`);
  return joinBytes([rawHeader({ name: '././@LongLink', type, size: octal(bytes.length), format: 'gnu' }), body(bytes)]);
}

export function paxHeader(records: Readonly<Record<string, string>>): Uint8Array {
  const text = Object.entries(records)
    .map(([key, value]) => {
      const rest = toBytes(` ${key}=${value}\n`).length;
      const length = [rest + 1, rest + 2, rest + 3, rest + 4].find((total) => String(total).length + rest === total);
      return `${length} ${key}=${value}\n`;
    })
    .join('');
  return rawFile('PaxHeaders/x', text, { type: 'x' });
}

export const END_MARKER: Uint8Array = new Uint8Array(1024);

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
