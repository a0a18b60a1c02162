/** The times of day of a log, what they stand on and by how much they may be off. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { isMessage, type MessageArg } from '../../../src/core/report/message.ts';
import type { Report } from '../../../src/core/report/report.ts';
import { memoryBundle, toMembers } from '../support/bundles.ts';
import { english } from '../support/english.ts';
import { rendered } from '../support/rendered.ts';
import { ROOT } from '../support/sockscope.ts';

const OOM = 'TCP: out of memory -- consider tuning tcp_mem';
const BOOT = Date.UTC(2026, 10, 22, 8, 0, 0) / 1000;
const DMESG = `<6>[    0.000000] Linux version 6.1.0\n<6>[   60.000000] ${OOM}\n<6>[ 1000.250000] eth0: link up\n`;

interface Node {
  readonly dmesg: string;
  readonly clock?: string;
  readonly uptime?: string;
  readonly btime?: number | null;
  readonly captured?: string;
}

async function reportOf({ dmesg, clock, uptime, btime = BOOT, captured }: Node): Promise<Report> {
  const meta = { hostname: 'n', captured_at: captured };
  const members = {
    [`${ROOT}dmesg`]: dmesg,
    [`${ROOT}proc/1/comm`]: 'init\n',
    ...(clock === undefined ? {} : { [`${ROOT}dmesg-clock.txt`]: clock }),
    ...(uptime === undefined ? {} : { [`${ROOT}proc/uptime`]: `${uptime} 1.00\n` }),
    ...(btime === null ? {} : { [`${ROOT}proc/stat`]: `cpu  1 2 3\nbtime ${btime}\n` }),
    ...(captured === undefined ? {} : { [`${ROOT}meta.json`]: JSON.stringify(meta) }),
  };
  return (await analyze(memoryBundle(toMembers(members)))).report;
}

async function logOf(node: Node) {
  const { log } = await reportOf(node);
  assert.ok(log !== null);
  return log;
}
/** The names of the sentences of a note, in their order. */
function said(note: MessageArg | undefined): readonly string[] {
  assert.ok(isMessage(note));
  const { before, next } = note.args;
  return before === undefined ? [note.id.replace('log-clock.', '')] : [...said(before), ...said(next)];
}

const at = (hour: number, minute: number, second = 0) => Date.UTC(2026, 10, 22, hour, minute, second) / 1000;

test('seconds since boot get their time of day by btime, and nobody knows how long the node was suspended', async () => {
  const { clock, kinds } = await logOf({ dmesg: DMESG });
  assert.deepEqual(
    [clock.source, clock.zeroUnixSeconds, clock.uncertaintySeconds, clock.suspendSeconds, clock.suspendMaxSeconds],
    ['btime', BOOT, 2, null, null],
  );
  assert.deepEqual(said(clock.note), ['byBtime', 'mayBeOff', 'suspendUnknown']);
  assert.deepEqual(
    kinds.map((kind) => [kind.id, kind.firstLine, kind.firstUnixSeconds, kind.lastUnixSeconds]),
    [['tcp-out-of-memory', 2, at(8, 1), at(8, 1)]],
  );
});

test('the uptime less the last stamp bounds for how long it was', async () => {
  const short = await logOf({ dmesg: DMESG, uptime: '1003.10' });
  assert.equal(short.clock.suspendMaxSeconds, 3);
  assert.deepEqual(said(short.clock.note), ['byBtime', 'mayBeOff', 'suspendSmall']);
  assert.match(english(short.clock.note), /no more than 3 s\.$/);
  const long = await logOf({ dmesg: DMESG, uptime: '30000.00' });
  assert.equal(long.clock.suspendMaxSeconds, 29_000);
  assert.deepEqual(said(long.clock.note), ['byBtime', 'mayBeOff', 'suspendAtMost']);
  assert.match(english(long.clock.note), /no more than 8 h 3 min, the uptime less the last stamp\.$/);
});

test('what dmesg makes of the last stamps tells how far they are behind', async () => {
  const clock = '2026-11-22T13:16:40,250000+00:00 eth0: link up\n';
  const log = await logOf({ dmesg: DMESG, clock, uptime: '19001.00' });
  assert.deepEqual([log.clock.suspendSeconds, log.clock.suspendSource], [18_000, 'dmesg']);
  assert.deepEqual(said(log.clock.note), ['byBtime', 'mayBeOff', 'behind', 'laterLinesTooEarly']);
  assert.match(english(log.clock.note), /behind by 5 h, as dmesg shows/);
});

test('what the uptime has no room for was no suspending', async () => {
  const clock = '2026-11-22T13:16:40,250000+00:00 eth0: link up\n';
  const log = await logOf({ dmesg: DMESG, clock, uptime: '1002.00' });
  assert.deepEqual([log.clock.suspendSeconds, log.clock.suspendMaxSeconds], [null, 2]);
});

test('a line that came in between, or that is there twice, measures nothing', async () => {
  const other = '2026-11-22T13:16:40,250000+00:00 another line\n';
  assert.equal((await logOf({ dmesg: DMESG, clock: other })).clock.suspendSeconds, null);
  const twice = `${DMESG}<6>[ 2000.000000] eth0: link up\n`;
  const clock = '2026-11-22T13:16:40,250000+00:00 eth0: link up\n';
  assert.equal((await logOf({ dmesg: twice, clock })).clock.suspendSeconds, null);
});

test('the two clocks of a log of a daemon show that the node was suspended, and move no time of day', async () => {
  const dmesg = [
    '2026-11-22T10:00:05.000000+02:00 host kernel: [    5.000000] Linux version 6.1.0',
    `2026-11-22T10:01:00.500000+02:00 host kernel: [   60.500000] ${OOM}`,
    `2026-11-22T15:01:40.000000+02:00 host kernel: [  100.000000] ${OOM}`,
  ].join('\n');
  const { clock, kinds, zoneMinutes } = await logOf({ dmesg: `${dmesg}\n`, uptime: '18200.00' });
  assert.deepEqual(
    [clock.source, zoneMinutes, clock.uncertaintySeconds, clock.suspendSeconds, clock.suspendSource],
    ['log', 120, 1, 18_000, 'log'],
  );
  assert.deepEqual([kinds[0]?.firstUnixSeconds, kinds[0]?.lastUnixSeconds], [at(8, 1) + 0.5, at(13, 1, 40)]);
  assert.deepEqual(said(clock.note), ['ofLinesInZone', 'mayBeOff', 'behind', 'onlySecondsMoved']);
  assert.match(english(clock.note), /^Times of day are those of the lines themselves, in UTC\+02:00\./);
});

test('dmesg -T after suspending: its times are too late by what is measured', async () => {
  const dmesg = `2026-11-22T09:00:00,000000+00:00 Linux version 6.1.0\n2026-11-22T09:01:00,000000+00:00 ${OOM}\n`;
  const { clock } = await logOf({ dmesg, uptime: '4000.00' });
  assert.deepEqual([clock.source, clock.suspendSeconds, clock.suspendSource], ['log', 3600, 'dmesg']);
  assert.deepEqual(said(clock.note), ['ofLinesInZone', 'madeByDmesg', 'mayBeOff', 'behind', 'earlierLinesTooLate']);
});

test('without btime the capture less the uptime will do, within a minute', async () => {
  const captured = '2026-11-22T09:00:00Z';
  const { clock, kinds } = await logOf({ dmesg: DMESG, btime: null, uptime: '3600.00', captured });
  assert.deepEqual([clock.source, clock.zeroUnixSeconds, clock.uncertaintySeconds], ['capture', BOOT, 61]);
  assert.equal(kinds[0]?.firstUnixSeconds, at(8, 1));
});

test('without any of them there is no time of day, and that is said', async () => {
  const { clock, kinds } = await logOf({ dmesg: DMESG, btime: null });
  assert.deepEqual([clock.source, clock.zeroUnixSeconds, clock.uncertaintySeconds], [null, null, null]);
  assert.equal(kinds[0]?.firstUnixSeconds, null);
  assert.deepEqual(said(clock.note), ['fromBoot']);
  assert.deepEqual(said((await logOf({ dmesg: `${OOM}\n` })).clock.note), ['noTimes']);
});

test('local times without a zone count from the first line, and the report says so', async () => {
  const report = await reportOf({ dmesg: `Nov 22 08:00:10 host kernel: a\nNov 22 08:00:30 host kernel: ${OOM}\n` });
  assert.deepEqual([report.log?.timeBase, report.log?.kinds[0]?.firstSeconds], ['first-line', 20]);
  assert.match(
    rendered('markdown', report),
    /Times count from the first line of the log: its lines have the local time of day/,
  );
});

test('local times become seconds since boot where btime and the zone of other times of the bundle are known', async () => {
  const dmesg = `Nov 22 10:00:30 host kernel: ${OOM}\nNov 22 10:16:00 host kernel: eth0: link up\n`;
  const clock = '2026-11-22T10:16:00,250000+02:00 eth0: link up\n';
  const captured = '2026-11-22T08:20:00Z';
  const log = await logOf({ dmesg, clock, captured });
  assert.deepEqual(
    [log.timeBase, log.zoneMinutes, log.clock.zoneSource, log.kinds[0]?.firstSeconds, log.kinds[0]?.firstUnixSeconds],
    ['boot', 120, 'bundle', 30, at(8, 0, 30)],
  );
  assert.deepEqual(said(log.clock.note).slice(0, 2), ['ofLinesInZone', 'zoneOfBundle']);
  // It would have been written after the capture.
  const early = await logOf({ dmesg, clock, captured: '2026-11-22T08:05:00Z' });
  assert.deepEqual([early.timeBase, early.zoneMinutes], ['first-line', null]);
  assert.deepEqual(said(early.clock.note), ['localFromFirstLine']);
});

test('without btime the zone of other times gives the time of day, and seconds count from the first line', async () => {
  const dmesg = `Nov 22 10:00:30 host kernel: ${OOM}\nNov 22 10:16:00 host kernel: eth0: link up\n`;
  const clock = '2026-11-22T10:16:00,250000+02:00 eth0: link up\n';
  const log = await logOf({ dmesg, clock, btime: null, captured: '2026-11-22T08:20:00Z' });
  assert.deepEqual(
    [log.timeBase, log.kinds[0]?.firstSeconds, log.kinds[0]?.firstUnixSeconds],
    ['first-line', 0, at(8, 0, 30)],
  );
  assert.deepEqual(said(log.clock.note).slice(0, 3), ['ofLinesInZone', 'zoneOfBundle', 'fromFirstLine']);
});

test('the Markdown has the first and the last line of each kind with its time of day', async () => {
  const text = rendered('markdown', await reportOf({ dmesg: `${DMESG}<4>[ 2000.500000] ${OOM}\n` }));
  assert.match(
    text,
    /\| 2 \| line 2, 60\.0 s, 2026-11-22 08:01:00 UTC \| line 4, 2000\.5 s, 2026-11-22 08:33:20 UTC \|/,
  );
});
