/** Markdown of hovers: text of a bundle is in it as text, and links are made of numbers and ids. */
import * as vscode from 'vscode';
import { escapeMarkdown } from '../../core/formats/markdown-escape.ts';
import type { WordedEvidence } from '../../core/wording/worded.ts';
import type { BundleSession } from '../open/bundle-session.ts';

/** What a link in a hover may run. */
const LINKED_COMMANDS: readonly string[] = [
  'sockscope.openEvidence',
  'sockscope.saveCollector',
  'sockscope.showLogPage',
  'sockscope.showPage',
];

export function markdown(): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  text.supportHtml = false;
  text.isTrusted = { enabledCommands: [...LINKED_COMMANDS] };
  return text;
}

/**
 * Text, not markup. MarkdownString.appendText would do, but makes every blank a hard one, so that nothing wraps; and
 * `$(name)` would become an icon.
 */
export function plain(text: string): string {
  return escapeMarkdown(text).replaceAll('$(', '\\$(');
}

const MAX_LINKS = 6;

export function appendEvidence(
  text: vscode.MarkdownString,
  places: readonly WordedEvidence[],
  session: BundleSession,
): void {
  const { state } = session;
  if (state.kind !== 'ready' || places.length === 0) return;
  const known = state.opened.places;
  const links = new Map<number, WordedEvidence>();
  for (const place of places) {
    const id = known.findIndex(
      (each) => each.entry === place.entry && each.startLine === place.startLine && each.endLine === place.endLine,
    );
    if (id >= 0 && links.size < MAX_LINKS && !links.has(id)) links.set(id, place);
  }
  if (links.size === 0) return;
  text.appendMarkdown(`\n\n$(file) ${vscode.l10n.t('Evidence:')} `);
  [...links].forEach(([id, place], index) => {
    if (index > 0) text.appendMarkdown(' · ');
    // The label is text of the bundle, escaped, between the two halves of a link that is made of numbers.
    text
      .appendMarkdown('[')
      .appendMarkdown(plain(`${place.entry}:${place.startLine}`))
      .appendMarkdown(`](${commandLink('sockscope.openEvidence', session.id, id)})`);
  });
}

/** Arguments are numbers, or ids of our own catalogue: never text of a bundle. */
export function commandLink(command: string, ...args: readonly (number | string)[]): string {
  return `command:${command}?${encodeURIComponent(JSON.stringify(args))}`;
}
