import assert from 'node:assert/strict';
import type { UiTest } from './ui-test.ts';
import { webviewFrame } from './webview.ts';
import { openFile, runCommand } from './workbench.ts';

const LEAK = 'leak-closewait-k6.1.tar.gz';

export const uiTests: readonly UiTest[] = [
  {
    name: 'a stretch of the timeline is looked at closer by keys and by drawing over it, and its lines are opened',
    themes: ['dark', 'hc-light'],
    async run({ page, screenshot }) {
      await openFile(page, LEAK);
      const frame = webviewFrame(page);
      const section = frame.locator('section', {
        has: frame.getByRole('heading', { name: 'Kernel log', exact: true }),
      });
      const column = section.locator('svg [data-key^="tcp-out-of-memory"]').first();
      await column.scrollIntoViewIfNeeded();
      await column.focus();
      await page.keyboard.press('+');
      await page.keyboard.press('+');
      const status = section.getByRole('status');
      await status.getByText(/^\d+ lines? from /).waitFor();
      await screenshot('timeline-zoomed');
      await page.keyboard.press('Escape');
      await status.getByText(/press \+ at a column/).waitFor();
      const area = await section.locator('svg .brush .overlay').boundingBox();
      assert.ok(area !== null);
      await page.mouse.move(area.x + area.width * 0.1, area.y + area.height - 3);
      await page.mouse.down();
      await page.mouse.move(area.x + area.width * 0.99, area.y + area.height - 3, { steps: 5 });
      await page.mouse.up();
      await status.getByRole('button', { name: 'Open the first of them' }).click();
      await page.locator('.monaco-editor[data-uri^="sockscope:/dmesg"] .view-line').first().waitFor();
    },
  },
  {
    name: 'an OOM line of the kernel log is highlighted, listed in Problems and explained on hover',
    async run({ page, screenshot }) {
      await openFile(page, LEAK);
      await webviewFrame(page).getByRole('heading', { name: 'Findings', exact: true }).waitFor();
      await runCommand(page, 'Sockscope: Open Kernel Log');
      const editor = page.locator('.monaco-editor[data-uri^="sockscope:/dmesg"]');
      const line = editor.locator('.view-line', { hasText: 'TCP: out of memory' }).first();
      await line.waitFor();
      await editor
        .locator('.view-line', { hasText: /\d\d:\d\d:\d\d.*out.of.memory/ })
        .first()
        .waitFor();
      await editor.locator('.glyph-margin-widgets .cgmr').first().waitFor();
      await runCommand(page, 'Problems: Focus on Problems View');
      await page.locator('.markers-panel .monaco-list-row', { hasText: 'TCP is out of memory' }).first().waitFor();
      await line.hover({ position: { x: 260, y: 8 } });
      const hover = page.locator('.monaco-hover-content:visible', { hasText: 'In this bundle' }).first();
      await hover.waitFor();
      const text = (await hover.textContent()) ?? '';
      assert.match(text, /mem 12,302 pages \(48.1 MiB\) ± 512 against tcp_mem max 11,202 pages/);
      assert.match(text, /python3 \(pid 185\)/);
      await screenshot('kernel-log');
      const links = hover.locator('a', { hasText: 'All about this message' });
      await links.scrollIntoViewIfNeeded();
      await screenshot('kernel-log-advice');
    },
  },
  {
    name: 'addresses of a socket table stand decoded in its text',
    themes: ['dark', 'light', 'hc'],
    async run({ page, screenshot }) {
      await openFile(page, LEAK);
      await webviewFrame(page).getByRole('heading', { name: 'Findings', exact: true }).waitFor();
      await webviewFrame(page)
        .getByText(/^proc\/183\/net\/tcp:/)
        .first()
        .click();
      const editor = page.locator('.monaco-editor[data-uri^="sockscope:/proc/183/net/tcp"]');
      const hint = editor.locator('.view-line', { hasText: /\d+\.\d+\.\d+\.\d+:8888/ }).first();
      await hint.waitFor();
      await screenshot('socket-table');
    },
  },
  {
    name: 'a number of sockstat is explained under the cursor, with unit and scope',
    themes: ['dark', 'hc'],
    async run({ page, screenshot }) {
      await openFile(page, LEAK);
      await webviewFrame(page).getByRole('heading', { name: 'Findings', exact: true }).waitFor();
      await webviewFrame(page).getByText('proc/net/sockstat:2').first().click();
      const line = page.locator('.monaco-editor .view-line', { hasText: /^TCP:/ }).first();
      // The hint moves what is behind it, and a hover that is under way is given up.
      await page
        .locator('.monaco-editor .view-line', { hasText: /^UDP:.*0\sB/ })
        .first()
        .waitFor();
      await line.hover({ position: { x: 290, y: 8 } });
      const scope = /Scope: (?:the whole node|one network namespace)/;
      await page.locator('.monaco-hover-content:visible', { hasText: scope }).first().waitFor();
      await screenshot('sockstat-hover');
    },
  },
  {
    name: 'the view of bundles shows the files, and one opens by a click',
    themes: ['dark', 'light'],
    async run({ page, screenshot }) {
      await openFile(page, LEAK);
      await webviewFrame(page).getByRole('heading', { name: 'Findings', exact: true }).waitFor();
      await runCommand(page, 'View: Show Sockscope');
      const tree = page.locator('.pane-body .monaco-list');
      await tree.getByRole('treeitem', { name: /^dmesg/ }).click();
      await page.locator('.monaco-editor[data-uri^="sockscope:/dmesg"] .view-line').first().waitFor();
      await tree.getByRole('treeitem', { name: /^proc/ }).click();
      await tree.getByRole('treeitem', { name: '1', exact: true }).waitFor();
      await screenshot('tree');
      await runCommand(page, 'View: Show Explorer');
    },
  },
];
