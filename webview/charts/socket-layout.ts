/** Geometry of the socket ledger: alloc to scale, and whatever is too small to see magnified below. Pure. */
import type { SocketPart } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { words } from '../words.ts';

const say = defineMessages('webview-socket-layout', {
  rest: 'not accounted for',
  aboutRest: 'in alloc, not seen in this bundle',
  more: '{holders, number} more',
});

export interface Cell {
  readonly x: number;
  readonly width: number;
  readonly part: SocketPart;
  /** How many parts stand in this cell; more than one when they were too thin to draw. */
  readonly merged: number;
}

/** Below this share of the whole a part is magnified. */
const SMALL_SHARE = 0.02;
/** Small parts that are together more than this are visible without a lens. */
const LENS_SHARE = 0.25;
/** Thinner cells than this are merged into one. */
const MIN_CELL = 3;

export interface SocketSplit {
  readonly large: readonly SocketPart[];
  /** Parts for the lens; empty when there is nothing to magnify. */
  readonly small: readonly SocketPart[];
  readonly smallSum: number;
  /** How many times the lens enlarges; 0 without one. */
  readonly factor: number;
}

const sum = (parts: readonly SocketPart[]): number => parts.reduce((total, part) => total + Math.max(0, part.count), 0);

/** The parts, and what they leave of alloc as a part of its own. */
export function withRest(parts: readonly SocketPart[], alloc: number | null): SocketPart[] {
  const present = parts.filter((part) => part.count > 0);
  const rest = (alloc ?? 0) - sum(present);
  if (rest <= 0) return present;
  return [
    ...present,
    { label: words.text(say.rest()), detail: words.text(say.aboutRest()), count: rest, tone: 'faint' },
  ];
}

export function splitSmall(parts: readonly SocketPart[]): SocketSplit {
  const total = sum(parts);
  const small = parts.filter((part) => part.count < total * SMALL_SHARE);
  const smallSum = sum(small);
  if (small.length === 0 || smallSum === 0 || smallSum > total * LENS_SHARE) {
    return { large: parts, small: [], smallSum: 0, factor: 0 };
  }
  return { large: parts.filter((part) => !small.includes(part)), small, smallSum, factor: total / smallSum };
}

/** Cells side by side over the width; the tail that would be thinner than a mark becomes one cell. */
export function layoutCells(parts: readonly SocketPart[], total: number, width: number): Cell[] {
  const cells: Cell[] = [];
  const scale = total > 0 ? width / total : 0;
  let x = 0;
  const thin = parts.filter((part) => part.count * scale < MIN_CELL);
  for (const part of parts) {
    if (thin.length > 1 && thin.includes(part)) continue;
    cells.push({ x, width: part.count * scale, part, merged: 1 });
    x += part.count * scale;
  }
  if (thin.length > 1) {
    const rest: SocketPart = {
      label: words.text(say.more({ holders: thin.length })),
      detail: '',
      count: sum(thin),
      tone: thin[0]?.tone ?? 'tcp',
    };
    cells.push({ x, width: rest.count * scale, part: rest, merged: thin.length });
  }
  return cells;
}
