/** Bounds against hostile archives. */
import type { Message } from '../core/report/message.ts';

/** Real bundles stay far below: the largest seen has 0.6 GB and 0.9 million members. */
export interface ArchiveLimits {
  /** Unpacked bytes that are read before the rest is given up. */
  readonly maxBytes: number;
  readonly maxEntries: number;
  /**
   * Unpacked bytes for each packed byte, once more than ratioFloorBytes were unpacked. Text of /proc and headers of
   * links pack at most about 60 to 1, a bomb of zeros 1000 to 1.
   */
  readonly maxRatio: number;
  readonly ratioFloorBytes: number;
  /** Longest member that is opened for reading. */
  readonly maxMemberBytes: number;
}

export const DEFAULT_LIMITS: ArchiveLimits = {
  maxBytes: 16 * 2 ** 30,
  maxEntries: 20_000_000,
  maxRatio: 400,
  ratioFloorBytes: 256 * 2 ** 20,
  maxMemberBytes: 512 * 2 ** 20,
};

/** How whoever set the limits calls them: settings of VS Code, options of the command line. */
export type LimitNames = Readonly<Record<'maxBytes' | 'maxEntries' | 'maxRatio', Message | string>>;
