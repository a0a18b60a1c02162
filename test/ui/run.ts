// Tests the user interface in a VS Code in headless Chromium, once per colour theme:
// node test/ui/run.ts [--theme dark,light,hc,hc-light] [--grep TEXT]

import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Host, launchHost } from '../host/host.ts';
import { closeOnSignal, endWithParent, projectRoot } from '../host/process.ts';
import { removeResult, writeCounts } from '../host/results.ts';
import { archiveSettings, colorThemes, type ThemeName } from '../host/settings.ts';
import { createWorkspace } from '../host/workspace.ts';
import type { UiContext, UiTest } from './ui-test.ts';
import { resetWorkbench, waitForWorkbench } from './workbench.ts';

const screenshots = join(projectRoot, '.tsbuild', 'screenshots');
const countsFile = 'ui.json';
/** For one step in the page; a slow machine needs seconds for the first. */
const stepTimeoutMs = 20_000;
const testTimeoutMs = 120_000;

const { values } = parseArgs({ options: { theme: { type: 'string' }, grep: { type: 'string', default: '' } } });
const counts = { passed: 0, failed: 0 };
let cleanUp: (() => Promise<void>) | undefined;

async function loadTests(): Promise<UiTest[]> {
  const names = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.ui.ts'));
  const tests: UiTest[] = [];
  for (const name of names.sort()) {
    const module: { readonly uiTests: readonly UiTest[] } = await import(`./${name}`);
    tests.push(...module.uiTests);
  }
  return tests.filter(({ name }) => name.includes(values.grep));
}

function isThemeName(name: string): name is ThemeName {
  return Object.hasOwn(colorThemes, name);
}

function chosenThemes(): ThemeName[] {
  const names = values.theme?.split(',') ?? Object.keys(colorThemes);
  const unknown = names.find((name) => !isThemeName(name));
  if (unknown !== undefined) throw new Error(`No theme ${unknown}: there are ${Object.keys(colorThemes).join(', ')}.`);
  return names.filter(isThemeName);
}

async function prepare({ page, open }: Host): Promise<void> {
  try {
    await resetWorkbench(page);
  } catch {
    // The test before left something that we cannot get out of.
    await open();
    await waitForWorkbench(page);
    await resetWorkbench(page);
  }
}

async function withTimeout(work: Promise<void>): Promise<void> {
  const timer = new AbortController();
  const timeout = sleep(testTimeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`no end after ${testTimeoutMs} ms`);
  });
  // Rejects when the work is done first; nobody waits for it then.
  timeout.catch(() => undefined);
  try {
    await Promise.race([work, timeout]);
  } finally {
    timer.abort();
  }
}

async function runTest(test: UiTest, context: UiContext): Promise<void> {
  const startedAt = performance.now();
  const took = () => `(${Math.round(performance.now() - startedAt)} ms)`;
  try {
    await prepare(context.host);
    await withTimeout(test.run(context));
    counts.passed++;
    console.log(`  ✔ ${test.name} ${took()}`);
  } catch (error) {
    counts.failed++;
    console.log(`  ✖ ${test.name} ${took()}`);
    console.error(error instanceof Error ? error.stack : error);
    await context.screenshot(`failed-${test.name.replaceAll(/\W+/g, '-')}`).catch(() => undefined);
  }
}

async function launch(theme: ThemeName): Promise<UiContext> {
  const { folder, remove } = await createWorkspace();
  cleanUp = remove;
  const host = await launchHost({
    theme,
    folder,
    extensionDevelopmentPath: projectRoot,
    settings: archiveSettings,
  });
  cleanUp = async () => {
    await host.close();
    await remove();
  };
  const { page } = host;
  page.setDefaultTimeout(stepTimeoutMs);
  const screenshot = async (name: string) => {
    await page.screenshot({ path: join(screenshots, `${name}-${theme}.png`) });
  };
  try {
    await host.open();
    await waitForWorkbench(page);
  } catch (error) {
    await screenshot('failed-to-start').catch(() => undefined);
    throw error;
  }
  return { page, host, theme, workspace: folder, screenshot };
}

/** Runs the tests of one theme; a VS Code that does not start is a failure of each. */
async function runTheme(theme: ThemeName, tests: readonly UiTest[]): Promise<void> {
  console.log(`\n${colorThemes[theme]}`);
  try {
    const context = await launch(theme);
    for (const test of tests) await runTest(test, context);
  } catch (error) {
    counts.failed += tests.length;
    console.log('  ✖ VS Code did not start');
    console.error(error instanceof Error ? error.stack : error);
  } finally {
    await cleanUp?.();
    cleanUp = undefined;
  }
}

closeOnSignal(async () => cleanUp?.());
endWithParent();
await removeResult(countsFile);
// A partial run leaves the other screenshots in place.
if (!values.theme && !values.grep) await rm(screenshots, { recursive: true, force: true });
await mkdir(screenshots, { recursive: true });
const tests = await loadTests();
for (const theme of chosenThemes()) {
  const selected = tests.filter(({ themes }) => themes?.includes(theme) ?? true);
  if (selected.length > 0) await runTheme(theme, selected);
}
await writeCounts(countsFile, counts);
console.log(`\nUser interface: ${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
