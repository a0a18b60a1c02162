/**
 * Bundle text made safe to look at. A process may call itself anything: control characters and bidi overrides would
 * reorder or hide what stands beside them, and ten thousand letters would freeze the layout.
 */

const CONTROL = /\p{Cc}/gu;
/** Format characters (bidi marks, zero width, soft hyphen) and the two line separators. */
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Longest text that is put into the page as one piece; nothing legitimate comes near it. */
const MAX_TEXT = 2000;

/** The start of a text, never half of a surrogate pair. */
export function firstLetters(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** C0 controls become their Unicode pictures, invisible and direction-changing characters the replacement mark. */
export function visible(text: string, limit: number = MAX_TEXT): string {
  const short = text.length > limit ? `${firstLetters(text, limit)}…` : text;
  return short.replace(CONTROL, picture).replace(INVISIBLE, '\ufffd');
}

function picture(letter: string): string {
  const code = letter.charCodeAt(0);
  if (code === 9 || code === 10 || code === 13) return ' ';
  if (code > 127) return '\ufffd';
  return String.fromCharCode(code === 127 ? 0x2421 : 0x2400 + code);
}
