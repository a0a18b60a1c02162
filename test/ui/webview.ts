import type { Frame, FrameLocator, Page } from 'playwright-core';

/** The document inside the webview that is in sight. VS Code keeps those of hidden editors, so the first is not enough. */
export function webviewFrame(page: Page): FrameLocator {
  return page.locator('iframe.webview.ready:visible').first().contentFrame().frameLocator('iframe#active-frame');
}

/** The same as a frame, to evaluate code in (axe-core) without a locator. */
export async function webviewDocument(page: Page): Promise<Frame> {
  const html = await webviewFrame(page).locator('html').elementHandle();
  const frame = await html?.ownerFrame();
  if (!frame) throw new Error('The webview was replaced while it was looked up.');
  return frame;
}
