import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packTarGz } from '../core/support/bundles.ts';
import { fixtureMembers } from '../core/support/corpus.ts';
import { axeViolations } from './axe.ts';
import type { UiTest } from './ui-test.ts';
import { webviewFrame } from './webview.ts';
import { openFile, runCommand } from './workbench.ts';

const NAME = 'two-nodes.tar.gz';

async function twoNodes(): Promise<Uint8Array> {
  const below = async (root: string, name: string) =>
    (await fixtureMembers(name)).map((member) => ({ ...member, name: `${root}/${member.name}` }));
  return packTarGz([...(await below('a', 'healthy-k6.1')), ...(await below('b', 'leak-closed-held-k6.1'))]);
}

export const uiTests: readonly UiTest[] = [
  {
    name: 'of an archive with two nodes the page shows the worst, and by the keyboard the other',
    themes: ['dark', 'hc-light'],
    async run({ page, workspace, screenshot }) {
      await writeFile(join(workspace, NAME), await twoNodes());
      // A workbench that has just started may not watch its files yet.
      await runCommand(page, 'Refresh Explorer');
      await openFile(page, NAME);
      const frame = webviewFrame(page);
      const chooser = frame.getByRole('button', { name: 'Node 1 of 2' });
      await chooser.waitFor();
      const worst = await frame.getByRole('heading', { level: 1 }).textContent();
      await chooser.focus();
      await page.keyboard.press('Enter');
      const other = frame.getByRole('menuitem', { name: /: Nothing wrong was found/ });
      await other.waitFor();
      await screenshot('nodes-menu');
      assert.deepEqual(await axeViolations(page), []);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await frame.getByRole('button', { name: 'Node 2 of 2' }).waitFor();
      await frame
        .getByText(/^Nothing wrong was found/)
        .first()
        .waitFor();
      assert.notEqual(await frame.getByRole('heading', { level: 1 }).textContent(), worst);
      await screenshot('nodes-other');
    },
  },
];
