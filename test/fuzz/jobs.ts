/** What a thread of the fuzzer is told, what it says, and what it counts in shared memory. */
import { ENDS, type Kind } from './cases.ts';

export type Job =
  | { readonly kind: Kind; readonly from: number; readonly to: number }
  /** `from` and `to` are numbers of targets. */
  | { readonly kind: 'coverage'; readonly from: number; readonly to: number; readonly inputs: number };

export type Said =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'fault';
      readonly seed: number;
      readonly fault: string;
      /** A small input that fails in this way; null when it was kept before or cannot be had. */
      readonly bytes: Uint8Array | null;
      readonly extension: string;
    };

export const SEED = 0;
export const TRIED = 1;
export const FAULTS = 2;
/** Coverage: inputs that reached something new. */
export const KEPT = 3;
export const FIRST_END = 4;
export const COUNTERS = FIRST_END + ENDS.length;
