/** The report for a terminal: verdict first, then findings with their evidence. Bundle text has no control characters. */

import type { Message, Text } from '../report/message.ts';
import { cleanText } from '../text.ts';
import { sayConfidence } from '../verdict/confidence.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { ENGLISH } from '../wording/languages.ts';
import { type WordedFinding, type WordedReport, worded } from '../wording/worded.ts';
import type { Wording } from '../wording/wording.ts';
import type { Format } from './format.ts';
import { sayPages } from './report-words.ts';

const say = defineMessages('text', {
  kernel: 'Linux {kernel}',
  because: '{confidence}: {because}',
  next: 'next: {next}',
  otherNodes: 'other nodes',
  otherCount: '{nodes, number} in this archive, the worst first:',
  otherNode: '{name}: {verdict}',
  sockets: 'sockets (node)',
  socketSum:
    'alloc {alloc} = inuse {inuse} + closed or unbound {unhashed} (held by fds {closedHeld}, unexplained {residual})',
  beside: 'beside them',
  besideCounts: 'TIME_WAIT {timeWait}, request sockets {requestSockets}, orphans {orphans} (inside inuse)',
  memory: 'TCP memory (node)',
  memoryPages:
    'mem {mem} ± {error, number}, tcp_mem {min} / {pressure} / {max} pages: {status, select, healthy {healthy} elevated {elevated} pressure {pressure} exhausted {exhausted} other {unknown}}',
  seen: 'seen',
  seenCounts:
    '{seen, number} of {known, plural, one {# namespace} other {# namespaces}}, fds of {readable, number} of {total, plural, one {# process} other {# processes}}',
  level: '{level, select, error {ERROR} warning {WARNING} other {note}}',
  doubt: 'but: {doubt}',
  fix: 'fix: {fix}',
  noFindings: 'no findings',
  notRun: 'not run',
  rule: '{ruleId}: {reason}',
  capture: '{reason} ({capture})',
  input: 'input',
  problem: '{place}: {problem}',
  more: 'and {problems, number} more',
});

export const TEXT_FORMAT = {
  id: 'text',
  title: 'Text',
  extension: 'txt',
  mediaType: 'text/plain',
  render: (report, { wording = ENGLISH }) => toPlainText(worded(report, wording), wording),
} as const satisfies Format;

const MAX_PROBLEMS = 20;

function toPlainText(report: WordedReport, words: Wording): string {
  const { findings } = report;
  const counts = ledgerLines(report, words);
  const labels = [say.otherNodes(), ...counts.map(([label]) => label)];
  const others = otherNodes(report);
  const lines = [
    ...headLines(report, words),
    '',
    ...inColumns(others, labels, words),
    ...(others.length === 0 ? [] : ['']),
    ...inColumns(counts, labels, words),
    '',
    ...findings.flatMap((finding) => findingLines(finding, words)),
    ...(findings.length === 0 ? [words.text(say.noFindings()), ''] : []),
    ...inColumns([...notRunLines(report), ...problemLines(report)], [say.notRun(), say.input()], words),
  ];
  return `${lines.map(cleanText).join('\n').trimEnd()}\n`;
}

function headLines({ bundle, verdict }: WordedReport, words: Wording): string[] {
  const { kernel } = bundle;
  const { because, next } = verdict;
  const confidence = sayConfidence(verdict.confidence);
  const head = [
    bundle.hostname || bundle.name,
    kernel === '' ? '' : words.text(say.kernel({ kernel })),
    bundle.capturedAt,
  ].filter((part) => part !== '');
  return [
    head.join(' · '),
    '',
    verdict.sentence,
    words.text(say.because({ confidence, because })),
    ...(next === undefined ? [] : [words.text(say.next({ next }))]),
  ];
}

/** A label, and what stands behind it. */
type Labelled = readonly [label: Text, text: Text];

/** In two columns, with two blanks behind the longest of the labels that there may be. */
function inColumns(rows: readonly Labelled[], labels: readonly Text[], words: Wording): string[] {
  const width = Math.max(...labels.map((label) => words.text(label).length)) + 2;
  return rows.map(([label, text]) => `${words.text(label).padEnd(width)}${words.text(text)}`);
}

/** Nothing where the archive holds one node. */
function otherNodes({ nodes, bundle }: WordedReport): readonly Labelled[] {
  const others = nodes.filter(({ root }) => root !== bundle.root);
  if (others.length === 0) return [];
  return [
    [say.otherNodes(), say.otherCount({ nodes: others.length })],
    ...others.map(({ name, verdict }): Labelled => ['', say.otherNode({ name, verdict: verdict.sentence })]),
  ];
}

function ledgerLines({ ledger, memory, coverage }: WordedReport, words: Wording): readonly Labelled[] {
  const known = (count: number | null | undefined) =>
    count === null || count === undefined ? '?' : words.count(count);
  const { memPages, pageSizeBytes, errorPages, status } = memory;
  return [
    [
      say.sockets(),
      say.socketSum({
        alloc: known(ledger.alloc?.value),
        inuse: known(ledger.inuse),
        unhashed: known(ledger.unhashed),
        closedHeld: known(ledger.closedHeld),
        residual: known(ledger.residual),
      }),
    ],
    [
      say.beside(),
      say.besideCounts({
        timeWait: known(ledger.timeWait),
        requestSockets: known(ledger.requestSockets),
        orphans: known(ledger.orphans),
      }),
    ],
    [
      say.memory(),
      say.memoryPages({
        mem: memPages === null ? '?' : sayPages(memPages.value, pageSizeBytes),
        error: errorPages,
        min: known(memory.minPages),
        pressure: known(memory.pressurePages),
        max: known(memory.maxPages),
        status,
      }),
    ],
    [
      say.seen(),
      say.seenCounts({
        seen: coverage.namespacesSeen,
        known: coverage.namespacesKnown,
        readable: coverage.processesReadable,
        total: coverage.processesTotal,
      }),
    ],
  ];
}

const INDENT = '        ';

function findingLines(finding: WordedFinding, words: Wording): string[] {
  const levels = (['error', 'warning', 'note'] as const).map((level) => words.text(say.level({ level })));
  const width = Math.max(...levels.map((level) => level.length));
  const level = words.text(say.level({ level: finding.level })).padEnd(width);
  const confidence = words.text(sayConfidence(finding.confidence));
  return [
    `${level} ${finding.title} [${finding.ruleId}, ${confidence}]`,
    `${INDENT}${finding.message}`,
    ...finding.evidence.map(
      ({ entry, startLine, note }) => `${INDENT}${entry}:${startLine}${note === undefined ? '' : `  ${note}`}`,
    ),
    ...finding.doubts.map((doubt) => `${INDENT}${words.text(say.doubt({ doubt }))}`),
    ...finding.fixes.map((fix) => `${INDENT}${words.text(say.fix({ fix }))}`),
    '',
  ];
}

function notRunLines({ notRun }: WordedReport): readonly Labelled[] {
  return notRun.map(({ ruleId, reason, capture }) => [
    say.notRun(),
    say.rule({ ruleId, reason: capture === '' ? reason : say.capture({ reason, capture }) }),
  ]);
}

function problemLines({ problems }: WordedReport): readonly Labelled[] {
  const shown = problems
    .slice(0, MAX_PROBLEMS)
    .map(({ entry, line, message: problem }): Labelled => [say.input(), sayProblem(entry, line, problem)]);
  const more = problems.length - shown.length;
  return more > 0 ? [...shown, [say.input(), say.more({ problems: more })]] : shown;
}

/** `proc/net/tcp:7: …`, as compilers write it; a problem of the archive as a whole names no entry. */
function sayProblem(entry: string, line: number | undefined, problem: string): Message | string {
  if (entry === '') return problem;
  return say.problem({ place: line === undefined ? entry : `${entry}:${line}`, problem });
}
