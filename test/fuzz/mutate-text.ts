/** Seeded damage to the text of one file. Bytes, because a hostile text need not be one. */
import { HOSTILE_STRINGS, NUMBERS, SHELL_MESSAGES, WORDS } from './hostile-strings.ts';

export type Random = (below: number) => number;

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

export function pick<T>(items: readonly T[], random: Random): T {
  const item = items[random(items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** One to four kinds of damage, one after the other. */
export function mutateText(bytes: Uint8Array, random: Random): Uint8Array {
  let result = bytes;
  for (let left = 1 + random(4); left > 0; left--) result = pick(MUTATIONS, random)(result, random);
  return result;
}

const MAX_BYTES = 1 << 20;

const flipBits: Mutation = (bytes, random) => {
  const copy = bytes.slice();
  for (let i = random(4); i >= 0 && copy.length > 0; i--) {
    const at = random(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
  }
  return copy;
};

const overwriteBytes: Mutation = (bytes, random) => {
  const copy = bytes.slice();
  for (let i = random(4); i >= 0 && copy.length > 0; i--) copy[random(copy.length)] = random(256);
  return copy;
};

const insertString: Mutation = (bytes, random) =>
  spliced(bytes, random(bytes.length + 1), 0, Buffer.from(pick(random(2) === 0 ? HOSTILE_STRINGS : WORDS, random)));

const insertRandom: Mutation = (bytes, random) =>
  spliced(
    bytes,
    random(bytes.length + 1),
    0,
    Uint8Array.from({ length: 1 + random(20) }, () => random(256)),
  );

const cutOut: Mutation = (bytes, random) =>
  spliced(bytes, random(bytes.length + 1), random(1 + bytes.length / 4), new Uint8Array(0));

const repeatPiece: Mutation = (bytes, random) => {
  const start = random(bytes.length + 1);
  const piece = bytes.subarray(start, start + random(80));
  const times = 1 + random(random(20) === 0 ? 400 : 8);
  return spliced(bytes, random(bytes.length + 1), 0, Buffer.concat(Array.from({ length: times }, () => piece)));
};

const truncate: Mutation = (bytes, random) => bytes.slice(0, random(bytes.length + 1));

const empty: Mutation = (bytes, random) => (random(6) === 0 ? new Uint8Array(0) : bytes);

const shellMessage: Mutation = (bytes, random) =>
  random(6) === 0 ? Buffer.from(pick(SHELL_MESSAGES, random)) : insertString(bytes, random);

/** Lines dropped, doubled, swapped or joined. */
const changeLines: Mutation = (bytes, random) => {
  const lines = splitLines(bytes);
  const at = random(lines.length);
  const other = random(lines.length);
  const line = lines[at] ?? '';
  switch (random(4)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(other, 0, line);
      break;
    case 2:
      lines[at] = lines[other] ?? '';
      lines[other] = line;
      break;
    default:
      lines[at] = line + (lines[other] ?? '');
  }
  return joined(lines);
};

/** Columns dropped, added, swapped. */
const changeColumns: Mutation = (bytes, random) => {
  const lines = splitLines(bytes);
  const every = random(3) === 0;
  const start = every ? 0 : random(lines.length);
  const [from, to, what] = [random(12), random(12), random(3)];
  for (let at = start; at < (every ? lines.length : start + 1); at++) {
    const fields = (lines[at] ?? '').split(/(?<=\s)(?=\S)/);
    if (what === 0) fields.splice(from, 1);
    else if (what === 1) fields.splice(from, 0, `${pick(NUMBERS, random)} `);
    else [fields[from], fields[to]] = [fields[to] ?? '', fields[from] ?? ''];
    lines[at] = fields.join('');
  }
  return joined(lines);
};

const changeNumber: Mutation = (bytes, random) => {
  const text = Buffer.from(bytes).toString('latin1');
  const found = [...text.matchAll(/\d+/g)];
  const match = found[random(found.length)];
  if (match === undefined) return insertString(bytes, random);
  return spliced(bytes, match.index, match[0].length, Buffer.from(pick(NUMBERS, random)));
};

const crlf: Mutation = (bytes, random) =>
  random(4) === 0
    ? Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
    : changeLines(bytes, random);

const longLine: Mutation = (bytes, random) =>
  random(40) === 0
    ? spliced(bytes, random(bytes.length + 1), 0, new Uint8Array(300_000).fill(32 + random(90)))
    : changeNumber(bytes, random);

const MUTATIONS: readonly Mutation[] = [
  flipBits,
  overwriteBytes,
  insertString,
  insertString,
  insertRandom,
  cutOut,
  repeatPiece,
  truncate,
  empty,
  shellMessage,
  changeLines,
  changeLines,
  changeColumns,
  changeColumns,
  changeNumber,
  changeNumber,
  crlf,
  longLine,
];

export function spliced(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  const whole = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
  return new Uint8Array(whole.subarray(0, MAX_BYTES));
}

/** Latin 1, so that every byte comes back as it was. */
function splitLines(bytes: Uint8Array): string[] {
  return Buffer.from(bytes).toString('latin1').split('\n');
}

function joined(lines: readonly string[]): Uint8Array {
  return new Uint8Array(Buffer.from(lines.join('\n'), 'latin1'));
}
