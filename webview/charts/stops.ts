/** Puts the roving order on the page: one tab stop per chart, arrows move, Enter selects, Esc clears, E opens evidence. */
import { type Box, moveByKey } from './roving.ts';

export interface Stop {
  /** Stays the same over redraws: focus is found again by it. */
  readonly key: string;
  readonly box: Box;
  readonly element: SVGElement | HTMLElement;
}

export interface StopActions {
  select(key: string): void;
  clear?(): void;
  evidence?(key: string): void;
  /** Keys that mean something in this chart only; true when one did. */
  other?(key: string, pressed: string): boolean;
  /** A chart whose arrows follow meaning (child, parent) rather than place. */
  move?(key: string, pressed: string): string | undefined;
}

function focusStop(stops: readonly Stop[], index: number): void {
  for (const [each, stop] of stops.entries()) stop.element.setAttribute('tabindex', each === index ? '0' : '-1');
  stops[index]?.element.focus();
}

function nextStop(stops: readonly Stop[], current: number, pressed: string, actions: StopActions): number | undefined {
  const from = stops[current];
  const key = from === undefined ? undefined : actions.move?.(from.key, pressed);
  if (key !== undefined) return stops.findIndex((stop) => stop.key === key);
  return moveByKey(
    stops.map((stop) => stop.box),
    current,
    pressed,
  );
}

/** True when the key did something. */
function press(stops: readonly Stop[], stop: Stop, pressed: string, actions: StopActions): boolean {
  if (pressed === 'Enter' || pressed === ' ') {
    actions.select(stop.key);
    return true;
  }
  if (pressed === 'Escape' && actions.clear !== undefined) {
    actions.clear();
    return true;
  }
  if (pressed === 'e' && actions.evidence !== undefined) {
    actions.evidence(stop.key);
    return true;
  }
  if (actions.other?.(stop.key, pressed) === true) return true;
  const next = nextStop(stops, stops.indexOf(stop), pressed, actions);
  if (next === undefined || next < 0) return false;
  focusStop(stops, next);
  return true;
}

export function rove(stops: readonly Stop[], start: string | undefined, actions: StopActions): void {
  const first = Math.max(
    0,
    stops.findIndex((stop) => stop.key === start),
  );
  for (const [index, stop] of stops.entries()) {
    const { element } = stop;
    element.setAttribute('tabindex', index === first ? '0' : '-1');
    element.setAttribute('data-key', stop.key);
    element.addEventListener('click', () => actions.select(stop.key));
    element.addEventListener('keydown', (event) => {
      if (!(event instanceof KeyboardEvent) || event.ctrlKey || event.altKey || event.metaKey) return;
      if (!press(stops, stop, event.key, actions)) return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
}
