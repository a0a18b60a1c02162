/** The answer in one sentence, how sure it is, and what cures the node. */
import type { VerdictView } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { el } from '../dom.ts';
import { icon, toneIcon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { adviceBlocks } from './advice.ts';
import { evidenceRow } from './evidence.ts';
import { replyPlace } from './reply.ts';

const say = defineMessages('webview-verdict', {
  title: 'Verdict',
  confidence: '{confidence, select, high {High confidence.} medium {Medium confidence.} other {Low confidence.}}',
  copy: 'Copy',
  copyVerdict: 'Copy the verdict as plain text',
  findings: '{findings, plural, one {The finding} other {All # findings}}',
  toCapture: 'What to capture',
});

/** The host has the text and the clipboard; it says what became of it, beside the button. */
function copyControl(stage: Stage): HTMLElement[] {
  const reply = replyPlace(stage);
  const name = words.text(say.copyVerdict());
  const attributes = { type: 'button', class: 'chip', title: name, 'aria-label': name };
  const button = el('button', attributes, icon('copy'), words.text(say.copy()));
  button.addEventListener('click', () => {
    reply.expect();
    stage.post({ type: 'copyVerdict' });
  });
  return [reply.element, button];
}

function actions(findings: number, stage: Stage, toFindings: () => void): HTMLElement {
  const all = el('button', { type: 'button', class: 'link' }, words.text(say.findings({ findings })));
  all.addEventListener('click', toFindings);
  return el('div', { class: 'verdict-actions' }, findings > 0 ? all : null, ...copyControl(stage));
}

/** What is missing, what it would tell, and the command that brings it. */
function collectBlock(list: VerdictView['collect']): HTMLElement {
  const items = list.map(({ what, command, gain }) =>
    el(
      'li',
      {},
      icon('right'),
      el(
        'div',
        { class: 'collect' },
        el('div', {}, el('strong', {}, what), ': ', gain),
        el('code', { class: 'mono dim cut', title: command }, command),
      ),
    ),
  );
  return el('div', { class: 'advice' }, el('h3', {}, words.text(say.toCapture())), el('ul', {}, ...items));
}

/** `toFindings` leads to the list; null when there is none. */
export function verdict(view: VerdictView, findings: number, stage: Stage, toFindings: () => void): HTMLElement {
  const cures = view.fixes.length + view.nonFixes.length > 0;
  const because = [view.because, cures ? view.next : ''].filter(Boolean).join(' ');
  const links = evidenceRow(view.evidence, stage) ?? el('div', { class: 'evidence-row' });
  links.append(actions(findings, stage, toFindings));
  // With a cure on the page the next step stands in the sentence before.
  const toCollect = view.collect.length === 0 ? null : collectBlock(view.collect);
  const advice = adviceBlocks({ ...view, next: cures || toCollect !== null ? '' : view.next });
  const side = toCollect === null ? advice : [toCollect, ...advice];
  return el(
    'section',
    { class: `verdict verdict-${view.tone}`, 'aria-labelledby': 'verdict-title' },
    el('h2', { id: 'verdict-title', class: 'spoken' }, words.text(say.title())),
    el(
      'div',
      { class: 'verdict-say' },
      el(
        'div',
        { class: 'sentence' },
        toneIcon(view.tone),
        el('p', { class: 'clamp', title: view.sentence }, view.sentence),
      ),
      el(
        'p',
        { class: 'confidence clamp' },
        el('strong', {}, words.text(say.confidence({ confidence: view.confidence }))),
        ' ',
        el('span', { class: 'dim' }, because),
      ),
      links,
    ),
    side.length === 0 ? null : el('div', { class: 'verdict-do' }, ...side),
  );
}
