/** The collector script that comes with the extension: saved as a file, or copied as a command that brings it along. */
import * as vscode from 'vscode';
import { whyNotWritten, writeWhole } from '../export/write-file.ts';
import { reasonOf, words } from '../words.ts';
import { DEBUG_POD_COMMAND, pasteCommand, runCommand, SSH_COMMAND } from './collector-command.ts';

const SCRIPT = 'collect.sh';

interface Way extends vscode.QuickPickItem {
  readonly id: string;
  /** The command, given the script. */
  readonly command: (script: Uint8Array) => string | Promise<string>;
  /** What to do with it once it is in the clipboard. */
  readonly next: string;
  /** The command reads the script from a file of this machine. */
  readonly needsFile: boolean;
}

/** Asks where to, unless told, and proposes the home folder where none is open; gives the file that was written. */
export async function saveCollector(
  extensionUri: vscode.Uri,
  home: string | undefined,
  file: unknown,
): Promise<vscode.Uri | undefined> {
  const target = file instanceof vscode.Uri ? file : await askForTarget(home);
  if (target === undefined) return undefined;
  try {
    await writeWhole(target, await readScript(extensionUri));
  } catch (error) {
    fail(vscode.l10n.t('The collector script could not be saved: {0}', whyNotWritten(error)));
    return undefined;
  }
  void offerNext(target);
  return target;
}

/** Asks for the way in, unless told; gives the command that is in the clipboard. */
export async function copyCollectorCommand(extensionUri: vscode.Uri, id: unknown): Promise<string | undefined> {
  const way = ways().find((each) => each.id === id) ?? (await askForWay());
  if (way === undefined) return undefined;
  try {
    const command = await way.command(await readScript(extensionUri));
    await vscode.env.clipboard.writeText(command);
    void tellCopied(way, command);
    return command;
  } catch (error) {
    fail(vscode.l10n.t('The command could not be copied: {0}', reasonOf(error)));
    return undefined;
  }
}

/** Made when asked for: texts are translated once the extension is active. */
function ways(): readonly Way[] {
  return [
    {
      id: 'paste',
      label: vscode.l10n.t('Paste into a root shell on the node'),
      detail: vscode.l10n.t('The script itself, packed into the command: nothing to copy, nothing to download.'),
      command: pasteCommand,
      next: vscode.l10n.t(
        'Paste them into a root shell on the node and press Enter; the bundle is written to its current folder.',
      ),
      needsFile: false,
    },
    {
      id: 'ssh',
      label: vscode.l10n.t('Run over ssh from here'),
      detail: SSH_COMMAND,
      command: () => SSH_COMMAND,
      next: vscode.l10n.t('Replace NODE, and run it in the folder that has collect.sh; the bundle is written there.'),
      needsFile: true,
    },
    {
      id: 'kubectl',
      label: vscode.l10n.t('Run in a debug pod on a Kubernetes node'),
      detail: DEBUG_POD_COMMAND,
      command: () => DEBUG_POD_COMMAND,
      next: vscode.l10n.t(
        'Replace NODE, run it in the folder that has collect.sh, and delete the pod node-debugger-NODE-… afterwards.',
      ),
      needsFile: true,
    },
  ];
}

async function askForWay(): Promise<Way | undefined> {
  return vscode.window.showQuickPick(ways(), {
    title: vscode.l10n.t('Copy One-line Command'),
    placeHolder: vscode.l10n.t('How do you reach the node?'),
    matchOnDetail: true,
  });
}

async function askForTarget(home: string | undefined): Promise<vscode.Uri | undefined> {
  // A workspace may be a read-only one (of a repository on the web, say): then it is no place to propose.
  const open = vscode.workspace.workspaceFolders?.find(
    ({ uri }) => vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== false,
  );
  const folder = open?.uri ?? (home === undefined ? undefined : vscode.Uri.file(home));
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save Collector Script'),
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, SCRIPT) }),
    filters: { [vscode.l10n.t('Shell scripts')]: ['sh'] },
  });
}

/** The bytes as they are shipped, wherever the extension is installed. */
async function readScript(extensionUri: vscode.Uri): Promise<Uint8Array> {
  return vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'media', SCRIPT));
}

async function offerNext(file: vscode.Uri): Promise<void> {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  const command = runCommand(name);
  const copy = vscode.l10n.t('Copy Command');
  const open = vscode.l10n.t('Open File');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('{0} was saved. Copy it to the node and run there: {1}', name, command),
    copy,
    open,
  );
  if (chosen === copy) await vscode.env.clipboard.writeText(command);
  if (chosen === open) await vscode.window.showTextDocument(file);
}

async function tellCopied(way: Way, command: string): Promise<void> {
  const save = vscode.l10n.t('Save Collector Script…');
  const terminal = vscode.l10n.t('Open Terminal');
  // Without a button VS Code cuts the message off after a few words.
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('{0} characters are in the clipboard. {1}', words().count(command.length), way.next),
    ...(way.needsFile ? [save] : []),
    terminal,
  );
  if (chosen === save) await vscode.commands.executeCommand('sockscope.saveCollector');
  if (chosen === terminal) await vscode.commands.executeCommand('workbench.action.terminal.focus');
}

function fail(message: string): void {
  void vscode.window.showErrorMessage(message);
}
