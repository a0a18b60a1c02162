import type { Report } from '../report/report.ts';
import type { Snapshot } from './snapshot.ts';

/** What the analysis of one bundle gives. */
export interface Analysis {
  readonly report: Report;
  /** The joined model behind the report, for pages that need single sockets. */
  readonly snapshot: Snapshot;
}
