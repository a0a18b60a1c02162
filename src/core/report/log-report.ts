/** The kernel log as the report has it: catalogued lines in runs, and counts for a timeline. */

export interface LogEvent {
  readonly id: string;
  readonly line: number;
  readonly endLine: number;
  /** Seconds since boot of the first and the last line of the run; null when the log has no times. */
  readonly startSeconds: number | null;
  readonly endSeconds: number | null;
  readonly lines: number;
}

export interface KernelLog {
  readonly entry: string;
  readonly lines: number;
  readonly firstSeconds: number | null;
  readonly lastSeconds: number | null;
  /** Catalogued lines, neighbours of one kind within five seconds joined into one run. */
  readonly events: readonly LogEvent[];
  readonly counts: Readonly<Record<string, number>>;
  /** Lines per second-bin by kind for the timeline: [kind, bin start in seconds, lines]. */
  readonly bins: readonly (readonly [string, number, number])[];
  readonly binSeconds: number;
}
