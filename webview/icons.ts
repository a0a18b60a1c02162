/** Icons of 16 by 16 as outlines, made with createElementNS: no icon font has to be loaded or allowed. */
import type { Tone } from '../src/core/page/evidence-link.ts';

const RING = 'M8 1.8a6.2 6.2 0 1 1 0 12.4a6.2 6.2 0 1 1 0-12.4z';

const OUTLINES = {
  bad: `${RING}M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8`,
  warn: 'M8 2.2L14.3 13.6H1.7zM8 6.2v4M8 11.3v1.3',
  info: `${RING}M8 7.2v4M8 4.6v1.4`,
  ok: `${RING}M5.2 8.2l2 2 3.6-4`,
  check: 'M3 8.5l3.2 3.2L13 4.8',
  cross: 'M4 4l8 8M12 4l-8 8',
  dash: 'M4 8h8',
  slash: `${RING}M4 12L12 4`,
  table: 'M2 3h12v10H2zM2 6.3h12M2 9.6h12M6.5 6.3V13',
  chart: 'M2.5 2v11.5H14M5.5 13V8M8.5 13V4.5M11.5 13V10',
  save: 'M8 2v7.5M5 6.8l3 3 3-3M2.5 11v2.5h11V11',
  copy: 'M5.5 4.5h8v9h-8zM3 11.5H2.5v-9h8V3',
  file: 'M3.5 1.8h5.6l3.4 3.4v9H3.5zM9 1.8v3.6h3.5',
  left: 'M10 3L5 8l5 5',
  right: 'M6 3l5 5-5 5',
  down: 'M3 6l5 5 5-5',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9zM10.3 10.3L14 14',
  filter: 'M2 3.5h12M4.5 8h7M7 12.5h2',
  retry: 'M13 8a5 5 0 1 1-1.6-3.7M11.6 1.8v2.9H8.7',
} as const;

export type IconName = keyof typeof OUTLINES;

const SVG = 'http://www.w3.org/2000/svg';

function outline(name: IconName): SVGPathElement {
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', OUTLINES[name]);
  return path;
}

/** A decoration: what it says is always written beside it too. */
export function icon(name: IconName, className = ''): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `icon ${className}`.trim());
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(outline(name));
  return svg;
}

/** The same drawing inside a chart, its top left corner at x, y. */
export function iconAt(parent: Element, name: IconName, x: number, y: number, className = ''): void {
  const group = document.createElementNS(SVG, 'g');
  group.setAttribute('class', `icon ${className}`.trim());
  group.setAttribute('transform', `translate(${x} ${y})`);
  group.setAttribute('aria-hidden', 'true');
  group.append(outline(name));
  parent.append(group);
}

const TONE_ICONS: Readonly<Record<Tone, IconName>> = {
  bad: 'bad',
  warn: 'warn',
  good: 'ok',
  tcp: 'info',
  plain: 'dash',
  faint: 'dash',
};

export function toneIcon(tone: Tone): SVGSVGElement {
  return icon(TONE_ICONS[tone], `tone-${tone}`);
}

export function toneIconName(tone: Tone): IconName {
  return TONE_ICONS[tone];
}
