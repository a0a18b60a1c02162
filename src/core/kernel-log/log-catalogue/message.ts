/** One message of the kernel log, in all the forms that it had. */

export type LogLevel = 'error' | 'warning' | 'note';

interface LogForm {
  /** The kernels that print this form. */
  readonly era: string;
  /** Runs in linear time on any line; has no flags, so that it keeps no state. */
  readonly pattern: RegExp;
}

export interface LogMessage {
  readonly id: string;
  readonly level: LogLevel;
  /** ASCII; every form holds one of them. The scanner looks for these first: long and rare ones make it fast. */
  readonly anchors: readonly string[];
  readonly patterns: readonly LogForm[];
  readonly title: string;
  readonly meaning: string;
  readonly causes: readonly string[];
  /** What in a bundle proves it. */
  readonly confirm: string;
  /** Counters of the same event that no rate limit cuts short. */
  readonly counters: readonly string[];
  readonly fixes: readonly string[];
  /** What is often tried in vain. */
  readonly nonFixes: readonly string[];
}
