/** Which rows of a long table are on the page. Pure. */

export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

export const ROW_HEIGHT = 22;
/** Longer tables are windowed: ten thousand rows of elements take seconds, forty do not. */
export const PLAIN_ROWS = 200;
const MARGIN = 8;

export function rowWindow(scrollTop: number, height: number, total: number): RowWindow {
  const visibleRows = Math.ceil(Math.max(0, height) / ROW_HEIGHT);
  const top = Math.floor(Math.max(0, scrollTop) / ROW_HEIGHT);
  const last = Math.max(0, total - visibleRows);
  const first = Math.max(0, Math.min(top, last) - MARGIN);
  return { first, end: Math.min(total, Math.min(top, last) + visibleRows + MARGIN) };
}
