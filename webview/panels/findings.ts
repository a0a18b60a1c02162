/** Findings, rules that could not run, facts, problems of the input: the lists at the end of the page. */
import type { FactView, FindingView, NotRunView } from '../../src/core/page/page-model.ts';
import type { Message } from '../../src/core/report/message.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { cut, el } from '../dom.ts';
import { type IconName, icon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { adviceBlocks } from './advice.ts';
import { disclosure } from './disclosure.ts';
import { evidenceRow } from './evidence.ts';
import { EACH_MORE, groupFindings } from './finding-groups.ts';
import { emptyBox, plainSection } from './section.ts';
import { badge } from './toolkit.ts';

const say = defineMessages('webview-findings', {
  title: 'Findings',
  none: 'No findings',
  noneRaised: 'No rule that ran found anything.',
  remedy: 'What to do',
  certainty:
    '{level, select, error {error} warning {warning} other {note}} · {confidence, select, high {high} medium {medium} other {low}} confidence',
  errors: '{findings, plural, one {# error} other {# errors}}',
  warnings: '{findings, plural, one {# warning} other {# warnings}}',
  notes: '{findings, plural, one {# note} other {# notes}}',
  levels: '{levels}',
  more: '{findings, number} more of {rule}',
  notRun: 'Could not run',
  rules: '{rules, plural, one {# rule} other {# rules}}',
  toCapture: 'To capture: {capture}',
  facts: 'Facts in this bundle',
  noFacts: 'No facts',
  present: 'present',
  absent: 'absent',
  problems: 'Problems of the input',
  problemCount: '{problems, plural, one {# problem} other {# problems}}',
  moreProblems: 'and {problems, number} more',
});

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
  const fold = {
    id: `finding-${index}-${view.ruleId}`,
    summary: words.text(say.remedy()),
    about: view.title,
    open: false,
  };
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
    el(
      'div',
      { class: 'certainty dim' },
      words.text(say.certainty({ level: view.level, confidence: view.confidence })),
    ),
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
  const some = (level: FindingView['level'], sayLevel: (args: { findings: number }) => Message) => {
    const ofLevel = findings.filter((each) => each.level === level).length;
    return ofLevel > 0 ? [sayLevel({ findings: ofLevel })] : [];
  };
  const parts = [...some('error', say.errors), ...some('warning', say.warnings), ...some('note', say.notes)];
  return words.text(say.levels({ levels: parts }));
}

export function findings(views: readonly FindingView[], stage: Stage): HTMLElement {
  const heading = {
    id: 'findings',
    title: say.title(),
    note: el('span', { class: 'badged' }, badge(words.count(views.length)), levels(views)),
  };
  if (views.length === 0) return plainSection(heading, emptyBox(words.text(say.none()), words.text(say.noneRaised())));
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
  const tell = () => {
    const left = folded.length - shown;
    const rule = views[folded[0] ?? 0]?.ruleId ?? '';
    button.textContent = words.text(say.more({ findings: left, rule }));
    item.hidden = left === 0;
  };
  button.addEventListener('click', () => {
    const next = folded.slice(shown, shown + EACH_MORE);
    shown += next.length;
    item.before(...next.map((index) => findingAt(views, index, stage)));
    tell();
  });
  tell();
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
        view.capture === '' ? null : clamped('div', words.text(say.toCapture({ capture: view.capture }))),
      ),
    ),
  );
  return plainSection(
    { id: 'not-run', title: say.notRun(), note: words.text(say.rules({ rules: views.length })) },
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
        el('span', { class: 'spoken' }, ' ', words.text(view.present ? say.present() : say.absent())),
      ),
      cut(view.detail, 'dim'),
    ),
  );
  const list =
    views.length === 0 ? emptyBox(words.text(say.noFacts()), '') : el('ul', { class: 'list facts-list' }, ...items);
  return plainSection({ id: 'facts', title: say.facts() }, list);
}

/** A broken archive may have a problem per line: the first ones say what kind it is. */
const SHOWN_PROBLEMS = 20;

export function problems(texts: readonly string[]): HTMLElement | null {
  if (texts.length === 0) return null;
  const items = texts
    .slice(0, SHOWN_PROBLEMS)
    .map((text) => el('li', {}, icon('warn', 'tone-warn'), el('span', { class: 'clamp', title: text }, text)));
  const hidden = texts.length - items.length;
  const more =
    hidden > 0 ? el('p', { class: 'dim small-text' }, words.text(say.moreProblems({ problems: hidden }))) : null;
  const note = words.text(say.problemCount({ problems: texts.length }));
  return plainSection({ id: 'problems', title: say.problems(), note }, el('ul', { class: 'list' }, ...items), more);
}
