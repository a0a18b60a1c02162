/** What the collector says is missing, as problems of the data. */
import { type BundleManifest, FORMAT_VERSION } from '../parsers/collector/bundle-manifest.ts';
import type { Problem } from '../report/report.ts';

/** `absent` and `skipped` are no problems: nothing is missing, or it was left out on purpose. */
const INCOMPLETE: ReadonlySet<string> = new Set(['denied', 'cut', 'failed']);
const MAX_TOLD = 200;

export function manifestProblems(manifest: BundleManifest, entry: string, root: string): readonly Problem[] {
  const problems: Problem[] = [];
  if (manifest.version > FORMAT_VERSION) {
    const message = `made by a newer collector (format ${manifest.version}): what this version does not know was left out`;
    problems.push({ entry, message });
  }
  const missing = manifest.items.filter((item) => INCOMPLETE.has(item.state));
  for (const { item, file, state, note } of missing.slice(0, MAX_TOLD)) {
    const message = `not complete: ${item || file} (${state})${note === '' ? '' : `: ${note}`}`;
    problems.push({ entry: file === '' ? entry : `${root}${file}`, message });
  }
  if (missing.length > MAX_TOLD) {
    problems.push({ entry, message: `not complete: ${missing.length - MAX_TOLD} more items` });
  }
  return problems;
}
