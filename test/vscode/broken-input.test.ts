import assert from 'node:assert/strict';
import { copyFile, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as vscode from 'vscode';
import type { BundleSession, SessionState } from '../../src/extension/open/bundle-session.ts';
import { memoryHog } from '../worker/support/memory-hog.ts';
import { closeAll, entryUri, eventually, extension, HEALTHY, LEAK, openBundle, workspaceFile } from './support.ts';

/** Opens the page and waits for nothing. */
async function openPage(uri: vscode.Uri): Promise<BundleSession> {
  await vscode.commands.executeCommand('sockscope.openBundle', uri);
  return eventually('the session', () => extension().exports.session(uri));
}

async function stateOf<K extends SessionState['kind']>(
  session: BundleSession,
  kind: K,
): Promise<Extract<SessionState, { kind: K }>> {
  return eventually(`the bundle is ${kind}`, () => {
    const { state } = session;
    return state.kind === kind && (state as Extract<SessionState, { kind: K }>);
  });
}

async function copyOf(name: string, as: string): Promise<vscode.Uri> {
  const uri = workspaceFile(as);
  await copyFile(workspaceFile(name).fsPath, uri.fsPath);
  return uri;
}

async function readText(bundle: vscode.Uri, path: string): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(entryUri(bundle, path)));
}

function noWorkers(): Promise<boolean> {
  return eventually('every worker ended', () => extension().exports.liveWorkers() === 0);
}

async function setLimit(name: string, value: number | undefined): Promise<void> {
  await vscode.workspace.getConfiguration('sockscope.limits').update(name, value, vscode.ConfigurationTarget.Global);
}

suite('a worker that dies', () => {
  teardown(async () => {
    await setLimit('maxMemoryMegabytes', undefined);
    await closeAll();
  });

  test('of too much memory is said by bundle, limit and setting, and another bundle lives on', async () => {
    const healthy = await openBundle(HEALTHY);
    const uri = workspaceFile('hog.tar.gz');
    await writeFile(uri.fsPath, memoryHog(900, 2 ** 18));
    await setLimit('maxMemoryMegabytes', 128);
    const session = await openPage(uri);
    const { message, code } = await stateOf(session, 'failed');
    assert.equal(code, 'out-of-memory');
    assert.match(message, /^hog\.tar\.gz needs more than 128 MB of memory: .*sockscope\.limits\.maxMemoryMegabytes/);
    await assert.rejects(Promise.resolve(vscode.workspace.fs.readFile(entryUri(uri, 'proc/1/stat'))), /128 MB/);
    await eventually('its worker ended', () => extension().exports.liveWorkers() === 1);
    assert.match(await readText(healthy, 'proc/uptime'), /^\d/);
    await copyFile(workspaceFile(HEALTHY).fsPath, uri.fsPath);
    await session.retry();
    await stateOf(session, 'ready');
    assert.match(await readText(uri, 'proc/uptime'), /^\d/);
    await rm(uri.fsPath);
  });
});

suite('a limit in the settings', () => {
  teardown(async () => {
    await setLimit('maxMembers', undefined);
    await closeAll();
  });

  test('ends the reading there, is named, and what came before can be read', async () => {
    await setLimit('maxMembers', 1000);
    const session = await openPage(workspaceFile(LEAK));
    const { opened } = await stateOf(session, 'ready');
    assert.match(JSON.stringify(opened.page), /limit of 1,000 members \(setting sockscope\.limits\.maxMembers\)/);
    const [folder = ''] = (await vscode.workspace.fs.readDirectory(entryUri(session.uri, ''))).map(([name]) => name);
    assert.notEqual(folder, '');
    assert.ok(await vscode.workspace.fs.stat(entryUri(session.uri, folder)));
  });

  test('is one of the machine: a workspace cannot have it', async () => {
    const settings = vscode.workspace.getConfiguration('sockscope.limits');
    await assert.rejects(
      Promise.resolve(settings.update('maxMembers', 5000, vscode.ConfigurationTarget.Workspace)),
      /maxMembers/,
    );
  });
});

suite('cancelling', () => {
  teardown(closeAll);

  for (const step of ['reading', 'joining', 'drawing'] as const) {
    test(`while it is ${step} ends the worker, says so, and it can be read again`, async () => {
      const session = await openPage(workspaceFile(LEAK));
      // The page may be there by now: it is read anew, watched from the beginning.
      const cancelled = new Promise<SessionState>((resolve) => {
        const subscription = session.onDidChangeState((state) => {
          if (state.kind === 'loading' && state.progress?.step === step) session.cancel();
          if (state.kind !== 'failed') return;
          subscription.dispose();
          resolve(state);
        });
      });
      void session.retry();
      const state = await cancelled;
      assert.deepEqual(state, { kind: 'failed', message: 'Reading was cancelled.', code: 'cancelled' });
      await noWorkers();
      await session.retry();
      await stateOf(session, 'ready');
      assert.match(await readText(session.uri, 'proc/uptime'), /^\d/);
    });
  }

  test('when the page is there changes nothing', async () => {
    const session = await openPage(workspaceFile(HEALTHY));
    await stateOf(session, 'ready');
    session.cancel();
    assert.equal(session.state.kind, 'ready');
    assert.match(await readText(session.uri, 'proc/uptime'), /^\d/);
  });
});

suite('a file that changes under its page', () => {
  const uri = () => workspaceFile('changing.tar.gz');

  setup(async () => {
    await stateOf(await openPage(await copyOf(HEALTHY, 'changing.tar.gz')), 'ready');
  });

  teardown(async () => {
    await closeAll();
    await rm(uri().fsPath, { force: true });
  });

  async function refuses(sentence: RegExp): Promise<void> {
    await assert.rejects(readText(uri(), 'proc/uptime'), sentence);
    assert.equal(extension().exports.session(uri())?.state.kind, 'ready', 'the page stays');
    const target = workspaceFile('changing.md');
    await vscode.commands.executeCommand('sockscope.exportMarkdown', uri(), target);
    assert.match(await readFile(target.fsPath, 'utf8'), /^# /m, 'the findings can be saved');
    await rm(target.fsPath);
  }

  test('replaced by another bundle: its entries are refused, not shown', async () => {
    await copyFile(workspaceFile(LEAK).fsPath, `${uri().fsPath}.new`);
    await rename(`${uri().fsPath}.new`, uri().fsPath);
    await refuses(/changing\.tar\.gz has changed since it was opened/);
    await vscode.commands.executeCommand('sockscope.closeBundle', uri());
    await eventually('it is closed', () => extension().exports.openBundles().length === 0);
    await stateOf(await openPage(uri()), 'ready');
    assert.match(await readText(uri(), 'proc/185/comm'), /python3/, 'opened again, it is the new one');
  });

  test('cut: its entries are refused', async () => {
    await truncate(uri().fsPath, 2000);
    await refuses(/changing\.tar\.gz has changed since it was opened/);
  });

  test('deleted: its entries are refused', async () => {
    await rm(uri().fsPath);
    await refuses(/changing\.tar\.gz was deleted, moved or locked after it was opened/);
  });
});

suite('ten bundles at once', () => {
  const names = Array.from({ length: 10 }, (_, i) => `many-${i}.tar.gz`);

  suiteTeardown(async () => {
    await closeAll();
    for (const name of names) await rm(workspaceFile(name).fsPath, { force: true });
  });

  for (const when of ['while they are read', 'when they were read'] as const) {
    test(`closed ${when} leave no worker, no listener, no temporary file and no problem`, async () => {
      await closeAll();
      const uris = await Promise.all(names.map((name, i) => copyOf(i % 2 === 0 ? LEAK : HEALTHY, name)));
      const before = leftovers();
      const files = await temporaryFiles();
      await Promise.all(uris.map((uri) => vscode.commands.executeCommand('sockscope.openBundle', uri)));
      const open = () => extension().exports.openBundles();
      await eventually('all are open', () => open().length === 10);
      if (when === 'when they were read') {
        for (const uri of uris) {
          const session = extension().exports.session(uri);
          if (session !== undefined) await stateOf(session, 'ready');
        }
      }
      await Promise.all(uris.map((uri) => vscode.commands.executeCommand('sockscope.closeBundle', uri)));
      await eventually('all are closed', () => open().length === 0);
      await noWorkers();
      await eventually('every port and worker is gone', () => leftovers() <= before);
      assert.deepEqual(await temporaryFiles(), files);
      assert.deepEqual(
        vscode.languages.getDiagnostics().filter(([uri, found]) => uri.scheme === 'sockscope' && found.length > 0),
        [],
      );
      assert.deepEqual(extension().exports.troubles(), []);
    }).timeout(120_000);
  }
});

/** What a thread that was not ended would leave in this process. */
function leftovers(): number {
  return process.getActiveResourcesInfo().filter((kind) => /worker|messageport/i.test(kind)).length;
}

async function temporaryFiles(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter(
    (name) => /sockscope/i.test(name) && !/sockscope-(cli|reader|changed|vscode|workspace)/.test(name),
  );
}
