/** The Problems panel: bursts of kernel messages, and the findings at the line that proves them. */
import * as vscode from 'vscode';
import { logMessage } from '../../core/kernel-log/log-catalogue.ts';
import { safePath } from '../../core/layouts/entry-path.ts';
import type { LogEvent } from '../../core/report/log-report.ts';
import type { Level } from '../../core/report/report.ts';
import type { OpenedBundle } from '../../protocol/worker-messages.ts';
import type { BundleSession } from '../open/bundle-session.ts';
import { entryUri } from '../open/bundle-uri.ts';
import type { SessionStore } from '../open/session-store.ts';
import { words } from '../words.ts';

const SEVERITY: Readonly<Record<Level, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  note: vscode.DiagnosticSeverity.Information,
};

/** Wider than any line of a log: the squiggle ends with the text. */
const LINE_END = 10_000;

export class Problems implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('sockscope');
  readonly #store: SessionStore;
  readonly #subscription: vscode.Disposable;

  constructor(store: SessionStore) {
    this.#store = store;
    this.#subscription = store.onDidChange(() => this.#refresh());
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#collection.dispose();
  }

  #refresh(): void {
    this.#collection.clear();
    for (const session of this.#store.sessions) {
      if (session.state.kind !== 'ready') continue;
      for (const [uri, diagnostics] of diagnosticsOf(session, session.state.opened))
        this.#collection.set(uri, diagnostics);
    }
  }
}

function diagnosticsOf(
  session: BundleSession,
  { summary, log, documents }: OpenedBundle,
): Map<vscode.Uri, vscode.Diagnostic[]> {
  const byPath = new Map<string, vscode.Diagnostic[]>();
  const add = (entry: string, diagnostic: vscode.Diagnostic) => {
    const path = safePath(entry);
    const list = byPath.get(path);
    if (list === undefined) byPath.set(path, [diagnostic]);
    else list.push(diagnostic);
  };
  if (log !== null) {
    for (const event of log.bursts) add(log.entry, burstDiagnostic(event));
    if (log.more !== null) add(log.entry, restDiagnostic(log.more.line, log.more.bursts));
  }
  for (const finding of summary.findings) {
    // A link has no document of its own to carry a mark.
    const place = finding.evidence.find(({ entry }) => documents.has(entry));
    // The lines of the log have marks of their own.
    if (!finding.about.includes('tcp-oom') && place !== undefined)
      add(place.entry, findingDiagnostic(finding, place.startLine));
  }
  return new Map([...byPath].map(([path, diagnostics]) => [entryUri(session.uri, path), diagnostics]));
}

function burstDiagnostic(event: LogEvent): vscode.Diagnostic {
  const message = logMessage(event.id);
  const title = words().text(message?.title ?? event.id);
  const text =
    event.lines > 1
      ? vscode.l10n.t('{0} ({1} lines up to line {2})', title, words().count(event.lines), event.endLine)
      : vscode.l10n.t('{0} (one line)', title);
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(event.line - 1, 0, event.line - 1, LINE_END),
    text,
    SEVERITY[message?.level ?? 'note'],
  );
  diagnostic.source = 'sockscope';
  diagnostic.code = event.id;
  return diagnostic;
}

function restDiagnostic(line: number, more: number): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(line - 1, 0, line - 1, LINE_END),
    more === 1 ? vscode.l10n.t('One more burst follows') : vscode.l10n.t('{0} more bursts follow', words().count(more)),
    vscode.DiagnosticSeverity.Information,
  );
  diagnostic.source = 'sockscope';
  return diagnostic;
}

function findingDiagnostic(finding: OpenedBundle['summary']['findings'][number], line: number): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(line - 1, 0, line - 1, LINE_END),
    vscode.l10n.t('{0}: {1}', finding.title, finding.message),
    SEVERITY[finding.level],
  );
  diagnostic.source = 'sockscope';
  diagnostic.code = finding.ruleId;
  return diagnostic;
}
