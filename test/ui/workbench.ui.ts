import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { UiTest } from './ui-test.ts';
import { runCommand } from './workbench.ts';

const themeClasses = { dark: 'vs-dark', light: 'vs', hc: 'hc-black', 'hc-light': 'hc-light' } as const;

/** Toasts are not drawn in a VS Code under test: the message waits in the list of notifications. */
async function showNotification(page: Page, text: string): Promise<Locator> {
  await page.locator('.statusbar-item[id="status.notifications"] .codicon-bell-dot').waitFor();
  await runCommand(page, 'Notifications: Show Notifications');
  const message = page.locator('.notifications-center .notification-list-item', { hasText: text });
  await message.waitFor();
  return message;
}

export const uiTests: readonly UiTest[] = [
  {
    name: 'the workbench shows in the theme asked for',
    async run({ page, theme, screenshot }) {
      const classes = await page.locator('.monaco-workbench').getAttribute('class');
      assert.ok(classes?.split(' ').includes(themeClasses[theme]), `classes: ${classes}`);
      await screenshot('workbench');
    },
  },
  {
    name: 'the empty view leads to the collector, whose command is chosen from a list',
    themes: ['dark', 'light'],
    async run({ page, screenshot }) {
      await runCommand(page, 'View: Show Sockscope');
      const welcome = page.locator('.welcome-view-content');
      await welcome.getByText('Save the collector script').waitFor();
      await screenshot('empty-view');
      await welcome.getByText('copy a command').click();
      const rows = page.locator('.quick-input-list .monaco-list-row');
      await rows.nth(2).waitFor();
      assert.equal(await rows.count(), 3);
      await screenshot('collector-command');
      await rows.first().click();
      const message = await showNotification(page, 'characters are in the clipboard');
      await message.getByText('Open Terminal').waitFor();
      assert.match((await message.textContent()) ?? '', /Paste them into a root shell on the node and press Enter/);
      await screenshot('collector-copied');
      await runCommand(page, 'Notifications: Clear All Notifications');
      await welcome.getByText('Save the collector script').click();
      const target = page.locator('.quick-input-widget:visible input.input');
      // The dialog looks into the folder before it proposes a name.
      await page.waitForFunction(
        "document.querySelector('.quick-input-widget input.input')?.value.endsWith('/workspace/collect.sh')",
      );
      await screenshot('collector-save');
      await target.press('Enter');
      const saved = await showNotification(page, 'sudo sh collect.sh');
      await saved.getByText('Copy Command').waitFor();
      await screenshot('collector-saved');
      await saved.getByText('Open File').click();
      await page.locator('.monaco-editor[data-uri$="/collect.sh"] .view-line').first().waitFor();
      await runCommand(page, 'View: Show Explorer');
    },
  },
];
