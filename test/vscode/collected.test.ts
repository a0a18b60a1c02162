import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { closeAll, entryUri, eventually, extension, workspaceFile } from './support.ts';

const NAME = 'sockscope-live-20261123T000000Z.tar.gz';

suite('a bundle that the collector made on this machine a moment ago', () => {
  const bundle = workspaceFile(NAME);
  let folder: string;

  suiteSetup(async () => {
    await extension().activate();
    const script = vscode.Uri.joinPath(extension().extensionUri, 'media/collect.sh').fsPath;
    const run = promisify(execFile)('sh', [script, '--interval', '0', '--output', bundle.fsPath]);
    // Status 3: something of this machine may not be read.
    await run.catch((error: { readonly code?: number }) => {
      if (error.code !== 3) throw error;
    });
    await vscode.commands.executeCommand('sockscope.openBundle', bundle);
    folder = await eventually('its files', async () => {
      const read = vscode.workspace.fs.readDirectory(entryUri(bundle, ''));
      const [top] = await read.then(undefined, () => []);
      return top?.[0];
    });
  });

  suiteTeardown(async () => {
    await closeAll();
    await vscode.workspace.fs.delete(bundle);
  });

  test('opens as a page of our own by its name alone', () => {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.ok(tab?.input instanceof vscode.TabInputCustom);
    assert.equal(tab.input.viewType, 'sockscope.bundle');
  });

  test('has its manifest and its block files to be read', async () => {
    const text = async (name: string) =>
      (await vscode.workspace.openTextDocument(entryUri(bundle, `${folder}/${name}`))).getText();
    const manifest = JSON.parse(await text('manifest.json')) as { readonly format: string; readonly items: unknown[] };
    assert.equal(manifest.format, 'sockscope-bundle');
    assert.ok(manifest.items.length > 10);
    assert.match(await text('processes.txt'), new RegExp(`^==> /proc/${process.pid}/status <==$`, 'm'));
    assert.match(await text('fds.txt'), /^\d+ -> socket:\[\d+\]$/m);
  });

  test('gives findings to export', async () => {
    const target = workspaceFile('live.md');
    await vscode.commands.executeCommand('sockscope.exportMarkdown', bundle, target);
    const markdown = new TextDecoder().decode(await vscode.workspace.fs.readFile(target));
    await vscode.workspace.fs.delete(target);
    assert.match(markdown, /^# /m);
    assert.doesNotMatch(markdown, /cannot be read/);
  });
});
