import assert from 'node:assert/strict';
import type { FrameLocator, Page } from 'playwright-core';
import { axeViolations } from './axe.ts';
import type { UiTest } from './ui-test.ts';
import { webviewFrame } from './webview.ts';
import { openFile } from './workbench.ts';

const LEAK = 'leak-closewait-k6.1.tar.gz';

async function openPage(page: Page) {
  await openFile(page, LEAK);
  const frame = webviewFrame(page);
  await frame.getByRole('heading', { name: 'Findings', exact: true }).waitFor();
  return frame;
}

const picked = (frame: FrameLocator, text: string) => frame.locator('.filter-count', { hasText: text }).waitFor();

export const uiTests: readonly UiTest[] = [
  {
    name: 'a filter is typed with completion, changes all views, and its history goes back and forward',
    async run({ page, screenshot }) {
      const frame = await openPage(page);
      const field = frame.getByRole('combobox', { name: 'Filter all views' });
      await frame.getByRole('heading', { name: 'Socket states' }).click();
      await field.focus();
      await page.keyboard.type('st');
      await frame.getByRole('option', { name: /^state:/ }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.keyboard.type('clo');
      await frame.getByRole('option', { name: /^close-wait/ }).waitFor();
      await screenshot('filter-completion');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await picked(frame, '5,335 of 5,409 sockets');
      await frame.getByRole('button', { name: /^CLOSE_WAIT 5,335 100 % unread/ }).waitFor();
      assert.equal(await field.inputValue(), 'state:close-wait');
      await screenshot('filter-states');
      assert.deepEqual(await axeViolations(page), []);
      await frame
        .getByRole('button', { name: /^python3 185/ })
        .last()
        .click();
      await picked(frame, '5,335 of 5,409 sockets');
      assert.equal(await field.inputValue(), 'state:close-wait pid:185');
      await frame.getByRole('button', { name: /Previous filter/ }).click();
      await frame.getByRole('button', { name: /Previous filter/ }).click();
      await picked(frame, '5,409 sockets + 5,335 mini sockets');
      assert.equal(await field.inputValue(), '');
      await page.keyboard.press('Alt+ArrowRight');
      await picked(frame, '5,335 of 5,409 sockets');
      assert.equal(await field.inputValue(), 'state:close-wait');
    },
  },
  {
    name: 'the filter and the table of the reader are there again after the page was hidden',
    themes: ['dark'],
    async run({ page }) {
      const frame = await openPage(page);
      const field = frame.getByRole('combobox', { name: 'Filter all views' });
      await field.fill('port:8888');
      await field.press('Enter');
      await picked(frame, '5,337 of 5,409 sockets');
      await frame.getByRole('button', { name: 'Show Socket states as table' }).click();
      await openFile(page, 'healthy-k6.1.tar.gz');
      await webviewFrame(page).getByText('Nothing wrong was found', { exact: false }).first().waitFor();
      await openFile(page, LEAK);
      await picked(webviewFrame(page), '5,337 of 5,409 sockets');
      assert.equal(await webviewFrame(page).getByRole('table', { name: 'Socket states as table' }).count(), 1);
    },
  },
  {
    name: 'a mistake in the filter is told and leaves the page as it is',
    themes: ['dark'],
    async run({ page, screenshot }) {
      const frame = await openPage(page);
      await frame.getByRole('combobox', { name: 'Filter all views' }).fill('colour:red');
      await frame.getByText('There is no field "colour".').waitFor();
      await frame.getByRole('button', { name: /^CLOSE_WAIT 5,335 98\.6/ }).waitFor();
      await screenshot('filter-mistake');
    },
  },
  {
    name: 'the table of sockets sorts, scrolls to its end and leads to the line of a socket',
    themes: ['dark', 'hc'],
    async run({ page, screenshot }) {
      const frame = await openPage(page);
      await frame.getByRole('button', { name: 'List 5,335 sockets' }).click();
      await picked(frame, '5,335 of 5,409 sockets');
      const table = frame.getByRole('grid', { name: 'Sockets' });
      await table.getByRole('button', { name: 'Recv-Q' }).click();
      await table.locator('[role="columnheader"][aria-sort="descending"]', { hasText: 'Recv-Q' }).waitFor();
      await table
        .getByRole('row', { name: /^CLOSE_WAIT python3 185/ })
        .first()
        .waitFor();
      await screenshot('sockets');
      await table.focus();
      await page.keyboard.press('End');
      await frame.locator('[role="row"][aria-rowindex="5336"].active').getByText('CLOSE_WAIT').waitFor();
      await page.keyboard.press('Home');
      await frame.locator('[role="row"][aria-rowindex="2"].active').getByText('CLOSE_WAIT').waitFor();
      await page.keyboard.press('Enter');
      const editor = page.locator('.monaco-editor[data-uri^="sockscope:/proc/183/net/tcp"]');
      await editor.locator('.view-line', { hasText: ' 08 ' }).first().waitFor();
      await screenshot('sockets-line');
    },
  },
];
