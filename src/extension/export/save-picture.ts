/** A section of the page as a picture file, where the user wants it. */
import * as vscode from 'vscode';
import type { FromPage, ToPage } from '../../protocol/page-messages.ts';
import type { BundleSession } from '../open/bundle-session.ts';
import { whyNotWritten, writeWhole } from './write-file.ts';

type Request = Extract<FromPage, { readonly type: 'savePicture' }>;

const told = (ok: boolean, message: string): ToPage => ({ type: 'copied', ok, message });

/** Asks where to and writes; what became of it is told on the page, beside the button, a failure in a message too. */
export async function savePicture(session: BundleSession, { kind, name, data }: Request): Promise<ToPage> {
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save Picture'),
    defaultUri: session.uri.with({ path: session.uri.path.replace(/[^/]*$/, `${nodeOf(session)}-${name}.${kind}`) }),
    filters: kind === 'svg' ? { SVG: ['svg'] } : { PNG: ['png'] },
  });
  if (target === undefined) return told(true, '');
  try {
    await writeWhole(target, data);
    return told(true, vscode.l10n.t('Saved'));
  } catch (error) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('The picture could not be saved to {0}: {1}', target.fsPath, whyNotWritten(error)),
    );
    return told(false, vscode.l10n.t('Not saved'));
  }
}

/** The node's name as the start of a file name, on every system: it comes from the bundle. */
function nodeOf(session: BundleSession): string {
  const { state } = session;
  const name = state.kind === 'ready' ? state.opened.page.header.title : session.name;
  const clean = name.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^[.-]+|[.-]+$/g, '');
  return clean === '' ? 'node' : clean.slice(0, 80);
}
