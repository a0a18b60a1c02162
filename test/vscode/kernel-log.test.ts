import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { packTarGz, toMembers } from '../core/support/bundles.ts';
import { closeAll, entryUri, eventually, extension, LEAK, openBundle } from './support.ts';

const OOM = 'TCP: out of memory -- consider tuning tcp_mem';
const LOG = [
  '[    0.000000] Linux version 6.1.0',
  ...Array.from({ length: 5 }, (_, i) => `[   45.00000${i}] ${OOM}`),
  '[   46.000000] eth0: link is up',
  '[   51.000000] net_ratelimit: 1518 callbacks suppressed',
  `[   51.000001] ${OOM}`,
  '[   52.000000] <img src=x> [a](command:b) `code`: TCP: too many orphaned sockets',
].join('\n');

async function show(uri: vscode.Uri): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
}

const lensTitles = async (uri: vscode.Uri) =>
  (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 50)).map(
    ({ command }) => command?.title ?? '',
  );

const actionsAt = async (uri: vscode.Uri, line: number) =>
  vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uri,
    new vscode.Range(line, 0, line, 0),
  );

/** The hover there, as one text of Markdown. */
async function hoverAt(uri: vscode.Uri, line: number, column = 20): Promise<string> {
  const found = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    uri,
    new vscode.Position(line, column),
  );
  return found.flatMap(({ contents }) => contents.map((each) => (each as vscode.MarkdownString).value)).join('\n');
}

async function run(actions: readonly vscode.CodeAction[], title: string): Promise<void> {
  const command = actions.find((action) => action.title === title)?.command;
  assert.ok(command !== undefined, title);
  await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
}

suite('a kernel log by itself', () => {
  let folder: string;
  let uri: vscode.Uri;

  suiteSetup(async () => {
    await extension().activate();
    folder = await mkdtemp(join(tmpdir(), 'sockscope-log-'));
    uri = vscode.Uri.file(join(folder, 'dmesg.txt'));
    await writeFile(uri.fsPath, LOG);
  });

  suiteTeardown(async () => {
    await closeAll();
    await rm(folder, { recursive: true });
  });

  test('is a log by its name, and its catalogued lines are walked around its end', async () => {
    const editor = await show(uri);
    assert.equal(editor.document.languageId, 'dmesg');
    const visited: number[] = [];
    for (let i = 0; i < 9; i++) {
      await vscode.commands.executeCommand('sockscope.nextLogLine');
      visited.push(editor.selection.active.line);
    }
    assert.deepEqual(visited, [1, 2, 3, 4, 5, 7, 8, 9, 1]);
    await vscode.commands.executeCommand('sockscope.previousLogLine');
    assert.equal(editor.selection.active.line, 9);
  });

  test('tells above a burst how many lines it has, and what was suppressed is of no kind', async () => {
    const titles = await eventually('lenses', async () => {
      const found = await lensTitles(uri);
      return found.length > 0 && found;
    });
    assert.match(titles[0] ?? '', /^TCP is out of memory: 5 lines within 0\.1 s/);
    assert.ok(titles.every((title) => !title.includes('1,523')));
  });

  test('is folded by burst and outlined', async () => {
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      uri,
    );
    assert.ok(folds.some(({ start, end }) => start === 1 && end === 5));
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      uri,
    );
    assert.deepEqual(
      symbols.map(({ name, children }) => [name, children.map((child) => child.name)[0]]),
      [['Boot 1', 'TCP is out of memory']],
    );
  });

  test('shows only the lines with one message, with their numbers', async () => {
    await run(await actionsAt(uri, 8), 'Show only lines with this message');
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.scheme, 'sockscope-filter');
    assert.equal(editor.document.languageId, 'dmesg');
    const lines = editor.document.getText().split('\n');
    assert.deepEqual([lines.length, lines.at(-1)], [6, ` 9 │ [   51.000001] ${OOM}`]);
    assert.equal(editor.selection.active.line, 5, 'the cursor stands on the same line');
    await run(await actionsAt(editor.document.uri, 5), 'Go to this line of the log');
    await eventually('the log', () => vscode.window.activeTextEditor?.document.uri.toString() === uri.toString());
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 8);
  });

  test('is quoted as Markdown in which its text is only text', async () => {
    await run(await actionsAt(uri, 9), 'Copy as Markdown');
    const text = await vscode.env.clipboard.readText();
    const [head = '', ...rest] = text.split('\n');
    assert.match(head, /^\*\*Too many orphaned sockets\*\* \(dmesg\\?\.txt, line 10\)$/);
    assert.ok(
      rest.some((line) => line.includes('<img src=x>')),
      'inside the fence',
    );
    assert.match(text, /^(`{3,}|~{3,})/m);
  });

  test('says under the cursor what it means, what to collect, what helps, and where more is written', async () => {
    const text = await hoverAt(uri, 1);
    const parts = ['TCP is out of memory', 'To confirm it', 'Likely causes', 'What helps', 'All about this message'];
    const places = parts.map((part) => text.indexOf(part));
    assert.ok(!places.includes(-1), text);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert.ok(!text.includes('In this bundle'));
    assert.match(text, /command:sockscope\.saveCollector/);
    assert.ok(text.split('\n').filter((line) => line !== '').length <= 15, text);
    const link = /command:sockscope\.showLogPage\?([^)]+)/.exec(text)?.[1] ?? '';
    assert.deepEqual(JSON.parse(decodeURIComponent(link)), ['tcp-out-of-memory']);
    assert.equal(await hoverAt(uri, 6), '');
  });

  test('text of the log is in no hover', async () => {
    assert.doesNotMatch(await hoverAt(uri, 9), /<img|command:b/);
  });

  test('opens the page of a message, and nothing that is no message', async () => {
    await vscode.commands.executeCommand('sockscope.showLogPage', '../rules/oom-kill');
    await vscode.commands.executeCommand('sockscope.showLogPage', 'tcp-out-of-memory');
    await eventually('the page', () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label.includes('tcp-out-of-memory.md'))),
    );
    assert.ok(
      vscode.window.tabGroups.all.every(({ tabs }) => tabs.every(({ label }) => !label.includes('oom-kill.md'))),
    );
  });

  test('shows no time of day where the log does not tell it', async () => {
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      uri,
      new vscode.Range(0, 0, 9, 0),
    );
    assert.deepEqual(hints, []);
  });
});

suite('a bundle, under the cursor', () => {
  let leak: vscode.Uri;

  suiteSetup(async () => {
    await extension().activate();
    leak = await openBundle(LEAK);
  });
  suiteTeardown(closeAll);

  /** The hover on the first place of a word, as one text. */
  async function hover(path: string, word: string | RegExp): Promise<string> {
    const document = await vscode.workspace.openTextDocument(entryUri(leak, path));
    const offset = document.getText().search(word);
    assert.ok(offset >= 0, `${path}: ${word}`);
    const found = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      document.positionAt(offset),
    );
    return found.flatMap(({ contents }) => contents.map((each) => (each as vscode.MarkdownString).value)).join('\n');
  }

  test('alloc and mem of any sockstat are of the node, inuse is of the namespace', async () => {
    for (const path of ['proc/net/sockstat', 'proc/183/net/sockstat']) {
      assert.match(await hover(path, 'alloc'), /Scope: the whole node/);
      assert.match(await hover(path, 'mem'), /12,302 pages[\s\S]*the whole node/);
      assert.match(await hover(path, 'inuse'), /Scope: one network namespace/);
    }
  });

  test('an address of net/tcp is read, and tcp_mem is in pages of the node', async () => {
    assert.match(await hover('proc/183/net/tcp', /[0-9A-F]{8}:[0-9A-F]{4} /), /\d+\\?\.\d+\\?\.\d+\\?\.\d+/);
    assert.match(await hover('proc/sys/net/ipv4/tcp_mem', /\d/), /page[\s\S]*the whole node/);
  });

  test('a line of the log has the numbers of this bundle, before causes and advice', async () => {
    const uri = entryUri(leak, 'dmesg');
    const { line } = await eventually('the first line', async () => {
      const document = await vscode.workspace.openTextDocument(uri);
      const offset = document.getText().search('out of memory');
      return offset >= 0 && document.positionAt(offset);
    });
    const text = await hoverAt(uri, line);
    assert.match(text, /In this bundle:\*\* [\s\S]*TCPAbortOnMemory \\?= [\d,]+ in \d+ network namespaces/);
    assert.match(text, /mem 12,302 pages[\s\S]*Likely causes[\s\S]*What helps[\s\S]*showLogPage[\s\S]*showPage/);
    assert.ok(text.split('\n').filter((each) => each !== '').length <= 17, text);
  });

  const hintsOf = async (uri: vscode.Uri) => {
    await vscode.workspace.openTextDocument(uri);
    const range = new vscode.Range(0, 0, 20, 0);
    const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      uri,
      range,
    );
    return found.map(({ label }) => String(label));
  };

  test('addresses and states of net/tcp stand decoded in the text, and mem of sockstat in MiB, unless switched off', async () => {
    const table = entryUri(leak, 'proc/183/net/tcp');
    const labels = await hintsOf(table);
    assert.ok(labels.length >= 3 && labels.length % 3 === 0, labels.join());
    assert.match(labels[0] ?? '', /^\d+\.\d+\.\d+\.\d+:\d+$/);
    assert.ok(labels.includes('CLOSE_WAIT'));
    assert.ok((await hintsOf(entryUri(leak, 'proc/net/sockstat'))).includes('48.1 MiB'));
    const settings = vscode.workspace.getConfiguration('sockscope.inlay');
    await settings.update('decode', false, vscode.ConfigurationTarget.Global);
    try {
      assert.deepEqual(await hintsOf(table), []);
    } finally {
      await settings.update('decode', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  test('a table that was copied out of a bundle is decoded too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sockscope-table-'));
    try {
      await mkdir(join(folder, 'net'));
      const path = join(folder, 'net', 'tcp');
      await writeFile(path, '  sl  local_address rem_address   st\n   0: 0100007F:1F90 0200007F:C350 0A\n');
      assert.deepEqual(await hintsOf(vscode.Uri.file(path)), ['127.0.0.1:8080', '127.0.0.2:50000', 'LISTEN']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('a file that tells nothing of sockets has no hover', async () => {
    assert.equal(await hover('proc/185/comm', /./), '');
  });

  test('the log has the time of day at each line, and leads to who holds the memory', async () => {
    const uri = entryUri(leak, 'dmesg');
    const editor = await show(uri);
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      uri,
      new vscode.Range(430, 0, 440, 0),
    );
    assert.ok(hints.length >= 10);
    assert.match(String(hints[0]?.label), /^\d\d:\d\d:\d\d$/);
    await vscode.commands.executeCommand('sockscope.nextLogLine');
    const { line } = editor.selection.active;
    await run(await actionsAt(uri, line), 'Go to who holds the memory');
    const shown = await eventually('the evidence', () => {
      const active = vscode.window.activeTextEditor?.document.uri;
      return active !== undefined && active.path !== '/dmesg' && active.path;
    });
    assert.match(shown, /^\/proc\/18[35]\//);
  });
});

const POD = '/kubepods/burstable/pod11111111-2222-3333-4444-555555555555';
const CONTAINER = `${POD}/${'0123456789abcdef'.repeat(4)}`;

suite('a process that the log of a bundle names', () => {
  let folder: string;
  suiteSetup(async () => {
    await extension().activate();
    folder = await mkdtemp(join(tmpdir(), 'sockscope-links-'));
  });
  suiteTeardown(async () => {
    await closeAll();
    await rm(folder, { recursive: true });
  });

  test('is a link to its file, when it was captured, and so is its cgroup', async () => {
    const log = [
      '[   10.000000] INFO: task python3:185 blocked for more than 120 seconds.',
      '[   11.000000] Out of memory: Killed process 186 (gone) total-vm:10kB',
      '[   12.000000] java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0',
      `[   12.000001] Task in ${CONTAINER} killed as a result of limit of /kubepods`,
      `[   13.000000] oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=${POD},task_memcg=${POD}/gone,task=java,pid=9,uid=0`,
    ].join('\n');
    const uri = vscode.Uri.file(join(folder, 'links.sockscope.tar.gz'));
    const members = {
      'node/dmesg': `${log}\n`,
      'node/proc/185/status': 'Name:\tpython3 [x](y)\n',
      'node/proc/185/cgroup': `1:name=systemd:/\n0::${CONTAINER}\n`,
      'node/proc/uptime': '20 1\n',
    };
    await writeFile(uri.fsPath, await packTarGz(toMembers(members)));
    await vscode.commands.executeCommand('sockscope.openBundle', uri);
    await eventually('the bundle', () => extension().exports.session(uri)?.state.kind === 'ready');
    const document = entryUri(uri, 'node/dmesg');
    await show(document);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document,
      10,
    );
    const cgroup = entryUri(uri, 'node/proc/185/cgroup').with({ fragment: 'L2' }).toString();
    assert.deepEqual(links.map(({ range, target }) => [range.start.line, target?.toString()]).sort(), [
      [0, entryUri(uri, 'node/proc/185/status').with({ fragment: 'L1' }).toString()],
      [3, cgroup],
      [4, cgroup],
    ]);
    const named = links.find(({ range }) => range.start.line === 3);
    assert.ok(named !== undefined);
    assert.equal((await vscode.workspace.openTextDocument(document)).getText(named.range), CONTAINER);
    assert.match(named.tooltip ?? '', /^In this cgroup: python3 \?x\?\(y\) \(pid 185\) in pod 11111111-/);
  });

  test('is a link to its lines in a bundle of the collector, where files of all processes are in one', async () => {
    const uri = vscode.Uri.file(join(folder, 'collected.sockscope.tar.gz'));
    const members = {
      'node/dmesg': '[   10.000000] INFO: task python3:185 blocked for more than 120 seconds.\n',
      'node/processes.txt':
        '==> /proc/1/comm <==\ninit\n==> /proc/185/comm <==\npython3\n==> /proc/185/status <==\nName:\tpython3\n',
      'node/proc/uptime': '20 1\n',
    };
    await writeFile(uri.fsPath, await packTarGz(toMembers(members)));
    await vscode.commands.executeCommand('sockscope.openBundle', uri);
    await eventually('the bundle', () => extension().exports.session(uri)?.state.kind === 'ready');
    const document = entryUri(uri, 'node/dmesg');
    await show(document);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document,
      10,
    );
    assert.deepEqual(
      links.map(({ target }) => target?.toString()),
      [entryUri(uri, 'node/processes.txt').with({ fragment: 'L6' }).toString()],
    );
  });
});
