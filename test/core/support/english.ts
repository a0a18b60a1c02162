import { ENGLISH } from '../../../src/core/wording/languages.ts';
import { type Worded, worded } from '../../../src/core/wording/worded.ts';

/** A message, a finding or a whole report with its English texts. */
export function english<T>(value: T): Worded<T> {
  return worded(value, ENGLISH);
}
