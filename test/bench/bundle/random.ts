/** Draws from seeded numbers, for the generator: the same bundle on every machine. */
import { createRandom } from '../../core/support/random.ts';

export interface Draw {
  /** A whole number from 0 to `count` - 1. */
  below(count: number): number;
  /** True once in so many times. */
  oneIn(count: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** Lower case hexadecimal digits. */
  hex(digits: number): string;
  /** A weight of which few are large and most are small, as loads of processes are. */
  weight(spread: number): number;
}

export function createDraw(seed: number): Draw {
  const below = createRandom(seed);
  return {
    below,
    oneIn: (count) => below(count) === 0,
    pick: (items) => items[below(items.length)] ?? items[0],
    hex(digits) {
      let text = '';
      while (text.length < digits)
        text += below(2 ** 32)
          .toString(16)
          .padStart(8, '0');
      return text.slice(0, digits);
    },
    weight(spread) {
      // The sum of a few even numbers is nearly normal.
      let sum = -3;
      for (let i = 0; i < 6; i++) sum += below(1000) / 1000;
      return Math.exp(spread * sum * Math.SQRT2);
    },
  };
}
