/** What is known of an open kernel log, worked out once for each version of it. */
import * as vscode from 'vscode';
import { withoutLineNumber } from '../../core/editor/log-filter.ts';
import { createLogOutliner, type LogOutline } from '../../core/kernel-log/log-bursts.ts';
import { createPacer } from './pacer.ts';

/** The whole of another document's lines with one message: see log-filter.ts. */
export const FILTER_SCHEME = 'sockscope-filter';
export const LOG_LANGUAGE = 'dmesg';

interface Known {
  readonly version: number;
  readonly outline: Promise<LogOutline | undefined>;
}

export class LogDocuments implements vscode.Disposable {
  readonly #known = new Map<vscode.TextDocument, Known>();
  readonly #subscription = vscode.workspace.onDidCloseTextDocument((document) => this.#known.delete(document));

  /** Undefined when the document was closed or changed meanwhile: whoever needs it is asked again then. */
  outline(document: vscode.TextDocument): Promise<LogOutline | undefined> {
    const known = this.#known.get(document);
    if (known?.version === document.version) return known.outline;
    const outline = outlineDocument(document);
    if (!document.isClosed) this.#known.set(document, { version: document.version, outline });
    return outline;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#known.clear();
  }
}

async function outlineDocument(document: vscode.TextDocument): Promise<LogOutline | undefined> {
  const { version } = document;
  const isNumbered = document.uri.scheme === FILTER_SCHEME;
  const outliner = createLogOutliner();
  const pacer = createPacer();
  for (let line = 0; line < document.lineCount; line++) {
    if (pacer.isDue()) {
      await pacer.rest();
      if (document.isClosed || document.version !== version) return undefined;
    }
    const { text } = document.lineAt(line);
    outliner.take(isNumbered ? withoutLineNumber(text) : text);
  }
  return outliner.end();
}
