/** The filter of all views: a text with completion, the way back and forward, and how much is picked. */

import type { FilterVocabulary, SocketCount } from '../../src/core/page/filter-vocabulary.ts';
import type { FilteredView } from '../../src/core/page/filtered-page.ts';
import { MAX_FILTER_LENGTH } from '../../src/core/query/filter-words.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import type { HistoryStep } from '../../src/protocol/page-messages.ts';
import { applyCompletion, type Completion, complete } from '../completion.ts';
import { el } from '../dom.ts';
import { type IconName, icon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { toolButton } from '../tool-button.ts';
import { walkList } from '../walk-list.ts';
import { words } from '../words.ts';

const say = defineMessages('webview-filter-bar', {
  filter: 'Filter',
  field: 'Filter all views',
  placeholder: 'Filter all views: {example}',
  completions: 'Completions',
  clear: 'Clear the filter',
  previous: 'Previous filter (Alt+Left)',
  next: 'Next filter (Alt+Right)',
  outside: 'Mini sockets are outside alloc',
  sockets: '{sockets, plural, one {# socket} other {# sockets}}',
  picked: '{picked, number} of {sockets, plural, one {# socket} other {# sockets}}',
  withMinis: '{sockets} + {minis, plural, one {# mini socket} other {# mini sockets}}',
});

/** What the filter language looks like. */
const EXAMPLE = 'state:close-wait pod:web* pid:185 port:8888 rxq>0';

/** Long enough for the next letter, short enough to feel at once. */
const TYPING_PAUSE_MS = 200;

interface Suggestions {
  readonly element: HTMLElement;
  readonly isOpen: () => boolean;
  show(found: readonly Completion[]): void;
  move(key: string): void;
  chosen(): Completion | undefined;
}

/** A list below the field, as ARIA has it for a combobox: the focus stays in the field. */
function suggestions(input: HTMLInputElement, take: (completion: Completion) => void): Suggestions {
  const element = el('ul', {
    class: 'suggestions',
    id: 'filter-suggestions',
    role: 'listbox',
    'aria-label': words.text(say.completions()),
  });
  let shown: readonly Completion[] = [];
  let active = -1;
  const mark = () => {
    for (const [index, option] of [...element.children].entries()) {
      option.setAttribute('aria-selected', String(index === active));
      if (index === active) option.scrollIntoView({ block: 'nearest' });
    }
    if (active < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', `filter-option-${active}`);
  };
  const show = (found: readonly Completion[]) => {
    shown = found;
    active = -1;
    element.hidden = found.length === 0;
    input.setAttribute('aria-expanded', String(found.length > 0));
    element.replaceChildren(
      ...found.map((completion, index) => {
        const option = el(
          'li',
          { id: `filter-option-${index}`, role: 'option', class: 'suggestion' },
          el('span', { class: 'mono cut' }, completion.label),
          ' ',
          el('span', { class: 'suggestion-detail cut' }, completion.detail),
        );
        // On mousedown the field would lose the focus, and with it the list.
        option.addEventListener('mousedown', (event) => {
          event.preventDefault();
          take(completion);
        });
        return option;
      }),
    );
    mark();
  };
  show([]);
  return {
    element,
    isOpen: () => shown.length > 0,
    show,
    move: (key) => {
      active = walkList(key, active, shown.length) ?? active;
      mark();
    },
    chosen: () => shown[active],
  };
}

interface Field {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  sync(): void;
}

function field(vocabulary: FilterVocabulary, stage: Stage): Field {
  const { filter } = stage;
  const input = el('input', {
    class: 'filter-input',
    type: 'text',
    role: 'combobox',
    spellcheck: 'false',
    autocomplete: 'off',
    maxlength: MAX_FILTER_LENGTH,
    'aria-label': words.text(say.field()),
    'aria-autocomplete': 'list',
    'aria-controls': 'filter-suggestions',
    'aria-describedby': 'filter-problem',
    placeholder: words.text(say.placeholder({ example: EXAMPLE })),
  });
  let timer = 0;
  const soon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => filter.show(input.value.trim()), TYPING_PAUSE_MS);
  };
  const list = suggestions(input, (completion) => {
    const applied = applyCompletion(input.value, completion);
    input.value = applied.text;
    input.setSelectionRange(applied.cursor, applied.cursor);
    suggest();
    if (!completion.isField) soon();
  });
  const suggest = () => list.show(complete(input.value, input.selectionStart ?? 0, vocabulary));
  const keep = () => {
    clearTimeout(timer);
    list.show([]);
    input.value = input.value.trim();
    filter.choose(input.value);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => (list.isOpen() ? list.move('ArrowDown') : suggest()),
    ArrowUp: () => list.move('ArrowUp'),
    Enter: () => {
      const completion = list.chosen();
      if (completion === undefined) return keep();
      const applied = applyCompletion(input.value, completion);
      input.value = applied.text;
      input.setSelectionRange(applied.cursor, applied.cursor);
      if (!completion.isField) return keep();
      suggest();
    },
    Escape: () => {
      if (list.isOpen()) return list.show([]);
      input.value = '';
      keep();
    },
  };
  input.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (act === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowUp' && !list.isOpen()) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  input.addEventListener('input', () => {
    suggest();
    soon();
  });
  input.addEventListener('click', suggest);
  input.addEventListener('blur', keep);
  const clear = toolButton('cross', words.text(say.clear()), () => {
    input.value = '';
    keep();
    input.focus();
  });
  const element = el('div', { class: 'filter-field' }, icon('search', 'dim'), input, clear, list.element);
  const sync = () => {
    // The reader's own spaces stay while he types.
    if (input.value.trim() !== filter.text()) input.value = filter.text();
    clear.hidden = filter.text() === '';
  };
  sync();
  return { element, input, sync };
}

/** `5,335 of 5,409 sockets + 5,335 mini sockets`. */
function countText(picked: SocketCount | null, all: SocketCount): string {
  const { miniSockets: minis } = picked ?? all;
  const sockets =
    picked === null
      ? say.sockets({ sockets: all.sockets })
      : say.picked({ picked: picked.sockets, sockets: all.sockets });
  return words.text(minis === 0 ? sockets : say.withMinis({ sockets, minis }));
}

export function filterBar(all: SocketCount, vocabulary: FilterVocabulary, stage: Stage): HTMLElement {
  const { filter } = stage;
  const typed = field(vocabulary, stage);
  const step = (name: IconName, text: string, which: HistoryStep) => toolButton(name, text, () => filter.step(which));
  const back = step('left', words.text(say.previous()), 'back');
  const forward = step('right', words.text(say.next()), 'forward');
  const matched = el('span', {
    class: 'filter-count nowrap',
    'aria-live': 'polite',
    title: words.text(say.outside()),
  });
  const problem = el('p', { class: 'filter-problem', id: 'filter-problem', role: 'status' });
  const syncText = () => {
    typed.sync();
    back.disabled = !filter.canStep('back');
    forward.disabled = !filter.canStep('forward');
  };
  const sync = (view: FilteredView | null) => {
    syncText();
    matched.textContent = countText(view === null || view.views === null ? null : view.matched, all);
    const problems = view?.problems ?? [];
    problem.hidden = problems.length === 0;
    problem.replaceChildren(...(problems.length === 0 ? [] : [icon('warn', 'tone-warn'), problems.join(' ')]));
    typed.input.setAttribute('aria-invalid', String(problems.length > 0));
  };
  sync(null);
  filter.watch(syncText);
  filter.listen(sync);
  return el(
    'div',
    { class: 'filter-bar', role: 'search', 'aria-label': words.text(say.filter()) },
    el('div', { class: 'filter-row' }, back, forward, typed.element, matched),
    problem,
  );
}

/** "/" leads to the filter from anywhere on the page but a field. */
export function listenForSlash(page: HTMLElement): void {
  page.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target instanceof HTMLInputElement) return;
    const input = page.querySelector<HTMLInputElement>('.filter-input');
    if (input === null) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}
