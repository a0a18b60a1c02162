// A VS Code with a page to drive: the server (server.ts) in headless Chromium.

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { ensureHost } from './install.ts';
import { type RunningServer, type ServerOptions, startServer } from './server.ts';
import { colorThemes, type ThemeName } from './settings.ts';

/** What to start and how the page looks. */
export interface HostOptions extends ServerOptions {
  readonly viewport?: { readonly width: number; readonly height: number } | undefined;
  readonly theme?: ThemeName | undefined;
}

/** A running VS Code; `open` shows its page, `close` ends it. */
export interface Host extends RunningServer {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** Loads the workbench. Separate from the launch, as the page may need preparing. */
  open(): Promise<void>;
}

const chromiumArgs = [
  // Chromium's own sandbox does not work as root nor in most containers; the only page is ours.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--force-color-profile=srgb',
];

async function launchBrowser(executablePath: string): Promise<Browser> {
  // Playwright's own signal handling ends the process before our cleanup has finished.
  const handlers = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  return chromium.launch({ executablePath, headless: true, args: chromiumArgs, ...handlers });
}

/** The browser alone, for a page of our own. */
export async function startBrowser(): Promise<Browser> {
  return launchBrowser((await ensureHost()).chromium);
}

/** Launches VS Code and a browser; the page is empty until `open`. */
export async function launchHost(options: HostOptions = {}): Promise<Host> {
  const { chromium: executablePath } = await ensureHost();
  const theme = options.theme ?? 'dark';
  const settings = { 'workbench.colorTheme': colorThemes[theme], ...options.settings };
  const server = await startServer({ ...options, settings });
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close().catch(() => undefined);
    await server.close();
  };
  try {
    browser = await launchBrowser(executablePath);
    const context = await browser.newContext({
      viewport: options.viewport ?? { width: 1400, height: 900 },
      colorScheme: theme.endsWith('light') ? 'light' : 'dark',
      ...(options.locale ? { locale: options.locale } : {}),
    });
    const page = await context.newPage();
    const open = async () => {
      await page.goto(server.url);
    };
    return { ...server, browser, context, page, open, close };
  } catch (error) {
    await close();
    throw error;
  }
}
