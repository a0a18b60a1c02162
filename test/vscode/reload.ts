// A reloaded window, which a suite inside the extension host does not outlive: driven from outside, in the VS Code server.

import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchHost } from '../host/host.ts';
import { projectRoot } from '../host/process.ts';
import type { Counts } from '../host/results.ts';
import { createWorkspace } from '../host/workspace.ts';
import { webviewFrame } from '../ui/webview.ts';
import { openFile, waitForWorkbench } from '../ui/workbench.ts';

const NAME = 'sockscope-reloaded.tar.gz';
const title = 'the page of a bundle is there again with its filter after the window was reloaded';
const FILTER = 'port:8888';

async function verdictOf(page: Page): Promise<string> {
  const sentence = webviewFrame(page).locator('.verdict .sentence').first();
  await sentence.waitFor({ timeout: 60_000 });
  return (await sentence.textContent()) ?? '';
}

const pickedBy = (page: Page) =>
  webviewFrame(page).locator('.filter-count', { hasText: '5,337 of 5,409 sockets' }).waitFor({ timeout: 60_000 });

/** Runs in the page: whether the editors that VS Code keeps in the browser's databases include one with these texts. */
async function hasSaved(texts: readonly string[]): Promise<boolean> {
  const wait = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  for (const { name = '' } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db')) continue;
    const database = await wait(indexedDB.open(name));
    const stores = [...database.objectStoreNames];
    const items =
      stores[0] === undefined ? [] : await wait(database.transaction(stores).objectStore(stores[0]).getAll());
    database.close();
    if (items.some((item) => texts.every((text) => String(item).includes(text)))) return true;
  }
  return false;
}

/** Opens a bundle by its name alone, filters, reloads, and looks again. Prints and counts as a suite of one test. */
export async function checkReload(): Promise<Counts> {
  const workspace = await createWorkspace();
  await copyFile(join(workspace.folder, 'leak-closewait-k6.1.tar.gz'), join(workspace.folder, NAME));
  const host = await launchHost({ folder: workspace.folder, extensionDevelopmentPath: projectRoot });
  try {
    await host.open();
    await waitForWorkbench(host.page);
    await openFile(host.page, NAME);
    const before = await verdictOf(host.page);
    assert.match(before, /python3 \(pid 185\)/);
    const filter = () => webviewFrame(host.page).getByRole('combobox', { name: 'Filter all views' });
    await filter().fill(FILTER);
    await filter().press('Enter');
    await pickedBy(host.page);
    // In a browser VS Code saves its tabs every five seconds; what it begins on its way out may come too late.
    const giveUpAt = Date.now() + 60_000;
    while (!(await host.page.evaluate(hasSaved, [NAME, FILTER]))) {
      assert.ok(Date.now() < giveUpAt, 'VS Code saved neither tab nor filter');
      await host.page.waitForTimeout(500);
    }
    await host.page.reload();
    assert.equal(await verdictOf(host.page), before);
    await pickedBy(host.page);
    assert.equal(await filter().inputValue(), FILTER);
    assert.equal(await host.page.locator('.tabs-container .tab').count(), 1);
    console.log(`  ✔ ${title}`);
    return { passed: 1, failed: 0 };
  } catch (error) {
    console.log(`  ✖ ${title}\n${error instanceof Error ? error.message : error}`);
    return { passed: 0, failed: 1 };
  } finally {
    await host.close();
    await workspace.remove();
  }
}
