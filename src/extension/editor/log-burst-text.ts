/** A burst in words. */
import * as vscode from 'vscode';
import type { LogBurst } from '../../core/kernel-log/log-bursts.ts';
import { words } from '../words.ts';

/** Times of neighbours differ by less, and `0 s` would be wrong. */
const MIN_SECONDS = 0.1;

/** `412 lines in 61 s; 1,518 messages of any kind suppressed meanwhile`. */
export function burstText(burst: LogBurst): string {
  const lines = linesText(burst);
  if (burst.suppressed === 0) return lines;
  // The kernel counts messages of every kind together: the number says nothing of this one.
  const suppressed =
    burst.suppressed === 1
      ? vscode.l10n.t('one message of any kind suppressed meanwhile')
      : vscode.l10n.t('{0} messages of any kind suppressed meanwhile', words().count(burst.suppressed));
  return vscode.l10n.t('{0}; {1}', lines, suppressed);
}

function linesText({ lines, seconds }: LogBurst): string {
  if (lines === 1) return vscode.l10n.t('one line');
  const wording = words();
  const count = wording.count(lines);
  if (seconds === null) return vscode.l10n.t('{0} lines', count);
  if (seconds < MIN_SECONDS) return vscode.l10n.t('{0} lines within {1}', count, wording.duration(MIN_SECONDS));
  return vscode.l10n.t('{0} lines in {1}', count, wording.duration(seconds));
}
