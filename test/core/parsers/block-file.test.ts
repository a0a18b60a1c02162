import assert from 'node:assert/strict';
import test from 'node:test';
import { createBlockFile } from '../../../src/core/parsers/collector/block-file.ts';
import { inChunks, toBytes } from '../support/bundles.ts';
import { block } from '../support/sockscope.ts';

interface Block {
  readonly path: string;
  readonly line: number;
  text: string;
  ended: boolean;
}

interface Split {
  readonly blocks: readonly Block[];
  readonly writes: number;
  readonly bytes: number;
  readonly complete: boolean | null;
}

/** Chunks of any size; `complete` false is an archive that ended inside. */
function split(text: string | Uint8Array, chunkBytes = 0, complete = true): Split {
  const blocks: Block[] = [];
  let writes = 0;
  let bytes = 0;
  let whole: boolean | null = null;
  const sink = createBlockFile({
    open(path, line) {
      const found: Block = { path, line, text: '', ended: false };
      blocks.push(found);
      return {
        write(chunk) {
          writes++;
          bytes += chunk.length;
          found.text += new TextDecoder('latin1').decode(chunk);
        },
        end: () => void (found.ended = true),
      };
    },
    end: (all) => void (whole = all),
  });
  const all = toBytes(text);
  for (const chunk of inChunks(all, chunkBytes || all.length)) sink.write(chunk);
  sink.end(complete);
  return { blocks, writes, bytes, complete: whole };
}

function texts(text: string, chunkBytes = 0): readonly (readonly [string, number, string])[] {
  return split(text, chunkBytes).blocks.map((each) => [each.path, each.line, each.text]);
}

const STATUS = 'Name:\tsystemd\nState:\tS\n';
const FILE = `${block('/proc/1/status', STATUS)}${block('/proc/1/cmdline')}${block('/proc/2/comm', 'a b')}`;
const BLOCKS = [
  ['/proc/1/status', 1, STATUS],
  ['/proc/1/cmdline', 4, ''],
  ['/proc/2/comm', 5, 'a b\n'],
] as const;

for (const chunkBytes of [0, 1, 2, 7, 16, 4096]) {
  test(`a file is split the same in chunks of ${chunkBytes || 'any'} bytes`, () => {
    assert.deepEqual(texts(FILE, chunkBytes), BLOCKS);
    const forged = block('/proc/7/comm', '==> /proc/1/comm <==\n ==> /proc/1/comm <==\n   ==> x\n  other\n=\n');
    assert.deepEqual(texts(forged, chunkBytes), [
      ['/proc/7/comm', 1, '==> /proc/1/comm <==\n ==> /proc/1/comm <==\n   ==> x\n  other\n=\n'],
    ]);
  });
}

test('line ends of Windows and a missing last one change no heading', () => {
  assert.deepEqual(texts('==> /a <==\r\nx\r\n==> /b <==\r\ny'), [
    ['/a', 1, 'x\r\n'],
    ['/b', 3, 'y'],
  ]);
  assert.deepEqual(texts('==> /a <=='), [['/a', 1, '']]);
});

for (const line of ['==> x <==', '==>/x <==', '==> /x', '==> /x <== ', '==> /<==', '=> /x <==', 'x ==> /x <==', '']) {
  test(`${JSON.stringify(line)} is no heading`, () => {
    assert.deepEqual(texts(`==> /a <==\n${line}\n`), [['/a', 1, `${line}\n`]]);
  });
}

test('what comes before the first heading is of no block', () => {
  assert.deepEqual(texts('stray\n ==> x\n==> /a <==\nx\n'), [['/a', 3, 'x\n']]);
});

test('a heading of a megabyte is no heading, and a line of one is cut without losing count', () => {
  const long = 'x'.repeat(1 << 20);
  const { blocks } = split(`==> /${long} <==\n==> /a <==\n${long}\n==> /b <==\n`, 65536);
  assert.deepEqual(
    blocks.map((each) => [each.path, each.line, each.text.length]),
    [
      ['/a', 2, 256 * 1024 + 1],
      ['/b', 4, 0],
    ],
  );
});

test('where the archive ends inside, the last block is not ended and half a line is not given', () => {
  const { blocks, complete } = split('==> /a <==\nx\n==> /b <==\nwhole\nha', 7, false);
  assert.deepEqual(
    blocks.map((each) => [each.path, each.text, each.ended]),
    [
      ['/a', 'x\n', true],
      ['/b', 'whole\n', false],
    ],
  );
  assert.equal(complete, false);
});

test('nobody has to take a block', () => {
  const file = createBlockFile({ open: () => undefined, end() {} });
  file.write(toBytes(FILE));
  file.end(true);
});

test('a hundred thousand blocks are each opened once, and every byte is handed on once', () => {
  const count = 100_000;
  const text = Array.from({ length: count }, (_, i) => block(`/proc/${i + 1}/comm`, 'x')).join('');
  const { blocks, writes, bytes } = split(text, 65536);
  assert.equal(blocks.length, count);
  assert.ok(writes <= count + text.length / 65536 + 1, `${writes} writes`);
  assert.equal(bytes, 2 * count);
  assert.ok(blocks.every((each) => each.ended && each.text === 'x\n'));
});

test('lines of blanks only, or of escapes only, are handed on without growing', () => {
  const blanks = `${' '.repeat(1000)}\n`.repeat(1000);
  assert.equal(split(`==> /a <==\n${blanks}`, 4096).bytes, blanks.length);
  const escapes = ' ==> /proc/1/comm <==\n'.repeat(10_000);
  const { blocks, bytes } = split(`==> /a <==\n${escapes}`, 4096);
  assert.equal(blocks.length, 1);
  assert.equal(bytes, escapes.length - 10_000);
});

test('text above the first heading is told once, with the first line that is not blank', () => {
  const lines: number[] = [];
  const file = createBlockFile({ open: () => undefined, stray: (line) => void lines.push(line), end() {} });
  file.write(toBytes('\n \noops\nmore\n==> /a <==\nx\n'));
  file.end(true);
  assert.deepEqual(lines, [3]);
});
