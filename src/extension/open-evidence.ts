/** Lands on the line that proves something. */
import * as vscode from 'vscode';
import type { Evidence } from '../core/report/report.ts';
import type { BundleSession } from './bundle-session.ts';
import { entryUri } from './bundle-uri.ts';
import { findNode, safePath } from './entry-tree.ts';

/** Opens the entry beside the page and selects the lines. */
export async function openEvidence(session: BundleSession, place: Evidence): Promise<vscode.TextEditor | undefined> {
  const { tree } = await session.ready();
  const target = resolvePlace(place, (path) => findNode(tree, path)?.kind);
  if (target === null) {
    void vscode.window.showWarningMessage(vscode.l10n.t('The bundle has no entry {0}.', place.entry));
    return undefined;
  }
  const document = await vscode.workspace.openTextDocument(entryUri(session.uri, target.path));
  const start = target.link === null ? place.startLine - 1 : lineOfLink(document, target.link);
  const end = target.link === null ? Math.min(place.endLine, place.startLine + 200) - 1 : start;
  const first = document.lineAt(Math.min(start, document.lineCount - 1)).range;
  const last = document.lineAt(Math.min(Math.max(start, end), document.lineCount - 1)).range;
  const range = new vscode.Range(first.start, last.end);
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preview: true,
    selection: new vscode.Range(first.start, first.start),
  });
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  return editor;
}

interface Target {
  readonly path: string;
  /** Name of the link inside the listing; null for a file. */
  readonly link: string | null;
}

function resolvePlace(place: Evidence, kindOf: (path: string) => string | undefined): Target | null {
  const path = safePath(place.entry);
  if (kindOf(path) === 'file') return { path, link: null };
  const slash = path.lastIndexOf('/');
  const folder = path.slice(0, slash);
  for (const listing of [folder, `${folder}/(links)`]) {
    if (kindOf(listing) === 'links') return { path: listing, link: path.slice(slash + 1) };
  }
  return null;
}

function lineOfLink(document: vscode.TextDocument, name: string): number {
  for (let line = 0; line < document.lineCount; line++) {
    if (document.lineAt(line).text.startsWith(`${name} -> `)) return line;
  }
  return 0;
}
