import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { countersOfMessages } from '../../../src/core/editor/log-counters.ts';
import { describeLogMessage } from '../../../src/core/editor/log-line-facts.ts';
import { topicsOfMessage } from '../../../src/core/editor/log-topics.ts';
import { LOG_CATALOGUE, logMessage } from '../../../src/core/kernel-log/log-catalogue.ts';
import { RULES } from '../../../src/core/rules/index.ts';
import { ENGLISH } from '../../../src/core/wording/languages.ts';
import { memoryBundle, toMembers } from '../support/bundles.ts';
import { analyzeFixture } from '../support/corpus.ts';
import { defined } from '../support/defined.ts';
import { english } from '../support/english.ts';
import { rulesOfMessage } from '../support/log-pages.ts';
import { sockstatText } from '../support/tables.ts';

const message = (id: string) => defined(logMessage(id));
const ABORTS = 'TcpExt.TCPAbortOnMemory';
const netstat = (aborts: number) => `TcpExt: SyncookiesSent TCPAbortOnMemory\nTcpExt: 0 ${aborts}\n`;
const sockstat = sockstatText({ used: 9, inuse: 1, orphan: 0, tw: 0, alloc: 3, mem: 2 });

/** Pid 1 is of the host, the others are each in a namespace of their own. */
function bundleOf(aborts: readonly (number | null)[], log = '') {
  const members: Record<string, string | { link: string }> = { 'proc/uptime': '100 1\n', dmesg: log };
  aborts.forEach((count, index) => {
    const folder = `proc/${index === 0 ? 1 : 100 + index}`;
    members[`${folder}/ns/net`] = { link: `net:[${4026531840 + index}]` };
    members[`${folder}/net/sockstat`] = sockstat;
    if (count !== null) members[`${folder}/net/netstat`] = netstat(count);
  });
  return analyze(memoryBundle(toMembers(members)));
}

test('of a real node in trouble: lines, the counter of the victims, mem against its limit, and who holds it', async () => {
  const { report, snapshot } = await analyzeFixture('leak-closewait-k6.1');
  const told = describeLogMessage(message('tcp-out-of-memory'), english(report), countersOfMessages(snapshot), ENGLISH);
  assert.match(told.count, /^(?:At least )?\d[\d,]* such lines/);
  assert.match(told.facts[0] ?? '', /^TCPAbortOnMemory = [1-9][\d,]* in \d+ network namespaces since they exist/);
  assert.match(told.facts[1] ?? '', /^mem 12,302 pages \(48\.1 MiB\) ± 512 against tcp_mem max 11,202 pages/);
  assert.equal(told.facts.length, 2, 'who holds it is said once, by the verdict');
  assert.equal(told.verdict, english(report.verdict.sentence));
  assert.match(told.verdict, /^python3 \(pid 185\)/);
  const unsure = { ...report, verdict: { ...report.verdict, memoryOwner: null } };
  assert.match(
    describeLogMessage(message('tcp-out-of-memory'), english(unsure), [], ENGLISH).facts[2] ?? '',
    /^python3 \(pid 185\)/,
  );
  assert.ok(told.evidence.length > 0);
});

test('a counter is summed over the namespaces that have it, and the one with most of it is named', async () => {
  const { report, snapshot } = await bundleOf([2, 40, 0]);
  const counters = countersOfMessages(snapshot);
  assert.deepEqual(
    counters.find(({ key }) => key === ABORTS),
    { key: ABORTS, total: 42, namespaces: 3, most: { netns: 4026531841, value: 40 } },
  );
  const [first] = describeLogMessage(message('tcp-too-many-orphans'), english(report), counters, ENGLISH).facts;
  assert.equal(first, 'TCPAbortOnMemory = 42 in 3 network namespaces since they exist, most in net:[4026531841] (40).');
});

test('a counter that only some namespaces have says of how many it is, and one that none has is not 0', async () => {
  const some = await bundleOf([0, null]);
  const tell = ({ report, snapshot }: typeof some) =>
    describeLogMessage(message('tcp-too-many-orphans'), english(report), countersOfMessages(snapshot), ENGLISH)
      .facts[0];
  assert.equal(tell(some), 'TCPAbortOnMemory = 0 in 1 of 2 network namespaces.');
  assert.equal(tell(await bundleOf([null, null])), 'TCPAbortOnMemory is not in this bundle.');
});

test('lines of a message that is about something else tell nothing of TCP memory', async () => {
  const { report, snapshot } = await bundleOf([1], '[  1.0] Memory cgroup out of memory: Killed process 7 (java)\n');
  const told = describeLogMessage(message('oom-kill'), english(report), countersOfMessages(snapshot), ENGLISH);
  assert.equal(told.count, '1 such line.');
  assert.equal(told.verdict, null);
  assert.ok(told.facts.every((fact) => !/tcp_mem max/.test(fact)));
});

test('every rule that reads a message is named at it, and nothing is named that is not there', () => {
  const folder = new URL('../../../src/core/rules/', import.meta.url);
  const ids = new Set<string>(RULES.map(({ id }) => id));
  const found: string[] = [];
  for (const name of readdirSync(folder)) {
    const rule = name.replace(/\.ts$/, '');
    // Its own id is no message that it reads, but where both have the same name.
    const source = readFileSync(new URL(name, folder), 'utf8').replace(`  id: '${rule}',`, '');
    if (!ids.has(rule)) continue;
    for (const { id } of LOG_CATALOGUE) if (source.includes(`'${id}'`)) found.push(`${id}: ${rule}`);
  }
  assert.ok(found.includes('tcp-out-of-memory: tcp-oom-logged') && found.includes('oom-kill: oom-kill'));
  const told = LOG_CATALOGUE.flatMap(({ id }) => rulesOfMessage(id).map((rule) => `${id}: ${rule}`));
  assert.deepEqual(
    found.filter((pair) => !told.includes(pair)),
    [],
  );
  const topics = new Set<string>(RULES.flatMap(({ about }) => [...about]));
  assert.deepEqual(
    LOG_CATALOGUE.flatMap(({ id }) => topicsOfMessage(id)).filter((topic) => !topics.has(topic)),
    [],
  );
  assert.deepEqual(topicsOfMessage('constructor'), []);
});
