/** The whole page of one bundle: the answer, the proof, the picture, the lists. */
import type { PageModel } from '../../src/core/page/page-model.ts';
import { el } from '../dom.ts';
import type { Stage } from '../stage.ts';
import { filterBar } from './filter-bar.ts';
import { facts, findings, notRun, problems } from './findings.ts';
import { header } from './header.ts';
import { kernelLog } from './log.ts';
import { memory } from './memory.ts';
import { peers } from './peers.ts';
import { processes } from './processes.ts';
import { socketTable } from './socket-table.ts';
import { sockets } from './sockets.ts';
import { states } from './states.ts';
import { verdict } from './verdict.ts';

/** Moves the reader to a section, with the focus, so that the keyboard goes on from there. */
function goTo(id: string): void {
  const title = document.getElementById(`${id}-title`);
  title?.scrollIntoView({ block: 'start' });
  title?.focus({ preventScroll: true });
}

/** The parts that the filter changes are drawn again from the host's answer. */
function filtered(model: PageModel, stage: Stage): readonly HTMLElement[] {
  const ofStates = el('div', { class: 'unruled' }, states(model.states, false, stage));
  const ofProcesses = el('div', { class: 'ruled' }, processes(model.processes, model.processes, stage));
  let isWhole = true;
  stage.filter.listen(({ problems, views }) => {
    // A filter with a mistake in it leaves the page as it is; so does one that changes nothing.
    if (problems.length > 0 || (views === null && isWhole)) return;
    isWhole = views === null;
    redrawKeepingFocus([ofStates, ofProcesses], stage, () => {
      ofStates.replaceChildren(states(views?.states ?? model.states, views !== null, stage));
      ofProcesses.replaceChildren(processes(views?.processes ?? model.processes, model.processes, stage));
    });
  });
  return [ofStates, el('div', { class: 'ruled' }, socketTable(stage)), ofProcesses];
}

/** What had the focus has it again after its section was made anew, when it is still there. */
function redrawKeepingFocus(places: readonly HTMLElement[], stage: Stage, redraw: () => void): void {
  const active = document.activeElement;
  const place = places.find((each) => each.contains(active));
  const key = active?.getAttribute('data-key') ?? null;
  for (const each of places) stage.forget(each);
  // While its sections are empty the page is too short for where it was scrolled to.
  const { scrollY } = window;
  redraw();
  stage.settle();
  window.scrollTo(0, scrollY);
  if (place === undefined) return;
  const same = key === null ? null : place.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  (same ?? place.querySelector<HTMLElement>('h2'))?.focus({ preventScroll: true });
}

export function bundlePage(model: PageModel, stage: Stage): HTMLElement {
  stage.setSubject(model.header);
  return el(
    'div',
    { class: 'bundle' },
    header(model.header, stage, () => goTo('facts')),
    verdict(model.verdict, model.findings.length, stage, () => goTo('findings')),
    el('div', { class: 'two' }, memory(model.memory, stage), sockets(model.sockets, stage)),
    filterBar(model.pickable, model.vocabulary, stage),
    ...filtered(model, stage),
    el('div', { class: 'ruled' }, peers(model.peers, stage)),
    el('div', { class: 'ruled' }, kernelLog(model.log, stage)),
    el(
      'div',
      { class: 'ruled lists' },
      findings(model.findings, stage),
      el('div', {}, notRun(model.notRun), facts(model.facts), problems(model.problems)),
    ),
  );
}
