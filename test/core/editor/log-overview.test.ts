import assert from 'node:assert/strict';
import test from 'node:test';
import { overviewOfLog } from '../../../src/core/editor/log-overview.ts';
import { LOG_CATALOGUE } from '../../../src/core/kernel-log/log-catalogue.ts';
import type { KernelLog, LogEvent } from '../../../src/core/report/log-report.ts';
import { analyzeFixture } from '../support/corpus.ts';
import { defined } from '../support/defined.ts';

const event = (id: string, line: number): LogEvent => ({
  id,
  line,
  endLine: line,
  startSeconds: null,
  endSeconds: null,
  lines: 1,
});

async function logOf(events: readonly LogEvent[]): Promise<KernelLog> {
  return { ...defined((await analyzeFixture('leak-closewait-k6.1')).report.log), events };
}

test('the bursts of a log are those that are more than notes', async () => {
  const note = defined(LOG_CATALOGUE.find(({ level }) => level === 'note'));
  const log = await logOf([event(note.id, 7), event('tcp-out-of-memory', 9)]);
  assert.deepEqual(overviewOfLog(log), {
    entry: 'dmesg',
    firstLine: 7,
    bursts: [event('tcp-out-of-memory', 9)],
    more: null,
  });
});

test('of many bursts the first hundred are told, and where the others begin', async () => {
  const bursts = Array.from({ length: 130 }, (_, i) => event('tcp-out-of-memory', i + 1));
  const all = overviewOfLog(await logOf(bursts));
  assert.deepEqual(all.bursts, bursts.slice(0, 100));
  assert.deepEqual(all.more, { bursts: 30, line: 101 });
  assert.equal(overviewOfLog(await logOf(bursts.slice(0, 100))).more, null);
});

test('a log without a catalogued line begins at its first', async () => {
  assert.equal(overviewOfLog(await logOf([])).firstLine, 1);
});
