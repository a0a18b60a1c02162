/**
 * The language of the user, for the sentences and numbers of the core. Texts of the extension's own commands and views
 * go through `vscode.l10n.t`, with the numbers that are in them written by this wording.
 */
import * as vscode from 'vscode';
import { wordingFor } from '../core/wording/languages.ts';
import type { Wording } from '../core/wording/wording.ts';
import { CallFailed } from '../protocol/client.ts';

export function words(): Wording {
  return wordingFor(vscode.env.language);
}

/** What an error says, of whatever was thrown. */
export function reasonOf(error: unknown): string {
  if (error instanceof CallFailed) return words().text(error.said);
  return error instanceof Error ? error.message : vscode.l10n.t('No reason is known.');
}
