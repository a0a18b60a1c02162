/** Where the arrow keys go: a chart is one tab stop, and the arrows walk its nodes as they lie. Pure. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

type Direction = 'left' | 'right' | 'up' | 'down';

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

function directionOf(key: string): Direction | undefined {
  return ARROWS[key];
}

/** Sideways distance counts this much more than the distance ahead: an arrow should not leave its row or column. */
const SIDEWAYS = 3;

/** How far `to` lies ahead of `from` in the direction; Infinity when it lies elsewhere. */
function cost(from: Box, to: Box, direction: Direction): number {
  const dx = to.x + to.width / 2 - (from.x + from.width / 2);
  const dy = to.y + to.height / 2 - (from.y + from.height / 2);
  const horizontal = direction === 'left' || direction === 'right';
  const ahead = direction === 'right' ? dx : direction === 'left' ? -dx : direction === 'down' ? dy : -dy;
  if (ahead < 1) return Number.POSITIVE_INFINITY;
  const overlap = horizontal
    ? Math.min(from.y + from.height, to.y + to.height) - Math.max(from.y, to.y)
    : Math.min(from.x + from.width, to.x + to.width) - Math.max(from.x, to.x);
  return ahead + (overlap > 0 ? 0 : SIDEWAYS * -overlap + SIDEWAYS * 12);
}

/** Index of the nearest box in the direction, or the same index when nothing lies there. */
function nearest(boxes: readonly Box[], current: number, direction: Direction): number {
  const from = boxes[current];
  if (from === undefined) return current;
  let best = current;
  let lowest = Number.POSITIVE_INFINITY;
  for (const [index, box] of boxes.entries()) {
    const price = index === current ? Number.POSITIVE_INFINITY : cost(from, box, direction);
    if (price < lowest) {
      lowest = price;
      best = index;
    }
  }
  return best;
}

/** Where a key leads: arrows by place, Home and End to the ends; undefined for every other key. */
export function moveByKey(boxes: readonly Box[], current: number, key: string): number | undefined {
  if (boxes.length === 0) return undefined;
  if (key === 'Home') return 0;
  if (key === 'End') return boxes.length - 1;
  const direction = directionOf(key);
  return direction === undefined ? undefined : nearest(boxes, current, direction);
}
