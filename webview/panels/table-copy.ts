/** Takes a table away: as it is sorted, cells as text, counts without their grouping so that a spreadsheet can add. */
import { TABLE_FORMAT_NAMES, TABLE_FORMATS, type TableFormat } from '../../src/core/formats/delimited.ts';
import { MAX_COPIED_LETTERS } from '../../src/protocol/check.ts';
import { el } from '../dom.ts';
import type { Stage } from '../stage.ts';
import { replyPlace } from './reply.ts';

const GROUPED = /^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;

/** A shown number as a spreadsheet reads it; nothing where the page says that there is none. */
export function bareNumber(text: string): string {
  if (text === '–') return '';
  return GROUPED.test(text) ? text.replaceAll(',', '') : text;
}

/** Two quiet buttons, and beside them what became of the copy. */
export function copyButtons(name: string, copy: (format: TableFormat) => void, stage: Stage): HTMLElement {
  const reply = replyPlace(stage);
  const buttons = TABLE_FORMAT_NAMES.map((format) => {
    const label = `Copy as ${format.toUpperCase()}`;
    const button = el('button', { type: 'button', class: 'link', 'aria-label': `${label}: ${name}` }, label);
    button.addEventListener('click', () => {
      reply.expect();
      copy(format);
    });
    return button;
  });
  return el('div', { class: 'copy-bar' }, reply.element, ...buttons);
}

/** Of a table that the page has whole. `rows` begins with the headings. */
export function copyBar(name: string, rows: () => readonly (readonly string[])[], stage: Stage): HTMLElement {
  const copy = (format: TableFormat) => {
    const text = TABLE_FORMATS[format](rows());
    if (text.length <= MAX_COPIED_LETTERS) stage.post({ type: 'copyText', text });
    else stage.copied(false, 'The table is too large for the clipboard.');
  };
  return copyButtons(name, copy, stage);
}
