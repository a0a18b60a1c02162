/** Hovering a catalogued line: what it means, what this bundle's own numbers say, and where that is proved. */
import * as vscode from 'vscode';
import { formatCount, formatPages, formatQuantity, formatShare } from '../core/format.ts';
import { type LogMessage, matchLogLine } from '../core/parsers/log-catalogue.ts';
import { withoutColours } from '../core/parsers/log-colours.ts';
import type { Finding, Report } from '../core/report/report.ts';
import { describeSubject } from '../core/report/subject-text.ts';
import type { BundleSession } from './bundle-session.ts';
import { appendEvidence, commandLink, markdown, plain } from './hover-markdown.ts';
import type { SessionStore } from './session-store.ts';

/** Messages that the numbers about TCP memory belong to. */
const ABOUT_MEMORY: ReadonlySet<string> = new Set([
  'tcp-out-of-memory',
  'tcp-out-of-socket-memory',
  'net-ratelimit',
  'page-allocation-failure',
]);
const ICONS = { error: 'error', warning: 'warning', note: 'info' } as const;

export class LogHover implements vscode.HoverProvider {
  readonly #store: SessionStore;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const line = document.lineAt(position.line);
    const message = matchLogLine(withoutColours(line.text));
    if (message === undefined) return undefined;
    const session = this.#store.ofEntry(document.uri);
    const report = session?.state.kind === 'ready' ? session.state.opened.report : null;
    const here =
      report === null || session === undefined ? withoutBundle(message) : describeBundle(message, report, session);
    // The numbers of this bundle come before the general advice: a hover shows only so much without scrolling.
    const parts = [describeMessage(message), here, adviceOf(message)];
    return new vscode.Hover(parts, line.range);
  }
}

function describeMessage(message: LogMessage): vscode.MarkdownString {
  return markdown()
    .appendMarkdown(`$(${ICONS[message.level]}) **`)
    .appendMarkdown(plain(message.title))
    .appendMarkdown('**\n\n')
    .appendMarkdown(plain(message.meaning));
}

function adviceOf(message: LogMessage): vscode.MarkdownString {
  const text = markdown();
  for (const fix of message.fixes) text.appendMarkdown('$(check) ').appendMarkdown(plain(fix)).appendMarkdown('\n\n');
  for (const nonFix of message.nonFixes) {
    text.appendMarkdown('$(close) ').appendMarkdown(plain(nonFix)).appendMarkdown('\n\n');
  }
  return text;
}

function withoutBundle(message: LogMessage): vscode.MarkdownString {
  const text = markdown();
  return text
    .appendMarkdown(`$(search) **${vscode.l10n.t('To confirm it')}:** `)
    .appendMarkdown(plain(message.confirm))
    .appendMarkdown(plain(vscode.l10n.t(' Open the whole support bundle to see the numbers of the node here.')));
}

function describeBundle(message: LogMessage, report: Report, session: BundleSession): vscode.MarkdownString {
  const text = markdown();
  text.appendMarkdown(`$(package) **${vscode.l10n.t('In this bundle')}:** `);
  const count = report.log?.counts[message.id] ?? 0;
  text.appendMarkdown(plain(`${countText(count, message, report)} `));
  const findings = report.findings.filter((finding) => isAbout(finding, message));
  if (ABOUT_MEMORY.has(message.id)) appendMemory(text, report);
  else for (const finding of findings) text.appendMarkdown(plain(`${finding.message} `));
  if (ABOUT_MEMORY.has(message.id))
    text.appendMarkdown('\n\n$(target) **').appendMarkdown(plain(report.verdict.sentence)).appendMarkdown('**');
  appendEvidence(
    text,
    findings.flatMap((finding) => finding.evidence),
    session,
  );
  text.appendMarkdown(
    `\n\n[$(graph) ${vscode.l10n.t('Open the bundle page')}](${commandLink('sockscope.showPage', session.id)})`,
  );
  return text;
}

/** Lines are a lower bound: the kernel drops some, and the counter of the same event does not. */
function countText(count: number, message: LogMessage, report: Report): string {
  const lines = formatQuantity(count, 'such line');
  const { suppressedMessages = 0, abortsOnMemory } =
    report.findings.find(({ ruleId }) => ruleId === 'tcp-oom-logged')?.measures ?? {};
  const isOom = message.counters.includes('TcpExt.TCPAbortOnMemory');
  if (!isOom || message.id === 'tcp-too-many-orphans') return `${lines}.`;
  const least =
    suppressedMessages === 0
      ? `${lines}.`
      : vscode.l10n.t(
          'At least {0}: the kernel says that it dropped {1} of any kind.',
          lines,
          formatQuantity(suppressedMessages, 'message'),
        );
  if (abortsOnMemory === undefined) return least;
  const aborts = vscode.l10n.t(
    'TCPAbortOnMemory, which nothing cuts short, is {0} in the captured namespaces since they exist.',
    formatCount(abortsOnMemory),
  );
  return `${least} ${aborts}`;
}

function isAbout(finding: Finding, message: LogMessage): boolean {
  if (ABOUT_MEMORY.has(message.id))
    return [
      'close-wait-leak',
      'closed-socket-leak',
      'stalled-peer',
      'tcp-memory-exhausted',
      'tcp-mem-misconfigured',
      'tcp-oom-logged',
    ].includes(finding.ruleId);
  if (message.id === 'tcp-too-many-orphans') return finding.ruleId === 'orphan-flood';
  return message.id === 'time-wait-overflow' && finding.ruleId === 'time-wait-flood';
}

function appendMemory(text: vscode.MarkdownString, report: Report): void {
  const { memory } = report;
  const page = memory.pageSizeBytes;
  if (memory.memPages === null) {
    text.appendMarkdown(plain(vscode.l10n.t('TCP memory is not known: sockstat was not captured.')));
    return;
  }
  const mem = memory.memPages.value;
  text
    .appendMarkdown('\n\n$(dashboard) mem **')
    .appendMarkdown(plain(formatPages(mem, page)))
    .appendMarkdown('**');
  if (memory.errorPages > 0) text.appendMarkdown(plain(` ± ${memory.errorPages}`));
  if (memory.maxPages !== null) {
    text
      .appendMarkdown(' against tcp\\_mem max **')
      .appendMarkdown(plain(formatPages(memory.maxPages, page)))
      .appendMarkdown('**: ');
    text.appendMarkdown(plain(`${formatShare(mem, memory.maxPages)} of the limit when captured.`));
  } else text.appendMarkdown(plain(vscode.l10n.t('; tcp_mem was not captured.')));
  const [owner] = memory.owners;
  if (owner === undefined || owner.pages === 0) return;
  const least = owner.source === 'queues' ? vscode.l10n.t('at least ') : '';
  text
    .appendMarkdown('\n\n$(person) ')
    .appendMarkdown(
      plain(
        `${describeSubject(owner.subject)} holds ${least}${formatShare(Math.min(owner.pages, mem), mem)} of it in ${formatQuantity(owner.sockets, 'socket')}.`,
      ),
    );
}
