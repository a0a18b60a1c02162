/** What can be done with a catalogued line, in the menu of the light bulb. */
import * as vscode from 'vscode';
import { lineInWholeLog } from '../../core/editor/log-filter.ts';
import { quoteLogLines } from '../../core/formats/log-markdown.ts';
import { type LogMessage, matchLogLine } from '../../core/kernel-log/log-catalogue.ts';
import { withoutColours } from '../../core/kernel-log/log-colours.ts';
import type { BundleSession } from '../open/bundle-session.ts';
import type { SessionStore } from '../open/session-store.ts';
import { words } from '../words.ts';
import { FILTER_SCHEME } from './log-document.ts';
import { FILTER_COMMAND, parseFilterUri } from './log-filter.ts';

const KIND = vscode.CodeActionKind.Empty.append('sockscope');
export const LOG_ACTIONS: vscode.CodeActionProviderMetadata = { providedCodeActionKinds: [KIND] };

const COPY_COMMAND = 'sockscope.copyLogLines';
/** The kernel writes at most 1 KiB of text a line: what is longer is no line of it. */
const MAX_LINE_LENGTH = 4096;
const MAX_QUOTED_LINES = 1000;
const MESSAGE_MS = 4000;

export class LogActions implements vscode.CodeActionProvider {
  readonly #store: SessionStore;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const { line } = range.start;
    const message = messageOf(document, line);
    if (message === undefined) return [];
    return [...lineActions(document, range, message), ...bundleActions(this.#store.ofEntry(document.uri))];
  }
}

function messageOf(document: vscode.TextDocument, line: number): LogMessage | undefined {
  return matchLogLine(withoutColours(document.lineAt(line).text.slice(0, MAX_LINE_LENGTH)));
}

function createAction(title: string, command: string, ...args: readonly unknown[]): vscode.CodeAction {
  const action = new vscode.CodeAction(title, KIND);
  action.command = { title, command, arguments: [...args] };
  return action;
}

function lineActions(
  document: vscode.TextDocument,
  range: vscode.Range,
  message: LogMessage,
): readonly vscode.CodeAction[] {
  const { line } = range.start;
  const copy = createAction(vscode.l10n.t('Copy as Markdown'), COPY_COMMAND, document.uri, line, range.end.line);
  if (document.uri.scheme !== FILTER_SCHEME) {
    const title = vscode.l10n.t('Show only lines with this message');
    return [createAction(title, FILTER_COMMAND, document.uri, message.id, line + 1), copy];
  }
  const whole = (lineInWholeLog(document.lineAt(line).text) ?? 1) - 1;
  return [
    createAction(vscode.l10n.t('Go to this line of the log'), 'vscode.open', parseFilterUri(document.uri).log, {
      selection: new vscode.Range(whole, 0, whole, 0),
    }),
    copy,
  ];
}

function bundleActions(session: BundleSession | undefined): readonly vscode.CodeAction[] {
  if (session?.state.kind !== 'ready') return [];
  const { holderPlace } = session.state.opened;
  return [
    ...(holderPlace === null
      ? []
      : [createAction(vscode.l10n.t('Go to who holds the memory'), 'sockscope.openEvidence', session.id, holderPlace)]),
    createAction(vscode.l10n.t('Export findings'), 'sockscope.exportMarkdown', session.uri),
  ];
}

/** Lines are counted from 0. */
export function registerCopyLogLines(): vscode.Disposable {
  return vscode.commands.registerCommand(COPY_COMMAND, async (uri: unknown, start: unknown, end: unknown) => {
    if (!(uri instanceof vscode.Uri) || typeof start !== 'number' || typeof end !== 'number') return;
    const document = await vscode.workspace.openTextDocument(uri);
    const message = messageOf(document, start);
    if (message === undefined) return;
    const title = words().text(message.title);
    const last = Math.min(end, start + MAX_QUOTED_LINES - 1, document.lineCount - 1);
    const lines: string[] = [];
    for (let line = start; line <= last; line++) lines.push(document.lineAt(line).text.slice(0, MAX_LINE_LENGTH));
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    await vscode.env.clipboard.writeText(quoteLogLines({ title, name, line: start + 1, lines }, words()));
    vscode.window.setStatusBarMessage(vscode.l10n.t('The lines are in the clipboard.'), MESSAGE_MS);
  });
}
