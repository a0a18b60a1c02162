/**
 * Tones as fills. Each meaning has a colour and a second sign (hatch, thin hatch, dots, dashes), so the charts can be
 * read in high contrast and without colour vision. Patterns are set as attributes: a url() in the style sheet would be
 * resolved against the style sheet.
 */
import { type Selection, select } from 'd3';
import type { Tone } from '../../src/core/page/evidence-link.ts';

/** bad: the culprit. badReserved: kept by it, not in use. wash: ground of its box, under text. fault: on its way. */
export type Look = 'bad' | 'badReserved' | 'wash' | 'fault' | 'warn' | 'tcp' | 'tint' | 'plain' | 'dots' | 'outside';

interface Pattern {
  readonly id: string;
  readonly size: number;
  readonly turn: number;
  readonly stripe: number;
}

const HATCHES: readonly Pattern[] = [
  { id: 'hatch-bad', size: 6, turn: 45, stripe: 1.6 },
  { id: 'hatch-reserved', size: 6, turn: -45, stripe: 1 },
  { id: 'hatch-wash', size: 8, turn: 45, stripe: 3 },
];

const PATTERN_OF: Readonly<Partial<Record<Look, string>>> = {
  bad: 'hatch-bad',
  badReserved: 'hatch-reserved',
  wash: 'hatch-wash',
  dots: 'dots',
  outside: 'dots',
};

/** Puts the patterns on the page, once; the charts refer to them by id. */
export function installPatterns(parent: HTMLElement): void {
  if (parent.querySelector('#patterns') !== null) return;
  const defs = select(parent)
    .append('svg')
    .attr('id', 'patterns')
    .attr('class', 'patterns')
    .attr('aria-hidden', 'true')
    .append('defs');
  for (const { id, size, turn, stripe } of HATCHES) {
    const pattern = defs.append('pattern').attr('id', id).attr('width', size).attr('height', size);
    pattern.attr('patternUnits', 'userSpaceOnUse').attr('patternTransform', `rotate(${turn})`);
    pattern.append('rect').attr('class', `${id}-ground`).attr('width', size).attr('height', size);
    pattern.append('rect').attr('class', `${id}-stripe`).attr('width', stripe).attr('height', size);
  }
  const dots = defs.append('pattern').attr('id', 'dots').attr('width', 5).attr('height', 5);
  dots.attr('patternUnits', 'userSpaceOnUse');
  dots.append('circle').attr('class', 'dot').attr('cx', 1.5).attr('cy', 1.5).attr('r', 0.9);
}

/** Fill and border of a shape; the colours are in the style sheet. */
export function paint<E extends SVGElement>(shape: Selection<E, unknown, null, undefined>, look: Look): void {
  shape.classed(`look-${look}`, true);
  const pattern = PATTERN_OF[look];
  if (pattern !== undefined) shape.attr('fill', `url(#${pattern})`);
}

const LOOK_OF: Readonly<Record<Tone, Look>> = {
  bad: 'bad',
  warn: 'warn',
  good: 'tcp',
  tcp: 'tcp',
  plain: 'plain',
  faint: 'dots',
};

export function lookOf(tone: Tone): Look {
  return LOOK_OF[tone];
}

/** The little sample of a look that stands in legends and tables. */
export function swatch(look: Look): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const drawn = select(svg).attr('class', 'swatch').attr('width', 14).attr('height', 12).attr('aria-hidden', 'true');
  const shape = drawn.append('rect').attr('x', 0.5).attr('y', 0.5).attr('width', 13).attr('height', 11);
  paint(shape, look);
  return svg;
}
