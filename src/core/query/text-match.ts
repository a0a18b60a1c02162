/** Patterns of the filter language against text of the bundle: no regular expression, so none can run away. */
import { parseV4 } from '../parsers/ip-address.ts';

/** `*` stands for any letters, `?` for one; without them the whole text must be the same. Both are in lower case. */
export function matchesPattern(pattern: string, text: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let retry = 0;
  while (place < text.length) {
    const letter = pattern[at];
    if (letter === '*') {
      star = at++;
      retry = place;
    } else if (letter === '?' || letter === text[place]) {
      at++;
      place++;
    } else if (star >= 0) {
      at = star + 1;
      place = ++retry;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** A test for `10.244.0.0/16`; null when the pattern is no IPv4 network. Takes addresses in host order. */
export function v4Network(pattern: string): ((address: number) => boolean) | null {
  const [base = '', bits = ''] = pattern.split('/');
  const address = parseV4(base);
  if (address === null || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return null;
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(address / size) * size;
  return (candidate) => candidate >= first && candidate < first + size;
}
