/** What a scan of the kernel log (kernel-log.ts) gives. */
import type { LogGaps } from './log-gaps.ts';
import type { LogReports } from './log-report-reader.ts';
import type { WallTime } from './log-wall-time.ts';

export interface LogHit {
  readonly id: string;
  /** Counted from 1. */
  readonly line: number;
  /** Since boot; null when the line does not say. */
  readonly seconds: number | null;
  /** Milliseconds since 1970, in the zone that {@link LogScan.clock} tells; absent when the line has no time of day. */
  readonly wallMs?: number;
  /** Of the boots that the log has, counted from 0; absent for the first. */
  readonly boot?: number;
  /** How many messages the line stands for; absent when it is one. */
  readonly times?: number;
  /** The line itself, of the messages whose details rules read; at most MAX_TEXTS of them. */
  readonly text?: string;
}

/** A moment of which the log tells the time of day and, where that is known, the seconds since the last boot. */
export interface LogClock {
  readonly wall: WallTime;
  readonly seconds: number | null;
}

export interface LogScan {
  readonly lines: number;
  readonly firstSeconds: number | null;
  readonly lastSeconds: number | null;
  readonly hits: readonly LogHit[];
  /** Sum of N in "net_ratelimit: N callbacks suppressed": network messages of any kind. */
  readonly suppressed: number;
  /** Hits beyond the limit were counted here and not kept. */
  readonly dropped: number;
  /** How many boots the log tells of; 0 when it is empty. */
  readonly boots: number;
  /** Null when no line has a time of day. */
  readonly clock: LogClock | null;
  /** The last line that tells both, at the moment that it was printed; null when none does. */
  readonly lastClock: LogClock | null;
  /** Of the first and the last line that have a time of day, as {@link LogHit.wallMs}. */
  readonly firstWallMs: number | null;
  readonly lastWallMs: number | null;
  /** Records that are not in the log; null where its lines have no sequence numbers. */
  readonly missing: LogGaps | null;
  /** What the OOM killer printed, and failed allocations of pages. */
  readonly reports: LogReports;
}
