/**
 * The findings as Markdown to paste into a ticket: verdict, numbers with unit and scope, evidence with entry and line,
 * what was not captured, what to do. Bundle text is escaped: it can make no markup, no link and no table cell.
 */
import { formatBytes, formatCount, formatPages, formatShare } from '../format.ts';
import { cleanText } from '../text.ts';
import type { Evidence, Finding, Report } from './report.ts';
import { describeNetns, describeSubject, podName } from './subject-text.ts';
import { confidenceWord } from './verdict.ts';

/** A few lines of a text entry, as they stand in the bundle. */
export interface Excerpt {
  readonly entry: string;
  readonly startLine: number;
  readonly lines: readonly string[];
}

const MAX_EXCERPT_LINES = 4;
const MAX_EXCERPT_COLUMNS = 160;

/** Excerpts are optional: without them the report still says where the evidence is. */
export function toMarkdown(report: Report, excerpts: readonly Excerpt[] = []): string {
  return [
    ...headSection(report),
    ...numbersSection(report),
    ...findingsSection(report, excerpts),
    ...namespaceSection(report),
    ...missingSection(report),
    '',
  ].join('\n');
}

/** The first lines of each finding's evidence: what to read so that the report can quote it. */
export function wantedExcerpts(report: Report): readonly Evidence[] {
  return report.findings.flatMap((finding) =>
    finding.evidence.slice(0, 2).map((place) => ({
      ...place,
      endLine: Math.min(place.endLine, place.startLine + MAX_EXCERPT_LINES - 1),
    })),
  );
}

/** Escapes text so that Markdown and HTML show it as it is, and nothing in it becomes a link. */
export function escapeMarkdown(text: string): string {
  return (
    cleanText(text)
      .replace(/&/g, '&amp;')
      .replace(/[\\`*[\]<>|~]/g, '\\$&')
      // Inside a word an underscore means nothing; at its edge it would start emphasis.
      .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
      .replace(/^(\s*)([#+=-])/, '$1\\$2')
      .replace(/^(\s*\d+)([.)])/, '$1\\$2')
      .replace(/(https?|ftp|mailto):|www\./gi, (match) => `${match.slice(0, -1)}\u200b${match.slice(-1)}`)
      .replace(/@/g, '@\u200b')
  );
}

function headSection(report: Report): string[] {
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
    `${capital(confidenceWord(verdict.confidence))}: ${escapeMarkdown(verdict.because)}`,
    ...(verdict.next === undefined ? [] : ['', `Next: ${escapeMarkdown(verdict.next)}`]),
    '',
    facts.map(escapeMarkdown).join(' · '),
    '',
    `Seen: ${coverage.namespacesSeen} of ${coverage.namespacesKnown} network namespaces, the fds of ${coverage.processesReadable} of ${coverage.processesTotal} processes${coverage.truncated ? ', and the archive ends early' : ''}.`,
    '',
  ];
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function numbersSection(report: Report): string[] {
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

function findingsSection(report: Report, excerpts: readonly Excerpt[]): string[] {
  if (report.findings.length === 0) return ['## Findings', '', 'None.', ''];
  return ['## Findings', '', ...report.findings.flatMap((finding) => findingLines(finding, excerpts))];
}

function findingLines(finding: Finding, excerpts: readonly Excerpt[]): string[] {
  const list = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`${title}:`, '', ...items.map((item) => `- ${escapeMarkdown(item)}`), ''];
  return [
    `### ${escapeMarkdown(finding.title)}`,
    '',
    `\`${finding.ruleId}\` · ${finding.level} · ${confidenceWord(finding.confidence)} · ${finding.subjects.slice(0, 5).map(describeSubject).map(escapeMarkdown).join(', ')}`,
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
  ];
}

function evidenceText(place: Evidence): string {
  const lines =
    place.endLine > place.startLine ? `lines ${place.startLine}–${place.endLine}` : `line ${place.startLine}`;
  const note = place.note === undefined ? '' : ` (${escapeMarkdown(place.note)})`;
  return `${escapeMarkdown(place.entry)}, ${lines}${note}`;
}

function excerptLines(place: Evidence, excerpts: readonly Excerpt[]): string[] {
  const excerpt = excerpts.find(
    (candidate) => candidate.entry === place.entry && candidate.startLine === place.startLine,
  );
  if (excerpt === undefined || excerpt.lines.length === 0) return [];
  const lines = excerpt.lines
    .slice(0, MAX_EXCERPT_LINES)
    .map((line) => cleanText(line.trimEnd()).slice(0, MAX_EXCERPT_COLUMNS));
  const more = place.endLine - place.startLine + 1 - lines.length;
  // A fence longer than any run of backticks inside cannot be closed by the text.
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map((match) => match[0].length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...lines, ...(more > 0 ? [`… ${formatCount(more)} more lines`] : []), fence, ''];
}

const MAX_NAMESPACES = 30;

function namespaceSection(report: Report): string[] {
  const { namespaces } = report.ledger;
  if (namespaces.length === 0) return [];
  const ranked = [...namespaces].sort((a, b) => b.tcpRows - a.tcpRows).slice(0, MAX_NAMESPACES);
  const rows = ranked.map((namespace) => {
    const states = Object.entries(namespace.states)
      .sort((a, b) => b[1] - a[1])
      .map(([state, count]) => `${formatCount(count)} ${state}`)
      .join(', ');
    const who = namespace.isHost
      ? 'host'
      : podName({
          kind: 'pod',
          ...(namespace.pod === undefined ? {} : { pod: namespace.pod }),
          ...(namespace.podNamespace === undefined ? {} : { podNamespace: namespace.podNamespace }),
        });
    const inuse = `${namespace.inuse4 ?? '?'} / ${namespace.inuse6 ?? '?'}`;
    return `| ${escapeMarkdown(describeNetns(namespace.netns))} | ${escapeMarkdown(who)} | ${inuse} | ${namespace.timeWait ?? '?'} | ${escapeMarkdown(states)} |`;
  });
  return [
    '## Namespaces',
    '',
    '| namespace | pod | TCP inuse v4 / v6 | tw | states of net/tcp and net/tcp6 |',
    '| --- | --- | ---: | ---: | --- |',
    ...rows,
    ...(namespaces.length > MAX_NAMESPACES
      ? ['', `${namespaces.length - MAX_NAMESPACES} smaller namespaces are left out.`]
      : []),
    '',
  ];
}

function missingSection(report: Report): string[] {
  const { notRun, problems, coverage } = report;
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
