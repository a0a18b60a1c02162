/** Drawing in SVG with d3: sizes are real pixels, the text is never scaled, and every text goes in as text. */
import { type Selection, select } from 'd3';
import { visible } from '../visible.ts';
import type { Box } from './roving.ts';

export type Pen = Selection<SVGGElement, unknown, null, undefined>;

export type Anchor = 'start' | 'middle' | 'end';

export interface Run {
  readonly text: string;
  readonly className?: string;
}

/** Empties the place and starts a named chart in it. */
export function openChart(place: HTMLElement, width: number, height: number, name: string): Pen {
  place.replaceChildren();
  const svg = select(place)
    .append('svg')
    .attr('class', 'chart')
    .attr('width', width)
    .attr('height', height)
    .attr('role', 'group')
    .attr('aria-label', visible(name, 300));
  return svg.append('g');
}

export function group(pen: Pen, className: string): Pen {
  return pen.append('g').attr('class', className);
}

/**
 * Texts that a button names in full: they may be cut or broken into lines, so they stand beside the button, not in it
 * (a name has to contain the text of its button, WCAG 2.5.3), and let the pointer through.
 */
export function labels(pen: Pen): Pen {
  return group(pen, 'labels').attr('aria-hidden', 'true');
}

export function rect(pen: Pen, box: Box, className: string) {
  return pen
    .append('rect')
    .attr('class', className)
    .attr('x', box.x)
    .attr('y', box.y)
    .attr('width', Math.max(0, box.width))
    .attr('height', Math.max(0, box.height));
}

export function line(pen: Pen, x1: number, y1: number, x2: number, y2: number, className: string) {
  return pen.append('line').attr('class', className).attr('x1', x1).attr('y1', y1).attr('x2', x2).attr('y2', y2);
}

export function path(pen: Pen, shape: string, className: string) {
  return pen.append('path').attr('class', className).attr('d', shape);
}

export function write(pen: Pen, x: number, y: number, text: string, className = '', anchor: Anchor = 'start') {
  const drawn = pen.append('text').attr('x', x).attr('y', y).attr('class', className).attr('text-anchor', anchor);
  drawn.text(visible(text));
  // Neighbouring SVG texts have no space between them; whoever reads the node as text needs one.
  drawn.node()?.after(' ');
  return drawn;
}

/** One line of text in several weights, for example a bold count and its plain unit. */
export function writeRuns(pen: Pen, x: number, y: number, runs: readonly Run[], anchor: Anchor = 'start'): void {
  const drawn = pen.append('text').attr('x', x).attr('y', y).attr('text-anchor', anchor).attr('xml:space', 'preserve');
  for (const run of runs) {
    drawn
      .append('tspan')
      .attr('class', run.className ?? '')
      .text(visible(run.text));
  }
}

/** The hover text of a part of a chart. */
export function hint(pen: Pen, text: string): void {
  pen.append('title').attr('aria-hidden', 'true').text(visible(text, 400));
}

/** Makes the group a button by role; the caller gives it its place in the roving order. */
export function asButton(pen: Pen, name: string): SVGGElement | null {
  return pen.attr('role', 'button').attr('aria-label', visible(name, 400)).node();
}
