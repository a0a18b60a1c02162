/** From one catalogued line to the next, around the ends of the log. */
import * as vscode from 'vscode';
import type { LogLine } from '../../core/kernel-log/log-bursts.ts';
import { LOG_LANGUAGE, type LogDocuments } from './log-document.ts';

type Direction = 'next' | 'previous';

const MESSAGE_MS = 4000;

export function registerLogNavigation(documents: LogDocuments): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('sockscope.nextLogLine', () => goTo(documents, 'next')),
    vscode.commands.registerCommand('sockscope.previousLogLine', () => goTo(documents, 'previous')),
  );
}

async function goTo(documents: LogDocuments, direction: Direction): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== LOG_LANGUAGE) return;
  const outline = await documents.outline(editor.document);
  if (outline === undefined) return;
  // Where the cursor is now: it may have moved while the log was read.
  const { line: from } = editor.selection.active;
  const { target, isWrapped } = findTarget(outline.lines, from + 1, direction);
  if (target === undefined) return tell(vscode.l10n.t('This log has no catalogued line.'));
  const position = new vscode.Position(target.line - 1, 0);
  editor.selection = new vscode.Selection(position, position);
  editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  if (!isWrapped) return;
  tell(
    direction === 'next'
      ? vscode.l10n.t('Went on at the first catalogued line.')
      : vscode.l10n.t('Went on at the last catalogued line.'),
  );
}

function findTarget(
  lines: readonly LogLine[],
  from: number,
  direction: Direction,
): { readonly target: LogLine | undefined; readonly isWrapped: boolean } {
  const inside =
    direction === 'next' ? lines.find(({ line }) => line > from) : lines.findLast(({ line }) => line < from);
  return { target: inside ?? lines.at(direction === 'next' ? 0 : -1), isWrapped: inside === undefined };
}

function tell(message: string): void {
  vscode.window.setStatusBarMessage(message, MESSAGE_MS);
}
