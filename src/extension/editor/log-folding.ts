/** Folds a log by boot, by burst, and by reports of many lines. */
import * as vscode from 'vscode';
import { findLogReports } from '../../core/editor/log-reports.ts';
import type { LogOutline } from '../../core/kernel-log/log-bursts.ts';
import type { LogDocuments } from './log-document.ts';

interface Span {
  readonly line: number;
  readonly endLine: number;
}

export class LogFolding implements vscode.FoldingRangeProvider {
  readonly #documents: LogDocuments;

  constructor(documents: LogDocuments) {
    this.#documents = documents;
  }

  async provideFoldingRanges(document: vscode.TextDocument): Promise<vscode.FoldingRange[]> {
    const outline = await this.#documents.outline(document);
    if (outline === undefined) return [];
    const reports = findLogReports(document.lineCount, (line) => document.lineAt(line - 1).text, outline.lines);
    return [...bootRanges(outline), ...nested([...outline.bursts, ...reports]).map(toRange)];
  }
}

/** A log of one boot has nothing to fold it against. */
function bootRanges({ boots }: LogOutline): vscode.FoldingRange[] {
  return boots.length < 2 ? [] : boots.filter(({ line, endLine }) => endLine > line).map(toRange);
}

function toRange({ line, endLine }: Span): vscode.FoldingRange {
  return new vscode.FoldingRange(line - 1, endLine - 1, vscode.FoldingRangeKind.Region);
}

/** Bursts of two messages can overlap, folded lines can only lie inside each other: the one that begins later is left out. */
function nested(spans: readonly Span[]): readonly Span[] {
  const around: Span[] = [];
  return [...spans]
    .sort((a, b) => a.line - b.line || b.endLine - a.endLine)
    .filter((burst) => {
      if (burst.endLine === burst.line) return false;
      while (around.length > 0 && (around.at(-1)?.endLine ?? 0) < burst.line) around.pop();
      const outer = around.at(-1);
      if (outer !== undefined && outer.endLine < burst.endLine) return false;
      around.push(burst);
      return true;
    });
}
