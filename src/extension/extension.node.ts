/** Entry point of the extension in a host that runs Node: on a desktop, in a container, behind ssh. */
import type * as vscode from 'vscode';
import { activateIn, type SockscopeApi } from './extension.ts';
import { createHost } from './worker-thread.node.ts';

export function activate(context: vscode.ExtensionContext): SockscopeApi {
  return activateIn(createHost(context.asAbsolutePath('dist/worker.cjs')), context);
}
