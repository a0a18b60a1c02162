/** What every part of the page needs: the width of its place, the reader's state, and the way to the host. */

import type { EvidenceLink } from '../src/core/page/evidence-link.ts';
import type { HeaderView } from '../src/core/page/page-model.ts';
import type { FromPage, ToPage } from '../src/protocol/page-messages.ts';
import { createMeasure, type Measure } from './charts/measure.ts';
import { createFilter, type PageFilter } from './filter.ts';
import type { Host } from './host.ts';
import { readViewState, type ViewState } from './view-state.ts';

type Draw = (width: number) => void;
type SocketsAnswer = Extract<ToPage, { type: 'sockets' }>;
type TakeSockets = (answer: SocketsAnswer) => void;
interface Subject {
  readonly node: string;
  /** `captured 2026-11-23 05:20:01 UTC`, or empty. */
  readonly captured: string;
}

type Copied = (ok: boolean, message: string) => void;

export interface Stage {
  readonly measure: Measure;
  view(): ViewState;
  remember(change: Partial<ViewState>): void;
  /** Forgets where the reader was: what comes is another node. */
  startOver(): void;
  post(message: FromPage): void;
  /** The node that the page is of, as its pictures are signed. */
  subject(): Subject;
  setSubject(header: HeaderView): void;
  open(link: EvidenceLink): void;
  /** What all views are filtered by. */
  readonly filter: PageFilter;
  /** Who takes windows of the table of sockets; the last one counts. */
  onSockets(take: TakeSockets): void;
  sockets(answer: SocketsAnswer): void;
  /** Who shows what becomes of a copy or a picture; the last one counts. */
  onCopied(show: Copied): void;
  copied(ok: boolean, message: string): void;
  /** Draws into the place now (once it is on the page) and whenever its width changes. Returns "draw again". */
  fit(place: HTMLElement, draw: Draw): () => void;
  /** Draws nothing more into the places inside. */
  forget(root: Element): void;
  /** Draws whatever has a width and was not drawn for it yet. */
  settle(): void;
  dispose(): void;
}

/** A redraw replaces the focused node; the keyboard must find itself where it was. */
function keepingFocus(place: HTMLElement, draw: () => void): void {
  const active = document.activeElement;
  const key = active !== null && place.contains(active) ? active.getAttribute('data-key') : null;
  draw();
  if (key === null) return;
  for (const node of place.querySelectorAll<HTMLElement | SVGElement>('[data-key]')) {
    if (node.getAttribute('data-key') === key) {
      node.focus({ preventScroll: true });
      return;
    }
  }
}

interface Fitted {
  readonly draw: Draw;
  width: number;
}

export function createStage(host: Host): Stage {
  let view = host.readState();
  let pending = 0;
  let subject: Subject = { node: '', captured: '' };
  let showCopied: Copied = () => undefined;
  let takeSockets: TakeSockets = () => undefined;
  const places = new Map<Element, Fitted>();
  const drawPlace = (place: HTMLElement, fitted: Fitted, force: boolean): void => {
    const width = Math.floor(place.clientWidth);
    if (width <= 0 || (!force && width === fitted.width)) return;
    fitted.width = width;
    keepingFocus(place, () => fitted.draw(width));
  };
  const settle = (): void => {
    for (const [place, fitted] of places) if (place instanceof HTMLElement) drawPlace(place, fitted, false);
  };
  // Drawing inside the observer would resize the page under it ("loop completed with undelivered notifications").
  const observer = new ResizeObserver(() => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(settle);
  });
  const remember = (change: Partial<ViewState>) => {
    view = { ...view, ...change };
    host.writeState(view);
  };
  return {
    measure: createMeasure(),
    view: () => view,
    remember,
    startOver: () => {
      view = readViewState(null);
      host.writeState(view);
    },
    filter: createFilter({ view: () => view, remember, post: host.post }),
    onSockets: (take) => {
      takeSockets = take;
    },
    sockets: (answer) => takeSockets(answer),
    post: host.post,
    subject: () => subject,
    setSubject: ({ title, captured }) => {
      subject = { node: title, captured };
    },
    open: (link) => host.post({ type: 'openEvidence', id: link.id }),
    onCopied: (show) => {
      showCopied = show;
    },
    copied: (ok, message) => showCopied(ok, message),
    fit: (place, draw) => {
      const fitted: Fitted = { draw, width: 0 };
      places.set(place, fitted);
      observer.observe(place);
      return () => drawPlace(place, fitted, true);
    },
    forget: (root) => {
      for (const place of places.keys()) {
        if (!root.contains(place)) continue;
        places.delete(place);
        observer.unobserve(place);
      }
    },
    settle,
    dispose: () => {
      cancelAnimationFrame(pending);
      observer.disconnect();
      places.clear();
    },
  };
}
