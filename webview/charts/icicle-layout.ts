/**
 * Geometry of the icicle, pod to peer. A cell's height is its share of its parent's, but never below one line of text:
 * what is smaller and still shown gets a line and a torn edge, the rest is merged into "N more". Pure.
 */
import type { IcicleNode } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import type { PathStep } from '../view-state.ts';
import { words } from '../words.ts';
import type { Box } from './roving.ts';

const say = defineMessages('webview-icicle-layout', {
  more: '{more, number} more',
  firstAndMore: '{first} + {more, number} more',
});

export interface IcicleCell {
  readonly key: string;
  readonly node: IcicleNode;
  readonly box: Box;
  readonly column: number;
  /** Drawn larger than its share. */
  readonly torn: boolean;
  /** How to get here from the whole tree. */
  readonly path: readonly PathStep[];
  readonly parentKey: string | null;
}

export interface IcicleSize {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
}

const LINE = 22;
/** More small siblings than this are merged: a list is what the table is for. */
const MAX_SMALL = 6;
/** Hard limit on what is drawn, whatever the tree. */
const MAX_CELLS = 500;

/** Children merged into one node that can be zoomed into like any other. When it holds them all, it names the first. */
function mergeNodes(nodes: readonly IcicleNode[], all = false): IcicleNode {
  const first = all ? nodes[0] : undefined;
  const label =
    first === undefined
      ? say.more({ more: nodes.length })
      : say.firstAndMore({ first: first.label, more: nodes.length - 1 });
  return {
    label: words.text(label),
    detail: '',
    value: nodes.reduce((sum, node) => sum + node.value, 0),
    tone: nodes.some((node) => node.tone === 'bad') ? 'bad' : 'plain',
    evidence: null,
    filter: '',
    children: nodes,
  };
}

function step(node: IcicleNode, each: PathStep): IcicleNode | undefined {
  if (typeof each === 'number') return node.children[each];
  const merged = each.flatMap((index) => node.children[index] ?? []);
  if (merged.length !== each.length) return undefined;
  return mergeNodes(merged, merged.length === node.children.filter((child) => child.value > 0).length);
}

/** The nodes from the whole tree to the end of the path; stops where a remembered path no longer exists. */
export function followPath(root: IcicleNode, path: readonly PathStep[]): IcicleNode[] {
  const nodes = [root];
  let node: IcicleNode | undefined = root;
  for (const each of path) {
    node = step(node, each);
    if (node === undefined) break;
    nodes.push(node);
  }
  return nodes;
}

interface Share {
  readonly step: PathStep;
  readonly height: number;
  readonly torn: boolean;
}

/** The indexes that get a line although their share is less, and those that are merged. */
function sortSmall(small: readonly number[], children: readonly IcicleNode[], room: number) {
  if (small.length <= room) return { shown: small, merged: [] };
  const faultsFirst = [...small].sort(
    (a, b) => Number(children[b]?.tone === 'bad') - Number(children[a]?.tone === 'bad'),
  );
  const shown = faultsFirst.slice(0, Math.max(0, room - 1)).sort((a, b) => a - b);
  return { shown, merged: small.filter((index) => !shown.includes(index)) };
}

/** How the children of one node are shown: to scale, one line each, or together in one line. */
interface Split {
  readonly large: readonly number[];
  readonly shown: readonly number[];
  readonly merged: readonly number[];
}

const rowsOf = (split: Split): number => split.shown.length + (split.merged.length > 0 ? 1 : 0);

/** Divides a height among the children of a node. The heights add up to it, unless not even one line fits. */
function divide(children: readonly IcicleNode[], height: number): Share[] {
  const value = (index: number) => children[index]?.value ?? 0;
  const sum = (indexes: readonly number[]) => indexes.reduce((total, index) => total + value(index), 0);
  const present = children.flatMap((child, index) => (child.value > 0 ? [index] : []));
  const lines = Math.floor(height / LINE);
  if (present.length === 0 || lines < 1) return [];
  const split = splitChildren(children, present, lines, (kept, left) =>
    kept.filter((index) => (value(index) / sum(kept)) * left >= LINE),
  );
  const left = height - rowsOf(split) * LINE;
  const oneLine = split.large.length === 0 ? height / rowsOf(split) : LINE;
  const total = sum(present);
  // Half as much again as its share is plain to see, so it is marked.
  const isTorn = (drawn: number, index: number) => drawn > 1.5 * (value(index) / total) * height;
  const scaled = split.large.map((index) => ({ index, drawn: (value(index) / sum(split.large)) * left }));
  const single = split.shown.map((index) => ({ index, drawn: oneLine }));
  const shares: Share[] = [...scaled, ...single]
    .sort((a, b) => a.index - b.index)
    .map(({ index, drawn }) => ({ step: index, height: drawn, torn: isTorn(drawn, index) }));
  return split.merged.length === 0 ? shares : [...shares, { step: split.merged, height: oneLine, torn: false }];
}

/** Sorts children into large and small; a child that no longer fills a line beside the small ones becomes small. */
function splitChildren(
  children: readonly IcicleNode[],
  present: readonly number[],
  lines: number,
  fitting: (large: readonly number[], left: number) => number[],
): Split {
  const height = lines * LINE;
  let large = fitting(present, height);
  for (;;) {
    const small = present.filter((index) => !large.includes(index));
    const room = large.length === 0 ? lines : Math.max(1, Math.min(MAX_SMALL, lines - large.length));
    const split = { large, ...sortSmall(small, children, room) };
    const kept = fitting(large, height - rowsOf(split) * LINE);
    if (kept.length === large.length) return split;
    large = kept;
  }
}

/** Cells of the node at the end of the path and of what lies below it, column by column. */
export function layoutIcicle(root: IcicleNode, path: readonly PathStep[], size: IcicleSize): IcicleCell[] {
  const trail = followPath(root, path);
  const steps = path.slice(0, trail.length - 1);
  const top = trail[trail.length - 1] ?? root;
  const width = size.width / size.columns;
  const cells: IcicleCell[] = [];
  const place = (
    node: IcicleNode,
    at: readonly PathStep[],
    column: number,
    y: number,
    height: number,
    torn: boolean,
    parentKey: string | null,
  ) => {
    if (cells.length >= MAX_CELLS) return;
    const key = JSON.stringify(at);
    cells.push({ key, node, column, torn, path: at, parentKey, box: { x: column * width, y, width, height } });
    // The children of "N more" are its siblings, not a level below: they are shown only when it is zoomed into.
    const merged = typeof at[at.length - 1] === 'object';
    if (column + 1 < size.columns && (!merged || at === steps)) spread(node, at, column + 1, y, height, key);
  };
  const spread = (
    node: IcicleNode,
    at: readonly PathStep[],
    column: number,
    y: number,
    height: number,
    key: string | null,
  ) => {
    let offset = y;
    for (const share of divide(node.children, height)) {
      const child = step(node, share.step);
      if (child === undefined) continue;
      place(child, [...at, share.step], column, offset, share.height, share.torn, key);
      offset += share.height;
    }
  };
  // The whole tree needs no column of its own; a zoomed node does, so that one sees where one is.
  if (steps.length === 0) spread(root, [], 0, 0, size.height, null);
  else place(top, steps, 0, 0, size.height, false, null);
  return cells;
}

/** How many columns have any cell; at least one. */
export function usedColumns(cells: readonly IcicleCell[]): number {
  return 1 + Math.max(0, ...cells.map((cell) => cell.column));
}
