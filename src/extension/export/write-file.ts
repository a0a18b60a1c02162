/** Writes a file that the user chose, and nothing beside it: no half of one is left when the disk is full. */
import * as vscode from 'vscode';
import { reasonOf } from '../words.ts';

/**
 * In place: a temporary file to be renamed would be one that nobody chose, and would turn a link into a file. When
 * writing fails, a new file is deleted, and an old one gets its bytes back, for which there was room before. Throws what
 * the file system throws.
 */
export async function writeWhole(file: vscode.Uri, bytes: Uint8Array): Promise<void> {
  const before = await readBefore(file);
  try {
    await vscode.workspace.fs.writeFile(file, bytes);
    await demandWhole(file, bytes.length);
  } catch (error) {
    if (before === 'absent') await vscode.workspace.fs.delete(file).then(undefined, () => undefined);
    else if (before !== 'unknown') await vscode.workspace.fs.writeFile(file, before).then(undefined, () => undefined);
    throw error;
  }
}

/** VS Code writes once: where some of it had room, it calls that a success. */
async function demandWhole(file: vscode.Uri, length: number): Promise<void> {
  const { size } = await vscode.workspace.fs.stat(file);
  if (size !== length) throw new Error(`ENOSPC: ${size} of ${length} bytes were written`);
}

/** The bytes of the file; `absent` only when it is certain that there is none. */
async function readBefore(file: vscode.Uri): Promise<Uint8Array | 'absent' | 'unknown'> {
  try {
    return await vscode.workspace.fs.readFile(file);
  } catch (error) {
    return error instanceof vscode.FileSystemError && error.code === 'FileNotFound' ? 'absent' : 'unknown';
  }
}

/** Why a file could not be written, as the end of a sentence; VS Code itself shows the call and its error code. */
export function whyNotWritten(error: unknown): string {
  const message = reasonOf(error);
  switch (/\bE[A-Z]{3,}\b/.exec(message)?.[0]) {
    case 'ENOSPC':
    case 'EDQUOT':
      return vscode.l10n.t('there is no space left on the disk.');
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return vscode.l10n.t('it may not be written there.');
    case 'ENOENT':
    case 'ENOTDIR':
      return vscode.l10n.t('there is no such folder.');
    case 'EISDIR':
      return vscode.l10n.t('it is a folder.');
    default:
      return message;
  }
}
