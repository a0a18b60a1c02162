/** The pseudo language marks whatever has a template; what it did not mark is found here. */
import { wordingFor } from '../../../src/core/wording/languages.ts';

export const PSEUDO = wordingFor('qps');

/** The text without its marked parts. */
export function unmarked(text: string): string {
  let depth = 0;
  let rest = '';
  for (const part of text.split(/(\[!! | !!\])/)) {
    if (part === '[!! ') depth++;
    else if (part === ' !!]') depth--;
    else if (depth === 0) rest += part;
  }
  return rest;
}

/** Two words in a row are a sentence, or a part of one: names and code have no blanks. */
export function isProse(text: string): boolean {
  return /[a-z]{2,}[,;:]? [a-z]{2,}/i.test(text);
}
