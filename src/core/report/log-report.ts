/** The kernel log as the report has it: catalogued lines in runs, and counts for a timeline. */

export interface LogEvent {
  readonly id: string;
  readonly line: number;
  readonly endLine: number;
  /** Of the first and the last line of the run, counted as {@link KernelLog.timeBase} says; null without times. */
  readonly startSeconds: number | null;
  readonly endSeconds: number | null;
  readonly lines: number;
}

export interface KernelLog {
  readonly entry: string;
  readonly lines: number;
  /**
   * What seconds are counted from: the boot, or where the log has only the time of day and the boot is not known, its
   * first line. Null when it has no times.
   */
  readonly timeBase: 'boot' | 'first-line' | null;
  /** Minutes that the times in the log are east of UTC; null when it has none or does not tell. */
  readonly zoneMinutes: number | null;
  /** Catalogued lines of earlier boots: counted, and without a time. */
  readonly earlierBoots: number;
  readonly firstSeconds: number | null;
  readonly lastSeconds: number | null;
  /** The time of day of second 0, where seconds are counted from the first line and its zone is known. */
  readonly firstUnixSeconds: number | null;
  /** Catalogued lines, neighbours of one kind within five seconds joined into one run. */
  readonly events: readonly LogEvent[];
  readonly counts: Readonly<Record<string, number>>;
  /** Lines per second-bin by kind for the timeline: [kind, bin start in seconds, lines]. */
  readonly bins: readonly (readonly [string, number, number])[];
  readonly binSeconds: number;
}
