/** The limits as the settings have them when a bundle is read. */
import * as vscode from 'vscode';
import { type Limits, readLimits } from '../../protocol/limits.ts';

/** Settings of the machine: no workspace, so no repository that somebody sends, can change them. */
export function currentLimits(): Limits {
  const settings = vscode.workspace.getConfiguration('sockscope.limits');
  return readLimits((name) => settings.get(name));
}
