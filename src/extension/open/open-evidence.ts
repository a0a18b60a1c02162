/** Lands on the line that proves something. */
import * as vscode from 'vscode';
import type { WordedEvidence } from '../../core/wording/worded.ts';
import type { BundleSession } from './bundle-session.ts';
import { entryUri } from './bundle-uri.ts';

/** More would drown the line that is meant: then only the first is selected. */
const MAX_SELECTED_LINES = 20;

/** Opens the entry beside the page and selects the lines. */
export async function openEvidence(
  session: BundleSession,
  place: WordedEvidence,
): Promise<vscode.TextEditor | undefined> {
  const target = await session.ask('findPlace', { entry: place.entry, line: place.startLine });
  if (target === null) {
    void vscode.window.showWarningMessage(vscode.l10n.t('The bundle has no entry {0}.', place.entry));
    return undefined;
  }
  const document = await vscode.workspace.openTextDocument(entryUri(session.uri, target.path));
  const start = target.link === null ? place.startLine - target.firstLine : lineOfLink(document, target.link);
  const lines = place.endLine - place.startLine + 1;
  const end = target.link === null && lines <= MAX_SELECTED_LINES ? place.endLine - target.firstLine : start;
  const first = document.lineAt(Math.min(start, document.lineCount - 1)).range;
  const last = document.lineAt(Math.min(Math.max(start, end), document.lineCount - 1)).range;
  const range = new vscode.Range(first.start, last.end);
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: otherColumn(),
    preview: true,
    selection: new vscode.Range(first.start, first.start),
  });
  // The cursor stands on the line that the evidence names, not behind it.
  editor.selection = new vscode.Selection(range.end, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  return editor;
}

/** Beside what is looked at: in the other group where there is one, so that no third one opens. */
function otherColumn(): vscode.ViewColumn {
  const { activeTabGroup, all } = vscode.window.tabGroups;
  return all.find((group) => group !== activeTabGroup)?.viewColumn ?? vscode.ViewColumn.Beside;
}

function lineOfLink(document: vscode.TextDocument, name: string): number {
  for (let line = 0; line < document.lineCount; line++) {
    if (document.lineAt(line).text.startsWith(`${name} -> `)) return line;
  }
  return 0;
}
