/** The table of docs/accuracy.md: every capture in test/fixtures against its truth. */
import type { Report, Subject } from '../../src/core/report/report.ts';
import { analyzeFixture, FIXTURES } from '../core/support/corpus.ts';
import { disagreements, type ScenarioTruth } from './judge.ts';
import { nodeTruth } from './node-truth.ts';
import { analyzeScenario, SCENARIOS, scenarioTruth } from './scenarios.ts';

interface Row {
  readonly name: string;
  readonly truth: ScenarioTruth;
  readonly report: Report;
  readonly faults: readonly string[];
}

function row(name: string, truth: ScenarioTruth, report: Report): Row {
  return { name, truth, report, faults: disagreements(report, truth) };
}

const cell = (text: string) => text.replaceAll('|', '\\|');
const person = (who: ScenarioTruth['culprit']) =>
  who === null ? '–' : `${who.comm}${who.pid === null ? '' : ` ${who.pid}`}${who.pod === null ? '' : ` in ${who.pod}`}`;
const subject = (who: Subject | null) =>
  who === null
    ? '–'
    : `${who.comm ?? who.kind}${who.pid === undefined ? '' : ` ${who.pid}`}${who.pod === undefined ? '' : ` in ${who.pod}`}`;
const found = ({ findings }: Report) =>
  [...new Set(findings.filter((finding) => finding.level !== 'note').map((finding) => finding.ruleId))].join(', ') ||
  '–';

export interface Accuracy {
  readonly captures: number;
  /** Captures whose report disagrees with their truth, and in what. */
  readonly wrong: readonly { readonly name: string; readonly faults: readonly string[] }[];
  readonly markdown: string;
}

export async function measureAccuracy(): Promise<Accuracy> {
  const rows: Row[] = [];
  for (const name of FIXTURES) rows.push(row(name, nodeTruth(name), (await analyzeFixture(name)).report));
  for (const name of SCENARIOS) rows.push(row(name, scenarioTruth(name), (await analyzeScenario(name)).report));
  const wrong = rows.filter((each) => each.faults.length > 0);
  return { captures: rows.length, wrong, markdown: toMarkdown(rows, wrong.length) };
}

function toMarkdown(rows: readonly Row[], wrong: number): string {
  return [
    '# Accuracy',
    '',
    'Written by `npm run accuracy`. Every capture is of a real kernel: `*-k6.1` are whole nodes, the others were made live',
    'in namespaces by `test/scenarios`, and counted again with `ss`, `awk` and `find` before they were believed.',
    '',
    `${rows.length} captures, ${rows.length - wrong} agree with their truth.`,
    '',
    '| capture | what it is | truth | who is to blame | memory | verdict | names | memory | confidence | rules that fired | agrees |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(({ name, truth, report, faults }) =>
      [
        '',
        name,
        cell(truth.what),
        truth.rules.join(', ') || 'benign',
        cell(`${person(truth.culprit)}${truth.nameable === false ? ' (cannot be proved from this bundle)' : ''}`),
        cell(person(truth.memory_holder)),
        report.verdict.status,
        cell(subject(report.verdict.countOwner)),
        cell(subject(report.verdict.memoryOwner)),
        report.verdict.confidence,
        found(report),
        faults.length === 0 ? 'yes' : cell(faults.join('; ')),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
    '',
  ].join('\n');
}
