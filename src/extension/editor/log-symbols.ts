/** The outline of a log: its boots, and the bursts in each. */
import * as vscode from 'vscode';
import type { LogBoot, LogBurst } from '../../core/kernel-log/log-bursts.ts';
import { words } from '../words.ts';
import { burstText } from './log-burst-text.ts';
import type { LogDocuments } from './log-document.ts';

export class LogSymbols implements vscode.DocumentSymbolProvider {
  readonly #documents: LogDocuments;

  constructor(documents: LogDocuments) {
    this.#documents = documents;
  }

  async provideDocumentSymbols(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
    const outline = await this.#documents.outline(document);
    if (outline === undefined) return [];
    const isOneUnnamed = outline.boots.length === 1 && outline.boots[0]?.version === '';
    return isOneUnnamed
      ? outline.bursts.map((burst) => burstSymbol(document, burst))
      : outline.boots.map((boot, index) => bootSymbol(document, boot, index + 1));
  }
}

function bootSymbol(document: vscode.TextDocument, boot: LogBoot, number: number): vscode.DocumentSymbol {
  const symbol = createSymbol(
    document,
    vscode.l10n.t('Boot {0}', number),
    boot.version === '' ? '' : `Linux ${boot.version}`,
    vscode.SymbolKind.Namespace,
    boot,
  );
  symbol.children = boot.bursts.map((burst) => burstSymbol(document, burst));
  return symbol;
}

function burstSymbol(document: vscode.TextDocument, burst: LogBurst): vscode.DocumentSymbol {
  return createSymbol(document, words().text(burst.message.title), burstText(burst), vscode.SymbolKind.Event, burst);
}

function createSymbol(
  document: vscode.TextDocument,
  name: string,
  detail: string,
  kind: vscode.SymbolKind,
  { line, endLine }: { readonly line: number; readonly endLine: number },
): vscode.DocumentSymbol {
  const first = document.lineAt(line - 1).range;
  const last = document.lineAt(endLine - 1).range;
  return new vscode.DocumentSymbol(name, detail, kind, first.union(last), first);
}
