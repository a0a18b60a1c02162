/** The whole page of one bundle: the answer, the proof, the picture, the lists. */
import type { PageModel } from '../../src/core/views/page-model.ts';
import { el } from '../dom.ts';
import type { Stage } from '../stage.ts';
import { facts, findings, notRun, problems } from './findings.ts';
import { header } from './header.ts';
import { kernelLog } from './log.ts';
import { memory } from './memory.ts';
import { peers } from './peers.ts';
import { processes } from './processes.ts';
import { sockets } from './sockets.ts';
import { states } from './states.ts';
import { verdict } from './verdict.ts';

/** Moves the reader to a section, with the focus, so that the keyboard goes on from there. */
function goTo(id: string): void {
  const title = document.getElementById(`${id}-title`);
  title?.scrollIntoView({ block: 'start' });
  title?.focus({ preventScroll: true });
}

export function bundlePage(model: PageModel, stage: Stage): HTMLElement {
  return el(
    'div',
    { class: 'bundle' },
    header(model.header, stage, () => goTo('facts')),
    verdict(model.verdict, model.findings.length, stage, () => goTo('findings')),
    el('div', { class: 'two' }, memory(model.memory, stage), sockets(model.sockets, stage)),
    el('div', { class: 'ruled' }, states(model.states, stage)),
    el('div', { class: 'ruled' }, processes(model.processes, stage)),
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
