/** Colours as a picture that stands alone can write them: no variable, no function that only browsers know. Pure. */

export interface PlainColor {
  /** `#rrggbb`. */
  readonly color: string;
  /** 0 to 1. */
  readonly alpha: number;
}

const NUMBER = String.raw`(-?[\d.]+(?:e-?\d+)?%?)`;
const RGB = new RegExp(`^rgba?\\(${NUMBER}[, ]+${NUMBER}[, ]+${NUMBER}(?:[,/ ]+${NUMBER})?\\)$`);
/** What Chromium computes for color-mix(in srgb, …). */
const SRGB = new RegExp(`^color\\(srgb ${NUMBER} ${NUMBER} ${NUMBER}(?: ?/ ?${NUMBER})?\\)$`);

/** A number between 0 and 1; `whole` is what 1 is written as. */
function share(text: string | undefined, whole: number): number {
  if (text === undefined) return 1;
  const value = text.endsWith('%') ? Number.parseFloat(text) / 100 : Number.parseFloat(text) / whole;
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
}

function hex(value: number): string {
  return Math.round(value * 255)
    .toString(16)
    .padStart(2, '0');
}

/** The computed value of a colour; null when it is none or cannot be seen. */
export function plainColor(computed: string): PlainColor | null {
  const text = computed.trim();
  const rgb = RGB.exec(text);
  const found = rgb ?? SRGB.exec(text);
  if (found === null) return null;
  const whole = rgb === null ? 1 : 255;
  const alpha = share(found[4], 1);
  if (alpha === 0) return null;
  const color = `#${[found[1], found[2], found[3]].map((part) => hex(share(part, whole))).join('')}`;
  return { color, alpha: Math.round(alpha * 1000) / 1000 };
}
