import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { axeViolations } from './axe.ts';
import type { UiContext, UiTest } from './ui-test.ts';
import { webviewFrame } from './webview.ts';
import { openFile } from './workbench.ts';

const LEAK = 'leak-closewait-k6.1.tar.gz';

async function openPeers({ page }: UiContext): Promise<FrameLocator> {
  await openFile(page, LEAK);
  const frame = webviewFrame(page);
  await frame.getByRole('heading', { name: 'Who talks to whom' }).waitFor();
  return frame;
}

async function picture(context: UiContext, frame: FrameLocator, name: string): Promise<void> {
  await frame.locator('#peers').evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await context.screenshot(name);
}

export const uiTests: readonly UiTest[] = [
  {
    name: 'who talks to whom is drawn, walked by keys, listed as a table, and leads to the line of net/tcp',
    themes: ['dark', 'light', 'hc', 'hc-light'],
    async run(context) {
      const { page } = context;
      const frame = await openPeers(context);
      const section = frame.locator('#peers');
      const leak = section.getByRole('button', {
        name: /player-sim-\S+ to default\/live-stream-\S+ port 8888: .*CLOSE_WAIT 5,335/,
      });
      await leak.waitFor();
      await leak.focus();
      await page.keyboard.press('ArrowDown');
      const second = await section.locator('[data-key="peer-1"]').getAttribute('tabindex');
      assert.equal(second, '0', 'the arrow moves the only tab stop');
      assert.equal(await section.locator('svg.chart [tabindex="0"]').count(), 1);
      await page.keyboard.press('Home');
      await picture(context, frame, 'peers');
      assert.deepEqual(await axeViolations(page), []);

      const size = page.viewportSize();
      await page.setViewportSize({ width: 860, height: 900 });
      await picture(context, frame, 'peers-narrow');
      if (size !== null) await page.setViewportSize(size);

      await section.getByRole('button', { name: 'Show Who talks to whom as table' }).click();
      await section
        .getByRole('row', { name: /player-sim.*live-stream.*8888.*other ends of the rest are gone/ })
        .waitFor();
      await picture(context, frame, 'peers-table');
      assert.deepEqual(await axeViolations(page), []);
      await section.getByRole('button', { name: 'Show Who talks to whom as picture' }).click();

      await leak.focus();
      await page.keyboard.press('Enter');
      const editor = page.locator('.monaco-editor[data-uri^="sockscope:/proc/183/net/tcp"]');
      await editor.locator('.view-line', { hasText: '0E31F40A:22B8' }).first().waitFor();
    },
  },
];
