/** URIs of entries: `sockscope:/proc/183/net/tcp?<uri of the bundle>`. */
import * as vscode from 'vscode';

export const SCHEME = 'sockscope';

export function entryUri(bundle: vscode.Uri, path: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${path}`, query: bundle.toString() });
}

export interface EntryAddress {
  readonly bundle: vscode.Uri;
  readonly path: string;
}

/** Throws FileSystemError when the URI names no bundle. */
export function parseEntryUri(uri: vscode.Uri): EntryAddress {
  if (uri.scheme !== SCHEME || uri.query === '') throw vscode.FileSystemError.FileNotFound(uri);
  return { bundle: vscode.Uri.parse(uri.query, true), path: uri.path.replace(/^\/+/, '') };
}
