/** Above each burst: how many lines it has and how long it took; a click selects it. */
import * as vscode from 'vscode';
import type { LogBurst } from '../../core/kernel-log/log-bursts.ts';
import { words } from '../words.ts';
import { burstText } from './log-burst-text.ts';
import type { LogDocuments } from './log-document.ts';

const SELECT_COMMAND = 'sockscope.selectLogLines';

export class LogCodeLens implements vscode.CodeLensProvider {
  readonly #documents: LogDocuments;

  constructor(documents: LogDocuments) {
    this.#documents = documents;
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const outline = await this.#documents.outline(document);
    return (outline?.bursts ?? []).filter(saysMoreThanItsLine).map((burst) => {
      const line = burst.line - 1;
      return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
        title: vscode.l10n.t('{0}: {1}', words().text(burst.message.title), burstText(burst)),
        tooltip: vscode.l10n.t('Select these lines'),
        command: SELECT_COMMAND,
        arguments: [document.uri, burst.line, burst.endLine],
      });
    });
  }
}

/** Over a line by itself a lens would only repeat it. */
function saysMoreThanItsLine({ lines, suppressed, message }: LogBurst): boolean {
  return lines > 1 || (suppressed > 0 && message.id !== 'net-ratelimit');
}

/** Lines are counted from 1. The cursor ends at the last of them, which comes into view. */
export function registerSelectLogLines(): vscode.Disposable {
  return vscode.commands.registerCommand(SELECT_COMMAND, async (uri: unknown, line: unknown, endLine: unknown) => {
    if (!(uri instanceof vscode.Uri) || typeof line !== 'number' || typeof endLine !== 'number') return;
    const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
    const document = shown?.document ?? (await vscode.workspace.openTextDocument(uri));
    const column = shown?.viewColumn;
    const editor = await vscode.window.showTextDocument(document, column === undefined ? {} : { viewColumn: column });
    const { end } = document.lineAt(Math.min(endLine, document.lineCount) - 1).range;
    editor.selection = new vscode.Selection(new vscode.Position(line - 1, 0), end);
    editor.revealRange(new vscode.Range(end, end), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  });
}
