// What a user does in the workbench, by mouse and keyboard.

import type { Page } from 'playwright-core';

/** Takes the focus out of a webview, which may be too broken to hand keys on. */
async function focusWorkbench(page: Page): Promise<void> {
  await page.evaluate('document.activeElement?.blur()');
}

function paletteInput(page: Page) {
  return page.locator('.quick-input-widget:visible input.input');
}

function paletteRow(page: Page, title: string) {
  const label = JSON.stringify(title);
  // The label of a row may continue with its key binding.
  const exact = `[aria-label=${label}], [aria-label^=${label.slice(0, -1)},"]`;
  return page.locator('.quick-input-list .monaco-list-row').and(page.locator(exact)).first();
}

/** Runs a command by its full title, such as 'View: Close All Editors'. A disabled command is not listed: that throws. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await focusWorkbench(page);
  await page.keyboard.press('F1');
  await paletteInput(page).fill(`>${title}`);
  await paletteRow(page, title).click();
}

/**
 * Opens a file of the workspace from the explorer, by its name. A busy VS Code knows our commands before our editors: a
 * bundle that it gave to its text editor is opened once more.
 */
export async function openFile(page: Page, name: string): Promise<void> {
  const item = page.locator('.explorer-folders-view').getByRole('treeitem', { name });
  await item.dblclick();
  if (!name.endsWith('.tar.gz')) return;
  const refusal = page.getByText('The file is not displayed in the text editor');
  await refusal.or(page.locator('iframe.webview.ready:visible')).first().waitFor();
  if (!(await refusal.isVisible())) return;
  await runCommand(page, 'View: Close Editor');
  await item.dblclick();
}

async function listsOurCommands(page: Page): Promise<boolean> {
  await focusWorkbench(page);
  await page.keyboard.press('F1');
  await paletteInput(page).fill('>Sockscope');
  const row = page.locator('.quick-input-list .monaco-list-row[aria-label^="Sockscope"]').first();
  const isListed = await row.waitFor({ timeout: 1000 }).then(
    () => true,
    () => false,
  );
  await page.keyboard.press('Escape');
  return isListed;
}

/** Waits until the workbench is drawn and knows the extension; a file opened earlier gets the wrong editor for good. */
export async function waitForWorkbench(page: Page): Promise<void> {
  const timeout = 60_000;
  const giveUpAt = Date.now() + timeout;
  await page.locator('.monaco-workbench .explorer-folders-view').waitFor({ timeout });
  // An open palette does not learn of new commands, so it is opened anew until it has ours.
  while (!(await listsOurCommands(page))) {
    if (Date.now() > giveUpAt) throw new Error('The workbench shows no command of Sockscope.');
  }
}

/** Back to a workbench without editors, dialogs and messages. */
export async function resetWorkbench(page: Page): Promise<void> {
  await focusWorkbench(page);
  for (let presses = 0; presses < 2; presses++) await page.keyboard.press('Escape');
  await runCommand(page, 'View: Close All Editors');
  await runCommand(page, 'Notifications: Clear All Notifications');
}
