/** Hovering a number in a file of an open bundle: what it is, in which unit, and whose. */
import * as vscode from 'vscode';
import { hoverEntry } from '../../core/editor/entry-hover.ts';
import type { EntryHover as Found } from '../../core/editor/hover/hover-model.ts';
import type { BundleSession } from '../open/bundle-session.ts';
import { parseEntryUri } from '../open/bundle-uri.ts';
import type { SessionStore } from '../open/session-store.ts';
import { words } from '../words.ts';
import { appendEvidence, markdown, plain } from './hover-markdown.ts';
import { LOG_LANGUAGE } from './log-document.ts';

export class EntryHover implements vscode.HoverProvider {
  readonly #store: SessionStore;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    // Logs have a hover of their own.
    if (document.languageId === LOG_LANGUAGE) return undefined;
    const session = this.#store.ofEntry(document.uri);
    if (session?.state.kind !== 'ready') return undefined;
    const { summary, littleEndian } = session.state.opened;
    const found = hoverEntry(
      {
        entry: parseEntryUri(document.uri).path,
        line: position.line,
        column: position.character,
        textOf: (line) => (line < 0 || line >= document.lineCount ? undefined : document.lineAt(line).text),
      },
      { report: summary, littleEndian },
      words(),
    );
    if (found === null) return undefined;
    const range = new vscode.Range(position.line, found.start, position.line, found.end);
    return new vscode.Hover(describe(found, session), range);
  }
}

function describe({ title, paragraphs, unit, scope, evidence }: Found, session: BundleSession): vscode.MarkdownString {
  const text = markdown().appendMarkdown('**').appendMarkdown(plain(title)).appendMarkdown('**\n\n');
  const facts = [
    ...(unit === '' ? [] : [vscode.l10n.t('Unit: {0}', unit)]),
    ...(scope === null ? [] : [scopeText(scope)]),
  ];
  if (facts.length > 0) text.appendMarkdown('$(symbol-ruler) ').appendMarkdown(plain(facts.join(' · ')));
  for (const paragraph of paragraphs) text.appendMarkdown('\n\n').appendMarkdown(plain(paragraph));
  appendEvidence(text, evidence, session);
  return text;
}

function scopeText(scope: NonNullable<Found['scope']>): string {
  switch (scope) {
    case 'node':
      return vscode.l10n.t('Scope: the whole node');
    case 'namespace':
      return vscode.l10n.t('Scope: one network namespace');
    case 'process':
      return vscode.l10n.t('Scope: one process');
  }
}
