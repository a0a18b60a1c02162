import assert from 'node:assert/strict';
import test from 'node:test';
import { hoverEntry } from '../../../src/core/editor/entry-hover.ts';
import { type HoverPlace, tokensOf } from '../../../src/core/editor/hover/hover-model.ts';
import { countersOfMessages } from '../../../src/core/editor/log-counters.ts';
import { describeLogMessage } from '../../../src/core/editor/log-line-facts.ts';
import { summariseReport } from '../../../src/core/editor/report-summary.ts';
import { LOG_CATALOGUE } from '../../../src/core/kernel-log/log-catalogue.ts';
import { ENGLISH } from '../../../src/core/wording/languages.ts';
import { analyzeFixture, FIXTURES, fixtureMembers } from '../support/corpus.ts';
import { english } from '../support/english.ts';

const HOVERED = /(?:^|\/)(?:net\/(?:sockstat6?|netstat|protocols|tcp)|tcp_mem|tcp_max_orphans|limits)$/;
const MAX_LINES = 6;

for (const name of FIXTURES) {
  test(`hovers say the same from the summary as from the whole report of ${name}`, async () => {
    const { report: data, snapshot } = await analyzeFixture(name);
    const report = english(data);
    const summary = summariseReport(report);
    const counters = countersOfMessages(snapshot);
    for (const message of LOG_CATALOGUE)
      assert.deepEqual(
        describeLogMessage(message, summary, counters, ENGLISH),
        describeLogMessage(message, report, counters, ENGLISH),
      );
    let hovers = 0;
    for (const member of await fixtureMembers(name)) {
      if (!('text' in member) || !HOVERED.test(member.name)) continue;
      const lines = (typeof member.text === 'string' ? member.text : new TextDecoder().decode(member.text)).split('\n');
      const textOf = (line: number) => lines[line];
      for (const [line, text] of lines.slice(0, MAX_LINES).entries()) {
        for (const { start: column } of tokensOf(text)) {
          const place: HoverPlace = { entry: member.name, line, column, textOf };
          const hover = hoverEntry(place, { report: summary, littleEndian: true }, ENGLISH);
          assert.deepEqual(hover, hoverEntry(place, { report, littleEndian: true }, ENGLISH), `${member.name} ${line}`);
          hovers += hover === null ? 0 : 1;
        }
      }
    }
    assert.ok(hovers > 100, `${hovers} hovers`);
  });
}

test('a field that the report does not have is not in the summary either', async () => {
  const report = english((await analyzeFixture('leak-closewait-k6.1')).report);
  const { pod: _pod, ...host } = report.ledger.namespaces[0] ?? assert.fail();
  const { ledger } = summariseReport({ ...report, ledger: { ...report.ledger, namespaces: [host] } });
  assert.ok(!('pod' in (ledger.namespaces[0] ?? assert.fail())));
  assert.equal(ledger.namespaces[0]?.netns, host.netns);
});
