import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { scenarioPath } from '../accuracy/scenarios.ts';
import { type Member, packTarGz } from '../core/support/bundles.ts';
import { fixtureMembers } from '../core/support/corpus.ts';
import { axeViolations } from './axe.ts';
import type { UiContext, UiTest } from './ui-test.ts';
import { webviewFrame } from './webview.ts';
import { openFile, runCommand } from './workbench.ts';

const NAME = 'closed-held-with-cgroups.tar.gz';

/** The capture has no cgroup files: some are added for its pods, one near its limit. */
async function bundle(): Promise<Uint8Array> {
  const members = await fixtureMembers('leak-closed-held-k6.1');
  const paths = new Set<string>();
  for (const member of members) {
    if (!/^proc\/\d+\/cgroup$/.test(member.name) || !('text' in member)) continue;
    const path = /^0::\/(.*pod[0-9a-f_]+\.slice)/m.exec(new TextDecoder().decode(member.text as Uint8Array))?.[1];
    if (path !== undefined) paths.add(path);
  }
  const cgroups: Member[] = [...paths].flatMap((path, i) => [
    { name: `sys/fs/cgroup/${path}/memory.stat`, text: `anon 4096\nsock ${(i + 1) * 7_340_032}\n` },
    { name: `sys/fs/cgroup/${path}/memory.max`, text: i % 3 === 1 ? 'max\n' : '104857600\n' },
  ]);
  return packTarGz([...members, ...cgroups]);
}

async function openPage({ page, workspace }: UiContext, name: string, bytes: Uint8Array): Promise<FrameLocator> {
  await writeFile(join(workspace, name), bytes);
  // A workbench that has just started may not watch its files yet.
  await runCommand(page, 'Refresh Explorer');
  await openFile(page, name);
  const frame = webviewFrame(page);
  await frame.getByRole('heading', { name: 'Findings', exact: true }).waitFor();
  return frame;
}

async function copyVerdict(page: Page, frame: FrameLocator): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await frame.getByRole('button', { name: 'Copy the verdict as plain text' }).click();
  await frame.getByRole('status').getByText('Copied').waitFor();
  return page.evaluate<string>('navigator.clipboard.readText()');
}

/** A reader without a mouse: the summary takes the focus, Enter unfolds it. */
async function unfold(frame: FrameLocator, summary: string): Promise<Locator> {
  const fold = frame.locator('details', { has: frame.getByText(summary) }).first();
  await fold.locator('summary').focus();
  await fold.locator('summary').press('Enter');
  await fold.locator('> :not(summary)').first().waitFor();
  return fold;
}

async function pictures(context: UiContext, frame: FrameLocator, name: string): Promise<void> {
  for (const id of ['verdict-title', 'memory', 'sockets', 'processes', 'findings']) {
    await frame.locator(`#${id}`).evaluate((element) => element.scrollIntoView({ block: 'start' }));
    await context.screenshot(`${name}-${id}`);
  }
  await frame.getByRole('region', { name: 'Pods' }).evaluate((element) => element.scrollIntoView({ block: 'center' }));
  await context.screenshot(`${name}-pods`);
}

async function inWindow({ page }: UiContext, width: number, run: () => Promise<void>): Promise<void> {
  const size = page.viewportSize();
  await page.setViewportSize({ width, height: 900 });
  try {
    await run();
  } finally {
    if (size !== null) await page.setViewportSize(size);
  }
}

export const uiTests: readonly UiTest[] = [
  {
    name: 'the tables of the page add up, unfold by keyboard, and the verdict can be copied',
    async run(context) {
      const { page } = context;
      const frame = await openPage(context, NAME, await bundle());
      const text = await copyVerdict(page, frame);
      assert.match(text, /^python3 \(pid 184\) in pod shop\/doc-convert-\S+ holds 1,618 sockets/);
      assert.match(text, /What to do: .+ What will not help: /);
      await context.screenshot('tables-copied');

      const terms = frame.getByRole('table', { name: 'alloc and its terms' });
      await terms.getByRole('row', { name: /closed, but held by fds.*1,618.*fds of 42 of 42 processes/ }).waitFor();
      const formulas = await unfold(frame, 'Formulas that mislead here');
      await formulas.getByRole('row', { name: /alloc - \(inuse \+ tw \+ orphan\).*1,692.*1,618/ }).waitFor();
      const remedy = await unfold(frame, 'What to do');
      await remedy.getByRole('heading', { name: 'What does not' }).waitFor();
      assert.deepEqual(await axeViolations(page), []);

      await pictures(context, frame, 'tables');
      await inWindow(context, 860, () => pictures(context, frame, 'tables-narrow'));
      await inWindow(context, 1920, () => pictures(context, frame, 'tables-wide'));

      const pods = frame.getByRole('region', { name: 'Pods' });
      await pods.getByRole('row', { name: /shop\/doc-convert-.*1,621.*1,618/ }).waitFor();
      await pods.getByRole('button', { name: /proc\/184\/fd/ }).focus();
      await page.keyboard.press('Enter');
      const listing = page.locator('.monaco-editor[data-uri^="sockscope:/proc/184/fd"]');
      await listing.locator('.view-line', { hasText: 'socket:[' }).first().waitFor();
    },
  },
  {
    name: 'the tables of the page tell sockets of a namespace that was not captured from closed ones',
    themes: ['dark', 'hc-light'],
    async run(context) {
      const name = 'processless-namespace-not-captured';
      const frame = await openPage(context, `${name}.tar.gz`, await readFile(scenarioPath(name)));
      const terms = frame.getByRole('table', { name: 'alloc and its terms' });
      await terms.getByRole('row', { name: /held by fds, of no captured namespace.*115/ }).waitFor();
      await terms.getByRole('row', { name: /closed, but held by fds at most.*6/ }).waitFor();
      await frame.locator('#sockets').evaluate((element) => element.scrollIntoView({ block: 'start' }));
      await context.screenshot('tables-elsewhere');
    },
  },
  {
    name: 'the tables of the page say what a sum over the workers of a pool gets wrong',
    themes: ['light'],
    async run(context) {
      const name = 'benign-prefork';
      const frame = await openPage(context, `${name}.tar.gz`, await readFile(scenarioPath(name)));
      await frame.getByText(/legacy\/httpd-\S+ shows 867 and has 51 sockets, 816 fewer/).scrollIntoViewIfNeeded();
      await context.screenshot('tables-shared');
    },
  },
];
