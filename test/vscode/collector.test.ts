import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { entryUri, extension, LEAK, workspaceFile } from './support.ts';

interface Manifest {
  readonly contributes: {
    readonly menus: { readonly commandPalette: readonly { readonly command: string }[] };
    readonly viewsWelcome: readonly { readonly contents: string }[];
  };
}

function shippedScript(): Thenable<Uint8Array> {
  return vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension().extensionUri, 'media/collect.sh'));
}

function save(target: vscode.Uri): Thenable<vscode.Uri | undefined> {
  return vscode.commands.executeCommand<vscode.Uri | undefined>('sockscope.saveCollector', target);
}

function copy(way: string): Thenable<string | undefined> {
  return vscode.commands.executeCommand<string | undefined>('sockscope.copyCollectorCommand', way);
}

suite('the collector', () => {
  setup(() => vscode.env.clipboard.writeText('nothing yet'));

  test('is saved byte for byte, and not as a program', async () => {
    const target = workspaceFile('collect.sh');
    const written = await save(target);
    assert.equal(written?.toString(), target.toString());
    const bytes = await vscode.workspace.fs.readFile(target);
    assert.ok(Buffer.from(bytes).equals(Buffer.from(await shippedScript())));
    assert.match(new TextDecoder().decode(bytes), /^#!\/bin\/sh\n/);
    assert.equal((await stat(target.fsPath)).mode & 0o111, 0);
  });

  test('is saved over an older one', async () => {
    const target = workspaceFile('older.sh');
    await vscode.workspace.fs.writeFile(target, new Uint8Array(1_000_000));
    await save(target);
    assert.equal((await vscode.workspace.fs.stat(target)).size, (await shippedScript()).length);
  });

  test('that cannot be saved there gives no file and throws nothing', async () => {
    const target = entryUri(workspaceFile(LEAK), 'collect.sh');
    assert.equal(await save(target), undefined);
  });

  test('comes as a command to paste, with the script in it', async () => {
    const command = await copy('paste');
    assert.match(command ?? '', /^echo '[A-Za-z0-9+/=\n]{5000,}' \| base64 -d \| gzip -dc \| sh -s$/);
    assert.equal(await vscode.env.clipboard.readText(), command);
  });

  test('comes as a command over ssh and through a debug pod, which read the saved script', async () => {
    for (const [way, begin] of [
      ['ssh', /^ssh root@NODE 'sh -s' /],
      ['kubectl', /^kubectl debug node\/NODE -i --quiet --profile=sysadmin --image=busybox -- chroot \/host sh -s /],
    ] as const) {
      const command = await copy(way);
      assert.match(command ?? '', begin);
      assert.ok(command?.endsWith(' < collect.sh > sockscope-NODE.tar.gz'), command);
      assert.equal(await vscode.env.clipboard.readText(), command);
    }
  });

  test('is offered where no bundle is open: in the palette and in the empty view', () => {
    const { menus, viewsWelcome } = (extension().packageJSON as Manifest).contributes;
    for (const command of ['sockscope.saveCollector', 'sockscope.copyCollectorCommand']) {
      assert.ok(!menus.commandPalette.some((item) => item.command === command));
      assert.ok(viewsWelcome.some(({ contents }) => contents.includes(`(command:${command})`)));
    }
  });
});
