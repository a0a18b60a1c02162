/** The kernel log as the report has it: catalogued lines in runs, and counts for a timeline. */
import type { Text } from './message.ts';

export interface LogEvent {
  readonly id: string;
  readonly line: number;
  readonly endLine: number;
  /** Of the first and the last line of the run, counted as {@link KernelLog.timeBase} says; null without times. */
  readonly startSeconds: number | null;
  readonly endSeconds: number | null;
  readonly lines: number;
}

/**
 * Where times of day come from: the lines themselves, btime of /proc/stat and seconds since boot, or the time of the
 * capture less the uptime.
 */
export type WallSource = 'log' | 'btime' | 'capture';
/** What the zone of the stamps is known from: themselves, btime at a moment that both know, or other times of the bundle. */
export type ZoneSource = 'log' | 'btime' | 'bundle';
/** What shows that stamps fell behind: what dmesg makes of them, or the time of day that the log has beside them. */
export type SuspendSource = 'dmesg' | 'log';

/** How times of day follow from the log, and by how much they may be off. */
export interface LogClock {
  readonly source: WallSource | null;
  /** Of {@link KernelLog.zoneMinutes}. */
  readonly zoneSource: ZoneSource | null;
  /** Unix time of second 0, as {@link KernelLog.timeBase} says; null when it cannot be derived. */
  readonly zeroUnixSeconds: number | null;
  /** By so much times of day may be off either way, without suspending; null when there are none. */
  readonly uncertaintySeconds: number | null;
  /** By how much the stamps were measured to be behind at the capture; null when that was not or cannot be seen. */
  readonly suspendSeconds: number | null;
  readonly suspendSource: SuspendSource | null;
  /** They were not further behind than this: the uptime less the last stamp. Null when it is not known. */
  readonly suspendMaxSeconds: number | null;
  /** All of this, for people. */
  readonly note: Text;
}

/** The first and the last line of one kind, in the order of the log. */
export interface LogKind {
  readonly id: string;
  readonly lines: number;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Counted as {@link KernelLog.timeBase} says; null without times, and of earlier boots. */
  readonly firstSeconds: number | null;
  readonly lastSeconds: number | null;
  /** Null where {@link LogClock.source} is. */
  readonly firstUnixSeconds: number | null;
  readonly lastUnixSeconds: number | null;
}

/** Records that are missing between two lines. */
interface LogGap {
  readonly afterLine: number;
  readonly beforeLine: number;
  readonly records: number;
}

/** By the sequence numbers of /dev/kmsg and netconsole: what was overwritten before it was read, or did not arrive. */
export interface LogMissing {
  /** Before the first line of the log. */
  readonly startRecords: number;
  /** Between lines: a lower bound. */
  readonly records: number;
  /** The first of them. */
  readonly gaps: readonly LogGap[];
  readonly moreGaps: number;
}

/** What the OOM killer printed, or a failed allocation of pages, as one record. */
export interface LogReport {
  readonly kind: 'oom-kill' | 'page-allocation-failure';
  readonly line: number;
  readonly endLine: number;
  /** Of its first line, counted as {@link KernelLog.timeBase} says. */
  readonly seconds: number | null;
  readonly unixSeconds: number | null;
  /** Who was killed, or whose allocation failed. */
  readonly pid: number | null;
  readonly comm: string | null;
  /** Of who was killed, and the pod that its path names. */
  readonly cgroup: string | null;
  readonly podUid: string | null;
  readonly podNamespace: string | null;
  readonly pod: string | null;
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
  readonly clock: LogClock;
  /** Null where the lines have no sequence numbers: what is missing cannot be seen. */
  readonly missing: LogMissing | null;
  /** The first fifty, all boots. */
  readonly reports: readonly LogReport[];
  readonly moreReports: number;
  /** By their first line. */
  readonly kinds: readonly LogKind[];
  /** Catalogued lines, neighbours of one kind within five seconds joined into one run. */
  readonly events: readonly LogEvent[];
  readonly counts: Readonly<Record<string, number>>;
  /** Lines per second-bin by kind for the timeline: [kind, bin start in seconds, lines]. */
  readonly bins: readonly (readonly [string, number, number])[];
  readonly binSeconds: number;
}
