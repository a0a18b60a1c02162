/** Seeded damage to an archive: its headers, the order of its blocks, its end, and the gzip around it. */
import { gzipSync } from 'node:zlib';
import {
  END_MARKER,
  gnuLong,
  joinBytes,
  octal,
  paxHeader,
  rawFile,
  rawHeader,
  rawLink,
  withChecksum,
} from '../core/support/raw-tar.ts';
import { HOSTILE_STRINGS, NUMBERS } from './hostile-strings.ts';
import { pick, type Random } from './mutate-text.ts';

const BLOCK = 512;

/** The pieces as one archive; half of all archives are whole, so that damage to texts is looked at too. */
export function mutateTar(pieces: readonly Uint8Array[], random: Random): Uint8Array {
  const changed = [...pieces];
  const rounds = random(2) === 0 ? 0 : 1 + random(4);
  for (let round = 0; round < rounds; round++) changePieces(changed, random);
  let bytes = joinBytes([...changed, END_MARKER]);
  for (let round = random(4) === 0 ? 1 + random(3) : 0; round > 0; round--) bytes = changeBytes(bytes, random);
  return bytes;
}

function changePieces(pieces: Uint8Array[], random: Random): void {
  const at = random(pieces.length + 1);
  const piece = pieces[at];
  switch (random(7)) {
    case 0:
      if (piece !== undefined) pieces[at] = changeHeader(piece, random);
      return;
    case 1:
      if (piece !== undefined) pieces.splice(random(pieces.length), 0, ...pieces.splice(at, 1 + random(5)));
      return;
    case 2:
      pieces.splice(at, random(2), oddPiece(random));
      return;
    case 3:
      pieces.splice(at, 0, oddPax(random));
      return;
    case 4:
      if (piece !== undefined) pieces.push(piece);
      return;
    case 5:
      // A body shorter or longer than its header says.
      if (piece !== undefined)
        pieces[at] = random(2) === 0 ? piece.subarray(0, BLOCK) : joinBytes([piece, new Uint8Array(BLOCK).fill(65)]);
      return;
    default:
      if (piece !== undefined && piece.length >= BLOCK) pieces[at] = changeHeader(piece, random);
  }
}

interface Field {
  readonly at: number;
  readonly length: number;
}

const FIELDS: readonly Field[] = [
  { at: 0, length: 100 },
  { at: 100, length: 8 },
  { at: 124, length: 12 },
  { at: 124, length: 12 },
  { at: 136, length: 12 },
  { at: 148, length: 8 },
  { at: 156, length: 1 },
  { at: 156, length: 1 },
  { at: 157, length: 100 },
  { at: 257, length: 8 },
  { at: 345, length: 155 },
];
const TYPES = '0123456789xgLKNSVMDA\0';
const SIZES: readonly (string | Uint8Array)[] = [
  octal(1),
  octal(511),
  octal(512),
  octal(513),
  octal(65_536),
  octal(65_537),
  octal(1 << 20),
  octal(2 ** 32),
  '77777777777\0',
  '777777777777',
  '-0000000001\0',
  '0 0000000012',
  '0\u00000000000012',
  ' 12 34',
  '9\u00000000000000',
  '           \0',
  Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0),
  Uint8Array.of(0x80, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0),
  new Uint8Array(12).fill(0xff),
  new Uint8Array(12),
];

/** One field of one header, with its checksum made right again or not. */
function changeHeader(piece: Uint8Array, random: Random): Uint8Array {
  const copy = piece.slice();
  // Pieces with a long name have three headers.
  const start = random(3) === 0 ? BLOCK * random(Math.max(1, copy.length / BLOCK)) : Math.max(0, lastHeader(copy));
  const header = copy.subarray(start, start + BLOCK);
  if (header.length < BLOCK) return copy;
  const field = pick(FIELDS, random);
  const value = fieldValue(field, random);
  header.set(value.subarray(0, field.length), field.at);
  if (field.at !== 148 && random(5) > 0) withChecksum(header);
  return copy;
}

function lastHeader(piece: Uint8Array): number {
  for (let at = 0; at + BLOCK <= piece.length; at += BLOCK) {
    const type = String.fromCharCode(piece[at + 156] ?? 0);
    if (!'xgLKN'.includes(type)) return at;
    at += Math.ceil(Number.parseInt(Buffer.from(piece.subarray(at + 124, at + 135)).toString(), 8) / BLOCK) * BLOCK;
  }
  return 0;
}

function fieldValue({ at, length }: Field, random: Random): Uint8Array {
  if (at === 124) return Buffer.from(pick(SIZES, random));
  if (at === 156) return Buffer.from(pick([...TYPES], random));
  if (at === 257)
    return Buffer.from(pick(['ustar\u000000', 'ustar  \0', 'ustarX00', 'ustar 00', '\0\0\0\0\0\0\0\0'], random));
  switch (random(4)) {
    case 0:
      return Buffer.from(pick(HOSTILE_STRINGS, random));
    case 1:
      return Buffer.from(pick(NUMBERS, random));
    case 2:
      return new Uint8Array(length).fill(random(256));
    default:
      return Uint8Array.from({ length }, () => random(256));
  }
}

/** Members that no collector packs. */
function oddPiece(random: Random): Uint8Array {
  const file = () => rawFile(`proc/${1 + random(900)}/comm`, 'odd\n');
  switch (random(10)) {
    case 0:
      return rawHeader({ name: 'proc/1/fd/7', type: '1', linkName: 'proc/1/fd/7' });
    case 1:
      return rawHeader({ name: 'dev/sda', type: pick(['3', '4', '6'], random) });
    case 2:
      return rawFile('sparse', 'x'.repeat(random(2000)), { type: 'S', format: 'gnu' });
    case 3:
      return rawHeader({ name: 'volume', type: pick(['V', 'M', 'D'], random), format: 'gnu' });
    case 4:
      return new Uint8Array(BLOCK * (1 + random(4)));
    case 5:
      // Only its checksum makes this block more than zeros.
      return withChecksum(new Uint8Array(BLOCK));
    case 6:
      return joinBytes([gnuLong(pick(['L', 'K'], random), 'x'.repeat(random(3000))), file()]);
    case 7:
      // An archive in a file: none of its members is one of the bundle.
      return rawFile('inner.tar', joinBytes([rawLink('proc/1/fd/1', 'socket:[1]'), file()]));
    case 8:
      return rawLink('proc/700/fd/3', 'socket:[100]', { size: octal(random(2000)) });
    default:
      return Uint8Array.from({ length: BLOCK * (1 + random(3)) }, () => random(256));
  }
}

/** Pax records of every kind before some member; half of them before the next one of the bundle. */
function oddPax(random: Random): Uint8Array {
  // Not an object filled key by key: `__proto__` would not become one of its own.
  const records = new Map<string, string>();
  for (let left = 1 + random(3); left > 0; left--) {
    const key = pick(['path', 'linkpath', 'size', 'GNU.sparse.major', 'mtime', '__proto__', 'comment'], random);
    records.set(key, key === 'size' ? pick([...NUMBERS, '5', '600', '70000'], random) : pick(HOSTILE_STRINGS, random));
  }
  const pax = paxHeader(Object.fromEntries(records));
  if (random(4) === 0) pax[156] = 'g'.charCodeAt(0);
  if (random(4) === 0) pax.subarray(BLOCK).set(Buffer.from(pick(['-9', '9', '0', '99999', 'x'], random)));
  withChecksum(pax.subarray(0, BLOCK));
  return random(2) === 0 ? pax : joinBytes([pax, rawFile('after-pax', 'x'.repeat(random(700)))]);
}

export function changeBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const blocks = Math.floor(bytes.length / BLOCK);
  switch (random(6)) {
    case 0:
      return bytes.slice(0, BLOCK * random(blocks));
    case 1:
      return bytes.slice(0, random(bytes.length));
    case 2: {
      const copy = bytes.slice();
      for (let left = 1 + random(8); left > 0; left--) copy[random(copy.length)] = random(256);
      return copy;
    }
    case 3: {
      // Blocks moved from one place to another.
      const from = BLOCK * random(blocks);
      const piece = bytes.slice(from, from + BLOCK * (1 + random(6)));
      const to = BLOCK * random(blocks);
      return joinBytes([bytes.subarray(0, to), piece, bytes.subarray(to)]);
    }
    case 4:
      return joinBytes([bytes, bytes.subarray(0, BLOCK * random(blocks)), END_MARKER]);
    default: {
      const at = random(bytes.length);
      return joinBytes([bytes.subarray(0, at), bytes.subarray(at + random(2000))]);
    }
  }
}

/** How the archive reaches the reader, and whether what is unpacked is still that archive. */
export interface Packed {
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

export function mutateGzip(tar: Uint8Array, random: Random): Packed {
  switch (random(10)) {
    case 0: {
      const at = random(tar.length);
      const bytes = joinBytes([gzipSync(tar.subarray(0, at), FAST), gzipSync(tar.subarray(at), FAST)]);
      return { bytes, isWhole: true };
    }
    case 1: {
      const packed = gzipSync(tar, FAST);
      return { bytes: packed.subarray(0, random(packed.length)), isWhole: false };
    }
    case 2: {
      const packed = new Uint8Array(gzipSync(tar, FAST));
      for (let left = 1 + random(4); left > 0; left--) {
        const at = random(packed.length);
        packed[at] = (packed[at] ?? 0) ^ (1 << random(8));
      }
      return { bytes: packed, isWhole: false };
    }
    case 3: {
      const garbage = Uint8Array.from({ length: 1 + random(600) }, () => random(256));
      return { bytes: joinBytes([gzipSync(tar, FAST), garbage]), isWhole: false };
    }
    case 4:
      return { bytes: new Uint8Array(gzipSync(tar, FAST)), isWhole: true };
    default:
      return { bytes: tar, isWhole: true };
  }
}

/** The fuzzer is after what is read, not after how well it packs. */
const FAST = { level: 1 };
