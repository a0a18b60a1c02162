/** Takes a table away: as it is sorted, cells as text, counts without their grouping so that a spreadsheet can add. */
import { TABLE_FORMAT_NAMES, TABLE_FORMATS, type TableFormat } from '../../src/core/formats/delimited.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { MAX_COPIED_LETTERS } from '../../src/protocol/check.ts';
import { el } from '../dom.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { replyPlace } from './reply.ts';

const say = defineMessages('webview-table-copy', {
  copyAs: 'Copy as {format}',
  copyTable: '{copy}: {table}',
  tooLarge: 'The table is too large for the clipboard.',
});

/** Two quiet buttons, and beside them what became of the copy. */
export function copyButtons(name: string, copy: (format: TableFormat) => void, stage: Stage): HTMLElement {
  const reply = replyPlace(stage);
  const buttons = TABLE_FORMAT_NAMES.map((format) => {
    const copyAs = say.copyAs({ format: format.toUpperCase() });
    const label = words.text(say.copyTable({ copy: copyAs, table: name }));
    const button = el('button', { type: 'button', class: 'link', 'aria-label': label }, words.text(copyAs));
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
    else stage.copied(false, words.text(say.tooLarge()));
  };
  return copyButtons(name, copy, stage);
}
