import assert from 'node:assert/strict';
import test from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { createMemberFilter } from '../../src/archive/member-filter.ts';
import { scanArchive } from '../../src/archive/scan-archive.ts';
import { createSource } from '../../src/archive/source.node.ts';
import type { ByteRange } from '../../src/core/bundle.ts';
import { inChunks, type Member, packTar, toBytes } from '../core/support/bundles.ts';
import { readTar } from '../core/support/corpus.ts';
import { createRandom } from '../core/support/random.ts';
import {
  body,
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
import { createRecorder } from '../core/support/recorder.ts';

/** Links, files and folders in any order, with long names, empty files and bodies of odd and of large sizes. */
function randomArchive(seed: number): Uint8Array {
  const random = createRandom(seed);
  const parts: Uint8Array[] = [];
  const long = () => `proc/${'d'.repeat(60 + random(100))}/${'e'.repeat(random(120))}${random(1e6)}`;
  for (let i = 0; i < 120; i++) {
    const name = `proc/${random(50)}/fd/${i}`;
    switch (random(16)) {
      case 0:
        parts.push(rawFile(`${name}.txt`, 'x'.repeat(random(3000))));
        break;
      case 1:
        parts.push(rawFile(`${name}.empty`, ''));
        break;
      case 2:
        parts.push(gnuLong('L', long()), rawLink('cut', `socket:[${i}]`, { format: 'gnu' }));
        break;
      case 3:
        parts.push(gnuLong('K', long()), gnuLong('L', long()), rawLink('cut', 'cut', { format: 'gnu' }));
        break;
      case 4:
        parts.push(paxHeader({ path: long(), linkpath: long() }), rawLink('cut', 'cut'));
        break;
      case 5:
        // A body that is itself an archive of links: none of them is a member.
        parts.push(
          rawFile(`${name}.tar`, joinBytes([rawLink('proc/1/fd/1', 'inner'), rawLink('proc/1/fd/2', 'inner')])),
        );
        break;
      case 6:
        parts.push(rawFile(`${name}.large`, 'y'.repeat(64 * 1024 - 3 + random(6))));
        break;
      case 7:
        parts.push(rawFile(`${name}/`, '', { type: '5' }));
        break;
      case 8:
        // As old archives write folders.
        parts.push(rawFile(`${name}.old/`, ''));
        break;
      case 9:
        parts.push(gnuLong('L', long()), rawFile('cut', 'x'.repeat(random(3000))));
        break;
      case 10:
        // Too large for the filter, which has taken its name by then.
        parts.push(gnuLong('L', long()), gnuLong('K', long()), rawFile('cut', 'z'.repeat(64 * 1024 + random(999))));
        break;
      case 11:
        parts.push(gnuLong('L', `${long()}/`), rawFile('cut/', '', { type: '5' }));
        break;
      case 12:
        // The name of the pax header is that of the member, whichever comes first.
        parts.push(gnuLong('L', long()), paxHeader({ path: long() }), rawLink('cut', 'cut'));
        break;
      default:
        parts.push(rawLink(name, `socket:[${random(1e9)}]`, random(2) === 0 ? { format: 'gnu' } : {}));
    }
  }
  return joinBytes([...parts, END_MARKER]);
}

function describe(member: Member): string {
  if ('link' in member) return `link ${member.name} -> ${member.link}`;
  return 'directory' in member
    ? `directory ${member.name}`
    : `file ${member.name} ${Buffer.from(member.text).toString()}`;
}

for (let seed = 1; seed <= 12; seed++) {
  test(`with the filter in front the same members are seen as by tar-stream alone (seed ${seed})`, async () => {
    const bytes = randomArchive(seed);
    const expected = (await readTar(bytes)).map(describe).sort();
    assert.ok(expected.length > 60);
    const recorder = createRecorder();
    const { end, index } = await scanArchive(createSource({ bytes }), recorder.visitor);
    const actual = recorder.seen.map((member) =>
      member.kind === 'link'
        ? `link ${member.name} -> ${member.text}`
        : `${member.kind} ${member.name}${member.kind === 'file' ? ` ${member.text}` : ''}`,
    );
    assert.deepEqual(actual.sort(), expected);
    assert.equal(end.entries, expected.length);
    for (const { name, offset, sizeBytes } of index.files.values()) {
      const text = Buffer.from(bytes.subarray(offset, offset + sizeBytes)).toString();
      assert.ok(expected.includes(`file ${name} ${text}`), `offset of ${name}`);
    }
  });

  test(`members come in the order of the archive, whatever the chunks are (seed ${seed})`, async () => {
    const bytes = randomArchive(seed);
    const names: readonly string[] = (await readTar(bytes)).map(({ name }) => name);
    for (const size of [513, 4096, 70_000, bytes.length]) {
      const recorder = createRecorder();
      await scanArchive(createSource({ bytes }), recorder.visitor, { chunkBytes: size });
      assert.deepEqual(
        recorder.seen.map(({ name }) => name),
        names,
      );
    }
  });

  test(`what the filter leaves and takes does not depend on the chunks (seed ${seed})`, () => {
    const bytes = randomArchive(seed);
    const whole = filtered(bytes, bytes.length);
    for (const size of [7, 511, 512, 513, 4096]) assert.ok(isDeepStrictEqual(filtered(bytes, size), whole), `${size}`);
    assert.ok(whole.links.length > 0);
    assert.ok(whole.files.length > 0);
    const shown = whole.links.length + whole.folders.length + whole.files.length;
    assert.ok(whole.takenBytes >= shown * 512 + whole.bodyBytes);
    assert.equal(whole.left.length + whole.takenBytes, bytes.length, 'no byte is lost or doubled');
  });
}

function filtered(bytes: Uint8Array, chunkBytes: number) {
  const links: string[] = [];
  const files: string[] = [];
  const folders: string[] = [];
  const left: Uint8Array[] = [];
  const members: number[] = [];
  let bodyBytes = 0;
  const decode = (part: Uint8Array) => new TextDecoder().decode(part);
  const filter = createMemberFilter({
    link(header, name, target) {
      const text = ({ start, end }: ByteRange) => decode(header.subarray(start, end));
      links.push(`${text(name)} -> ${text(target)}`);
    },
    folder: (name) => void folders.push(name),
    file(name, body, offset) {
      files.push(`${name} ${offset} ${decode(body)}`);
      bodyBytes += Math.ceil(body.length / 512) * 512;
    },
    member: (offset) => void members.push(offset),
  });
  for (const chunk of inChunks(bytes, chunkBytes)) {
    filter.push(chunk);
    for (let part = filter.next(); part !== null; part = filter.next()) left.push(Buffer.from(part));
  }
  const rest = filter.rest();
  if (rest !== null) left.push(rest);
  return { links, files, folders, members, left: Buffer.concat(left), bodyBytes, takenBytes: filter.takenBytes() };
}

test('headers that are left to tar-stream are read whole, wherever a chunk ends in them', async () => {
  const far = `proc/1/${'n'.repeat(300)}`;
  const members = [
    rawFile('proc/1/comm', 'first\n'),
    // Too large for the filter: all that follows is tar-stream's, in pieces that end anywhere.
    paxHeader({ path: far, comment: 'c'.repeat(70_000) }),
    rawFile('cut', 'second\n'),
    rawFile('proc/2/comm', 'x'.repeat(3000)),
    rawLink('proc/2/fd/3', 'socket:[4]'),
    END_MARKER,
  ];
  const older = [gnuLong('L', 'n'.repeat(70_000)), rawFile('cut', 'third\n'), ...members];
  for (const bytes of [joinBytes(members), joinBytes(older)]) {
    const expected = (await readTar(bytes)).map(describe);
    for (const source of [bytes, gzipSync(bytes)]) {
      for (const chunkBytes of [512, 513, 700, 4096, 66_000]) {
        const recorder = createRecorder();
        await scanArchive(createSource({ bytes: source }), recorder.visitor, { chunkBytes });
        assert.deepEqual(
          recorder.seen.map(({ kind, name, text }) =>
            kind === 'link' ? `link ${name} -> ${text}` : `${kind} ${name}${kind === 'file' ? ` ${text}` : ''}`,
          ),
          expected,
        );
      }
    }
  }
});

test('everything is left to tar-stream once something is not understood', () => {
  const junk = toBytes('this is no header'.padEnd(512, '.'));
  const bytes = joinBytes([rawLink('a', 'b'), junk, rawLink('c', 'd')]);
  const { links, left } = filtered(bytes, 100);
  assert.deepEqual(links, ['a -> b']);
  assert.equal(left.length, 1024);
});

test('a long name that no member follows is left to tar-stream', () => {
  const bytes = joinBytes([rawLink('a', 'b'), gnuLong('L', 'x'.repeat(300)), END_MARKER]);
  for (const size of [100, 512, bytes.length]) {
    const { links, left } = filtered(bytes, size);
    assert.deepEqual(links, ['a -> b']);
    assert.equal(left.length, bytes.length - 512);
  }
});

test('an empty long name leaves a member its own', async () => {
  const bytes = joinBytes([gnuLong('L', ''), gnuLong('K', ''), rawLink('own', 'target'), END_MARKER]);
  const recorder = createRecorder();
  await scanArchive(createSource({ bytes }), recorder.visitor);
  assert.deepEqual(
    recorder.seen.map((member) => [member.name, member.text]),
    [['own', 'target']],
  );
});

test('a name of any bytes reads the same from the filter as from tar-stream', async () => {
  const random = createRandom(17);
  const odd = [[0xef, 0xbb, 0xbf], [0xef], [0xc0], [0xc2], [0xe2, 0x82], [0x80], [0xf0, 0x9f], [0xff], [0x41]];
  const member = () => {
    const header = rawHeader({ name: '', size: octal(1) });
    const name = Array.from({ length: 1 + random(9) }, () => odd[random(odd.length)] ?? []).flat();
    header.set(random(2) === 0 ? name : [112, 47, ...name]);
    return joinBytes([withChecksum(header), body('x')]);
  };
  const bytes = joinBytes([...Array.from({ length: 300 }, member), END_MARKER]);
  const recorder = createRecorder();
  await scanArchive(createSource({ bytes }), recorder.visitor);
  const expected = (await readTar(bytes)).map(({ name }) => name);
  assert.deepEqual(
    recorder.seen.map(({ name }) => name),
    expected,
  );
  assert.ok(expected.some((name) => name.startsWith('\ufeff')) && expected.some((name) => name.includes('\ufffd')));
});

test('a last piece shorter than a block is left to tar-stream too', () => {
  const bytes = joinBytes([rawLink('a', 'b'), new Uint8Array(100).fill(1)]);
  assert.equal(filtered(bytes, 64).left.length, 100);
});

test('links that tar-stream packs with pax headers reach the visitor with their full names', async () => {
  const name = `proc/${'x'.repeat(200)}/fd/3`;
  const recorder = createRecorder();
  await scanArchive(createSource({ bytes: await packTar([{ name, link: 'socket:[5]' }]) }), recorder.visitor);
  assert.deepEqual(
    recorder.seen.map((member) => [member.name, member.text]),
    [[name, 'socket:[5]']],
  );
});
