/**
 * An SVG that stands alone, as a tree: only elements and attributes of these lists are in it, styles are attributes, a
 * reference leads into the picture itself, and every text is a text node. Pure.
 */
import { plainColor } from './plain-color.ts';

export interface PictureNode {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (PictureNode | string)[];
}

/** Whoever is asked has the value of an attribute or of a computed style by its name; empty when there is none. */
type Ask = (name: string) => string;

export const SHAPES: ReadonlySet<string> = new Set(['rect', 'line', 'path', 'circle', 'text', 'tspan']);
const GROUPS: ReadonlySet<string> = new Set(['svg', 'g', 'defs', 'pattern', 'marker', 'clipPath']);

/** Where things are, and how big; they are taken as they stand. */
const PLACES = (
  'id x y dx dy width height rx ry cx cy r x1 y1 x2 y2 d points transform viewBox refX refY markerWidth markerHeight ' +
  'orient patternUnits patternTransform text-anchor xml:space'
).split(' ');
const ALLOWED: ReadonlySet<string> = new Set([
  ...PLACES,
  ...'xmlns role aria-label overflow fill fill-opacity stroke stroke-opacity stroke-width stroke-dasharray'.split(' '),
  ...'stroke-linecap stroke-linejoin opacity paint-order font-family font-size font-weight font-style'.split(' '),
  ...'unicode-bidi marker-end clip-path'.split(' '),
]);
const REFERENCE = /^url\((?:["']?)#([\w-]+)(?:["']?)\)/;

export function isPictureTag(tag: string): boolean {
  return SHAPES.has(tag) || GROUPS.has(tag);
}

/** `url(#id)` of a value that refers into the page; null for every other one, one of another document included. */
function localReference(value: string): string | null {
  const id = REFERENCE.exec(value.trim())?.[1];
  return id === undefined ? null : `url(#${id})`;
}

const withoutUnits = (value: string) => value.replaceAll(/(\d)px/g, '$1');

/** fill or stroke, with its opacity folded in. */
function paintAttributes(name: 'fill' | 'stroke', style: Ask): Record<string, string> {
  const value = style(name);
  const reference = localReference(value);
  const opacity = Number.parseFloat(style(`${name}-opacity`) || '1');
  if (reference !== null)
    return { [name]: reference, ...(opacity < 1 ? { [`${name}-opacity`]: String(opacity) } : {}) };
  const plain = plainColor(value);
  if (plain === null) return { [name]: 'none' };
  const alpha = Math.round(plain.alpha * opacity * 1000) / 1000;
  return { [name]: plain.color, ...(alpha < 1 ? { [`${name}-opacity`]: String(alpha) } : {}) };
}

function strokeAttributes(style: Ask): Record<string, string> {
  const paint = paintAttributes('stroke', style);
  // Nothing is drawn for fill only by being silent: the default of stroke is none already.
  if (paint['stroke'] === 'none') return {};
  const extra: Record<string, string> = { 'stroke-width': withoutUnits(style('stroke-width')) };
  const defaults = { 'stroke-dasharray': 'none', 'stroke-linecap': 'butt', 'stroke-linejoin': 'miter' };
  for (const [name, standard] of Object.entries(defaults)) {
    const value = withoutUnits(style(name));
    if (value !== '' && value !== standard) extra[name] = value;
  }
  if (style('paint-order').startsWith('stroke')) extra['paint-order'] = 'stroke';
  return { ...paint, ...extra };
}

/** Font of a text; the family only where it is not the one of the whole picture. */
export function fontAttributes(style: Ask, family: string): Record<string, string> {
  const weight = style('font-weight');
  return {
    'font-size': withoutUnits(style('font-size')),
    ...(weight === '' || weight === '400' ? {} : { 'font-weight': weight }),
    ...(style('font-style') === 'italic' ? { 'font-style': 'italic' } : {}),
    ...(style('font-family') === family ? {} : { 'font-family': style('font-family') }),
    ...(style('unicode-bidi') === 'isolate' ? { 'unicode-bidi': 'isolate' } : {}),
  };
}

/** Everything that an SVG element looks like, from its own attributes and from what the style sheets made of it. */
export function resolveElement(tag: string, own: Ask, style: Ask, family: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of PLACES) {
    const value = own(name);
    if (value !== '') attributes[name] = value;
  }
  for (const name of ['marker-end', 'clip-path']) {
    const reference = localReference(own(name));
    if (reference !== null) attributes[name] = reference;
  }
  const opacity = style('opacity');
  if (opacity !== '' && Number.parseFloat(opacity) < 1) attributes['opacity'] = opacity;
  if (!SHAPES.has(tag)) return attributes;
  const text = tag === 'text' || tag === 'tspan' ? fontAttributes(style, family) : {};
  return { ...attributes, ...paintAttributes('fill', style), ...strokeAttributes(style), ...text };
}

/** Nothing of it reaches the eye: neither filled nor stroked. */
export function isUnseen(attributes: Readonly<Record<string, string>>): boolean {
  return attributes['fill'] === 'none' && attributes['stroke'] === undefined;
}

/** What XML cannot hold at all (most controls, halves of pairs, two noncharacters) becomes the replacement mark. */
function escapeXml(text: string): string {
  const whole = text.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };
  return whole.replaceAll(/[&<>"']/g, (letter) => `&${names[letter]};`);
}

/** Elements and attributes of the lists only, whoever made the tree. */
export function serializePicture(node: PictureNode | string): string {
  if (typeof node === 'string') return escapeXml(node);
  if (!isPictureTag(node.tag)) return '';
  const attributes = Object.entries(node.attributes)
    .filter(([name, value]) => ALLOWED.has(name) && (!value.includes('url(') || localReference(value) === value))
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join('');
  const children = node.children.map(serializePicture).join('');
  return children === '' ? `<${node.tag}${attributes}/>` : `<${node.tag}${attributes}>${children}</${node.tag}>`;
}
