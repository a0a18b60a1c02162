import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { closeAll, extension, LEAK, openBundle, workspaceFile } from './support.ts';

const MIB = 2 ** 20;

/** Errors that VS Code was asked to show. */
const told: string[] = [];
const { showErrorMessage } = vscode.window;

/** Extension and test share the object; toasts are not drawn under test. */
function listen(): void {
  told.length = 0;
  Reflect.set(vscode.window, 'showErrorMessage', async (message: string) => {
    told.push(message);
    return undefined;
  });
}

suite('an export to where it cannot be written', () => {
  let folder: string;
  let leak: vscode.Uri;

  suiteSetup(async () => {
    folder = await mkdtemp(join(tmpdir(), 'full-disk-'));
    leak = await openBundle(LEAK);
    listen();
  });

  setup(() => {
    told.length = 0;
  });

  suiteTeardown(async () => {
    Reflect.set(vscode.window, 'showErrorMessage', showErrorMessage);
    await closeAll();
    await rm(folder, { recursive: true, force: true });
  });

  const save = (path: string) =>
    vscode.commands.executeCommand<vscode.Uri | undefined>('sockscope.exportMarkdown', leak, vscode.Uri.file(path));

  test('a folder that is none: one sentence that names the file, and nothing is made', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const target = join(file, 'findings.md');
    assert.equal(await save(target), undefined);
    assert.equal(told.length, 1, told.join('\n'));
    assert.ok(told[0]?.startsWith(`The findings could not be saved to ${target}: `), told[0]);
    assert.deepEqual(await readdir(folder), ['file']);
    await rm(file);
  });

  test('a full disk: one sentence that says so, no half file, and an older file keeps its bytes', async function () {
    const disk = await mountSmallDisk(folder);
    if (disk === null) return this.skip();
    try {
      const older = join(disk, 'older.md');
      await writeFile(older, 'what was there before\n');
      const { bavail, bsize } = await statfs(disk);
      await writeFile(join(disk, 'filler'), new Uint8Array(bavail * bsize));
      const target = join(disk, 'findings.md');
      assert.equal(await save(target), undefined);
      assert.deepEqual(told, [`The findings could not be saved to ${target}: there is no space left on the disk.`]);
      // The script is longer than the room of the older file, which its bytes get back.
      const script = await vscode.commands.executeCommand('sockscope.saveCollector', vscode.Uri.file(older));
      assert.equal(script, undefined);
      assert.equal(await readFile(older, 'utf8'), 'what was there before\n');
      assert.match(told.at(-1) ?? '', /there is no space left on the disk/);
      assert.deepEqual((await readdir(disk)).sort(), ['filler', 'older.md']);
      await rm(join(disk, 'filler'));
      assert.equal((await save(target))?.fsPath, target, 'with room it is saved');
    } finally {
      await closeAll();
      execFileSync('umount', ['-l', disk]);
    }
  });

  test('the page and its findings are still there', () => {
    assert.deepEqual(extension().exports.troubles(), []);
  });
});

suite('an export of a bundle that can no longer be read', () => {
  const bundle = () => workspaceFile('going.tar.gz');
  const target = () => workspaceFile('going.md');
  const warned: string[] = [];
  const { showWarningMessage } = vscode.window;

  setup(async () => {
    listen();
    warned.length = 0;
    Reflect.set(vscode.window, 'showWarningMessage', async (message: string) => {
      warned.push(message);
      return undefined;
    });
    await copyFile(workspaceFile(LEAK).fsPath, bundle().fsPath);
    await openBundle('going.tar.gz');
    await rm(bundle().fsPath);
  });

  teardown(async () => {
    Reflect.set(vscode.window, 'showErrorMessage', showErrorMessage);
    Reflect.set(vscode.window, 'showWarningMessage', showWarningMessage);
    await closeAll();
    await rm(target().fsPath, { force: true });
  });

  test('the findings are saved without the lines that prove them, and the reason is told', async () => {
    const written = await vscode.commands.executeCommand('sockscope.exportMarkdown', bundle(), target());
    assert.equal(String(written), target().toString());
    const text = await readFile(target().fsPath, 'utf8');
    assert.match(text, /holds 5,336 TCP connections/);
    assert.match(text, /proc\/183\/net\/tcp, lines 3–5338/);
    assert.doesNotMatch(text, /```text/);
    assert.deepEqual(warned, [
      'The findings are saved without the lines that prove them. going.tar.gz was deleted, moved or locked after it was opened: its entries can no longer be read.',
    ]);
    assert.deepEqual(told, []);
  });

  test('they are copied as ever, since a copy quotes no lines', async () => {
    await vscode.env.clipboard.writeText('');
    await vscode.commands.executeCommand('sockscope.copySummary', bundle());
    assert.match(await vscode.env.clipboard.readText(), /holds 5,336 TCP connections/);
    assert.deepEqual([warned, told], [[], []]);
  });
});

/** A file system of one MiB; null where mounting is not allowed. */
async function mountSmallDisk(folder: string): Promise<string | null> {
  const disk = join(folder, 'disk');
  await mkdir(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MIB}`, 'tmpfs', disk], { stdio: 'ignore' });
    return disk;
  } catch {
    return null;
  }
}
