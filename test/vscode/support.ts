import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { SockscopeApi } from '../../src/extension/extension.ts';

export const LEAK = 'leak-closewait-k6.1.tar.gz';
export const HEALTHY = 'healthy-k6.1.tar.gz';

export function extension(): vscode.Extension<SockscopeApi> {
  const found = vscode.extensions.getExtension<SockscopeApi>('sockscope.sockscope');
  if (found === undefined) throw new Error('The extension is not installed.');
  return found;
}

export function workspaceFile(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('No workspace is open.');
  return vscode.Uri.joinPath(folder.uri, name);
}

export function entryUri(bundle: vscode.Uri, path: string): vscode.Uri {
  return vscode.Uri.from({ scheme: 'sockscope', path: `/${path}`, query: bundle.toString() });
}

/** Waits until the condition gives something; the limit is mocha's own. */
export async function eventually<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (let tries = 0; tries < 250; tries++) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    await sleep(100);
  }
  throw new Error(`Never came: ${what}`);
}

export async function openBundle(name: string): Promise<vscode.Uri> {
  const uri = workspaceFile(name);
  await vscode.commands.executeCommand('sockscope.openBundle', uri);
  const log = entryUri(uri, 'dmesg');
  await eventually('the bundle is read', async () => {
    const open = extension().exports.openBundles().includes(uri.toString());
    return open && (await exists(log));
  });
  return uri;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

export async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await eventually('every worker ended', () => !extension().isActive || extension().exports.liveWorkers() === 0);
}
