/**
 * The bundle page of a large node in headless Chromium with software rendering: when its first picture stands, how long
 * frames take while the reader filters, zooms and scrolls, and what memory it takes. By itself it prints the figures:
 * node test/bench/page/measure.ts [BUNDLE]
 */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../../host/host.ts';
import { benchBundle } from '../inputs.ts';
import { createReader } from '../probes/reader.ts';
import { answerPage, showPage, tellPage } from './bridge.ts';

export interface PageFigures {
  /** From the opening of the bundle. */
  readonly analysisMs: number;
  /** From the same, until the graphs are drawn. */
  readonly paintMs: number;
  /** 95th percentile of the frames while each was done. */
  readonly frameMs: Readonly<Record<'filter' | 'zoom' | 'scroll', number>>;
  /** From the last letter of a filter until its graphs stand. */
  readonly filterMs: number;
  readonly megabytes: number;
}

/** Records the time between frames until it is stopped. */
async function watchFrames(page: Page): Promise<() => Promise<readonly number[]>> {
  await page.evaluate(() => {
    const frames: number[] = [];
    let last = performance.now();
    const state = { frames, running: true };
    const tick = () => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      if (state.running) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    Object.assign(window, { watchedFrames: state });
  });
  return () =>
    page.evaluate(() => {
      const { watchedFrames } = window as unknown as { watchedFrames: { frames: number[]; running: boolean } };
      watchedFrames.running = false;
      return watchedFrames.frames.slice(1);
    });
}

function percentile95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? Number.NaN;
}

async function frames(page: Page, act: () => Promise<void>): Promise<number> {
  const stop = await watchFrames(page);
  await act();
  return percentile95(await stop());
}

const pause = (page: Page, ms: number) => page.waitForTimeout(ms);

async function typeFilter(page: Page): Promise<number> {
  const input = page.locator('.filter-input');
  await input.focus();
  await input.pressSequentially('state:close-wait rxq>0', { delay: 60 });
  await pause(page, 1500);
  await input.press('Escape');
  await input.press('Escape');
  await pause(page, 1500);
  // The same again, timed from Enter to the count that the answer brings.
  await input.fill('state:established');
  const started = performance.now();
  await input.press('Enter');
  await page.waitForFunction(() => / of /.test(document.querySelector('.filter-count')?.textContent ?? ''));
  const elapsed = performance.now() - started;
  await input.fill('');
  await input.press('Enter');
  await pause(page, 1500);
  return elapsed;
}

async function zoomIcicle(page: Page): Promise<void> {
  const cell = page.locator('.icicle .stop').first();
  await cell.scrollIntoViewIfNeeded();
  await cell.focus();
  for (let round = 0; round < 6; round++) {
    for (const key of ['ArrowDown', 'Enter', 'ArrowRight', 'Enter', '0']) {
      await page.keyboard.press(key);
      await pause(page, 120);
    }
  }
}

async function scrollSockets(page: Page): Promise<void> {
  const table = page.locator('.sockets-scroll');
  await table.scrollIntoViewIfNeeded();
  await table.hover();
  for (let step = 0; step < 60; step++) {
    await page.mouse.wheel(0, step < 30 ? 400 : 20_000);
    await pause(page, 40);
  }
  await page.mouse.wheel(0, -10_000_000);
  await pause(page, 500);
}

/** Memory of its own of the process that has the page, in megabytes: objects, elements and pictures; no shared code. */
async function pageMegabytes(page: Page, browser: Browser): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { processInfo } = await (await browser.newBrowserCDPSession()).send('SystemInfo.getProcessInfo');
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => /^RssAnon:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]);
  return Math.max(...sizes.map(Number)) / 1024;
}

export async function measurePage(workerPath: string, bundle: string): Promise<PageFigures> {
  const browser = await startBrowser();
  const reader = createReader(workerPath, bundle);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const troubles: unknown[] = [];
    await showPage(page, (message) => {
      answerPage(page, reader, message).catch((error: unknown) => troubles.push(error));
    });
    const started = performance.now();
    const opened = await reader.open(() => undefined);
    const analysisMs = performance.now() - started;
    await tellPage(page, { type: 'page', model: opened.page });
    await page.locator('.icicle .stop').first().waitFor();
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const paintMs = performance.now() - started;
    await page.locator('.socket-row > :not(:empty)').first().waitFor({ state: 'attached' });
    let filterMs = Number.NaN;
    const filter = await frames(page, async () => {
      filterMs = await typeFilter(page);
    });
    const zoom = await frames(page, () => zoomIcicle(page));
    const scroll = await frames(page, () => scrollSockets(page));
    const megabytes = await pageMegabytes(page, browser);
    if (troubles.length > 0) throw troubles[0];
    return { analysisMs, paintMs, frameMs: { filter, zoom, scroll }, filterMs, megabytes };
  } finally {
    reader.dispose();
    await browser.close();
  }
}

if (import.meta.main) {
  const path = process.argv[2] ?? (await benchBundle('L')).path;
  console.log(JSON.stringify(await measurePage(`${import.meta.dirname}/../../../dist/worker.cjs`, path), null, 2));
}
