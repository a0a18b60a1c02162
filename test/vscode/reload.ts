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
const title = 'the page of a bundle is there again after the window was reloaded';

async function verdictOf(page: Page): Promise<string> {
  const sentence = webviewFrame(page).locator('.verdict .sentence').first();
  await sentence.waitFor({ timeout: 60_000 });
  return (await sentence.textContent()) ?? '';
}

/** Opens a bundle by its name alone, reloads, and looks again. Prints and counts as a suite of one test. */
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
    // VS Code saves its tabs a moment after they change; on its way out, too.
    await host.page.reload();
    assert.equal(await verdictOf(host.page), before);
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
