import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { outlineLog } from '../support/outline.ts';

const OOM = 'TCP: out of memory -- consider tuning tcp_mem';
const ORPHANS = 'TCP: too many orphaned sockets';

function at(seconds: number, text: string): string {
  return `[${seconds.toFixed(6).padStart(12)}] ${text}`;
}

function suppressed(count: number): string {
  return `net_ratelimit: ${count} callbacks suppressed`;
}

function burstsOf(lines: readonly string[]) {
  return outlineLog(lines).bursts.map((burst) => ({ ...burst, message: burst.message.id }));
}

test('lines of one message within five seconds are one burst, whatever stands between them', () => {
  const lines = [at(1, 'eth0: up'), at(10, OOM), at(11, 'eth0: down'), at(14.5, OOM), at(30, OOM)];
  assert.deepEqual(burstsOf(lines), [
    { message: 'tcp-out-of-memory', line: 2, endLine: 4, lines: 2, seconds: 4.5, suppressed: 0 },
    { message: 'tcp-out-of-memory', line: 5, endLine: 5, lines: 1, seconds: 0, suppressed: 0 },
  ]);
});

test('every catalogued line is listed with its message', () => {
  const { lines } = outlineLog([at(1, 'eth0: up'), at(10, OOM), at(10, ORPHANS)]);
  assert.deepEqual(
    lines.map(({ line, message }) => [line, message.id]),
    [
      [2, 'tcp-out-of-memory'],
      [3, 'tcp-too-many-orphans'],
    ],
  );
});

test('a log without times has bursts of neighbours, and no duration', () => {
  assert.deepEqual(burstsOf([OOM, OOM, 'a', 'b', 'c', OOM]), [
    { message: 'tcp-out-of-memory', line: 1, endLine: 2, lines: 2, seconds: null, suppressed: 0 },
    { message: 'tcp-out-of-memory', line: 6, endLine: 6, lines: 1, seconds: null, suppressed: 0 },
  ]);
});

test('what was suppressed is told of the burst it lies in, of every kind', () => {
  const lines = [at(10, OOM), at(10, ORPHANS), at(13, suppressed(1518)), at(13, OOM), at(13, ORPHANS)];
  assert.deepEqual(
    burstsOf(lines).map(({ message, suppressed }) => [message, suppressed]),
    [
      ['tcp-out-of-memory', 1518],
      ['tcp-too-many-orphans', 1518],
      ['net-ratelimit', 1518],
    ],
  );
});

test('what the kernel suppressed in a window is told with its next message: it is of the burst before', () => {
  const lines = [at(45, OOM), at(45.1, OOM), at(51.2, suppressed(2)), at(51.2, OOM)];
  assert.deepEqual(
    burstsOf(lines).map(({ message, line, suppressed }) => [message, line, suppressed]),
    [
      ['tcp-out-of-memory', 1, 2],
      ['net-ratelimit', 3, 2],
      ['tcp-out-of-memory', 4, 0],
    ],
  );
});

test('what was suppressed long after a burst is not of it', () => {
  const [burst] = burstsOf([at(45, OOM), at(500, suppressed(2)), at(500, ORPHANS)]);
  assert.equal(burst?.suppressed, 0);
});

test('what is suppressed twice adds up, and no number of a hostile log is too large', () => {
  const huge = suppressed(Number.MAX_SAFE_INTEGER);
  const lines = [at(10, OOM), at(11, suppressed(1)), at(12, OOM), at(13, suppressed(2)), at(14, OOM)];
  assert.equal(burstsOf(lines)[0]?.suppressed, 3);
  assert.equal(burstsOf([at(10, OOM), at(11, huge), at(12, huge)])[0]?.suppressed, Number.MAX_SAFE_INTEGER);
  assert.equal(burstsOf([at(10, OOM), at(11, `net_ratelimit: ${'9'.repeat(400)} callbacks suppressed`)]).length, 2);
});

function bootsOf(lines: readonly string[]) {
  return outlineLog(lines).boots.map(({ line, endLine, version, bursts }) => [line, endLine, version, bursts.length]);
}

const BANNER = 'Linux version 6.1.0-50-amd64 (debian-kernel@lists.debian.org) (gcc-12) #1 SMP';

test('a log without a boot in it is one boot, and so is an empty one', () => {
  assert.deepEqual(bootsOf([at(10, OOM), at(20, OOM)]), [[1, 2, '', 2]]);
  assert.deepEqual(bootsOf([]), [[1, 1, '', 0]]);
});

test('the banner of the kernel begins a boot, in every form of a line', () => {
  for (const prefix of [
    '',
    '[    0.000000] ',
    '[    0.000000][    T0] ',
    '[    0.000000 <    0.000000>] ',
    '<5>[    0.000000] ',
    '<5>',
    'kern  :notice: [    0.000000] ',
    'kern  :notice: ',
    '[Sun Mar  1 10:00:00 2026] ',
    '[Mar 1 10:00] ',
    '2026-03-01T10:00:00,000000+00:00 ',
    '5,0,0,-;',
    'Mar  1 10:00:00 node-1 kernel: ',
    'Mar  1 10:00:00 node-1 kernel: [    0.000000] ',
    '2026-03-01T10:00:00+0000 node-1 kernel: ',
    '<5>1 2026-03-01T10:00:00.000000+00:00 node-1 kernel - - - ',
    '[    0.000000] node-1 kernel: ',
  ])
    assert.deepEqual(
      bootsOf(['first', `${prefix}${BANNER}`, 'last']),
      [
        [1, 1, '', 0],
        [2, 3, '6.1.0-50-amd64', 0],
      ],
      prefix,
    );
});

test('other lines that name a version of Linux begin none', () => {
  for (const line of [
    at(1, `mydriver: ${BANNER}`),
    at(1, 'built for Linux version 6.1'),
    at(1, 'Linux version unknown'),
  ])
    assert.equal(bootsOf(['first', line]).length, 1, line);
});

test('a separator of journalctl begins a boot, and the banner after it is of the same', () => {
  for (const separator of ['-- Boot 0123456789abcdef0123456789abcdef --', '-- Reboot --'])
    assert.deepEqual(bootsOf(['a', 'b', separator, BANNER, 'c']), [
      [1, 2, '', 0],
      [3, 5, '6.1.0-50-amd64', 0],
    ]);
  assert.equal(bootsOf(['a', '-- Logs begin at Sun 2026-03-01 10:00:00 UTC. --', 'b']).length, 1);
});

test('what the kernel says before its banner is of that boot, what is later is of the one before', () => {
  assert.deepEqual(bootsOf([at(0, 'microcode: updated early'), at(0, BANNER), at(1, 'x')]), [
    [1, 3, '6.1.0-50-amd64', 0],
  ]);
  assert.equal(bootsOf([at(900, 'reboot: Restarting system'), at(0, BANNER)]).length, 2);
});

test('a burst ends with its boot', () => {
  const lines = [at(0, BANNER), at(10, OOM), at(0, BANNER), at(10, OOM), at(11, OOM)];
  assert.deepEqual(bootsOf(lines), [
    [1, 2, '6.1.0-50-amd64', 1],
    [3, 5, '6.1.0-50-amd64', 1],
  ]);
});

test('a hostile log makes no more boots, bursts and lines than can be shown, in time', () => {
  const started = performance.now();
  const many = outlineLog(Array.from({ length: 50_000 }, (_, i) => at(i * 100, i % 2 === 0 ? BANNER : OOM)));
  assert.equal(many.boots.length, 1000);
  assert.ok(many.bursts.length <= 5000);
  assert.equal(many.boots.at(-1)?.endLine, 50_000);
  const long = outlineLog([`${'oom-kill:constraint=A,'.repeat(50_000)}x`, `${OOM}${'x'.repeat(1_000_000)}`]);
  assert.deepEqual(
    long.lines.map(({ line }) => line),
    [2],
  );
  assert.ok(performance.now() - started < 5000);
});

test('colours of a terminal hide no message', () => {
  const lines = readFileSync(new URL('../../fixtures/logs/dmesg-color.txt', import.meta.url), 'utf8').split('\n');
  assert.deepEqual(
    outlineLog(lines).bursts.map(({ message, lines: count }) => [message.id, count]),
    [
      ['tcp-out-of-memory', 2],
      ['net-ratelimit', 1],
      ['syn-flood', 1],
      ['oom-kill-cgroup', 1],
      ['oom-kill', 1],
      ['tcp-too-many-orphans', 1],
    ],
  );
});
