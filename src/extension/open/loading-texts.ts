/** What the page says while there is no page yet, and when there will be none. */
import * as vscode from 'vscode';
import { type LogMessage, logMessage } from '../../core/kernel-log/log-catalogue.ts';
import { settingOf } from '../../protocol/limits.ts';
import type { Progress, Step } from '../../protocol/worker-messages.ts';
import { words } from '../words.ts';

const RANK = { error: 0, warning: 1, note: 2 } as const;
/** It is one line under the progress: the rest comes with the page. */
const MAX_MESSAGES = 3;

export function describeStep(step: Step): string {
  switch (step) {
    case 'reading':
      return vscode.l10n.t('Reading the archive');
    case 'joining':
      return vscode.l10n.t('Joining sockets, processes and namespaces');
    case 'drawing':
      return vscode.l10n.t('Building the page');
  }
}

/** What the kernel log alone says, known long before the rest: the gravest messages with their number of lines. */
export function firstFinding(log: NonNullable<Progress['log']>): string {
  const known = log.flatMap(({ id, lines }) => {
    const message = logMessage(id);
    return message === undefined ? [] : [{ message, lines }];
  });
  if (known.length === 0) return '';
  known.sort((a, b) => rank(a.message) - rank(b.message) || b.lines - a.lines);
  const parts = known.slice(0, MAX_MESSAGES).map(({ message, lines }) => titleWithLines(message, lines));
  return vscode.l10n.t('The kernel log already says: {0}', parts.join(' · '));
}

function titleWithLines(message: LogMessage, lines: number): string {
  const wording = words();
  const title = wording.text(message.title);
  return lines === 1
    ? vscode.l10n.t('{0} (one line)', title)
    : vscode.l10n.t('{0} ({1} lines)', title, wording.count(lines));
}

function rank({ level }: LogMessage): number {
  return RANK[level];
}

/** What can be done after a failure, by its code. */
export function whatNext(code: string): string {
  switch (code) {
    case 'cancelled':
      return vscode.l10n.t('Nothing was kept. Read it again when you like.');
    case 'out-of-memory':
      return vscode.l10n.t(
        'Other bundles are not affected. Raise {0} only for a bundle that you trust.',
        settingOf('maxMemoryBytes'),
      );
    case 'ended':
    case 'internal':
      return vscode.l10n.t('Other bundles are not affected. Reading it again may help.');
    default:
      return vscode.l10n.t('Check that the file is a whole .tar or .tar.gz.');
  }
}
