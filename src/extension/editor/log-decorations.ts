/** Highlights catalogued lines of kernel logs: ground, gutter mark and overview ruler, by level. */
import * as vscode from 'vscode';
import type { LogLevel } from '../../core/kernel-log/log-catalogue.ts';
import { LOG_LANGUAGE, type LogDocuments } from './log-document.ts';

const LEVELS: readonly LogLevel[] = ['error', 'warning', 'note'];

export class LogDecorations implements vscode.Disposable {
  readonly #types: ReadonlyMap<LogLevel, vscode.TextEditorDecorationType>;
  readonly #documents: LogDocuments;
  readonly #subscriptions: vscode.Disposable[] = [];

  constructor(documents: LogDocuments, extensionUri: vscode.Uri) {
    this.#documents = documents;
    this.#types = new Map(LEVELS.map((level) => [level, createType(level, extensionUri)]));
    this.#subscriptions.push(
      vscode.window.onDidChangeVisibleTextEditors((editors) => this.#decorateAll(editors)),
      vscode.workspace.onDidChangeTextDocument(({ document }) =>
        this.#decorateAll(vscode.window.visibleTextEditors.filter((editor) => editor.document === document)),
      ),
    );
    this.#decorateAll(vscode.window.visibleTextEditors);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const type of this.#types.values()) type.dispose();
  }

  #decorateAll(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) if (editor.document.languageId === LOG_LANGUAGE) void this.#decorate(editor);
  }

  async #decorate(editor: vscode.TextEditor): Promise<void> {
    const outline = await this.#documents.outline(editor.document);
    if (outline === undefined) return;
    for (const [level, type] of this.#types) {
      const ranges = outline.lines
        .filter(({ message }) => message.level === level)
        .map(({ line }) => new vscode.Range(line - 1, 0, line - 1, 0));
      editor.setDecorations(type, ranges);
    }
  }
}

const COLOURS: Readonly<Record<LogLevel, { readonly ground: string; readonly line: string }>> = {
  error: { ground: 'diffEditor.removedLineBackground', line: 'editorError.foreground' },
  warning: { ground: 'editorWarning.background', line: 'editorWarning.foreground' },
  note: { ground: 'editorInfo.background', line: 'editorInfo.foreground' },
};

function createType(level: LogLevel, extensionUri: vscode.Uri): vscode.TextEditorDecorationType {
  const { ground, line } = COLOURS[level];
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor(ground),
    // High contrast themes have no grounds: the border is what is seen there.
    borderColor: new vscode.ThemeColor(line),
    borderStyle: 'solid',
    borderWidth: '0 0 0 3px',
    gutterIconPath: vscode.Uri.joinPath(extensionUri, 'media', 'icons', `log-${level}.svg`),
    gutterIconSize: 'contain',
    overviewRulerColor: new vscode.ThemeColor(line),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
  });
}
