import assert from 'node:assert/strict';
import test from 'node:test';
import { createLogScanner, type LogScan, logLineSeconds } from '../../../src/core/kernel-log/kernel-log.ts';
import { inChunks, toBytes } from '../support/bundles.ts';

function scan(text: string, chunkBytes = 1 << 20): LogScan {
  const scanner = createLogScanner();
  for (const chunk of inChunks(toBytes(text), chunkBytes)) scanner.write(chunk);
  return scanner.end();
}

const OOM = 'TCP: out of memory -- consider tuning tcp_mem';

const STAMPS: readonly (readonly [form: string, line: string, seconds: number | null])[] = [
  ['dmesg', '[    1.351998] text', 1.351998],
  ['dmesg of a node that is up for years', '[123456789.351998] text', 123456789.351998],
  ['dmesg with the caller, a task', '[    1.351998][    T1] text', 1.351998],
  ['dmesg with the caller, a CPU', '[    1.351998][  C12] text', 1.351998],
  ['dmesg -r', '<6>[    1.430255] text', 1.430255],
  ['dmesg -r of another facility', '<30>[    1.430255] text', 1.430255],
  ['dmesg -x', 'kern  :info  : [    1.430255] text', 1.430255],
  ['dmesg -x of a longer level', 'daemon:notice: [   12.430255] text', 12.430255],
  ['dmesg -d', '[    1.430255 <    0.078257>] text', 1.430255],
  ['syslog', 'Nov 22 18:00:00 worker-f25 kernel: [12345.678901] text', 12345.678901],
  ['syslog in ISO time', '2026-11-22T18:00:00.123456+00:00 host kernel: [12345.678901] text', 12345.678901],
  ['journalctl -o short-monotonic', '[ 1234.567890] host kernel: text', 1234.56789],
  ['journalctl -k', 'Nov 22 18:00:00 host kernel: text', null],
  ['dmesg -T', '[Sun Nov 22 18:55:58 2026] text', null],
  ['dmesg --time-format iso', '2026-11-22T18:55:58,351998+00:00 text', null],
  ['dmesg -e', '[  +0.078257] text', null],
  ['dmesg -t', 'text [    1.5] more', null],
  ['an empty line', '', null],
];
for (const [form, line, seconds] of STAMPS) {
  test(`the time of ${form} is ${seconds === null ? 'not guessed' : 'seconds since boot'}`, () => {
    assert.equal(logLineSeconds(line), seconds);
  });
  test(`the message is found behind ${form}`, () => {
    const { hits } = scan(`${line.replace(/text.*/, '')}${OOM}\n`);
    assert.deepEqual(
      hits.map((hit) => [hit.id, hit.line]),
      [['tcp-out-of-memory', 1]],
    );
  });
}

const LOG = `[    0.000000] Linux version 6.1.0
[    1.000000] TCP: Hash tables configured (established 32768 bind 32768)
[   45.006070] ${OOM}
[   45.007000] ${OOM}

[   50.000000] net_ratelimit: 4 callbacks suppressed
[   57.470087] ${OOM}
`;

const NO_REPORTS = { records: [], more: 0 };

test('lines, first and last time, hits and suppressed messages are counted', () => {
  assert.deepEqual(scan(LOG), {
    lines: 7,
    firstSeconds: 0,
    lastSeconds: 57.470087,
    hits: [
      { id: 'tcp-out-of-memory', line: 3, seconds: 45.00607 },
      { id: 'tcp-out-of-memory', line: 4, seconds: 45.007 },
      { id: 'net-ratelimit', line: 6, seconds: 50 },
      { id: 'tcp-out-of-memory', line: 7, seconds: 57.470087 },
    ],
    suppressed: 4,
    dropped: 0,
    boots: 1,
    clock: null,
    lastClock: null,
    firstWallMs: null,
    lastWallMs: null,
    missing: null,
    reports: NO_REPORTS,
  });
});

test('CRLF, a missing final newline and blank lines keep the line numbers', () => {
  assert.deepEqual(scan(LOG.replaceAll('\n', '\r\n')), scan(LOG));
  assert.deepEqual(scan(LOG.trimEnd()), scan(LOG));
});

test('an empty log has no lines and no times', () => {
  const nothing = { lines: 0, firstSeconds: null, lastSeconds: null, hits: [], suppressed: 0, dropped: 0 };
  assert.deepEqual(scan(''), {
    ...nothing,
    boots: 0,
    clock: null,
    lastClock: null,
    firstWallMs: null,
    lastWallMs: null,
    missing: null,
    reports: NO_REPORTS,
  });
});

const LONG = `${'x'.repeat(200_000)} ${OOM}`;
const MIXED = `${'no stamp here\n'.repeat(40)}${LOG}${LONG}\n[   60.000000] ${OOM}\n\u00e4\u00f6\u00fc \ud83d\ude00 ${OOM}\n\n\n${'still none\n'.repeat(30)}`;

for (const size of [1, 7, 100, 4096, 65536, 100_000]) {
  test(`chunks of ${size} bytes give the scan of the whole log, long lines included`, () => {
    assert.deepEqual(scan(MIXED, size), scan(MIXED));
  });
}

test('a line longer than any that the kernel prints is one line', () => {
  const result = scan(`[    1.000000] a\n${'y'.repeat(3_000_000)}\n[    2.000000] ${OOM}\n`, 65536);
  assert.equal(result.lines, 3);
  assert.deepEqual(result.hits, [{ id: 'tcp-out-of-memory', line: 3, seconds: 2 }]);
});

const STAMP_LENGTH = '[    3.000000] '.length;
const KILL = '[    3.000000] Memory cgroup out of memory: Killed process 4242 (java) total-vm:10kB';
const GROUP = '[    2.900000] oom-kill:constraint=CONSTRAINT_MEMCG,task_memcg=/kubepods/a,task=java,pid=4242,uid=0';
const FLOOD = '[    4.000000] TCP: request_sock_TCP: Possible SYN flooding on port [::]:8080. Sending cookies.';

test('the text of kills and of SYN floods is kept, that of other messages is not', () => {
  const { hits } = scan(`[    1.000000] ${OOM}\n${GROUP}\n${KILL}\n${FLOOD}\n`);
  assert.deepEqual(
    hits.map((hit) => [hit.id, hit.text]),
    [
      ['tcp-out-of-memory', undefined],
      ['oom-kill-cgroup', undefined],
      ['oom-kill', KILL.slice(STAMP_LENGTH)],
      ['syn-flood', FLOOD.slice(STAMP_LENGTH)],
    ],
  );
  assert.equal('text' in (hits[0] ?? {}), false);
});

test('kept text is bounded in length and in number, the hits are all there', () => {
  const long = `${KILL}${'x'.repeat(5000)}`;
  const text = scan(`${long}\n`).hits[0]?.text ?? '';
  assert.ok(text.length >= KILL.length && text.length < long.length && long.slice(STAMP_LENGTH).startsWith(text));
  const { hits } = scan(`${OOM}\n${KILL}\n`.repeat(3000));
  const kept = hits.filter((hit) => hit.text !== undefined);
  assert.equal(hits.length, 6000);
  assert.ok(kept.length >= 100 && kept.length < 3000);
  assert.deepEqual(
    kept.map((hit) => hit.line),
    kept.map((_, i) => 2 * i + 2),
  );
});

test('bytes that are not UTF-8 hide nothing', () => {
  const bytes = toBytes(`[    1.000000] \n[    2.000000] ${OOM}\n`);
  bytes[14] = 0xff;
  const scanner = createLogScanner();
  scanner.write(bytes);
  assert.equal(scanner.end().hits[0]?.line, 2);
});

test('millions of hits are bounded, and what is not kept is counted', () => {
  const result = scan(`${OOM}\n`.repeat(250_000));
  assert.equal(result.lines, 250_000);
  assert.equal(result.hits.length + result.dropped, 250_000);
  assert.ok(result.dropped > 0);
});
