/** What is written is read again as it was, for values that fast-check makes up and shrinks. Its seed is fixed. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { scanArchive } from '../../src/archive/scan-archive.ts';
import { createSource } from '../../src/archive/source.node.ts';
import { createRawFacts } from '../../src/core/collect/raw-facts.ts';
import { escapeMarkdown } from '../../src/core/formats/markdown-escape.ts';
import { createBlockFile } from '../../src/core/parsers/collector/block-file.ts';
import { parseBundleManifest } from '../../src/core/parsers/collector/bundle-manifest.ts';
import { parseCrictlContainers, parseCrictlPods } from '../../src/core/parsers/commands/crictl.ts';
import { parseSockstat } from '../../src/core/parsers/proc/net-sockstat.ts';
import { createTcpTableParser } from '../../src/core/parsers/proc/net-tcp.ts';
import { cleanText } from '../../src/core/text.ts';
import { inChunks, type Member, toBytes } from '../core/support/bundles.ts';
import { createRandom } from '../core/support/random.ts';
import { END_MARKER, joinBytes } from '../core/support/raw-tar.ts';
import { createRecorder } from '../core/support/recorder.ts';
import { block } from '../core/support/sockscope.ts';
import { sockstatText, type TcpRow, tcp6Table, tcpTable } from '../core/support/tables.ts';
import { HOSTILE_STRINGS } from './hostile-strings.ts';
import { markdownFault } from './oracles.ts';
import { packPieces } from './pack-raw.ts';

fc.configureGlobal({ seed: 20_261_123, numRuns: 300 });

const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const chunkBytes = fc.integer({ min: 1, max: 2000 });
const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE_STRINGS));

const row: fc.Arbitrary<TcpRow> = fc.record(
  {
    state: fc.integer({ min: 1, max: 12 }),
    tx: uint32,
    rx: uint32,
    timer: fc.integer({ min: 0, max: 4 }),
    uid: uint32,
    inode: uint32,
  },
  { noNullPrototype: true },
);

for (const family of [4, 6] as const) {
  test(`rows of net/tcp of family ${family} are read as they were written, in pieces of any size`, () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), chunkBytes, (rows, size) => {
        const parser = createTcpTableParser(family);
        for (const piece of inChunks(toBytes(family === 4 ? tcpTable(rows) : tcp6Table(rows)), size))
          parser.write(piece);
        const { columns, problems } = parser.end(true);
        assert.deepEqual(problems, []);
        const read = Array.from({ length: columns.count }, (_, i) => ({
          state: columns.state[i],
          tx: columns.txQueueBytes[i],
          rx: columns.rxQueueBytes[i],
          timer: columns.timer[i],
          inode: columns.inode[i],
        }));
        assert.deepEqual(
          read,
          rows.map(({ uid: _uid, ...kept }) => kept),
        );
      }),
    );
  });
}

test('numbers of sockstat are read as they were written', () => {
  fc.assert(
    fc.property(count, count, count, count, (inuse, alloc, mem, tw) => {
      const { value, problems } = parseSockstat(sockstatText({ inuse, alloc, mem, tw }));
      assert.deepEqual(problems, []);
      assert.deepEqual([value.tcpInuse, value.tcpAlloc, value.tcpMemPages, value.tcpTimeWait], [inuse, alloc, mem, tw]);
    }),
  );
});

const path = fc
  .array(fc.constantFrom('proc', '1', 'status', ' ', ' <==', '==> /', 'x'), { minLength: 1 })
  .map((parts) => `/${parts.join('/')}`);
const line = fc.oneof(
  fc.string(),
  fc.constantFrom('==> /a <==', ' ==> /a <==', '==> ', '  ==> x', '==> /', ' <==', ''),
);
const content = fc
  .array(line, { maxLength: 8 })
  .map((lines) => lines.map((each) => `${each.replaceAll(/[\r\n]/g, '')}\n`).join(''));

test('blocks are read as they were written: no content forges a heading, no blank is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(path, content), { maxLength: 6 }), chunkBytes, (blocks, size) => {
      const read: [string, string][] = [];
      const decoder = new TextDecoder();
      const file = createBlockFile({
        open(name) {
          const parts: Uint8Array[] = [];
          return {
            write: (bytes) => void parts.push(bytes.slice()),
            end: () => void read.push([name, decoder.decode(joinBytes(parts))]),
          };
        },
        end: () => {},
      });
      for (const piece of inChunks(toBytes(blocks.map(([name, text]) => block(name, text)).join('')), size))
        file.write(piece);
      file.end(true);
      assert.deepEqual(read, blocks);
    }),
  );
});

test('sockets of fds.txt are counted as they were written, whatever the other targets are', () => {
  const target = fc.oneof(
    uint32.map((inode) => `socket:[${inode}]`),
    hostile.map((text) => text.replaceAll(/[\r\n]/g, '')),
  );
  const process = fc.tuple(fc.integer({ min: 1, max: 4_194_304 }), fc.array(target, { maxLength: 8 }));
  fc.assert(
    fc.property(fc.uniqueArray(process, { selector: ([pid]) => pid, maxLength: 5 }), chunkBytes, (processes, size) => {
      const facts = createRawFacts('');
      const sink = facts.sinkFor({ kind: 'fd-blocks' }, { entry: 'fds.txt', rank: 0, lineOffset: 0, sizeBytes: 0 });
      const text = processes.map(([pid, targets]) =>
        block(`/proc/${pid}/fd`, targets.map((each, fd) => `${fd} -> ${each}\n`).join('')),
      );
      for (const piece of inChunks(toBytes(text.join('')), size)) sink?.write(piece);
      sink?.end(true);
      const sockets = processes.flatMap(([pid, targets]) =>
        targets.flatMap((each, fd) => (isSocket(each) ? [[pid, fd, Number(each.slice(8, -1))]] : [])),
      );
      const { fds } = facts;
      assert.deepEqual(
        Array.from({ length: fds.count }, (_, i) => [fds.pid[i], fds.fd[i], fds.inode[i]]),
        sockets,
      );
      for (const [pid, targets] of processes) {
        const kinds = facts.processes.get(pid)?.listing?.kinds ?? [];
        assert.equal(
          kinds.reduce((sum, each) => sum + each, 0),
          targets.length,
        );
      }
    }),
  );
});

function isSocket(target: string): boolean {
  return /^socket:\[\d+\]$/.test(target);
}

/** Without what a header or UTF-8 cannot hold. */
const name = fc
  .oneof(fc.string({ minLength: 1, maxLength: 150 }), fc.constantFrom(...HOSTILE_STRINGS))
  .map((text) => `n${text.replaceAll(/[\0\ud800-\udfff]/gu, '')}n`);
const member: fc.Arbitrary<Member> = fc.oneof(
  fc.record({ name, text: fc.uint8Array({ maxLength: 3000 }) }),
  fc.record({ name, link: name }),
  fc.record({ name, directory: fc.constant(true) }),
);

test('members are read as they were packed, in ustar with pax and in GNU, in pieces of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(member, { minLength: 1, maxLength: 12 }),
      fc.nat(),
      chunkBytes,
      async (members, seed, size) => {
        const bytes = joinBytes([...packPieces(members, createRandom(seed)), END_MARKER]);
        const { seen, visitor } = createRecorder();
        const { end, index } = await scanArchive(createSource({ bytes }), visitor, { chunkBytes: size });
        assert.equal(end.complete, true);
        assert.equal(end.entries, members.length);
        const decode = (text: Uint8Array) => new TextDecoder().decode(text);
        assert.deepEqual(
          seen.map((each) => [each.name, each.text]),
          members.map((each) => [
            each.name,
            'text' in each ? decode(toBytes(each.text)) : 'link' in each ? each.link : '',
          ]),
        );
        for (const file of index.files.values())
          assert.equal(
            decode(bytes.subarray(file.offset, file.offset + file.sizeBytes)),
            seen.findLast((each) => each.kind === 'file' && each.name === file.name)?.text,
          );
      },
    ),
    { numRuns: 150 },
  );
});

test('no JSON makes the parsers of the collector throw or believe a wrong type', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), (text) => {
      for (const parse of [parseBundleManifest, parseCrictlPods, parseCrictlContainers]) {
        const { problems } = parse(text);
        assert.ok(problems.length <= 1);
      }
    }),
  );
});

test('escaped text stays one cell, makes no markup, and shows what it was', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 2, maxLength: 2 }), ([first = '', second = '']) => {
      const [a, b] = [escapeMarkdown(first), escapeMarkdown(second)];
      assert.equal(markdownFault(`| head | two |\n| --- | --- |\n| ${a} | ${b} |\n\n${a} ${b}\n`), null);
      assert.equal(unescaped(a), cleanText(first));
    }),
    { numRuns: 3000 },
  );
});

/** What a reader of the Markdown sees; the invisible blank behind a scheme or an @ is none of the text. */
function unescaped(text: string): string {
  return text
    .replaceAll(/\\([\\`*[\]<>|~_#+=.)-])/g, '$1')
    .replaceAll('\u200b', '')
    .replaceAll('&amp;', '&');
}
