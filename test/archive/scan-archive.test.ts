import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createArchiveBundle } from '../../src/archive/archive-bundle.ts';
import { BundleError } from '../../src/archive/bundle-error.ts';
import type { BundleOrigin } from '../../src/archive/bundle-source.ts';
import { type ArchiveLimits, DEFAULT_LIMITS } from '../../src/archive/limits.ts';
import { type ScanOptions, type ScanResult, scanArchive } from '../../src/archive/scan-archive.ts';
import { createSource } from '../../src/archive/source.node.ts';
import { analyze } from '../../src/core/analyze.ts';
import { packTar, packTarGz, toMembers } from '../core/support/bundles.ts';
import { FIXTURES, fixtureBytes } from '../core/support/corpus.ts';
import { english } from '../core/support/english.ts';
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
import { createRecorder, type Seen } from '../core/support/recorder.ts';

async function scan(
  origin: BundleOrigin | Uint8Array,
  options: ScanOptions = {},
): Promise<ScanResult & { readonly seen: readonly Seen[] }> {
  const recorder = createRecorder();
  const result = await scanArchive(
    createSource(origin instanceof Uint8Array ? { bytes: origin } : origin),
    recorder.visitor,
    options,
  );
  return { ...result, seen: recorder.seen };
}

async function assertRejects(origin: BundleOrigin, code: BundleError['code'], words: RegExp): Promise<void> {
  await assert.rejects(scan(origin), (error) => {
    assert.ok(error instanceof BundleError);
    assert.equal(error.code, code);
    assert.match(error.message, words);
    return true;
  });
}

function names(seen: readonly Seen[]): readonly string[] {
  return seen.map((member) => member.name);
}

const SMALL = toMembers({
  'proc/uptime': '12.5 3\n',
  'proc/1/fd/3': { link: 'socket:[9]' },
  'proc/net/empty': '',
  'proc/version': 'Linux version 6.1.0\n',
});

// What is no bundle

test('an empty file is refused as empty', async () => {
  await assertRejects({ bytes: new Uint8Array(0) }, 'empty', /empty/);
});

for (const [name, magic] of [
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68, 0x39]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf]],
] as const) {
  test(`${name} is refused by its first bytes, named, with the way out`, async () => {
    for (const length of [magic.length, 4096]) {
      const bytes = new Uint8Array(length);
      bytes.set(magic);
      await assertRejects({ bytes }, 'unsupported-compression', new RegExp(`${name}.*tar czf`));
    }
  });
}

test('a tar whose first name begins like another format is a tar', async () => {
  for (const name of ['BZhost/proc/uptime', 'PK\u0003\u0004/proc/uptime']) {
    const { seen } = await scan(joinBytes([rawFile(name, '1 2\n'), END_MARKER]));
    assert.deepEqual(names(seen), [name]);
  }
});

for (const [what, bytes] of [
  ['a text', Buffer.from('hello world\n'.repeat(100))],
  ['zeros', new Uint8Array(10_240)],
  ['one byte', new Uint8Array([1])],
  ['half a header', rawHeader({ name: 'proc/uptime' }).subarray(0, 300)],
] as const) {
  test(`${what} is refused as no archive`, async () => {
    await assertRejects({ bytes: new Uint8Array(bytes) }, 'not-a-tar', /tar/);
  });
}

test('a gzip that holds no tar is refused as no archive', async () => {
  for (const text of ['', 'hello', 'x'.repeat(100_000)])
    await assertRejects({ bytes: gzipSync(Buffer.from(text)) }, 'not-a-tar', /tar|gzip/);
});

test('a gzip that is damaged from its start is refused in one sentence', async () => {
  const bytes = gzipSync(Buffer.from('x'));
  bytes[3] = 0xff;
  await assertRejects({ bytes }, 'not-a-tar', /gzip|tar/);
});

test('a missing file, a folder and an unreadable path each have their code', async () => {
  await assertRejects({ path: '/nonexistent/bundle.tar.gz' }, 'not-found', /no such file/i);
  await assertRejects({ path: tmpdir() }, 'not-readable', /folder/);
});

test('a file is read by its content, whatever its name is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sockscope-'));
  try {
    const path = join(folder, 'bundle.zip');
    writeFileSync(path, await packTarGz(SMALL));
    assert.deepEqual(names((await scan({ path })).seen), names(await seenOf(SMALL)));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

async function seenOf(members: typeof SMALL): Promise<readonly Seen[]> {
  return (await scan(await packTar(members))).seen;
}

// Order, content, names

test('members come in the order of the archive, with content, links and empty files', async () => {
  for (const bytes of [await packTar(SMALL), await packTarGz(SMALL)]) {
    const { seen, end } = await scan(bytes);
    const links = seen.filter((member) => member.kind === 'link');
    const files = seen.filter((member) => member.kind === 'file');
    assert.deepEqual(
      files.map(({ name, text, complete }) => [name, text, complete]),
      [
        ['proc/uptime', '12.5 3\n', true],
        ['proc/net/empty', '', true],
        ['proc/version', 'Linux version 6.1.0\n', true],
      ],
    );
    assert.deepEqual(
      links.map(({ name, text }) => [name, text]),
      [['proc/1/fd/3', 'socket:[9]']],
    );
    assert.deepEqual([end.entries, end.complete, end.problems], [4, true, []]);
  }
});

test('traversal and absolute names are text: shown as they are, and nothing is written anywhere', async () => {
  const members = toMembers({
    '../../etc/passwd': 'x',
    '/etc/shadow': 'y',
    'a/../../../b': { link: '../../../../etc/passwd' },
    'proc/1/../../2/comm': 'z',
  });
  const { seen } = await scan(await packTar(members));
  assert.equal(seen.length, 4);
  assert.ok(names(seen).some((name) => name.includes('etc/passwd')));
  const { report } = await analyze(createArchiveBundle('x', createSource({ bytes: await packTar(members) })));
  assert.equal(report.verdict.status, 'insufficient');
});

const LONG = `proc/${'directory/'.repeat(30)}file`;
const LONG_TARGET = `/${'target/'.repeat(60)}end`;

for (const [what, archive, name, target] of [
  ['a GNU long name of a file', [gnuLong('L', LONG), rawFile('cut', 'text', { format: 'gnu' })], LONG, 'text'],
  [
    'a GNU long target of a link',
    [gnuLong('K', LONG_TARGET), rawLink('proc/1/fd/3', 'cut', { format: 'gnu' })],
    'proc/1/fd/3',
    LONG_TARGET,
  ],
  [
    'a GNU long name and target of a link',
    [gnuLong('K', LONG_TARGET), gnuLong('L', LONG), rawLink('cut', 'cut', { format: 'gnu' })],
    LONG,
    LONG_TARGET,
  ],
  ['a pax path of a file', [paxHeader({ path: LONG }), rawFile('cut', 'text')], LONG, 'text'],
  [
    'a pax path and linkpath of a link',
    [paxHeader({ path: LONG, linkpath: LONG_TARGET }), rawLink('cut', 'cut')],
    LONG,
    LONG_TARGET,
  ],
  [
    'a ustar prefix of a file',
    [rawFile('net/tcp', 'text', { prefix: 'case/worker/proc/77' })],
    'case/worker/proc/77/net/tcp',
    'text',
  ],
  [
    'a ustar prefix of a link',
    [rawLink('fd/3', 'socket:[9]', { prefix: 'case/worker/proc/77' })],
    'case/worker/proc/77/fd/3',
    'socket:[9]',
  ],
  [
    'bytes after the version of GNU that are no prefix',
    [rawLink('proc/1/fd/3', 'socket:[9]', { format: 'gnu', prefix: '13221403642\0' })],
    'proc/1/fd/3',
    'socket:[9]',
  ],
  [
    'a name of exactly 100 bytes, without an end',
    [rawLink(`proc/1/${'f'.repeat(93)}`, 'socket:[9]')],
    `proc/1/${'f'.repeat(93)}`,
    'socket:[9]',
  ],
  [
    'a target of exactly 100 bytes, without an end',
    [rawLink('proc/1/fd/3', 't'.repeat(100))],
    'proc/1/fd/3',
    't'.repeat(100),
  ],
  ['an empty target', [rawLink('proc/1/fd/3', '')], 'proc/1/fd/3', ''],
  [
    'a target of other letters',
    [rawLink('proc/1/fd/3', '/tmp/\u00e4\u{1f600}')],
    'proc/1/fd/3',
    '/tmp/\u00e4\u{1f600}',
  ],
] as const) {
  test(`${what} is read, and the members around it too`, async () => {
    const bytes = joinBytes([
      rawLink('proc/9/fd/1', 'a'),
      ...archive,
      rawLink('proc/9/fd/2', 'b'),
      rawFile('z', 'end'),
      END_MARKER,
    ]);
    const { seen, end } = await scan(bytes);
    assert.deepEqual(
      [...seen].sort((a, b) => (a.name < b.name ? -1 : 1)).map((member) => [member.name, member.text]),
      [
        ['proc/9/fd/1', 'a'],
        ['proc/9/fd/2', 'b'],
        ['z', 'end'],
        [name, target],
      ].sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    );
    assert.equal(end.complete, true);
  });
}

test('a member that comes twice is shown twice, and the index keeps its last place', async () => {
  const bytes = joinBytes([rawFile('proc/uptime', 'first'), rawFile('proc/uptime', 'second!'), END_MARKER]);
  const { seen, index } = await scan(bytes);
  assert.deepEqual(
    seen.map((member) => member.text),
    ['first', 'second!'],
  );
  const member = index.files.get('proc/uptime');
  assert.deepEqual([member?.offset, member?.sizeBytes], [1536, 7]);
});

test('hard links, devices, pipes and directories do not end the reading', async () => {
  const bytes = joinBytes([
    rawHeader({ name: 'hard', type: '1', linkName: 'proc/uptime' }),
    rawHeader({ name: 'dev', type: '3' }),
    rawHeader({ name: 'pipe', type: '6' }),
    rawHeader({ name: 'var/log/pods/', type: '5' }),
    rawFile('proc/uptime', '1 2\n'),
    END_MARKER,
  ]);
  const { seen, end } = await scan(bytes);
  assert.deepEqual(
    seen.map((member) => [member.kind, member.name]),
    [
      ['link', 'hard'],
      ['directory', 'var/log/pods/'],
      ['file', 'proc/uptime'],
    ],
  );
  assert.equal(end.entries, 5);
});

test('archives written one after the other into one file are read on', async () => {
  const bytes = joinBytes([rawFile('a', '1'), END_MARKER, rawFile('b', '2'), rawLink('c', 'd'), END_MARKER]);
  assert.deepEqual(names((await scan(bytes)).seen), ['a', 'b', 'c']);
});

test('100,000 links, some without a target, are counted one by one', async () => {
  const links = joinBytes(
    Array.from({ length: 5000 }, (_, i) => rawLink(`proc/7/fd/${i}`, i % 3 === 0 ? '' : `socket:[${i}]`)),
  );
  const bytes = joinBytes([...Array.from({ length: 20 }, () => links), END_MARKER]);
  let count = 0;
  const { visitor } = createRecorder();
  const { end, index } = await scanArchive(createSource({ bytes: gzipSync(bytes) }), {
    ...visitor,
    link: () => void count++,
  });
  assert.equal(count, 100_000);
  assert.equal(end.entries, 100_000);
  assert.deepEqual(
    [...index.linkFolders.values()].map(({ folder, count }) => [folder, count]),
    [['proc/7/fd', 100_000]],
  );
});

// Damage

test('of a name without end only the beginning is told', async () => {
  const bytes = joinBytes([gnuLong('L', 'n'.repeat(50_000)), rawFile('cut', 'x'.repeat(2000))]);
  const { end } = await scan(bytes.subarray(0, bytes.length - 1000));
  assert.equal(end.complete, false);
  assert.equal(end.problems[0]?.entry, 'n'.repeat(4096));
});

test('a gzip cut anywhere is read up to there, and said to be cut', async () => {
  const bytes = await packTarGz(
    toMembers(
      Object.fromEntries(
        Array.from({ length: 60 }, (_, i) => [`proc/${i + 1}/comm`, `process ${i * 7919}\n`.repeat(20)]),
      ),
    ),
  );
  const whole = await scan(bytes);
  for (let cut = 1; cut < bytes.length; cut += Math.max(1, Math.floor(bytes.length / 97))) {
    try {
      const { seen, end } = await scan(bytes.subarray(0, cut));
      assert.equal(end.complete, false, `cut at ${cut}`);
      assert.match(english(end.problems[0]?.message ?? ''), /cut/);
      assertPrefix(seen, whole.seen);
    } catch (error) {
      assert.ok(error instanceof BundleError, String(error));
    }
  }
});

/** What was shown before the damage is what the whole archive holds; at most the last file is shorter, and said so. */
function assertPrefix(seen: readonly Seen[], whole: readonly Seen[]): void {
  assert.ok(seen.length <= whole.length);
  seen.forEach((member, i) => {
    assert.equal(member.name, whole[i]?.name);
    if (member.complete === true) assert.equal(member.text, whole[i]?.text);
    else assert.ok(i === seen.length - 1 && whole[i]?.text.startsWith(member.text), `${member.name} is the last`);
    assert.notEqual(member.complete, null, 'every file is ended');
  });
}

test('of a cut gzip nothing is lost that could be unpacked, however slow its chunks are taken', async () => {
  const random = createRandom(9);
  const tar = await packTar([{ name: 'noise', text: Uint8Array.from({ length: 60_000 }, () => random(256)) }]);
  const packed = gzipSync(tar);
  const opened = await createSource({ bytes: packed.subarray(0, 40_000) }).open();
  let given = 0;
  const readAll = async () => {
    for await (const chunk of opened.chunks(1000)) {
      await sleep(20);
      given += chunk.length;
    }
  };
  await assert.rejects(readAll(), { name: 'UnpackError', reason: 'cut' });
  assert.ok(given > 39_000, `${given} bytes`);
});

test('a plain tar cut anywhere is said to be cut, also exactly between two members', async () => {
  const bytes = await packTar([
    ...SMALL,
    ...toMembers({ 'proc/2/fd/4': { link: 'socket:[10]' }, 'proc/2/fd/5': { link: 'x' } }),
  ]);
  const content = bytes.length - 1024;
  const whole = await scan(bytes);
  for (let cut = 512; cut <= content; cut += 128) {
    try {
      const { seen, end } = await scan(bytes.subarray(0, cut));
      assert.equal(end.complete, false, `cut at ${cut} of ${content}`);
      assertPrefix(
        sortLinksLast(seen),
        sortLinksLast(whole.seen).filter((member) => names(seen).includes(member.name)),
      );
    } catch (error) {
      assert.ok(error instanceof BundleError, String(error));
    }
  }
});

function sortLinksLast(seen: readonly Seen[]): readonly Seen[] {
  return [...seen.filter((member) => member.kind === 'link'), ...seen.filter((member) => member.kind !== 'link')];
}

test('a tar that ends with a single block of zeros, or with many, is whole', async () => {
  const content = joinBytes([rawFile('proc/uptime', '1 2\n'), rawLink('proc/1/fd/3', 'x')]);
  for (const zeros of [512, 1024, 20 * 512])
    assert.equal((await scan(joinBytes([content, new Uint8Array(zeros)]))).end.complete, true, `${zeros} zeros`);
});

test('a gzip of a tar that was cut before it was packed is said to be cut', async () => {
  const bytes = await packTar(SMALL);
  const { end } = await scan(gzipSync(bytes.subarray(0, bytes.length - 1024)));
  assert.equal(end.complete, false);
});

test('flipped bits in a gzip never throw anything but a BundleError and never invent a complete archive', async () => {
  const bytes = fixtureBytes('healthy-k6.1');
  const random = createRandom(7);
  let damaged = 0;
  for (let round = 0; round < 25; round++) {
    const copy = new Uint8Array(bytes);
    const at = 20 + random(bytes.length - 40);
    copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
    try {
      const { report } = await analyze(createArchiveBundle('x', createSource({ bytes: copy })));
      assert.notEqual(report.verdict.status, 'healthy', `bit ${at}`);
      assert.equal(report.coverage.truncated, true, `bit ${at}`);
      damaged++;
    } catch (error) {
      assert.ok(error instanceof BundleError, String(error));
    }
  }
  assert.ok(damaged > 10, 'most damage comes late enough to read something');
});

test('a plain tar that is cut inside a file leaves no error behind that would end the process', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on('uncaughtException', note);
  try {
    const bytes = joinBytes([rawFile('a', 'x'.repeat(3000)), END_MARKER]);
    for (let cut = 512; cut < 3584; cut += 256) {
      const { end, seen } = await scan(bytes.subarray(0, cut));
      assert.equal(end.complete, false);
      assert.equal(seen[0]?.complete, false);
    }
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('uncaughtException', note);
  }
  assert.deepEqual(unhandled, []);
});

test('flipped bytes in a plain tar never throw anything but a BundleError', async () => {
  const bytes = await packTar([...SMALL, ...SMALL]);
  const random = createRandom(11);
  for (let round = 0; round < 400; round++) {
    const copy = new Uint8Array(bytes);
    for (let i = 0; i <= random(4); i++) copy[random(copy.length)] = random(256);
    try {
      const { seen } = await scan(copy);
      for (const member of seen) assert.notEqual(member.complete, null);
    } catch (error) {
      assert.ok(error instanceof BundleError, String(error));
    }
  }
});

const HUGE = new Uint8Array([0x80, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
const NEGATIVE = new Uint8Array(12).fill(0xff);

for (const [what, size] of [
  ['larger than the archive', octal(1 << 20)],
  ['of terabytes in base 256', HUGE],
  ['below zero in base 256', NEGATIVE],
  ['that is no number', 'abcdefghijk\0'],
  ['of the digits 8 and 9', '99999999999\0'],
] as const) {
  test(`a size ${what} does not throw, hang or hide that something is wrong`, async () => {
    const bytes = joinBytes([
      rawFile('proc/uptime', '1 2\n'),
      rawHeader({ name: 'proc/lie', size }),
      body('short'),
      END_MARKER,
    ]);
    const { seen, end } = await scan(bytes);
    assert.equal(seen[0]?.text, '1 2\n');
    for (const member of seen) assert.notEqual(member.complete, null, `${member.name} is ended`);
    assert.equal(end.complete, false);
    assert.equal(end.problems.length, 1);
  });
}

test('a size smaller than the body makes the rest no header, which is said', async () => {
  const bytes = joinBytes([
    rawHeader({ name: 'proc/lie', size: octal(1) }),
    body('x'.repeat(2000)),
    rawFile('z', '1'),
    END_MARKER,
  ]);
  const { seen, end } = await scan(bytes);
  assert.equal(seen[0]?.text, 'x');
  assert.equal(end.complete, false);
});

test('a small size in base 256 is read, and offsets behind it are right', async () => {
  const size = new Uint8Array(12);
  size[0] = 0x80;
  size[11] = 4;
  const bytes = joinBytes([
    rawLink('a', 'b'),
    rawHeader({ name: 'proc/big', size }),
    body('text'),
    rawLink('c', 'd'),
    rawFile('proc/after', 'after'),
    END_MARKER,
  ]);
  const { seen, index } = await scan(bytes);
  assert.deepEqual(
    seen.filter((member) => member.kind === 'file').map((member) => member.text),
    ['text', 'after'],
  );
  for (const name of ['proc/big', 'proc/after']) {
    const member = index.files.get(name);
    const text = new TextDecoder().decode(
      bytes.subarray(member?.offset, (member?.offset ?? 0) + (member?.sizeBytes ?? 0)),
    );
    assert.equal(text, name === 'proc/big' ? 'text' : 'after');
  }
});

test('a long name of gigabytes is not waited for', async () => {
  const bytes = joinBytes([
    rawFile('proc/uptime', '1 2\n'),
    rawHeader({ name: '././@LongLink', type: 'L', size: octal(2 ** 32), format: 'gnu' }),
    new Uint8Array(1 << 20),
  ]);
  const { end } = await scan(bytes);
  assert.equal(end.complete, false);
});

test('the other long-name type of GNU is a name, not a member', async () => {
  const long = withChecksum(gnuLong('L', LONG).slice(0, 512).fill(0x4e, 156, 157));
  const bytes = joinBytes([
    long,
    body(`${LONG}\0`),
    rawFile('cut', 'text', { format: 'gnu' }),
    rawFile('proc/after', 'after'),
    END_MARKER,
  ]);
  const { index } = await scan(bytes);
  const member = index.files.get('proc/after');
  assert.equal(new TextDecoder().decode(bytes.subarray(member?.offset, (member?.offset ?? 0) + 5)), 'after');
});

// Limits

function limits(change: Partial<ArchiveLimits>): ScanOptions {
  return { limits: { ...DEFAULT_LIMITS, ...change } };
}

test('a bomb is given up soon after its limit, and said', async () => {
  const bomb = gzipSync(
    joinBytes([
      rawFile('proc/uptime', '1 2\n'),
      rawHeader({ name: 'proc/zeros', size: octal(64 << 20) }),
      new Uint8Array(64 << 20),
      END_MARKER,
    ]),
  );
  assert.ok(bomb.length < 100_000);
  for (const [options, words] of [
    [limits({ maxBytes: 4 << 20 }), /limit/],
    [limits({ maxRatio: 100, ratioFloorBytes: 1 << 20 }), /packed/],
  ] as const) {
    const { end, seen } = await scan(bomb, options);
    assert.equal(end.complete, false);
    assert.match(english(end.problems[0]?.message ?? ''), words);
    assert.ok(end.bytes < 16 << 20, `${end.bytes} bytes were unpacked`);
    assert.equal(seen[0]?.text, '1 2\n');
    assert.equal(seen[1]?.complete, false);
  }
});

test('a real capture is far from every default limit', async () => {
  for (const name of FIXTURES) {
    const { end } = await scan(
      fixtureBytes(name),
      limits({ ratioFloorBytes: 0, maxRatio: DEFAULT_LIMITS.maxRatio / 4 }),
    );
    assert.equal(end.complete, true, name);
  }
});

test('more members than the limit are given up, and said', async () => {
  const links = Array.from({ length: 5000 }, (_, i) => rawLink(`proc/7/fd/${i}`, 'x'));
  const { end } = await scan(joinBytes([...links, END_MARKER]), limits({ maxEntries: 1000 }));
  assert.equal(end.complete, false);
  assert.match(english(end.problems[0]?.message ?? ''), /1,000 members/);
});

// Cancellation and progress

test('cancelling before and during the reading rejects with its code', async () => {
  const bytes = fixtureBytes('leak-closewait-k6.1');
  const early = new AbortController();
  early.abort();
  await assert.rejects(scan(bytes, { signal: early.signal }), { name: 'BundleError', code: 'cancelled' });
  const late = new AbortController();
  let seen = 0;
  await assert.rejects(
    scan(bytes, {
      signal: late.signal,
      onProgress: () => {
        if (++seen === 3) late.abort();
      },
    }),
    { name: 'BundleError', code: 'cancelled' },
  );
  assert.equal(seen, 3);
});

test('progress grows, ends at the packed size and counts members', async () => {
  const bytes = fixtureBytes('leak-closewait-k6.1');
  const steps: { packed: number; entries: number }[] = [];
  const { end } = await scan(bytes, {
    onProgress: (progress) => {
      steps.push({ packed: progress.packedBytesRead, entries: progress.entries });
      assert.equal(progress.packedBytes, bytes.length);
    },
  });
  assert.ok(steps.length > 3);
  for (let i = 1; i < steps.length; i++) assert.ok((steps[i]?.packed ?? 0) >= (steps[i - 1]?.packed ?? 0));
  assert.equal(steps.at(-1)?.packed, bytes.length);
  assert.ok((steps.at(-1)?.entries ?? 0) <= end.entries);
});

test('a visitor that throws fails the scan instead of being mistaken for damage', async () => {
  const visitor = {
    ...createRecorder().visitor,
    file: () => {
      throw new TypeError('a bug of the visitor');
    },
  };
  await assert.rejects(scanArchive(createSource({ bytes: await packTar(SMALL) }), visitor), /a bug of the visitor/);
});

for (const chunkBytes of [1 << 20, 8 << 20]) {
  test(`20,000 empty members for tar-stream do not end its stack in chunks of ${chunkBytes} bytes`, {
    timeout: 60_000,
  }, async () => {
    const hardLinks = Array.from({ length: 20_000 }, (_, i) => rawHeader({ name: `x/${i}`, type: '1', linkName: 'x' }));
    const { end } = await scan(joinBytes([...hardLinks, rawFile('proc/uptime', '1 2\n'), END_MARKER]), { chunkBytes });
    assert.deepEqual([end.complete, end.entries], [true, 20_001]);
  });
}
