/** Lines of entries for the Markdown report. */

import { normaliseName } from '../core/layouts/proc-tree.ts';
import type { Excerpt } from '../core/report/markdown.ts';
import type { Evidence } from '../core/report/report.ts';
import type { Member, MemberIndex } from './member-index.ts';
import { readMember } from './read-entry.ts';
import type { BundleSource } from './source.ts';

/** Beyond this an entry is not unpacked again for four lines of it. */
const MAX_BYTES = 64 << 20;

/** Places that are links or that cannot be read give no excerpt. */
export async function readExcerpts(
  source: BundleSource,
  index: MemberIndex,
  places: readonly Evidence[],
): Promise<readonly Excerpt[]> {
  const excerpts: Excerpt[] = [];
  const texts = new Map<string, readonly string[]>();
  for (const place of places) {
    const member = findMember(index, place.entry);
    if (member === undefined || member.sizeBytes > MAX_BYTES) continue;
    let lines = texts.get(place.entry);
    if (lines === undefined) {
      lines = new TextDecoder().decode(await readMember(source, member)).split('\n');
      texts.set(place.entry, lines);
    }
    excerpts.push({
      entry: place.entry,
      startLine: place.startLine,
      lines: lines.slice(place.startLine - 1, place.endLine),
    });
  }
  return excerpts;
}

/** Entries in a report have normalised names; members keep what the archive says, such as a leading `./`. */
function findMember(index: MemberIndex, entry: string): Member | undefined {
  const exact = index.files.get(entry) ?? index.files.get(`./${entry}`);
  if (exact !== undefined) return exact;
  for (const member of index.files.values()) if (normaliseName(member.name) === entry) return member;
  return undefined;
}
