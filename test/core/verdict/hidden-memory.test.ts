import assert from 'node:assert/strict';
import test from 'node:test';
import { analyzeFixture, truthOf } from '../support/corpus.ts';
import { english } from '../support/english.ts';

test('memory that no open socket has is laid at the door of who holds the closed ones, as likely', async () => {
  const { report } = await analyzeFixture('leak-closed-held-k6.1');
  assert.equal(report.verdict.memoryOwner?.pid, truthOf('leak-closed-held-k6.1').culprit?.pid);
  assert.match(
    english(report.verdict.sentence),
    /99\.9 % of it is in no open socket. Most likely it is unread data of closed sockets/,
  );
});

test('memory without an owner stays without one where nobody holds closed sockets', async () => {
  for (const name of ['healthy-k6.1', 'orphans-k6.1', 'tcpmem-misconfig-k6.1', 'timewait-k6.1']) {
    const { report } = await analyzeFixture(name);
    assert.equal(report.verdict.memoryOwner, null, name);
  }
});
