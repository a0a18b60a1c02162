/** How wide a text is, and how much of it fits. SVG has no ellipsis of its own, so the charts cut before they draw. */
import { firstLetters, visible } from '../visible.ts';

/** Width in px of a text of the page's font. */
export type Measure = (text: string, px: number, weight?: number) => number;

const ELLIPSIS = '…';
/** No label on the page is as long as this; a longer name is cut before it is measured. */
const MAX_LABEL = 240;

export function createMeasure(): Measure {
  const context = document.createElement('canvas').getContext('2d');
  const family = getComputedStyle(document.body).fontFamily;
  return (text, px, weight = 400) => {
    if (context === null) return text.length * px * 0.6;
    context.font = `${weight} ${px}px ${family}`;
    return context.measureText(text).width;
  };
}

/** The text, or as much of it as fits into max px with an ellipsis; empty when not even one letter does. */
export function fitText(text: string, max: number, measure: (text: string) => number): string {
  const whole = visible(text, MAX_LABEL);
  if (measure(whole) <= max) return whole;
  let low = 0;
  let high = whole.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(whole.slice(0, middle) + ELLIPSIS) <= max) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : firstLetters(whole, low).trimEnd() + ELLIPSIS;
}

/** Breaks a name after its separators, or anywhere when it has none; the last line is cut when the name is longer. */
export function wrapName(text: string, max: number, maxLines: number, measure: (text: string) => number): string[] {
  if (maxLines < 1) return [];
  const pieces =
    visible(text, MAX_LABEL)
      .match(/[^/\s-]*[/\s-]?/g)
      ?.filter(Boolean) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const [index, piece] of pieces.entries()) {
    if (line === '' || measure(line + piece) <= max) {
      line += piece;
    } else if (lines.length === maxLines - 1) {
      return [...lines, fitText(line + pieces.slice(index).join(''), max, measure)];
    } else {
      lines.push(fitText(line.trimEnd(), max, measure));
      line = piece;
    }
  }
  return line === '' ? lines : [...lines, fitText(line, max, measure)];
}

/** Breaks a sentence at spaces into at most maxLines lines; the last one is cut when the sentence is longer. */
export function wrapText(text: string, max: number, maxLines: number, measure: (text: string) => number): string[] {
  const words = visible(text).split(' ').filter(Boolean);
  const lines: string[] = [];
  let line = '';
  for (const [index, word] of words.entries()) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || measure(longer) <= max) {
      line = longer;
    } else if (lines.length === maxLines - 1) {
      return [...lines, fitText([line, ...words.slice(index)].join(' '), max, measure)];
    } else {
      lines.push(fitText(line, max, measure));
      line = word;
    }
  }
  return line === '' ? lines : [...lines, fitText(line, max, measure)];
}

/** Of so many marks side by side, every how many have room for a label. */
export function labelEvery(marks: number, width: number, labelWidth: number): number {
  if (marks === 0 || width <= 0) return 1;
  return Math.max(1, Math.ceil(((labelWidth + 10) * marks) / width));
}
