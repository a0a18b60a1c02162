/** Decoded addresses, states and sizes behind the numbers of net/tcp, sockstat and tcp_mem. */
import * as vscode from 'vscode';
import { hintsOfEntry } from '../../core/editor/entry-hints.ts';
import { parseEntryUri, SCHEME } from '../open/bundle-uri.ts';
import type { SessionStore } from '../open/session-store.ts';
import { words } from '../words.ts';

const SETTING = 'sockscope.inlay.decode';
const FILES: vscode.DocumentSelector = [
  { scheme: SCHEME },
  { pattern: '**/net/{tcp,tcp6,sockstat}' },
  { pattern: '**/tcp_mem' },
];

export class EntryInlay implements vscode.InlayHintsProvider, vscode.Disposable {
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
      vscode.languages.registerInlayHintsProvider(FILES, this),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
    if (vscode.workspace.getConfiguration().get(SETTING) !== true) return [];
    const { uri } = document;
    const state = this.#store.ofEntry(uri)?.state;
    const opened = state?.kind === 'ready' ? state.opened : null;
    const found = hintsOfEntry(
      {
        path: uri.scheme === SCHEME && uri.query !== '' ? parseEntryUri(uri).path : uri.path,
        first: range.start.line,
        last: range.end.line,
        textOf: (line) => (line < document.lineCount ? document.lineAt(line).text : undefined),
      },
      { report: opened?.summary ?? null, littleEndian: opened?.littleEndian ?? null },
      words(),
    );
    return found.map(({ line, column, label, tooltip }) => {
      const hint = new vscode.InlayHint(new vscode.Position(line, column), label);
      hint.paddingLeft = true;
      if (tooltip !== '') hint.tooltip = tooltip;
      return hint;
    });
  }
}
