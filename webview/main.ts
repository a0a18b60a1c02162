/** The entry of the bundle page: shows what the host sends. The page keeps no truth and can be rebuilt at any time. */
import { defineMessages } from '../src/core/wording/define-messages.ts';
import type { ToPage } from '../src/protocol/page-messages.ts';
import { installPatterns } from './charts/paint.ts';
import { connectHost, type Host } from './host.ts';
import { listenForSlash } from './panels/filter-bar.ts';
import { bundlePage } from './panels/page.ts';
import { registerToolkit } from './panels/toolkit.ts';
import { failedView, type LoadingView, loadingView } from './panels/waiting.ts';
import { createStage, type Stage } from './stage.ts';
import { words } from './words.ts';

const say = defineMessages('webview-main', {
  broken: 'This page could not draw the bundle. The log of Sockscope has the details.',
});

const NARROW = 720;
const MID = 1100;
const SCROLL_PAUSE_MS = 150;

let stage: Stage | undefined;
let loading: LoadingView | undefined;

function place(): HTMLElement {
  const found = document.getElementById('page');
  if (found === null) throw new Error('The shell of the page has no element #page.');
  return found;
}

/** One column, one column with wide graphs, or two. */
function layoutOf(width: number): string {
  return width < NARROW ? 'narrow' : width < MID ? 'mid' : 'wide';
}

function watchWidth(page: HTMLElement): void {
  const apply = () => {
    page.dataset['layout'] = layoutOf(page.clientWidth);
  };
  apply();
  // Not inside the observer: the other layout has another height, and the observer would see its own work.
  new ResizeObserver(() => requestAnimationFrame(apply)).observe(page);
}

function rememberScroll(): void {
  let timer = 0;
  window.addEventListener('scroll', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => stage?.remember({ scroll: Math.round(window.scrollY) }), SCROLL_PAUSE_MS);
  });
}

function clear(): void {
  stage?.dispose();
  stage = undefined;
  loading = undefined;
}

function show(message: ToPage, host: Host): void {
  const page = place();
  switch (message.type) {
    case 'loading': {
      if (loading === undefined) {
        clear();
        loading = loadingView(() => host.post({ type: 'cancel' }));
        page.replaceChildren(loading.element);
      }
      loading.update(message);
      return;
    }
    case 'failed': {
      clear();
      page.replaceChildren(failedView(message, () => host.post({ type: 'retry' })));
      return;
    }
    case 'page': {
      clear();
      const fresh = createStage(host);
      const { scroll } = fresh.view();
      page.replaceChildren(bundlePage(message.model, fresh));
      fresh.settle();
      stage = fresh;
      window.scrollTo(0, scroll);
      // What the reader had picked before the page was rebuilt.
      const filter = fresh.filter.text();
      if (filter !== '') host.post({ type: 'filter', filter });
      return;
    }
    case 'filtered':
      stage?.filter.answer(message.view);
      return;
    case 'sockets':
      stage?.sockets(message);
      return;
    case 'history': {
      if (stage?.filter.canStep(message.step) === true) stage.filter.step(message.step);
      else host.post({ type: 'navigate', step: message.step });
      return;
    }
    case 'copied':
      stage?.copied(message.ok, message.message);
  }
}

function start(): void {
  const host = connectHost((message) => {
    try {
      show(message, host);
    } catch (error) {
      host.trouble(error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error));
      const failed = { type: 'failed', message: words.text(say.broken()), next: '', cancelled: false } as const;
      place().replaceChildren(failedView(failed, () => host.post({ type: 'retry' })));
    }
  });
  registerToolkit();
  installPatterns(document.body);
  watchWidth(place());
  listenForSlash(place());
  rememberScroll();
  host.post({ type: 'ready' });
}

start();
