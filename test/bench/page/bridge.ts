/** The bundle page in a browser without VS Code: the built script, and the real worker behind the same messages. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { BundleReader } from '../../../src/extension/open/bundle-reader.ts';
import { parseFromPage } from '../../../src/protocol/check.ts';
import type { FromPage, ToPage } from '../../../src/protocol/page-messages.ts';
import { projectRoot } from '../../host/process.ts';

const ADDRESS = 'http://sockscope.invalid/';

/** The colours of Dark Modern that the page names most; without them nothing is painted, and that would be too fast. */
const THEME = `:root {
  --vscode-font-family: sans-serif; --vscode-editor-font-family: monospace;
  --vscode-editor-background: #1f1f1f; --vscode-foreground: #cccccc; --vscode-descriptionForeground: #9d9d9d;
  --vscode-charts-red: #f14c4c; --vscode-charts-blue: #3794ff; --vscode-charts-yellow: #cca700;
  --vscode-charts-green: #89d185; --vscode-charts-lines: #cccccc80; --vscode-focusBorder: #0078d4;
  --vscode-textLink-foreground: #4daafc; --vscode-button-background: #0078d4; --vscode-button-foreground: #ffffff;
}`;

/** Shows the empty page, which says "ready" to the host; `answer` is called with all that it says after. */
export async function showPage(page: Page, answer: (message: FromPage) => void): Promise<void> {
  const script = await readFile(join(projectRoot, 'dist/webview.js'), 'utf8');
  const style = await readFile(join(projectRoot, 'media/page.css'), 'utf8');
  const files: Readonly<Record<string, { readonly contentType: string; readonly body: string }>> = {
    '': {
      contentType: 'text/html',
      body: `<!DOCTYPE html><meta charset="utf-8"><link rel="stylesheet" href="page.css"><body class="vscode-dark"><main id="page"></main><script type="module" src="page.js"></script>`,
    },
    'page.js': { contentType: 'text/javascript', body: script },
    'page.css': { contentType: 'text/css', body: `${THEME}\n${style}` },
  };
  await page.route(`${ADDRESS}**`, (route) => {
    const file = files[route.request().url().slice(ADDRESS.length)];
    return file === undefined ? route.abort() : route.fulfill(file);
  });
  await page.exposeFunction('toHost', (raw: unknown) => {
    const message = parseFromPage(raw);
    if (message === undefined) throw new Error('The page said what is no message.');
    answer(message);
  });
  await page.addInitScript(() => {
    let state: unknown;
    Object.assign(window, {
      acquireVsCodeApi: () => ({
        postMessage: (message: unknown) =>
          (window as unknown as { toHost(message: unknown): Promise<void> }).toHost(message),
        getState: () => state,
        setState: (next: unknown) => {
          state = next;
        },
      }),
    });
  });
  await page.goto(ADDRESS);
}

export async function tellPage(page: Page, message: ToPage): Promise<void> {
  // As text, as VS Code sends it: the browser's own protocol takes ten times as long for an object.
  await page.evaluate((told) => window.postMessage(JSON.parse(told), '*'), JSON.stringify(message));
}

/** What the host does for the page once the bundle is open. */
export async function answerPage(page: Page, reader: BundleReader, message: FromPage): Promise<void> {
  if (message.type === 'filter')
    await tellPage(page, { type: 'filtered', view: (await reader.call('filter', { filter: message.filter })).view });
  if (message.type === 'sockets') {
    const { type, request, ...window } = message;
    await tellPage(page, { type, request, ...(await reader.call('sockets', window)) });
  }
  if (message.type === 'trouble') throw new Error(`The page is in trouble: ${message.message}`);
}
