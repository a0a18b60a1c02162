/** The end of the Markdown report: what could not be checked, what to collect, and what was wrong with the input. */

import type { Message } from '../report/message.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { WordedReport } from '../wording/worded.ts';
import type { MarkdownWords } from './markdown-words.ts';

const say = defineMessages('markdown-missing', {
  heading: 'What could not be checked',
  nothing: 'Every rule had what it needs.',
  capture: '{reason}; capture: {capture}',
  collect: 'Collect this on the node, as root, in an empty folder:',
  gain: '{what}: {gain}',
  notCaptured: 'Not captured: {facts}.',
  problems: 'Problems with the input:',
  problem: '{entry}: {problem}',
  problemAtLine: '{entry}, line {line}: {problem}',
});

const MAX_PROBLEMS = 50;

export function missingSection(report: WordedReport, words: MarkdownWords): string[] {
  const { notRun, problems, coverage } = report;
  const absent = coverage.facts.filter((fact) => !fact.present).map((fact) => fact.fact);
  const problemLines = problems.slice(0, MAX_PROBLEMS).map((problem) => `- ${words.escaped(sayProblem(problem))}`);
  return [
    `## ${words.escaped(say.heading())}`,
    '',
    ...(notRun.length === 0 ? [words.escaped(say.nothing())] : notRun.map((rule) => notRunLine(rule, words))),
    '',
    ...collectLines(report, words),
    ...(absent.length === 0 ? [] : [words.escaped(say.notCaptured({ facts: absent })), '']),
    ...(problems.length === 0 ? [] : [words.escaped(say.problems()), '', ...problemLines, '']),
  ];
}

function notRunLine({ ruleId, reason, capture }: WordedReport['notRun'][number], words: MarkdownWords): string {
  return `- \`${ruleId}\` ${words.escaped(capture === '' ? reason : say.capture({ reason, capture }))}`;
}

function collectLines({ toCollect }: WordedReport, words: MarkdownWords): string[] {
  if (toCollect.length === 0) return [];
  return [
    words.escaped(say.collect()),
    '',
    ...toCollect.flatMap(({ what, gain, command }) => [
      `- ${words.escaped(say.gain({ what, gain }))}`,
      '',
      '  ```sh',
      `  ${command}`,
      '  ```',
      '',
    ]),
  ];
}

/** A problem of the archive as a whole names no entry. */
function sayProblem({ entry, line, message: problem }: WordedReport['problems'][number]): Message | string {
  if (entry === '') return problem;
  return line === undefined ? say.problem({ entry, problem }) : say.problemAtLine({ entry, line, problem });
}
