/** The answer in one sentence, how sure it is, and what cures the node. */
import type { VerdictView } from '../../src/core/views/page-model.ts';
import { el } from '../dom.ts';
import { type IconName, icon, toneIcon } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { evidenceRow } from './evidence.ts';

const CONFIDENCE = { high: 'High confidence.', medium: 'Medium confidence.', low: 'Low confidence.' } as const;

function advice(title: string, lines: readonly string[], picture: IconName, tone: string): HTMLElement | null {
  if (lines.length === 0) return null;
  const items = lines.map((line) =>
    el('li', {}, icon(picture, tone), el('span', { class: 'clamp', title: line }, line)),
  );
  return el('div', { class: 'advice' }, el('h3', {}, title), el('ul', {}, ...items));
}

/** `toFindings` leads to the list; null when there is none. */
export function verdict(view: VerdictView, findings: number, stage: Stage, toFindings: () => void): HTMLElement {
  const cures = view.fixes.length + view.nonFixes.length > 0;
  const because = [view.because, cures ? view.next : ''].filter(Boolean).join(' ');
  const links = evidenceRow(view.evidence, stage) ?? el('div', { class: 'evidence-row' });
  if (findings > 0) {
    const all = el(
      'button',
      { type: 'button', class: 'link to-findings' },
      findings === 1 ? 'The finding' : `All ${findings} findings`,
    );
    all.addEventListener('click', toFindings);
    links.append(all);
  }
  const side = [
    advice('What fixes it', view.fixes, 'check', 'tone-good'),
    advice('What does not', view.nonFixes, 'cross', 'tone-bad'),
    cures || view.next === '' ? null : advice('What would settle it', [view.next], 'right', ''),
  ].filter((part) => part !== null);
  return el(
    'section',
    { class: `verdict verdict-${view.tone}`, 'aria-labelledby': 'verdict-title' },
    el('h2', { id: 'verdict-title', class: 'spoken' }, 'Verdict'),
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
        el('strong', {}, CONFIDENCE[view.confidence]),
        ' ',
        el('span', { class: 'dim' }, because),
      ),
      links,
    ),
    side.length === 0 ? null : el('div', { class: 'verdict-do' }, ...side),
  );
}
