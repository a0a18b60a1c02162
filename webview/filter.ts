/** The one filter of all views, with its history. The host picks the sockets; the page asks and shows. */
import type { FilteredView } from '../src/core/page/filtered-page.ts';
import { splitWord, splitWords } from '../src/core/query/filter-words.ts';
import type { FromPage, HistoryStep } from '../src/protocol/page-messages.ts';
import type { ViewState } from './view-state.ts';

/** More steps back are not remembered. */
const MAX_HISTORY = 50;

type Listener = (view: FilteredView) => void;

export interface PageFilter {
  text(): string;
  /** Shows what the text picks; it stays in the history from when it is kept. */
  show(text: string): void;
  /** Shows it, and what was shown before can be gone back to. */
  choose(text: string): void;
  /** Adds the terms, or takes them away when they are there. */
  toggle(terms: string): void;
  canStep(step: HistoryStep): boolean;
  step(step: HistoryStep): void;
  /** Told of each new text at once; what it picks comes later. */
  watch(changed: () => void): void;
  listen(listener: Listener): void;
  /** The host's answer; one to an earlier filter is dropped. */
  answer(view: FilteredView): void;
}

interface Store {
  view(): ViewState;
  remember(change: Partial<ViewState>): void;
  post(message: FromPage): void;
}

/**
 * The filter with the terms added, or without them when it has them all. A socket has one state, one holder, one peer:
 * terms of the same field make room, or nothing would be left.
 */
export function toggleTerms(filter: string, terms: string): string {
  const words = splitWords(filter);
  const wanted = splitWords(terms);
  if (wanted.every((term) => words.includes(term))) return words.filter((word) => !wanted.includes(word)).join(' ');
  const fields = new Set(wanted.map(fieldOf));
  return [...words.filter((word) => !fields.has(fieldOf(word))), ...wanted].join(' ');
}

/** `-state:minisock` → `state`; a bare word is of no field, and stays. */
function fieldOf(term: string): string {
  return splitWord(term).field.toLowerCase() || term;
}

export function createFilter({ view, remember, post }: Store): PageFilter {
  const listeners: Listener[] = [];
  const watchers: (() => void)[] = [];
  /** What was last kept in the history: typing changes the text at every letter. */
  let kept = view().filter;
  const show = (text: string) => {
    if (text === view().filter) return;
    remember({ filter: text });
    for (const changed of watchers) changed();
    post({ type: 'filter', filter: text });
  };
  const choose = (text: string) => {
    if (text !== kept) remember({ past: [...view().past, kept].slice(-MAX_HISTORY), future: [] });
    kept = text;
    show(text);
  };
  const canStep = (step: HistoryStep) => (step === 'back' ? view().past : view().future).length > 0;
  return {
    text: () => view().filter,
    show,
    choose,
    toggle: (terms) => choose(toggleTerms(view().filter, terms)),
    canStep,
    step: (step) => {
      if (!canStep(step)) return;
      const { past, future } = view();
      const target = (step === 'back' ? past.at(-1) : future[0]) ?? '';
      remember(
        step === 'back'
          ? { past: past.slice(0, -1), future: [kept, ...future].slice(0, MAX_HISTORY) }
          : { past: [...past, kept].slice(-MAX_HISTORY), future: future.slice(1) },
      );
      kept = target;
      show(target);
    },
    watch: (changed) => watchers.push(changed),
    listen: (listener) => listeners.push(listener),
    answer: (answered) => {
      if (answered.filter !== view().filter) return;
      for (const listener of listeners) listener(answered);
    },
  };
}
