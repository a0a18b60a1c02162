import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { closeAll, entryUri, eventually, extension, HEALTHY, LEAK, openBundle, workspaceFile } from './support.ts';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

suite('before anything is opened', () => {
  test('the extension is not active: a workspace with archives does not wake it', () => {
    assert.equal(extension().isActive, false);
  });
});

suite('an open bundle', () => {
  let leak: vscode.Uri;

  suiteSetup(async () => {
    await extension().activate();
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    leak = await openBundle(LEAK);
    delay.disable();
    // Told, not asserted: how long a busy machine takes is no property of the code.
    console.log(`longest block of the extension host while the bundle loaded: ${Math.round(delay.max / 1e6)} ms`);
  });

  suiteTeardown(closeAll);

  test('every contributed command exists', async () => {
    const manifest = extension().packageJSON as Manifest;
    const commands = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.filter(({ command }) => !commands.has(command));
    assert.deepEqual(missing, []);
    assert.ok(manifest.contributes.commands.length >= 7);
  });

  test('opens as one page of our own', () => {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.ok(tab?.input instanceof vscode.TabInputCustom);
    assert.equal(tab.input.viewType, 'sockscope.bundle');
    assert.equal(tab.input.uri.toString(), leak.toString());
  });

  test('shows its files read-only, links of an fd folder as one listing', async () => {
    const names = (await vscode.workspace.fs.readDirectory(entryUri(leak, 'proc/185'))).map(([name]) => name);
    assert.deepEqual(names.sort(), ['cgroup', 'cmdline', 'comm', 'fd', 'limits', 'ns', 'stat', 'status']);
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(entryUri(leak, 'proc/185/fd')));
    assert.equal(text.trimEnd().split('\n').length, 5343);
    assert.match(text, /^5 -> socket:\[12390\]$/m);
    assert.equal(vscode.workspace.fs.isWritableFileSystem('sockscope'), false);
    await assert.rejects(() => Promise.resolve(vscode.workspace.fs.delete(entryUri(leak, 'dmesg'))));
  });

  test('gives the bytes of an entry unchanged', async () => {
    const stat = await vscode.workspace.fs.readFile(entryUri(leak, 'proc/net/sockstat'));
    assert.equal(new TextDecoder().decode(stat).split('\n')[1], 'TCP: inuse 7 orphan 0 tw 0 alloc 5409 mem 12302');
  });

  test('lists the OOM bursts of the log and the findings in Problems', async () => {
    const diagnostics = await eventually('diagnostics', () => {
      const found = vscode.languages.getDiagnostics(entryUri(leak, 'dmesg'));
      return found.length > 0 && found;
    });
    assert.equal(diagnostics.length, 3);
    assert.ok(diagnostics.every((diagnostic) => diagnostic.code === 'tcp-out-of-memory'));
    assert.deepEqual(
      diagnostics.map((diagnostic) => diagnostic.range.start.line + 1),
      [433, 444, 455],
    );
    const [finding] = vscode.languages.getDiagnostics(entryUri(leak, 'proc/183/net/tcp'));
    assert.equal(finding?.code, 'close-wait-leak');
    assert.equal(finding.range.start.line, 2);
  });

  test('explains an OOM line on hover with the numbers of this bundle and links to the evidence', async () => {
    const document = await vscode.workspace.openTextDocument(entryUri(leak, 'dmesg'));
    assert.equal(document.languageId, 'dmesg');
    const text = await hoverText(document.uri, 432);
    assert.match(text, /TCP is out of memory/);
    assert.match(plain(text), /mem 12,302 pages \(48.1 MiB\) ± 512 against tcp_mem max 11,202 pages/);
    assert.match(
      plain(text),
      /python3 \(pid 185\) in pod default\/live-stream-297vtlpgjj-tg86q holds 5,336 TCP connections.*about 99\.6 % of this node.s TCP memory/,
    );
    assert.match(text, /command:sockscope\.openEvidence\?/);
  });

  test('says nothing about a line that is not in the catalogue', async () => {
    assert.equal(await hoverText(entryUri(leak, 'dmesg'), 0), '');
  });

  test('a link of the hover lands on the line that proves it', async () => {
    const text = await hoverText(entryUri(leak, 'dmesg'), 432);
    const link = /proc\/183\/net\/tcp:3\]\(command:sockscope\.openEvidence\?([^)]+)\)/.exec(
      plain(text).replaceAll('\\', ''),
    );
    assert.ok(link?.[1], plain(text));
    await vscode.commands.executeCommand(
      'sockscope.openEvidence',
      ...(JSON.parse(decodeURIComponent(link[1])) as number[]),
    );
    const editor = await eventually('the table opens', () => {
      const active = vscode.window.activeTextEditor;
      return active?.document.uri.path === '/proc/183/net/tcp' && active;
    });
    assert.equal(editor.selection.start.line, 2);
    assert.match(editor.document.lineAt(2).text, /0E31F40A:22B8 0F31F40A:36DC 08/);
  });

  test('exports its findings as Markdown', async () => {
    const target = workspaceFile('findings.md');
    const written = await vscode.commands.executeCommand<vscode.Uri>('sockscope.exportMarkdown', leak, target);
    assert.equal(written.toString(), target.toString());
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(target));
    assert.match(text, /^# TCP memory of worker-f25$/m);
    assert.match(text, /holds 5,336 TCP connections/);
    assert.match(text, /proc\/183\/net\/tcp, lines 3–5338/);
    assert.match(text, /0E31F40A:22B8 0F31F40A:36DC 08/);
    assert.match(text, /## What could not be checked/);
  });

  test('copies its findings', async () => {
    await vscode.commands.executeCommand('sockscope.copySummary', leak);
    assert.match(await vscode.env.clipboard.readText(), /python3 \(pid 185\)/);
  });

  test('opens its kernel log at the first line of trouble', async () => {
    await vscode.commands.executeCommand('sockscope.openKernelLog', leak);
    const editor = await eventually('the log opens', () => {
      const active = vscode.window.activeTextEditor;
      return active?.document.uri.path === '/dmesg' && active;
    });
    assert.equal(editor.selection.start.line, 432);
  });

  test('draws its page without a complaint', () => {
    assert.deepEqual(extension().exports.troubles(), []);
  });
});

suite('closing', () => {
  test('a closed page leaves no worker, no problem and no open bundle behind, ten times over', async () => {
    for (let round = 0; round < 10; round++) {
      const uri = await openBundle(round % 2 === 0 ? HEALTHY : LEAK);
      assert.equal(extension().exports.liveWorkers(), 1);
      await vscode.commands.executeCommand('sockscope.closeBundle', uri);
      await eventually('the bundle is closed', () => extension().exports.openBundles().length === 0);
      await eventually('the worker ended', () => extension().exports.liveWorkers() === 0);
    }
    assert.deepEqual(
      vscode.languages
        .getDiagnostics()
        .filter(([uri]) => uri.scheme === 'sockscope' && vscode.languages.getDiagnostics(uri).length > 0),
      [],
    );
  }).timeout(120_000);

  test('an entry can be read when the page is closed, by a worker that ends again', async () => {
    const bytes = await vscode.workspace.fs.readFile(entryUri(workspaceFile(HEALTHY), 'proc/uptime'));
    assert.match(new TextDecoder().decode(bytes), /^\d+\.\d+ \d+\.\d+\n$/);
    await eventually('the worker ended', () => extension().exports.liveWorkers() === 0);
  });
});

suite('input that is no bundle', () => {
  suiteTeardown(closeAll);

  test('a file that is no archive gives an error that says so, and the host lives on', async () => {
    const uri = workspaceFile('nothing.tar.gz');
    await writeFile(uri.fsPath, 'this is no archive');
    await vscode.commands.executeCommand('sockscope.openBundle', uri);
    await assert.rejects(
      () => Promise.resolve(vscode.workspace.fs.readFile(entryUri(uri, 'dmesg'))),
      /neither a tar archive nor gzip/,
    );
  });

  test('a kernel log opened alone is explained, and the hover says what to open for numbers', async () => {
    const uri = workspaceFile('dmesg');
    await writeFile(uri.fsPath, '[   12.345678] TCP: out of memory -- consider tuning tcp_mem\n');
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.languageId, 'dmesg');
    const text = await hoverText(uri, 0);
    assert.match(text, /TCP is out of memory/);
    assert.match(text, /Collect it all with the script.*and open the bundle/);
  });
});

/** Without the escapes that keep bundle text from being markup. */
function plain(markdown: string): string {
  return markdown.replaceAll('\\', '');
}

async function hoverText(uri: vscode.Uri, line: number): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    uri,
    new vscode.Position(line, 20),
  );
  return hovers
    .flatMap((hover) => hover.contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .filter((text) => text !== '')
    .join('\n');
}
