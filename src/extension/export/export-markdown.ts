/** The findings as Markdown: a file where the user wants it, or in the clipboard. The worker writes the text. */
import * as vscode from 'vscode';
import type { BundleSession } from '../open/bundle-session.ts';
import { reasonOf } from '../words.ts';
import { whyNotWritten, writeWhole } from './write-file.ts';

/** Asks where to, unless told; gives the file that was written. */
export async function exportMarkdown(session: BundleSession, file: unknown): Promise<vscode.Uri | undefined> {
  await session.ready();
  const target = file instanceof vscode.Uri ? file : await askForTarget(session);
  if (target === undefined) return undefined;
  try {
    await writeWhole(target, await quotingMarkdown(session));
  } catch (error) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('The findings could not be saved to {0}: {1}', target.fsPath, whyNotWritten(error)),
    );
    return undefined;
  }
  await vscode.window.showTextDocument(target, { preview: true });
  return target;
}

/** Without the lines that prove them: for a copy nothing is read again. */
export async function copyMarkdown(session: BundleSession): Promise<void> {
  await session.ready();
  try {
    const { bytes } = await session.ask('render', { format: 'markdown', withExcerpts: false });
    await vscode.env.clipboard.writeText(new TextDecoder().decode(bytes));
  } catch (error) {
    void vscode.window.showErrorMessage(vscode.l10n.t('The findings could not be copied: {0}', reasonOf(error)));
    return;
  }
  vscode.window.setStatusBarMessage(vscode.l10n.t('The findings are in the clipboard.'), 4000);
}

/** With the lines that prove them; when the bundle can no longer be read, without them, and the user is told. */
async function quotingMarkdown(session: BundleSession): Promise<Uint8Array> {
  const { bytes, whyNoExcerpts } = await session.ask('render', { format: 'markdown', withExcerpts: true });
  if (whyNoExcerpts !== null)
    void vscode.window.showWarningMessage(
      vscode.l10n.t('The findings are saved without the lines that prove them. {0}', whyNoExcerpts),
    );
  return bytes;
}

async function askForTarget(session: BundleSession): Promise<vscode.Uri | undefined> {
  const stem = session.name.replace(/\.(?:tar\.gz|tgz|tar)$/, '');
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Findings as Markdown'),
    defaultUri: session.uri.with({ path: session.uri.path.replace(/[^/]*$/, `${stem}-findings.md`) }),
    filters: { Markdown: ['md'] },
  });
}
