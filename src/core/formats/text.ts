/** The report for a terminal: verdict first, then findings with their evidence. Bundle text has no control characters. */

import type { Level } from '../report/report.ts';
import { cleanText } from '../text.ts';
import { sayConfidence } from '../verdict/confidence.ts';
import { formatCount, formatPages } from '../wording/format.ts';
import { ENGLISH } from '../wording/languages.ts';
import { type WordedReport, worded } from '../wording/worded.ts';
import type { Wording } from '../wording/wording.ts';
import type { Format } from './format.ts';

const MARK: Readonly<Record<Level, string>> = { error: 'ERROR  ', warning: 'WARNING', note: 'note   ' };

export const TEXT_FORMAT = {
  id: 'text',
  title: 'Text',
  extension: 'txt',
  mediaType: 'text/plain',
  render: (report, { wording = ENGLISH }) => toPlainText(worded(report, wording), wording),
} as const satisfies Format;

function toPlainText(report: WordedReport, wording: Wording): string {
  const { verdict, bundle, coverage, ledger, memory } = report;
  const head = [
    bundle.hostname || bundle.name,
    bundle.kernel === '' ? '' : `Linux ${bundle.kernel}`,
    bundle.capturedAt,
  ].filter((part) => part !== '');
  const lines = [
    head.join(' · '),
    '',
    verdict.sentence,
    `${wording.text(sayConfidence(verdict.confidence))}: ${verdict.because}`,
    ...(verdict.next === undefined ? [] : [`next: ${verdict.next}`]),
    '',
    ...otherNodes(report),
    `sockets (node)     alloc ${count(ledger.alloc?.value)} = inuse ${count(ledger.inuse)} + closed or unbound ${count(ledger.unhashed)} (held by fds ${count(ledger.closedHeld)}, unexplained ${count(ledger.residual)})`,
    `beside them        TIME_WAIT ${count(ledger.timeWait)}, request sockets ${count(ledger.requestSockets)}, orphans ${count(ledger.orphans)} (inside inuse)`,
    `TCP memory (node)  ${memory.memPages === null ? 'mem ?' : `mem ${formatPages(memory.memPages.value, memory.pageSizeBytes)}`} ± ${formatCount(memory.errorPages)}, tcp_mem ${count(memory.minPages)} / ${count(memory.pressurePages)} / ${count(memory.maxPages)} pages: ${memory.status}`,
    `seen               ${coverage.namespacesSeen} of ${coverage.namespacesKnown} namespaces, fds of ${coverage.processesReadable} of ${coverage.processesTotal} processes`,
    '',
  ];
  for (const finding of report.findings) {
    lines.push(
      `${MARK[finding.level]} ${finding.title} [${finding.ruleId}, ${wording.text(sayConfidence(finding.confidence))}]`,
    );
    lines.push(`        ${finding.message}`);
    for (const place of finding.evidence)
      lines.push(`        ${place.entry}:${place.startLine}${place.note === undefined ? '' : `  ${place.note}`}`);
    for (const doubt of finding.doubts) lines.push(`        but: ${doubt}`);
    for (const fix of finding.fixes) lines.push(`        fix: ${fix}`);
    lines.push('');
  }
  if (report.findings.length === 0) lines.push('no findings', '');
  for (const rule of report.notRun)
    lines.push(`not run  ${rule.ruleId}: ${rule.reason}${rule.capture === '' ? '' : ` (${rule.capture})`}`);
  for (const problem of report.problems.slice(0, 20))
    lines.push(`input    ${problem.entry}${problem.line === undefined ? '' : `:${problem.line}`}: ${problem.message}`);
  if (report.problems.length > 20) lines.push(`input    and ${report.problems.length - 20} more`);
  return `${lines.map(cleanText).join('\n').trimEnd()}\n`;
}

/** Nothing where the archive holds one node. */
function otherNodes({ nodes, bundle }: WordedReport): string[] {
  const others = nodes.filter(({ root }) => root !== bundle.root);
  if (others.length === 0) return [];
  return [
    `other nodes        ${formatCount(others.length)} in this archive, the worst first:`,
    ...others.map(({ name, verdict }) => `                   ${name}: ${verdict.sentence}`),
    '',
  ];
}

function count(value: number | null | undefined): string {
  return value === null || value === undefined ? '?' : formatCount(value);
}
