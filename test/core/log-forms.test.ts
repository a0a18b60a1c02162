/** A node's own log, rewritten into the forms of other tools: nothing that is concluded from it may change. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../src/core/analyze.ts';
import { parseProcStat } from '../../src/core/parsers/proc/node-files.ts';
import type { Report } from '../../src/core/report/report.ts';
import { type Member, memoryBundle } from './support/bundles.ts';
import { fixtureMembers } from './support/corpus.ts';

const NAME = 'leak-closewait-k6.1';

const textOf = (member: Member | undefined) =>
  member !== undefined && 'text' in member ? Buffer.from(member.text).toString() : '';

type Rewrite = (seconds: number, text: string, boot: number) => string;

const clock = (ms: number) => new Date(ms).toISOString();
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function dayOf(ms: number): { readonly day: string; readonly rest: string; readonly year: number } {
  const date = new Date(ms);
  const rest = `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock(ms).slice(11, 19)}`;
  return { day: DAYS[date.getUTCDay()] ?? '', rest, year: date.getUTCFullYear() };
}

const FORMS: Readonly<Record<string, Rewrite>> = {
  'dmesg -T in UTC': (seconds, text, boot) => {
    const { day, rest, year } = dayOf(boot + seconds * 1000);
    return `[${day} ${rest} ${year}] ${text}`;
  },
  'dmesg -T east of UTC': (seconds, text, boot) => {
    const { day, rest, year } = dayOf(boot + seconds * 1000 + 330 * 60_000);
    return `[${day} ${rest} ${year}] ${text}`;
  },
  'dmesg --time-format iso': (seconds, text, boot) =>
    `${clock(boot + seconds * 1000)
      .slice(0, 23)
      .replace('.', ',')}000+00:00 ${text}`,
  'rsyslog, old': (seconds, text, boot) =>
    `${dayOf(boot + seconds * 1000).rest} node kernel: [${seconds.toFixed(6).padStart(12)}] ${text}`,
  'journalctl -k': (seconds, text, boot) => `${dayOf(boot + seconds * 1000).rest} node kernel: ${text}`,
  'journalctl -o short-iso-precise': (seconds, text, boot) =>
    `${clock(boot + seconds * 1000).slice(0, 23)}000+00:00 node kernel: ${text}`,
  'journalctl -o json': (seconds, text, boot) =>
    JSON.stringify({
      __REALTIME_TIMESTAMP: String(Math.round((boot + seconds * 1000) * 1000)),
      SYSLOG_IDENTIFIER: 'kernel',
      _SOURCE_MONOTONIC_TIMESTAMP: String(Math.round(seconds * 1e6)),
      MESSAGE: text,
    }),
  '/dev/kmsg': (seconds, text) => `6,1,${Math.round(seconds * 1e6)},-;${text}`,
};

async function rewritten(rewrite: Rewrite): Promise<readonly Member[]> {
  const members = await fixtureMembers(NAME);
  const stat = members.find(({ name }) => name.endsWith('proc/stat'));
  const boot = parseProcStat(textOf(stat)).value.bootUnixSeconds;
  assert.ok(boot !== null);
  return members.map((member) => {
    if (!/(?:^|\/)dmesg(?:\.txt)?$/.test(member.name) || !('text' in member)) return member;
    const lines = textOf(member)
      .split('\n')
      .map((line) => {
        const [, seconds, text] = /^\[ *(\d+\.\d+)\] ?(.*)$/.exec(line) ?? [];
        return seconds === undefined ? line : rewrite(Number(seconds), text ?? '', boot * 1000);
      });
    return { ...member, text: lines.join('\n') };
  });
}

const conclusions = ({ verdict, findings, log }: Report) => ({
  verdict: [verdict.sentence, verdict.confidence, verdict.countOwner?.pid],
  findings: findings.map(({ ruleId, messageId, level }) => `${ruleId} ${messageId} ${level}`),
  counts: log?.counts,
  base: log?.timeBase,
});

for (const [form, rewrite] of Object.entries(FORMS)) {
  test(`${form}: the same is concluded as from dmesg, and each burst is at its time`, async () => {
    const { report: expected } = await analyze(memoryBundle(await fixtureMembers(NAME)));
    const { report } = await analyze(memoryBundle(await rewritten(rewrite)));
    assert.deepEqual(conclusions(report), conclusions(expected));
    assert.equal(report.log?.events[0]?.line, expected.log?.events[0]?.line);
    const at = (each: Report) => each.log?.events[0]?.startSeconds ?? Number.NaN;
    assert.ok(Math.abs(at(report) - at(expected)) <= 2, `${at(report)} for ${at(expected)}`);
  });
}

test('lines of an earlier boot are counted, and nothing is concluded from them', async () => {
  const healthy = (await fixtureMembers('healthy-k6.1')).map((member) => {
    if (!/(?:^|\/)dmesg(?:\.txt)?$/.test(member.name) || !('text' in member)) return member;
    const before = '[    0.000000] Linux version 6.1.0\n[   60.000000] TCP: out of memory -- consider tuning tcp_mem\n';
    return { ...member, text: before + textOf(member) };
  });
  const { report: expected } = await analyze(memoryBundle(await fixtureMembers('healthy-k6.1')));
  const { report } = await analyze(memoryBundle(healthy));
  assert.deepEqual(conclusions(report).findings, conclusions(expected).findings);
  assert.deepEqual([report.log?.earlierBoots, report.log?.counts['tcp-out-of-memory']], [1, 1]);
});
