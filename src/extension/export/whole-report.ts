import type { WordedReport } from '../../core/wording/worded.ts';
import type { OpenedBundle, ReportLists } from '../../protocol/worker-messages.ts';

/** The report with all owners of sockets and memory, for what leaves VS Code. */
export function wholeReport({ report, lists }: Pick<OpenedBundle, 'report' | 'lists'>): WordedReport {
  const { byOwner, owners }: ReportLists = JSON.parse(new TextDecoder().decode(lists));
  return { ...report, ledger: { ...report.ledger, byOwner }, memory: { ...report.memory, owners } };
}
