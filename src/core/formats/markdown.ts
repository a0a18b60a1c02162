/**
 * The findings as Markdown to paste into a ticket: verdict, numbers with unit and scope, evidence with entry and line,
 * what was not captured, what to do. Bundle text is escaped: it can make no markup, no link and no table cell.
 */

import type { Message } from '../report/message.ts';
import { cleanText } from '../text.ts';
import { sayConfidence } from '../verdict/confidence.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { ENGLISH } from '../wording/languages.ts';
import { type WordedEvidence, type WordedFinding, type WordedReport, worded } from '../wording/worded.ts';
import type { Wording } from '../wording/wording.ts';
import { MAX_EXCERPT_LINES } from './excerpts.ts';
import type { Excerpt, Format } from './format.ts';
import { logSection } from './log-section.ts';
import { fenceText } from './markdown-fence.ts';
import { missingSection } from './markdown-missing.ts';
import { numbersSection } from './markdown-numbers.ts';
import { memorySection, namespaceSection, podSection, shortcutSection } from './markdown-tables.ts';
import { type MarkdownWords, markdownWords } from './markdown-words.ts';
import { sayLevel, sayLines, sayList } from './report-words.ts';

const say = defineMessages('markdown', {
  title: 'TCP memory of {host}',
  titleOfNode: 'TCP memory of a node',
  because: '{confidence, select, high {High confidence} medium {Medium confidence} other {Low confidence}}: {because}',
  next: 'Next: {next}',
  toSend: 'To send on:',
  kernel: 'Linux {kernel}',
  captured: 'captured {time}',
  bundle: 'bundle {name}',
  seen: 'Seen: {seen, number} of {known, plural, one {# network namespace} other {# network namespaces}}, the fds of {readable, number} of {total, plural, one {# process} other {# processes}}.',
  seenOfCut:
    'Seen: {seen, number} of {known, plural, one {# network namespace} other {# network namespaces}}, the fds of {readable, number} of {total, plural, one {# process} other {# processes}}. The archive ends early.',
  otherNodes: 'Other nodes of the archive',
  otherNode: '{name}: {verdict}',
  findings: 'Findings',
  none: 'None.',
  evidence: 'Evidence:',
  doubts: 'What speaks against it or limits it:',
  fixes: 'What to do:',
  nonFixes: 'What does not help:',
  settle: 'What would settle it: {next}',
  place: '{entry}, {lines}',
  placeWithNote: '{entry}, {lines} ({note})',
  moreLines: '… {lines, plural, one {# more line} other {# more lines}}',
});

const MAX_EXCERPT_COLUMNS = 160;
const MAX_SUBJECTS = 5;

export const MARKDOWN_FORMAT = {
  id: 'markdown',
  title: 'Markdown',
  extension: 'md',
  mediaType: 'text/markdown',
  needsExcerpts: true,
  render: (report, { excerpts, wording = ENGLISH }) => toMarkdown(worded(report, wording), wording, excerpts),
} as const satisfies Format;

/** Excerpts are optional: without them the report still says where the evidence is. */
function toMarkdown(report: WordedReport, wording: Wording, excerpts: readonly Excerpt[] = []): string {
  const words = markdownWords(wording);
  return [
    ...headSection(report, words),
    ...otherNodesSection(report, words),
    ...numbersSection(report, words),
    ...findingsSection(report, words, excerpts),
    ...memorySection(report, words),
    ...podSection(report, words),
    ...namespaceSection(report, words),
    ...shortcutSection(report, words),
    ...logSection(report, words),
    ...missingSection(report, words),
    '',
  ].join('\n');
}

function headSection({ verdict, bundle, coverage }: WordedReport, words: MarkdownWords): string[] {
  const { hostname: host, kernel, capturedAt: time, name } = bundle;
  const { confidence, because, next } = verdict;
  const facts = [
    ...(kernel === '' ? [] : [say.kernel({ kernel })]),
    ...(time === '' ? [] : [say.captured({ time })]),
    say.bundle({ name }),
  ];
  const counts = {
    seen: coverage.namespacesSeen,
    known: coverage.namespacesKnown,
    readable: coverage.processesReadable,
    total: coverage.processesTotal,
  };
  return [
    `# ${words.escaped(host === '' ? say.titleOfNode() : say.title({ host }))}`,
    '',
    `**${words.escaped(verdict.sentence)}**`,
    '',
    words.escaped(say.because({ confidence, because })),
    ...(next === undefined ? [] : ['', words.escaped(say.next({ next }))]),
    '',
    words.escaped(say.toSend()),
    '',
    `> ${words.escaped(verdict.paragraph)}`,
    '',
    facts.map(words.escaped).join(' · '),
    '',
    words.escaped(coverage.truncated ? say.seenOfCut(counts) : say.seen(counts)),
    '',
  ];
}

/** Nothing where the archive holds one node. */
function otherNodesSection({ nodes, bundle }: WordedReport, words: MarkdownWords): string[] {
  const others = nodes.filter(({ root }) => root !== bundle.root);
  if (others.length === 0) return [];
  return [
    `## ${words.escaped(say.otherNodes())}`,
    '',
    ...others.map(({ name, verdict }) => `- ${words.escaped(say.otherNode({ name, verdict: verdict.sentence }))}`),
    '',
  ];
}

function findingsSection({ findings }: WordedReport, words: MarkdownWords, excerpts: readonly Excerpt[]): string[] {
  const heading = `## ${words.escaped(say.findings())}`;
  if (findings.length === 0) return [heading, '', words.escaped(say.none()), ''];
  return [heading, '', ...findings.flatMap((finding) => findingLines(finding, words, excerpts))];
}

function findingLines(finding: WordedFinding, words: MarkdownWords, excerpts: readonly Excerpt[]): string[] {
  const { level, confidence, evidence, subjects } = finding;
  const list = (heading: Message, items: readonly string[]) =>
    items.length === 0 ? [] : [words.escaped(heading), '', ...items.map((item) => `- ${words.escaped(item)}`), ''];
  const facts = [sayLevel({ level }), sayConfidence(confidence), sayList({ items: subjects.slice(0, MAX_SUBJECTS) })];
  return [
    `### ${words.escaped(finding.title)}`,
    '',
    [`\`${finding.ruleId}\``, ...facts.map(words.escaped)].join(' · '),
    '',
    words.escaped(finding.message),
    '',
    words.escaped(say.evidence()),
    '',
    ...evidence.map((place) => `- ${words.escaped(sayPlace(place))}`),
    '',
    ...evidence.slice(0, 2).flatMap((place) => excerptLines(place, words, excerpts)),
    ...list(say.doubts(), finding.doubts),
    ...list(say.fixes(), finding.fixes),
    ...list(say.nonFixes(), finding.nonFixes),
    words.escaped(say.settle({ next: finding.next })),
    '',
  ];
}

function sayPlace({ entry, startLine, endLine, note }: WordedEvidence): Message {
  const lines = sayLines(startLine, endLine);
  return note === undefined ? say.place({ entry, lines }) : say.placeWithNote({ entry, lines, note });
}

function excerptLines(place: WordedEvidence, words: MarkdownWords, excerpts: readonly Excerpt[]): string[] {
  const excerpt = excerpts.find(
    (candidate) => candidate.entry === place.entry && candidate.startLine === place.startLine,
  );
  if (excerpt === undefined || excerpt.lines.length === 0) return [];
  const lines = excerpt.lines
    .slice(0, MAX_EXCERPT_LINES)
    .map((line) => cleanText(line.trimEnd()).slice(0, MAX_EXCERPT_COLUMNS));
  const more = place.endLine - place.startLine + 1 - lines.length;
  return [...fenceText([...lines, ...(more > 0 ? [words.text(say.moreLines({ lines: more }))] : [])]), ''];
}
