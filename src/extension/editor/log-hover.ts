/** Hovering a catalogued line: what it means, what this bundle's own numbers say, its causes, and what helps. */
import * as vscode from 'vscode';
import { describeLogMessage, type LogLineFacts } from '../../core/editor/log-line-facts.ts';
import { type LogMessage, matchLogLine } from '../../core/kernel-log/log-catalogue.ts';
import { withoutColours } from '../../core/kernel-log/log-colours.ts';
import type { Message } from '../../core/report/message.ts';
import type { Wording } from '../../core/wording/wording.ts';
import type { BundleSession } from '../open/bundle-session.ts';
import type { SessionStore } from '../open/session-store.ts';
import { words } from '../words.ts';
import { appendEvidence, commandLink, markdown, plain } from './hover-markdown.ts';
import { FILTER_SCHEME } from './log-document.ts';
import { parseFilterUri } from './log-filter.ts';

const ICONS = { error: 'error', warning: 'warning', note: 'info' } as const;
/** The kernel writes at most 1 KiB of text a line: what is longer is no line of it. */
const MAX_LINE_LENGTH = 4096;
/** A hover is read in seconds; the page of the message has the rest. */
const MAX_CAUSES = 3;
const MAX_FIXES = 2;

export class LogHover implements vscode.HoverProvider {
  readonly #store: SessionStore;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const line = document.lineAt(position.line);
    const message = matchLogLine(withoutColours(line.text.slice(0, MAX_LINE_LENGTH)));
    if (message === undefined) return undefined;
    const session = this.#store.ofEntry(logOf(document.uri));
    const wording = words();
    const text = markdown();
    appendMeaning(text, message, wording);
    const facts = session === undefined ? null : factsOf(message, session, wording);
    if (session === undefined) appendWhatToCollect(text, message, wording);
    if (facts !== null) appendFacts(text, facts);
    appendAdvice(text, message, wording);
    appendLinks(text, message, session);
    if (facts !== null && session !== undefined) appendEvidence(text, facts.evidence, session);
    return new vscode.Hover(text, line.range);
  }
}

/** The log itself, of a document that has only some of its lines. */
function logOf(uri: vscode.Uri): vscode.Uri {
  return uri.scheme === FILTER_SCHEME ? parseFilterUri(uri).log : uri;
}

function appendMeaning(text: vscode.MarkdownString, message: LogMessage, wording: Wording): void {
  text
    .appendMarkdown(`$(${ICONS[message.level]}) **`)
    .appendMarkdown(plain(wording.text(message.title)))
    .appendMarkdown('**\n\n')
    .appendMarkdown(plain(wording.text(message.meaning)));
}

/** Null while the bundle is read. */
function factsOf(message: LogMessage, { state }: BundleSession, wording: Wording): LogLineFacts | null {
  if (state.kind !== 'ready') return null;
  return describeLogMessage(message, state.opened.summary, state.opened.logCounters, wording);
}

function appendFacts(text: vscode.MarkdownString, { count, facts, verdict }: LogLineFacts): void {
  appendHeading(text, 'package', vscode.l10n.t('In this bundle:'));
  text.appendMarkdown(plain(` ${count}`));
  appendItems(text, facts);
  if (verdict !== null) text.appendMarkdown('\n- **').appendMarkdown(plain(verdict)).appendMarkdown('**');
}

function appendWhatToCollect(text: vscode.MarkdownString, message: LogMessage, wording: Wording): void {
  appendHeading(text, 'search', vscode.l10n.t('To confirm it:'));
  text.appendMarkdown(plain(` ${wording.text(message.confirm)}`));
  const collect = vscode.l10n.t('Collect it all with the script');
  text.appendMarkdown(`\n- [${collect}](${commandLink('sockscope.saveCollector')}) `);
  text.appendMarkdown(plain(vscode.l10n.t('and open the bundle: the numbers of the node are then shown here.')));
}

function appendAdvice(text: vscode.MarkdownString, message: LogMessage, wording: Wording): void {
  const { causes, fixes, nonFixes } = message;
  const written = (each: Message) => plain(wording.text(each));
  appendHeading(text, 'question', vscode.l10n.t('Likely causes:'));
  appendItems(
    text,
    causes.slice(0, MAX_CAUSES).map((cause) => wording.text(cause)),
  );
  appendHeading(text, 'tools', vscode.l10n.t('What helps, and what does not:'));
  // Each line has its own mark; two blanks end a line.
  const lines = [
    ...fixes.slice(0, MAX_FIXES).map((fix) => `$(check) ${written(fix)}`),
    ...nonFixes.slice(0, MAX_FIXES).map((nonFix) => `$(close) ${written(nonFix)}`),
  ];
  text.appendMarkdown(`\n\n${lines.join('  \n')}`);
}

function appendHeading(text: vscode.MarkdownString, icon: string, heading: string): void {
  text.appendMarkdown(`\n\n$(${icon}) **${heading}**`);
}

function appendItems(text: vscode.MarkdownString, items: readonly string[]): void {
  for (const item of items) text.appendMarkdown('\n- ').appendMarkdown(plain(item));
}

function appendLinks(text: vscode.MarkdownString, message: LogMessage, session: BundleSession | undefined): void {
  const about = vscode.l10n.t('All about this message');
  text.appendMarkdown(`\n\n[$(book) ${about}](${commandLink('sockscope.showLogPage', message.id)})`);
  if (session === undefined) return;
  const page = vscode.l10n.t('Open the bundle page');
  text.appendMarkdown(` · [$(graph) ${page}](${commandLink('sockscope.showPage', session.id)})`);
}
