import assert from 'node:assert/strict';
import test from 'node:test';
import { createLinkFilter } from '../../src/archive/link-filter.ts';
import { scanArchive } from '../../src/archive/scan-archive.ts';
import { inChunks, type Member, packTar, toBytes } from '../core/support/bundles.ts';
import { readTar } from '../core/support/corpus.ts';
import { createRandom } from '../core/support/random.ts';
import { END_MARKER, gnuLong, joinBytes, paxHeader, rawFile, rawLink } from '../core/support/raw-tar.ts';
import { createRecorder } from '../core/support/recorder.ts';

/** Links and files in any order, with long names, empty files and bodies of odd sizes. */
function randomArchive(seed: number): Uint8Array {
  const random = createRandom(seed);
  const parts: Uint8Array[] = [];
  const long = () => `proc/${'d'.repeat(60 + random(100))}/${'e'.repeat(random(120))}${random(1e6)}`;
  for (let i = 0; i < 120; i++) {
    const name = `proc/${random(50)}/fd/${i}`;
    switch (random(9)) {
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
    const { end, index } = await scanArchive({ bytes }, recorder.visitor);
    const actual = recorder.seen.map((member) =>
      member.kind === 'link' ? `link ${member.name} -> ${member.text}` : `file ${member.name} ${member.text}`,
    );
    assert.deepEqual(actual.sort(), expected);
    assert.equal(end.entries, expected.length);
    for (const { name, offset, sizeBytes } of index.files.values()) {
      const text = Buffer.from(bytes.subarray(offset, offset + sizeBytes)).toString();
      assert.ok(expected.includes(`file ${name} ${text}`), `offset of ${name}`);
    }
  });

  test(`what the filter forwards and takes does not depend on the chunks (seed ${seed})`, () => {
    const bytes = randomArchive(seed);
    const whole = filtered(bytes, bytes.length);
    for (const size of [7, 511, 512, 513, 4096]) assert.deepEqual(filtered(bytes, size), whole);
    assert.ok(whole.links.length > 0);
    assert.equal(whole.forwarded.length + whole.links.length * 512, bytes.length, 'no byte is lost or doubled');
  });
}

function filtered(bytes: Uint8Array, chunkBytes: number) {
  const links: string[] = [];
  const forwarded: Uint8Array[] = [];
  const members: number[] = [];
  const decode = (part: Uint8Array) => new TextDecoder().decode(part);
  const filter = createLinkFilter({
    link: (name, target) => void links.push(`${decode(name)} -> ${decode(target)}`),
    forward: (part) => void forwarded.push(part.slice()),
    member: (offset) => void members.push(offset),
  });
  for (const chunk of inChunks(bytes, chunkBytes)) filter.push(chunk);
  filter.end();
  return { links, members, forwarded: Buffer.concat(forwarded) };
}

test('everything is forwarded once something is not understood', () => {
  const junk = toBytes('this is no header'.padEnd(512, '.'));
  const bytes = joinBytes([rawLink('a', 'b'), junk, rawLink('c', 'd')]);
  const { links, forwarded } = filtered(bytes, 100);
  assert.deepEqual(links, ['a -> b']);
  assert.equal(forwarded.length, 1024);
});

test('a last piece shorter than a block is forwarded too', () => {
  const bytes = joinBytes([rawLink('a', 'b'), new Uint8Array(100).fill(1)]);
  assert.equal(filtered(bytes, 64).forwarded.length, 100);
});

test('links that tar-stream packs with pax headers reach the visitor with their full names', async () => {
  const name = `proc/${'x'.repeat(200)}/fd/3`;
  const recorder = createRecorder();
  await scanArchive({ bytes: await packTar([{ name, link: 'socket:[5]' }]) }, recorder.visitor);
  assert.deepEqual(
    recorder.seen.map((member) => [member.name, member.text]),
    [[name, 'socket:[5]']],
  );
});
