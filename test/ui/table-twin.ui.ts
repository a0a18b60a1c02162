import assert from 'node:assert/strict';
import { axeViolations } from './axe.ts';
import type { UiTest } from './ui-test.ts';
import { webviewFrame } from './webview.ts';
import { openFile } from './workbench.ts';

const LEAK = 'leak-closewait-k6.1.tar.gz';

export const uiTests: readonly UiTest[] = [
  {
    name: 'a table is sorted by its headings by keyboard, stays sorted, and is copied in that order',
    async run(context) {
      const { page } = context;
      await openFile(page, LEAK);
      const frame = webviewFrame(page);
      const states = frame.locator('#states');
      await states.getByRole('button', { name: 'Show Socket states as table' }).click();
      const heading = states.getByRole('button', { name: 'Sockets', exact: true });
      const firstCell = states.locator('tbody tr').first().locator('td').first();
      await heading.focus();
      await page.keyboard.press('Enter');
      assert.equal(await states.locator('th[aria-sort]').getAttribute('aria-sort'), 'descending');
      assert.equal(await firstCell.textContent(), 'CLOSE_WAIT');
      await page.keyboard.press('Enter');
      assert.equal(await states.locator('th[aria-sort]').getAttribute('aria-sort'), 'ascending');
      assert.equal(await heading.evaluate((element) => element === document.activeElement), true);
      await page.keyboard.press('Enter');

      await states.getByRole('button', { name: 'Show Socket states as picture' }).click();
      await states.getByRole('button', { name: 'Show Socket states as table' }).click();
      assert.equal(await firstCell.textContent(), 'CLOSE_WAIT');

      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await states.getByRole('button', { name: 'Copy as CSV' }).click();
      await states.getByRole('status').getByText('Copied').waitFor();
      const csv = await page.evaluate<string>('navigator.clipboard.readText()');
      assert.match(csv, /^State,Sockets,Share,[^\r\n]*\r?\nCLOSE_WAIT,5335,98\.6 %,/);
      await states.evaluate((element) => element.scrollIntoView({ block: 'start' }));
      await context.screenshot('table-sorted');
      assert.deepEqual(await axeViolations(page), []);

      await frame
        .locator('#processes')
        .getByRole('button', { name: /as table/ })
        .click();
      const pods = frame.getByRole('region', { name: 'Pods' });
      await pods.getByRole('button', { name: 'Open fds' }).click();
      await pods.evaluate((element) => element.scrollIntoView({ block: 'center' }));
      await context.screenshot('table-sorted-pods');
    },
  },
];
