/** Geometry of the process bars: stacked when linear, length only when logarithmic. Pure. */
import { scaleLinear } from 'd3';
import type { FdKindCount, ProcessesView, ProcessGroup, ProcessRow } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { words } from '../words.ts';

const say = defineMessages('webview-processes-layout', {
  moreProcesses: '{processes, plural, one {# more process} other {# more processes}}',
  moreGroups: '{groups, plural, one {# more group} other {# more groups}}',
});

export interface Segment {
  readonly x: number;
  readonly width: number;
  readonly kind: FdKindCount;
}

/** A kind that has any fds is at least this wide. */
const MIN_MARK = 2;
/** How much of the list the picture shows: about as tall as the icicle beside it, or all that is reasonable. */
export interface ListLimit {
  readonly lines: number;
  readonly perGroup: number;
}
export const SHORT_LIST: ListLimit = { lines: 24, perGroup: 4 };
export const LONG_LIST: ListLimit = { lines: 150, perGroup: 50 };

export function barSegments(kinds: readonly FdKindCount[], most: number, width: number): Segment[] {
  const length = scaleLinear([0, Math.max(1, most)], [0, width]).clamp(true);
  const segments: Segment[] = [];
  let x = 0;
  for (const kind of kinds) {
    if (kind.count <= 0) continue;
    const wide = Math.min(Math.max(length(kind.count), MIN_MARK), Math.max(0, width - x));
    segments.push({ x, width: wide, kind });
    x += wide + (wide <= MIN_MARK ? 1 : 0);
  }
  return segments;
}

/** Length on a logarithmic scale that still starts at 0: log(1 + fds). */
export function logLength(fds: number, most: number, width: number): number {
  if (fds <= 0 || most <= 0) return 0;
  return Math.max(MIN_MARK, Math.min(1, Math.log1p(fds) / Math.log1p(most)) * width);
}

export type LimitLevel = 'fine' | 'warn' | 'bad' | 'none';

const WARN_SHARE = 0.8;
const BAD_SHARE = 0.95;

/** How near a process is to its soft limit of open files. */
export function limitLevel(fds: number, softLimit: number | null): LimitLevel {
  if (softLimit === null || softLimit <= 0) return 'none';
  const share = fds / softLimit;
  return share >= BAD_SHARE ? 'bad' : share >= WARN_SHARE ? 'warn' : 'fine';
}

export type ListRow =
  | { readonly kind: 'group'; readonly group: ProcessGroup }
  | { readonly kind: 'process'; readonly process: ProcessRow }
  | { readonly kind: 'more'; readonly label: string; readonly fds: number; readonly tcp: number | null };

function groupRows(group: ProcessGroup, perGroup: number): ListRow[] {
  // One process more is no longer than the line that would say so.
  const spare = group.processes.length === perGroup + 1 && group.more === null ? 1 : 0;
  const shown = group.processes.slice(0, perGroup + spare);
  const left = group.processes.slice(shown.length);
  const rows: ListRow[] = [
    { kind: 'group', group },
    ...shown.map((process) => ({ kind: 'process', process }) as const),
  ];
  const extra = group.more;
  const hidden = left.length + (extra?.processes ?? 0);
  if (hidden > 0) {
    const fds = left.reduce((sum, each) => sum + each.fds, extra?.fds ?? 0);
    const tcp = left.reduce((sum, each) => sum + each.tcp, extra?.tcp ?? 0);
    rows.push({ kind: 'more', label: words.text(say.moreProcesses({ processes: hidden })), fds, tcp });
  }
  return rows;
}

/** The rows of the picture; whatever is left out is counted in a row of its own. */
export function listRows(view: ProcessesView, limit: ListLimit): ListRow[] {
  const rows: ListRow[] = [];
  let groups = view.moreGroups?.groups ?? 0;
  let fds = view.moreGroups?.fds ?? 0;
  for (const group of view.groups) {
    const added = groupRows(group, limit.perGroup);
    if (rows.length > 0 && rows.length + added.length > limit.lines) {
      groups += 1;
      fds += group.fds;
    } else {
      rows.push(...added);
    }
  }
  if (groups > 0) rows.push({ kind: 'more', label: words.text(say.moreGroups({ groups })), fds, tcp: null });
  return rows;
}

/** Processes of the model that the short list leaves out. */
export function hiddenByShortList(view: ProcessesView): number {
  const all = view.groups.reduce((sum, group) => sum + group.processes.length, 0);
  return all - listRows(view, SHORT_LIST).filter((row) => row.kind === 'process').length;
}
