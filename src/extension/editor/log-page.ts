/** The page of a message of the kernel log, which comes with the extension: media/log/<id>.md. */
import * as vscode from 'vscode';
import { logMessage } from '../../core/kernel-log/log-catalogue.ts';

/** Takes the id of a message of the catalogue; anything else, as a path would be, opens nothing. */
export async function showLogPage(extensionUri: vscode.Uri, id: unknown): Promise<void> {
  const message = typeof id === 'string' ? logMessage(id) : undefined;
  if (message === undefined) return;
  const page = vscode.Uri.joinPath(extensionUri, 'media', 'log', `${message.id}.md`);
  const commands = await vscode.commands.getCommands(true);
  // Where the Markdown extension is switched off there is no preview.
  const show = commands.includes('markdown.showPreview') ? 'markdown.showPreview' : 'vscode.open';
  await vscode.commands.executeCommand(show, page);
}
