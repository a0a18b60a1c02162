/**
 * The findings as Markdown to paste into a ticket: verdict, numbers with unit and scope, evidence with entry and line,
 * what was not captured, what to do. Bundle text is escaped: it can make no markup, no link and no table cell.
 */

import { cleanText } from '../text.ts';
import { sayConfidence } from '../verdict/confidence.ts';
import { formatBytes, formatCount, formatPages, formatShare } from '../wording/format.ts';
import { ENGLISH } from '../wording/languages.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { type WordedEvidence, type WordedFinding, type WordedReport, worded } from '../wording/worded.ts';
import type { Wording } from '../wording/wording.ts';
import { MAX_EXCERPT_LINES } from './excerpts.ts';
import type { Excerpt, Format } from './format.ts';
import { logSection } from './log-section.ts';
import { escapeMarkdown } from './markdown-escape.ts';
import { fenceText } from './markdown-fence.ts';
import { memorySection, namespaceSection, podSection, shortcutSection } from './markdown-tables.ts';

const MAX_EXCERPT_COLUMNS = 160;

export const MARKDOWN_FORMAT = {
  id: 'markdown',
  title: 'Markdown',
  extension: 'md',
  mediaType: 'text/markdown',
  needsExcerpts: true,
  render: (report, { excerpts, wording = ENGLISH }) => toMarkdown(worded(report, wording), excerpts, wording),
} as const satisfies Format;

/** Excerpts are optional: without them the report still says where the evidence is. */
function toMarkdown(report: WordedReport, excerpts: readonly Excerpt[] = [], wording: Wording = ENGLISH): string {
  return [
    ...headSection(report, wording),
    ...otherNodesSection(report),
    ...numbersSection(report),
    ...findingsSection(report, excerpts, wording),
    ...memorySection(report),
    ...podSection(report),
    ...namespaceSection(report),
    ...shortcutSection(report),
    ...logSection(report),
    ...missingSection(report),
    '',
  ].join('\n');
}

function headSection(report: WordedReport, wording: Wording): string[] {
  const { verdict, bundle, coverage } = report;
  const facts = [
    bundle.kernel === '' ? '' : `Linux ${bundle.kernel}`,
    bundle.capturedAt === '' ? '' : `captured ${bundle.capturedAt}`,
    `bundle ${bundle.name}`,
  ].filter((fact) => fact !== '');
  return [
    `# TCP memory of ${escapeMarkdown(bundle.hostname || 'a node')}`,
    '',
    `**${escapeMarkdown(verdict.sentence)}**`,
    '',
    `${capital(wording.text(sayConfidence(verdict.confidence)))}: ${escapeMarkdown(verdict.because)}`,
    ...(verdict.next === undefined ? [] : ['', `Next: ${escapeMarkdown(verdict.next)}`]),
    '',
    'To send on:',
    '',
    `> ${escapeMarkdown(verdict.paragraph)}`,
    '',
    facts.map(escapeMarkdown).join(' · '),
    '',
    `Seen: ${coverage.namespacesSeen} of ${coverage.namespacesKnown} network namespaces, the fds of ${coverage.processesReadable} of ${coverage.processesTotal} processes${coverage.truncated ? ', and the archive ends early' : ''}.`,
    '',
  ];
}

/** Nothing where the archive holds one node. */
function otherNodesSection({ nodes, bundle }: WordedReport): string[] {
  const others = nodes.filter(({ root }) => root !== bundle.root);
  if (others.length === 0) return [];
  return [
    '## Other nodes of the archive',
    '',
    ...others.map(({ name, verdict }) => `- ${escapeMarkdown(name)}: ${escapeMarkdown(verdict.sentence)}`),
    '',
  ];
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function numbersSection(report: WordedReport): string[] {
  const { ledger, memory } = report;
  const page = memory.pageSizeBytes;
  const rows: [string, string, string][] = [];
  const add = (name: string, value: number | null, scope: string, text?: string) => {
    if (value !== null) rows.push([name, text ?? formatCount(value), scope]);
  };
  add('TCP sockets (alloc)', ledger.alloc?.value ?? null, 'node');
  add('of them with a row (inuse, v4 + v6)', ledger.inuse, `${ledger.namespaces.length} namespaces`);
  add('closed or unbound (alloc less inuse)', ledger.unhashed, 'node');
  add('closed but held by an fd', ledger.closedHeld, 'readable processes');
  if (ledger.neverConnected > 0) add('of them never connected', ledger.neverConnected, 'readable processes');
  add("room for closed sockets by the namespaces' own count", ledger.gap, `${ledger.namespaces.length} namespaces`);
  if (ledger.elsewhere > 0) add('held, but of no captured namespace', ledger.elsewhere, 'node');
  add('reset before accept()', ledger.acceptQueueClosed, 'seen namespaces');
  add('unexplained', ledger.residual, 'node');
  add('orphans (inside inuse)', ledger.orphans, 'node');
  add('TIME\\_WAIT (outside alloc)', ledger.timeWait, 'seen namespaces');
  add('request sockets (outside alloc)', ledger.requestSockets, 'seen namespaces');
  const mem = memory.memPages?.value ?? null;
  if (mem !== null) {
    const error = memory.errorPages > 0 ? ` ± ${formatCount(memory.errorPages)}` : '';
    add('TCP memory (mem)', mem, 'node', `${formatPages(mem, page)}${error}`);
  }
  if (memory.maxPages !== null && memory.pressurePages !== null && memory.minPages !== null) {
    const limits = [memory.minPages, memory.pressurePages, memory.maxPages].map(formatCount).join(' / ');
    add(
      'tcp\\_mem min / pressure / max',
      memory.maxPages,
      'node',
      `${limits} pages (max ${formatBytes(memory.maxPages * page)})`,
    );
    if (mem !== null) add('mem of max', mem, 'node', formatShare(mem, memory.maxPages));
  }
  return [
    '## Numbers',
    '',
    '| what | value | scope |',
    '| --- | ---: | --- |',
    ...rows.map(([name, value, scope]) => `| ${name} | ${value} | ${scope} |`),
    '',
    ...ledger.notes.flatMap((note) => [escapeMarkdown(note), '']),
  ];
}

function findingsSection(report: WordedReport, excerpts: readonly Excerpt[], wording: Wording): string[] {
  if (report.findings.length === 0) return ['## Findings', '', 'None.', ''];
  return ['## Findings', '', ...report.findings.flatMap((finding) => findingLines(finding, excerpts, wording))];
}

function findingLines(finding: WordedFinding, excerpts: readonly Excerpt[], wording: Wording): string[] {
  const list = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`${title}:`, '', ...items.map((item) => `- ${escapeMarkdown(item)}`), ''];
  return [
    `### ${escapeMarkdown(finding.title)}`,
    '',
    `\`${finding.ruleId}\` · ${finding.level} · ${wording.text(sayConfidence(finding.confidence))} · ${finding.subjects.slice(0, 5).map(describeSubject).map(escapeMarkdown).join(', ')}`,
    '',
    escapeMarkdown(finding.message),
    '',
    'Evidence:',
    '',
    ...finding.evidence.map((place) => `- ${evidenceText(place)}`),
    '',
    ...finding.evidence.slice(0, 2).flatMap((place) => excerptLines(place, excerpts)),
    ...list('Against it or limiting it', finding.doubts),
    ...list('What to do', finding.fixes),
    ...list('What does not help', finding.nonFixes),
    `What would settle it: ${escapeMarkdown(finding.next)}`,
    '',
  ];
}

function evidenceText(place: WordedEvidence): string {
  const lines =
    place.endLine > place.startLine ? `lines ${place.startLine}–${place.endLine}` : `line ${place.startLine}`;
  const note = place.note === undefined ? '' : ` (${escapeMarkdown(place.note)})`;
  return `${escapeMarkdown(place.entry)}, ${lines}${note}`;
}

function excerptLines(place: WordedEvidence, excerpts: readonly Excerpt[]): string[] {
  const excerpt = excerpts.find(
    (candidate) => candidate.entry === place.entry && candidate.startLine === place.startLine,
  );
  if (excerpt === undefined || excerpt.lines.length === 0) return [];
  const lines = excerpt.lines
    .slice(0, MAX_EXCERPT_LINES)
    .map((line) => cleanText(line.trimEnd()).slice(0, MAX_EXCERPT_COLUMNS));
  const more = place.endLine - place.startLine + 1 - lines.length;
  return [...fenceText([...lines, ...(more > 0 ? [`… ${formatCount(more)} more lines`] : [])]), ''];
}

function missingSection(report: WordedReport): string[] {
  const { notRun, problems, coverage, toCollect } = report;
  const absent = coverage.facts.filter((fact) => !fact.present).map((fact) => fact.fact);
  return [
    '## What could not be checked',
    '',
    ...(notRun.length === 0
      ? ['Every rule had what it needs.']
      : notRun.map(
          (rule) =>
            `- \`${rule.ruleId}\` ${escapeMarkdown(rule.reason)}${rule.capture === '' ? '' : `; capture: ${escapeMarkdown(rule.capture)}`}`,
        )),
    '',
    ...(toCollect.length === 0
      ? []
      : [
          'What to collect, on the node, as root, in an empty folder:',
          '',
          ...toCollect.flatMap(({ what, gain, command }) => [
            `- ${escapeMarkdown(what)}: ${escapeMarkdown(gain)}`,
            '',
            '  ```sh',
            `  ${command}`,
            '  ```',
            '',
          ]),
        ]),
    ...(absent.length === 0 ? [] : [`Not captured: ${absent.map(escapeMarkdown).join('; ')}.`, '']),
    ...(problems.length === 0
      ? []
      : [
          'Trouble with the input:',
          '',
          ...problems
            .slice(0, 50)
            .map(
              (problem) =>
                `- ${escapeMarkdown(problem.entry)}${problem.line === undefined ? '' : `, line ${problem.line}`}: ${escapeMarkdown(problem.message)}`,
            ),
          '',
        ]),
  ];
}
