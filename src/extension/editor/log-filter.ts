/**
 * The lines of a log with one message, as a read-only document of their own with the numbers that they have in the log:
 * `sockscope-filter:/dmesg (tcp-out-of-memory).dmesg?["<uri of the log>","tcp-out-of-memory"]`.
 */
import * as vscode from 'vscode';
import { numberedLine } from '../../core/editor/log-filter.ts';
import type { LogOutline } from '../../core/kernel-log/log-bursts.ts';
import { logMessage } from '../../core/kernel-log/log-catalogue.ts';
import { FILTER_SCHEME, LOG_LANGUAGE, type LogDocuments } from './log-document.ts';
import { createPacer } from './pacer.ts';

export const FILTER_COMMAND = 'sockscope.filterLogLines';
/** A log that grows is not filtered at every line. */
const REFRESH_MS = 500;

interface FilterAddress {
  readonly log: vscode.Uri;
  readonly messageId: string;
}

export class LogFilter implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #documents: LogDocuments;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(documents: LogDocuments) {
    this.#documents = documents;
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(FILTER_SCHEME, this),
      vscode.commands.registerCommand(FILTER_COMMAND, (uri, id, line) => this.#show(uri, id, line)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#refresh(document)),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const { log, messageId } = parseFilterUri(uri);
    const document = await vscode.workspace.openTextDocument(log);
    while (!token.isCancellationRequested && !document.isClosed) {
      const outline = await this.#documents.outline(document);
      const text = outline === undefined ? undefined : await linesWith(document, outline, messageId);
      if (text !== undefined) return text;
    }
    return '';
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  /** Opens the lines; the cursor stands on the one that the user came from. */
  async #show(log: unknown, messageId: unknown, line: unknown): Promise<vscode.TextEditor | undefined> {
    if (!(log instanceof vscode.Uri) || typeof messageId !== 'string' || logMessage(messageId) === undefined)
      return undefined;
    const source = await vscode.workspace.openTextDocument(log);
    const outline = await this.#documents.outline(source);
    const hits = outline?.lines.filter(({ message }) => message.id === messageId) ?? [];
    const at = Math.max(
      0,
      hits.findIndex((hit) => hit.line === line),
    );
    let document = await vscode.workspace.openTextDocument(filterUri({ log, messageId }));
    if (document.languageId !== LOG_LANGUAGE)
      document = await vscode.languages.setTextDocumentLanguage(document, LOG_LANGUAGE);
    return vscode.window.showTextDocument(document, { selection: new vscode.Range(at, 0, at, 0) });
  }

  #refresh(changed: vscode.TextDocument): void {
    if (changed.languageId !== LOG_LANGUAGE || changed.uri.scheme === FILTER_SCHEME) return;
    const log = changed.uri.toString();
    for (const { uri } of vscode.workspace.textDocuments) {
      if (uri.scheme !== FILTER_SCHEME || parseFilterUri(uri).log.toString() !== log) continue;
      clearTimeout(this.#timers.get(uri.toString()));
      this.#timers.set(
        uri.toString(),
        setTimeout(() => {
          this.#timers.delete(uri.toString());
          this.#changed.fire(uri);
        }, REFRESH_MS),
      );
    }
  }
}

function filterUri({ log, messageId }: FilterAddress): vscode.Uri {
  const name = log.path.slice(log.path.lastIndexOf('/') + 1);
  return vscode.Uri.from({
    scheme: FILTER_SCHEME,
    path: `/${name} (${messageId}).dmesg`,
    query: JSON.stringify([log.toString(), messageId]),
  });
}

/** Throws FileSystemError when the URI names no log. */
export function parseFilterUri(uri: vscode.Uri): FilterAddress {
  try {
    const [log, messageId]: unknown[] = JSON.parse(uri.query);
    if (typeof log === 'string' && typeof messageId === 'string')
      return { log: vscode.Uri.parse(log, true), messageId };
  } catch {
    // Not one of ours.
  }
  throw vscode.FileSystemError.FileNotFound(uri);
}

/** Undefined when the log changed meanwhile. */
async function linesWith(
  document: vscode.TextDocument,
  outline: LogOutline,
  messageId: string,
): Promise<string | undefined> {
  const { version, lineCount } = document;
  const found: string[] = [];
  const pacer = createPacer();
  for (const { line, message } of outline.lines) {
    if (pacer.isDue()) {
      await pacer.rest();
      if (document.version !== version) return undefined;
    }
    if (message.id === messageId) found.push(numberedLine(line, document.lineAt(line - 1).text, lineCount));
  }
  return found.join('\n');
}
