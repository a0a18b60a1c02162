/** The findings as a Markdown file, where the user wants it. */
import * as vscode from 'vscode';
import { type Excerpt, toMarkdown, wantedExcerpts } from '../../core/formats/markdown.ts';
import type { BundleSession } from '../open/bundle-session.ts';
import { reasonOf } from '../words.ts';
import { wholeReport } from './whole-report.ts';
import { whyNotWritten, writeWhole } from './write-file.ts';

/** Asks where to, unless told; gives the file that was written. */
export async function exportMarkdown(session: BundleSession, file: unknown): Promise<vscode.Uri | undefined> {
  const { opened } = await session.ready();
  const target = file instanceof vscode.Uri ? file : await askForTarget(session);
  if (target === undefined) return undefined;
  const report = wholeReport(opened);
  const excerpts = await quote(session, wantedExcerpts(report));
  try {
    await writeWhole(target, new TextEncoder().encode(toMarkdown(report, excerpts)));
  } catch (error) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('The findings could not be saved to {0}: {1}', target.fsPath, whyNotWritten(error)),
    );
    return undefined;
  }
  await vscode.window.showTextDocument(target, { preview: true });
  return target;
}

/** The lines that prove it. When the bundle can no longer be read, the findings are worth saving without them. */
async function quote(
  session: BundleSession,
  places: Parameters<BundleSession['readExcerpts']>[0],
): Promise<readonly Excerpt[]> {
  try {
    return await session.readExcerpts(places);
  } catch (error) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('The findings are saved without the lines that prove them. {0}', reasonOf(error)),
    );
    return [];
  }
}

async function askForTarget(session: BundleSession): Promise<vscode.Uri | undefined> {
  const stem = session.name.replace(/\.(?:tar\.gz|tgz|tar)$/, '');
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Findings as Markdown'),
    defaultUri: session.uri.with({ path: session.uri.path.replace(/[^/]*$/, `${stem}-findings.md`) }),
    filters: { Markdown: ['md'] },
  });
}
