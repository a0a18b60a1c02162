import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { axeViolations } from './axe.ts';
import type { UiContext, UiTest } from './ui-test.ts';
import { webviewFrame } from './webview.ts';
import { openFile } from './workbench.ts';

const LEAK = 'leak-closewait-k6.1.tar.gz';
const MENU = { memory: 'TCP memory', sockets: 'TCP sockets', states: 'Socket states', log: 'Kernel log' } as const;

/** Chooses from the menu by keyboard, and gives the file that the dialog proposes and writes. */
async function save(context: UiContext, frame: FrameLocator, id: string, title: string, kind: 'SVG' | 'PNG') {
  const { page, workspace } = context;
  const button = frame.locator(`#${id}`).getByRole('button', { name: `Save ${title} as a picture` });
  await button.focus();
  await page.keyboard.press('Enter');
  const item = frame.getByRole('menuitem', { name: `Save as ${kind}` });
  await item.waitFor();
  if (kind === 'PNG') await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const input = page.locator('.quick-input-widget:visible input.input');
  await input.waitFor();
  // The dialog opens before it has looked at the folder.
  await page.waitForFunction(
    `document.querySelector('.quick-input-widget:not([style*="none"]) input.input')?.value.endsWith('.${kind.toLowerCase()}')`,
  );
  const proposed = await input.inputValue();
  const name = proposed.split('/').at(-1) ?? '';
  assert.match(name, new RegExp(`^[\\w.-]+-${id}\\.${kind.toLowerCase()}$`));
  await input.press('Enter');
  await frame.locator(`#${id}`).getByRole('status').getByText('Saved').waitFor();
  return join(workspace, name);
}

async function look(page: Page, path: string, screenshot: string): Promise<void> {
  const svg = await readFile(path, 'utf8');
  const alone = await page.context().newPage();
  try {
    const size = / width="(\d+)" height="(\d+)"/.exec(svg);
    await alone.setViewportSize({ width: Number(size?.[1]) + 16, height: Number(size?.[2]) + 16 });
    await alone.goto(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`);
    // Parsed as XML: an error would stand there as an element of another name.
    assert.equal(await alone.evaluate('document.documentElement.localName'), 'svg');
    assert.equal(await alone.evaluate('document.querySelectorAll("parsererror").length'), 0);
    await alone.screenshot({ path: screenshot });
  } finally {
    await alone.close();
  }
}

export const uiTests: readonly UiTest[] = [
  {
    name: 'a section is saved as an SVG that stands alone and as a PNG of twice its size',
    async run(context) {
      const { page, theme } = context;
      await openFile(page, LEAK);
      const frame = webviewFrame(page);
      await frame.getByRole('heading', { name: 'Findings', exact: true }).waitFor();

      const button = frame.getByRole('button', { name: 'Save TCP memory as a picture' });
      await button.click();
      await frame.getByRole('menuitem', { name: 'Save as SVG' }).waitFor();
      await context.screenshot('picture-menu');
      assert.deepEqual(await axeViolations(page), []);
      await page.keyboard.press('Escape');
      await frame.getByRole('menuitem', { name: 'Save as SVG' }).waitFor({ state: 'hidden' });
      assert.equal(await button.evaluate((element) => element === document.activeElement), true);

      const shots = join(import.meta.dirname, '..', '..', '.tsbuild', 'screenshots');
      for (const [id, title] of [...Object.entries(MENU), ['processes', 'Processes and file descriptors'] as const]) {
        const path = await save(context, frame, id, title, 'SVG');
        const svg = await readFile(path, 'utf8');
        assert.doesNotMatch(svg, /var\(|<script|foreignObject|href|style=|class=|color-mix/);
        assert.ok(svg.includes('Sockscope') && svg.includes(`>${title}</text>`));
        for (const [, target] of svg.matchAll(/url\(#([\w-]+)\)/g)) assert.ok(svg.includes(`id="${target}"`), target);
        await look(page, path, join(shots, `saved-${id}-${theme}.png`));
      }

      const path = await save(context, frame, 'states', MENU.states, 'PNG');
      const png = await readFile(path);
      const svg = await readFile(path.replace(/png$/, 'svg'), 'utf8');
      assert.equal(png.toString('latin1', 1, 4), 'PNG');
      assert.equal(png.readUInt32BE(16), 2 * Number(/ width="(\d+)"/.exec(svg)?.[1]));
      assert.ok((await stat(path)).size > 20_000);
    },
  },
];
