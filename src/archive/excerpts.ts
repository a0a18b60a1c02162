/** Lines of entries, for reports that quote them. */

import type { Excerpt } from '../core/formats/format.ts';
import { normaliseName } from '../core/layouts/entry-path.ts';
import type { Evidence } from '../core/report/report.ts';
import type { BlockStore } from './block-store.ts';
import type { BundleSource } from './bundle-source.ts';
import { createLinePicker } from './line-picker.ts';
import type { Member, MemberIndex } from './member-index.ts';
import { readParts } from './read-entry.ts';

/** Of one place; the report shows some lines of ordinary length. */
const MAX_BYTES = 64 * 1024;

/** Places that are links or that cannot be read give no excerpt. Reads the archive once, however many there are. */
export async function readExcerpts(
  source: BundleSource,
  index: MemberIndex,
  places: readonly Evidence[],
  store?: BlockStore,
): Promise<readonly Excerpt[]> {
  const byMember = new Map<Member, Evidence[]>();
  const members = findMembers(index, new Set(places.map(({ entry }) => entry)));
  for (const place of places) {
    const member = members.get(place.entry);
    if (member === undefined) continue;
    const wanted = byMember.get(member);
    if (wanted === undefined) byMember.set(member, [place]);
    else wanted.push(place);
  }
  const pickers = new Map(
    [...byMember].map(([member, wanted]) => {
      const ranges = wanted.map(({ startLine, endLine }) => ({ start: startLine, end: endLine }));
      return [member, createLinePicker(ranges, MAX_BYTES)];
    }),
  );
  if (pickers.size > 0)
    await readParts(source, [...pickers.keys()], (member, part) => pickers.get(member)?.write(part) === true, {
      store,
    });
  const texts = new Map<Evidence, Uint8Array>();
  for (const [member, wanted] of byMember) {
    const picked = pickers.get(member)?.picked() ?? [];
    wanted.forEach((place, at) => {
      texts.set(place, picked[at] ?? new Uint8Array(0));
    });
  }
  return places.flatMap((place) => {
    const bytes = texts.get(place);
    return bytes === undefined ? [] : [{ entry: place.entry, startLine: place.startLine, lines: linesOf(bytes) }];
  });
}

function linesOf(bytes: Uint8Array): readonly string[] {
  const lines = new TextDecoder().decode(bytes).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Entries in a report have normalised names; members keep what the archive says, such as a leading `./`. */
function findMembers(index: MemberIndex, entries: ReadonlySet<string>): ReadonlyMap<string, Member> {
  const found = new Map<string, Member>();
  for (const entry of entries) {
    const member = index.files.get(entry) ?? index.files.get(`./${entry}`);
    if (member !== undefined) found.set(entry, member);
  }
  if (found.size === entries.size) return found;
  for (const member of index.files.values()) {
    const entry = normaliseName(member.name);
    if (entries.has(entry) && !found.has(entry)) found.set(entry, member);
  }
  return found;
}
