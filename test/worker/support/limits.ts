import { type Limits, readLimits } from '../../../src/protocol/limits.ts';

/** The defaults, with some changed. */
export function limits(change: Partial<Limits> = {}): Limits {
  return { ...readLimits(() => undefined), ...change };
}
