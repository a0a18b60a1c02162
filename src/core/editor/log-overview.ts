/** What is told of the kernel log outside of it: where it is, and its bursts for the Problems panel. */
import { logMessage } from '../kernel-log/log-catalogue.ts';
import type { KernelLog, LogEvent } from '../report/log-report.ts';

/** A thousand bursts are not a thousand problems: VS Code itself stops at 1000 a file. */
const MAX_BURSTS = 100;

export interface LogOverview {
  readonly entry: string;
  /** The first catalogued line, counted from 1; 1 where there is none. */
  readonly firstLine: number;
  /** The first of those that are more than notes. */
  readonly bursts: readonly LogEvent[];
  /** How many more there are, and the line of the first of them; null when these are all. */
  readonly more: { readonly bursts: number; readonly line: number } | null;
}

export function overviewOfLog({ entry, events }: KernelLog): LogOverview {
  const serious = events.filter(({ id }) => logMessage(id)?.level !== 'note');
  const next = serious[MAX_BURSTS];
  return {
    entry,
    firstLine: events[0]?.line ?? 1,
    bursts: serious.slice(0, MAX_BURSTS),
    more: next === undefined ? null : { bursts: serious.length - MAX_BURSTS, line: next.line },
  };
}
