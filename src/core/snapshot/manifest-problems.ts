/** What the collector says is missing, as problems of the data. */

import { type BundleManifest, FORMAT_VERSION } from '../parsers/collector/bundle-manifest.ts';
import type { Problem } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('manifest', {
  newer: 'This bundle was made by a newer collector (format {version}): what this version does not know was left out',
  incomplete: 'not complete: {what} ({state})',
  incompleteBecause: 'not complete: {what} ({state}): {note}',
  moreIncomplete: 'not complete: {items, plural, one {# more item} other {# more items}}',
});

/** `absent` and `skipped` are no problems: nothing is missing, or it was left out on purpose. */
const INCOMPLETE: ReadonlySet<string> = new Set(['denied', 'cut', 'failed']);
const MAX_TOLD = 200;

export function manifestProblems(manifest: BundleManifest, entry: string, root: string): readonly Problem[] {
  const problems: Problem[] = [];
  if (manifest.version > FORMAT_VERSION) {
    problems.push({ entry, message: say.newer({ version: manifest.version }) });
  }
  const missing = manifest.items.filter((item) => INCOMPLETE.has(item.state));
  for (const { item, file, state, note } of missing.slice(0, MAX_TOLD)) {
    const what = item || file;
    const message = note === '' ? say.incomplete({ what, state }) : say.incompleteBecause({ what, state, note });
    problems.push({ entry: file === '' ? entry : `${root}${file}`, message });
  }
  if (missing.length > MAX_TOLD) {
    problems.push({ entry, message: say.moreIncomplete({ items: missing.length - MAX_TOLD }) });
  }
  return problems;
}
