import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { axeViolations } from './axe.ts';
import type { UiContext, UiTest } from './ui-test.ts';
import { webviewDocument, webviewFrame } from './webview.ts';
import { openFile } from './workbench.ts';

const LEAK = 'leak-closewait-k6.1.tar.gz';
const HEALTHY = 'healthy-k6.1.tar.gz';

async function openPage(page: Page, name: string) {
  await openFile(page, name);
  const frame = webviewFrame(page);
  await frame.getByRole('heading', { name: 'Findings', exact: true }).waitFor();
  return frame;
}

function section(frame: FrameLocator, heading: string): Locator {
  return frame.locator('section', { has: frame.getByRole('heading', { name: heading }) });
}

/** The page is longer than the window: pictures of it from top to bottom. */
async function screenshotParts({ page, screenshot }: UiContext, name: string): Promise<void> {
  const frame = await webviewDocument(page);
  const { height, total } = await frame.evaluate(() => ({
    height: innerHeight,
    total: document.documentElement.scrollHeight,
  }));
  for (let part = 0; part * height < total && part < 6; part++) {
    await frame.evaluate((top) => scrollTo(0, top), part * height);
    await screenshot(`${name}-${part + 1}`);
  }
  await frame.evaluate(() => scrollTo(0, 0));
}

export const uiTests: readonly UiTest[] = [
  {
    name: 'the page of a leak names the culprit, draws both graphs and is free of accessibility violations',
    async run(context) {
      const { page } = context;
      const frame = await openPage(page, LEAK);
      const text = (await frame.locator('main').textContent()) ?? '';
      assert.match(
        text,
        /python3 \(pid 185\) in pod default\/live-stream-297vtlpgjj-tg86q holds 5,336 TCP connections/,
      );
      assert.match(text, /9 of 9 namespaces/);
      await frame.getByRole('button', { name: /^CLOSE_WAIT 5,335 98\.6/ }).waitFor();
      await screenshotParts(context, 'leak');
      assert.deepEqual(await axeViolations(page), []);
    },
  },
  {
    name: 'the page of a healthy node says that nothing wrong was found',
    themes: ['dark', 'light'],
    async run(context) {
      const frame = await openPage(context.page, HEALTHY);
      await frame.getByText('Nothing wrong was found', { exact: false }).first().waitFor();
      await screenshotParts(context, 'healthy');
    },
  },
  {
    name: 'a click on a state, then on its evidence, lands on the line of net/tcp',
    themes: ['dark'],
    async run({ page, screenshot }) {
      const frame = await openPage(page, LEAK);
      await frame.getByRole('button', { name: /^CLOSE_WAIT 5,335 98\.6/ }).click();
      await frame.getByText('proc/183/net/tcp:3').first().click();
      const editor = page.locator('.monaco-editor[data-uri^="sockscope:"]');
      await editor.locator('.view-line', { hasText: '0E31F40A:22B8 0F31F40A:36DC 08' }).first().waitFor();
      await screenshot('evidence');
    },
  },
  {
    name: 'E on a process of the fd graph lands on its fds, a click on a row of a table on the proof',
    themes: ['dark'],
    async run({ page, screenshot }) {
      const frame = await openPage(page, LEAK);
      const row = section(frame, 'Processes and file descriptors').getByRole('button', { name: /^python3 185/ });
      await row.first().focus();
      await page.keyboard.press('e');
      const listing = page.locator('.monaco-editor[data-uri^="sockscope:/proc/185/fd"]');
      await listing.locator('.view-line', { hasText: '5 -> socket:[12390]' }).first().waitFor();
      const states = section(frame, 'Socket states');
      await states.getByRole('button', { name: /table/i }).click();
      await states
        .getByRole('row', { name: /CLOSE_WAIT/ })
        .getByText('proc/183/net/tcp:3')
        .click();
      await page.locator('.monaco-editor[data-uri^="sockscope:/proc/183/net/tcp"] .view-line').first().waitFor();
      await screenshot('table');
    },
  },
  {
    name: 'an archive opens from the context menu of the explorer',
    themes: ['dark'],
    async run({ page }) {
      const file = page.locator('.explorer-folders-view').getByRole('treeitem', { name: HEALTHY });
      await file.click({ button: 'right' });
      // A menu ignores the mouse for a moment after it opened, so that the right click does not choose: Enter it does not.
      await page.getByRole('menuitem', { name: 'Open Support Bundle' }).hover();
      await page.keyboard.press('Enter');
      await webviewFrame(page).getByText('Nothing wrong was found', { exact: false }).first().waitFor();
    },
  },
  {
    name: 'a file that is no archive gives a page that says so and offers to read it again',
    themes: ['dark', 'hc-light'],
    async run({ page, workspace, screenshot }) {
      await writeFile(join(workspace, 'cut.tar.gz'), 'this is no archive');
      await openFile(page, 'cut.tar.gz');
      const frame = webviewFrame(page);
      await frame.getByText('neither a tar archive nor gzip', { exact: false }).waitFor();
      await screenshot('failed');
      await rm(join(workspace, 'cut.tar.gz'));
      await frame.getByRole('button', { name: 'Retry' }).click();
      await frame.getByText('There is no such file', { exact: false }).waitFor();
    },
  },
];
