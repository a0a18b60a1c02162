/** Findings, rules that could not run, facts, problems of the input: the lists at the end of the page. */
import type { FactView, FindingView, NotRunView } from '../../src/core/page/page-model.ts';
import { cut, el } from '../dom.ts';
import { plural } from '../format.ts';
import { type IconName, icon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { adviceBlocks } from './advice.ts';
import { disclosure } from './disclosure.ts';
import { evidenceRow } from './evidence.ts';
import { EACH_MORE, groupFindings } from './finding-groups.ts';
import { emptyBox, plainSection } from './section.ts';
import { badge } from './toolkit.ts';

const SIGNS: Readonly<Record<FindingView['level'], { icon: IconName; tone: string }>> = {
  error: { icon: 'bad', tone: 'tone-bad' },
  warning: { icon: 'warn', tone: 'tone-warn' },
  note: { icon: 'info', tone: 'tone-tcp' },
};

/** A sentence from a bundle: three lines of it on the page, the whole in the title. */
function clamped(tag: 'p' | 'div' | 'span', text: string): HTMLElement {
  return el(tag, { class: 'clamp', title: text }, text);
}

/** What to do about one finding; folded, since the verdict shows that of the leading one. */
function remedy(view: FindingView, index: number, stage: Stage): HTMLElement | null {
  const blocks = adviceBlocks(view);
  if (blocks.length === 0) return null;
  const fold = { id: `finding-${index}-${view.ruleId}`, summary: 'What to do', about: view.title, open: false };
  return disclosure(fold, stage, el('div', { class: 'remedy' }, ...blocks));
}

function finding(view: FindingView, index: number, stage: Stage): HTMLElement {
  const sign = SIGNS[view.level];
  const measures = view.measures.map((measure) => cut(measure));
  const doubts = view.doubts.map((doubt) => el('li', {}, icon('info'), clamped('span', doubt)));
  return el(
    'li',
    { class: 'finding' },
    icon(sign.icon, sign.tone),
    el('h3', { class: 'clamp', title: view.title }, view.title),
    el('div', { class: 'certainty dim' }, `${view.level} · ${view.confidence} confidence`),
    el(
      'div',
      { class: 'finding-body' },
      el('p', { class: 'clamp' }, view.subject, ' ', el('span', { class: 'mono dim' }, view.ruleId)),
      view.message === '' ? null : clamped('p', view.message),
      measures.length === 0 ? null : el('div', { class: 'measures dim' }, ...measures),
      doubts.length === 0 ? null : el('ul', { class: 'doubts dim' }, ...doubts),
      evidenceRow(view.evidence, stage),
      remedy(view, index, stage),
    ),
  );
}

function levels(findings: readonly FindingView[]): string {
  const count = (level: FindingView['level']) => findings.filter((each) => each.level === level).length;
  const parts = (['error', 'warning', 'note'] as const).flatMap((level) =>
    count(level) > 0 ? [plural(count(level), level)] : [],
  );
  return parts.join(', ');
}

export function findings(views: readonly FindingView[], stage: Stage): HTMLElement {
  const heading = {
    id: 'findings',
    title: 'Findings',
    note: el('span', { class: 'badged' }, badge(String(views.length)), levels(views)),
  };
  if (views.length === 0)
    return plainSection(heading, emptyBox('No findings', 'None of the rules that ran raised anything.'));
  const items = groupFindings(views).flatMap(({ shown, folded }) => [
    ...shown.map((index) => findingAt(views, index, stage)),
    ...(folded.length === 0 ? [] : [moreFindings(views, folded, stage)]),
  ]);
  return plainSection(heading, el('ul', { class: 'finding-list' }, ...items));
}

function findingAt(views: readonly FindingView[], index: number, stage: Stage): HTMLElement {
  const view = views[index];
  return view === undefined ? el('li', {}) : finding(view, index, stage);
}

/** The others of one rule, some more at each click. */
function moreFindings(views: readonly FindingView[], folded: readonly number[], stage: Stage): HTMLElement {
  const button = el('button', { type: 'button', class: 'link more' });
  const item = el('li', { class: 'more-findings' }, button);
  let shown = 0;
  const say = () => {
    const left = folded.length - shown;
    const rule = views[folded[0] ?? 0]?.ruleId ?? '';
    button.textContent = `${left.toLocaleString('en-US')} more of ${rule}`;
    item.hidden = left === 0;
  };
  button.addEventListener('click', () => {
    const next = folded.slice(shown, shown + EACH_MORE);
    shown += next.length;
    item.before(...next.map((index) => findingAt(views, index, stage)));
    say();
  });
  say();
  return item;
}

export function notRun(views: readonly NotRunView[]): HTMLElement | null {
  if (views.length === 0) return null;
  const items = views.map((view) =>
    el(
      'li',
      {},
      icon('slash'),
      el(
        'div',
        {},
        el('div', { class: 'mono clamp' }, view.ruleId),
        clamped('div', view.reason),
        view.capture === '' ? null : clamped('div', `To capture: ${view.capture}`),
      ),
    ),
  );
  return plainSection(
    { id: 'not-run', title: 'Could not run', note: plural(views.length, 'rule') },
    el('ul', { class: 'list' }, ...items),
  );
}

export function facts(views: readonly FactView[]): HTMLElement {
  const items = views.map((view) =>
    el(
      'li',
      { class: view.present ? undefined : 'dim' },
      icon(view.present ? 'check' : 'dash', view.present ? 'tone-good' : ''),
      el(
        'span',
        { class: 'clamp', title: view.label },
        view.label,
        el('span', { class: 'spoken' }, view.present ? ' present' : ' absent'),
      ),
      cut(view.detail, 'dim'),
    ),
  );
  const list = views.length === 0 ? emptyBox('No facts', '') : el('ul', { class: 'list facts-list' }, ...items);
  return plainSection({ id: 'facts', title: 'Facts in this bundle' }, list);
}

/** A broken archive may have a problem per line: the first ones say what kind it is. */
const SHOWN_PROBLEMS = 20;

export function problems(texts: readonly string[]): HTMLElement | null {
  if (texts.length === 0) return null;
  const items = texts
    .slice(0, SHOWN_PROBLEMS)
    .map((text) => el('li', {}, icon('warn', 'tone-warn'), el('span', { class: 'clamp', title: text }, text)));
  const hidden = texts.length - items.length;
  const more = hidden > 0 ? el('p', { class: 'dim small-text' }, `and ${hidden.toLocaleString('en-US')} more`) : null;
  const note = plural(texts.length, 'problem');
  return plainSection(
    { id: 'problems', title: 'Problems of the input', note },
    el('ul', { class: 'list' }, ...items),
    more,
  );
}
