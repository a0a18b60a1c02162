import assert from 'node:assert/strict';
import test from 'node:test';
import { placeOfHolder } from '../../../src/core/editor/holder-place.ts';
import { buildPage } from '../../../src/core/page/page.ts';
import { analyzeFixture } from '../support/corpus.ts';
import { defined } from '../support/defined.ts';

test('the link to who holds the memory leads to the first place that proves the finding about it', async () => {
  const analysis = await analyzeFixture('leak-closewait-k6.1');
  const { report } = analysis;
  const { places } = buildPage(analysis);
  const place = places[defined(placeOfHolder(report, places))];
  const finding = defined(report.findings[defined(report.verdict.finding)]);
  assert.equal(report.verdict.memoryOwner?.pid, finding.subjects[0]?.pid);
  assert.ok(finding.evidence.some(({ entry, startLine }) => entry === place?.entry && startLine === place.startLine));
});

test('there is none when the verdict names nobody, when no finding is about it, or when no link leads there', async () => {
  const analysis = await analyzeFixture('leak-closewait-k6.1');
  const { report } = analysis;
  const { places } = buildPage(analysis);
  assert.equal(placeOfHolder({ ...report, verdict: { ...report.verdict, memoryOwner: null } }, places), null);
  assert.equal(placeOfHolder({ ...report, findings: [] }, places), null);
  assert.equal(placeOfHolder(report, []), null);
});
