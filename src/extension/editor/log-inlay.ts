/** Times of day beside seconds since boot, and seconds since boot beside times of day, in open kernel logs. */
import * as vscode from 'vscode';
import type { SessionStore } from '../open/session-store.ts';
import { words } from '../words.ts';
import { LOG_LANGUAGE } from './log-document.ts';
import { type LogZero, logHint, zeroOfLog } from './log-hint.ts';

const SETTING = 'sockscope.log.showTimes';
/** Where a log that is looked at alone tells its own clock, it does so in its first lines. */
const HEAD_LINES = 200;

export class LogInlay implements vscode.InlayHintsProvider, vscode.Disposable {
  readonly #store: SessionStore;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeInlayHints = this.#changed.event;
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(store: SessionStore) {
    this.#store = store;
    this.#subscriptions = [
      store.onDidChange(() => this.#changed.fire()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(SETTING)) this.#changed.fire();
      }),
      vscode.languages.registerInlayHintsProvider({ language: LOG_LANGUAGE }, this),
      vscode.commands.registerCommand('sockscope.toggleLogTimes', toggle),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
    if (!isShown()) return [];
    const { zero, note } = this.#zeroOf(document);
    const wording = words();
    const hints: vscode.InlayHint[] = [];
    for (let number = range.start.line; number <= Math.min(range.end.line, document.lineCount - 1); number++) {
      const found = logHint(document.lineAt(number).text, zero, wording);
      if (found === null) continue;
      const hint = new vscode.InlayHint(new vscode.Position(number, found.column), found.label);
      hint.paddingRight = true;
      hint.tooltip =
        found.utc === null
          ? vscode.l10n.t('Since boot, by the first line of the log.')
          : note !== ''
            ? vscode.l10n.t('{0}. {1}', found.utc, note)
            : vscode.l10n.t(
                '{0}, by the time of boot. A second more or less, and more where the node was suspended.',
                found.utc,
              );
      hints.push(hint);
    }
    return hints;
  }

  /** By the whole bundle where the log is part of one, else by the log itself. */
  #zeroOf(document: vscode.TextDocument): { readonly zero: LogZero; readonly note: string } {
    const head = Array.from(
      { length: Math.min(HEAD_LINES, document.lineCount) },
      (_, line) => document.lineAt(line).text,
    );
    const own = zeroOfLog(head);
    const state = this.#store.ofEntry(document.uri)?.state;
    const log = state?.kind === 'ready' ? state.opened.page.log : null;
    const seconds = log?.sinceBoot === true ? log.zeroUnixSeconds : null;
    if (log === null || seconds === null) return { zero: own, note: '' };
    return { zero: { ...own, utcMs: seconds * 1000 }, note: log.clockNote };
  }
}

function isShown(): boolean {
  return vscode.workspace.getConfiguration().get(SETTING) === true;
}

async function toggle(): Promise<void> {
  await vscode.workspace.getConfiguration().update(SETTING, !isShown(), vscode.ConfigurationTarget.Global);
}
