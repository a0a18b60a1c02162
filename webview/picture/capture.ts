/**
 * Reads a drawn section off the page: its SVGs element by element, and of the HTML around them (legends, tables, rows)
 * grounds, borders and texts, where they stand. What is seen is what is taken: nothing is laid out a second time.
 */
import { fitText, type Measure } from '../charts/measure.ts';
import { fontAttributes, isPictureTag, isUnseen, type PictureNode, resolveElement, SHAPES } from './picture-node.ts';
import { plainColor } from './plain-color.ts';

interface Clip {
  readonly right: number;
  readonly bottom: number;
}

interface Reader {
  /** Of the corner of the picture in the window. */
  readonly left: number;
  readonly top: number;
  readonly family: string;
  readonly measure: Measure;
  /** Which part of the box of a text, which is as high as its font, lies above the line it stands on. */
  ascent(font: string): number;
  readonly found: PictureNode[];
}

/** Controls and words that mean nothing in a picture, and what is there for the ear only. */
const LEFT_OUT = '.spoken, .zoom-bar, .list-length, .patterns, [hidden]';
const round = (value: number) => String(Math.round(value * 100) / 100);

/** An element of an SVG with all below it; null when nothing of it is drawn. */
export function readShape(element: Element, family: string): PictureNode | null {
  const tag = element.localName;
  const style = getComputedStyle(element);
  const isDefinition = element.closest('defs') !== null;
  if (!isPictureTag(tag) || (!isDefinition && style.display === 'none') || style.visibility === 'hidden') return null;
  const own = (name: string) => element.getAttribute(name) ?? '';
  const attributes = resolveElement(tag, own, (name) => style.getPropertyValue(name), family);
  if (SHAPES.has(tag) && tag !== 'text' && isUnseen(attributes)) return null;
  const isText = tag === 'text' || tag === 'tspan';
  const children: (PictureNode | string)[] = [];
  for (const child of element.childNodes) {
    if (child instanceof Element) {
      const shape = readShape(child, family);
      if (shape !== null) children.push(shape);
    } else if (isText) {
      children.push(child.textContent ?? '');
    }
  }
  if (children.length === 0 && !SHAPES.has(tag)) return null;
  return { tag, attributes, children };
}

function readSvg(svg: SVGSVGElement, reader: Reader): void {
  const box = svg.getBoundingClientRect();
  const shape = readShape(svg, reader.family);
  if (shape === null || box.width === 0) return;
  const place = { x: box.left - reader.left, y: box.top - reader.top, width: box.width, height: box.height };
  const placed = Object.fromEntries(Object.entries(place).map(([name, value]) => [name, round(value)]));
  reader.found.push({ ...shape, attributes: { ...shape.attributes, ...placed, overflow: 'visible' } });
}

function readGround(style: CSSStyleDeclaration, box: DOMRect, reader: Reader): void {
  const ground = plainColor(style.backgroundColor);
  if (ground === null) return;
  reader.found.push({
    tag: 'rect',
    attributes: {
      x: round(box.left - reader.left),
      y: round(box.top - reader.top),
      width: round(box.width),
      height: round(box.height),
      rx: round(Number.parseFloat(style.borderTopLeftRadius) || 0),
      fill: ground.color,
      'fill-opacity': String(ground.alpha),
    },
    children: [],
  });
}

function readBorders(style: CSSStyleDeclaration, box: DOMRect, reader: Reader): void {
  const { left, top, right, bottom } = box;
  const sides = {
    top: [left, top, right, top],
    bottom: [left, bottom, right, bottom],
    left: [left, top, left, bottom],
    right: [right, top, right, bottom],
  } as const;
  for (const [side, [x1, y1, x2, y2]] of Object.entries(sides)) {
    const width = Number.parseFloat(style.getPropertyValue(`border-${side}-width`));
    const color = plainColor(style.getPropertyValue(`border-${side}-color`));
    const kind = style.getPropertyValue(`border-${side}-style`);
    if (!(width > 0) || color === null || kind === 'none') continue;
    // A border lies inside its box.
    const shift = (side === 'top' || side === 'left' ? width : -width) / 2;
    const [dx, dy] = side === 'left' || side === 'right' ? [shift, 0] : [0, shift];
    const place = {
      x1: x1 - reader.left + dx,
      y1: y1 - reader.top + dy,
      x2: x2 - reader.left + dx,
      y2: y2 - reader.top + dy,
    };
    const attributes: Record<string, string> = { stroke: color.color, 'stroke-width': round(width) };
    for (const [name, value] of Object.entries(place)) attributes[name] = round(value);
    if (color.alpha < 1) attributes['stroke-opacity'] = String(color.alpha);
    if (kind === 'dashed') attributes['stroke-dasharray'] = '4 3';
    reader.found.push({ tag: 'line', attributes, children: [] });
  }
}

interface Line {
  readonly text: string;
  readonly box: DOMRect;
}

/** The lines that a text node was broken into, with their boxes. */
function linesOf(node: Text): readonly Line[] {
  const text = node.data;
  const range = document.createRange();
  const boxOf = (from: number, to: number) => {
    range.setStart(node, from);
    range.setEnd(node, to);
    return range.getBoundingClientRect();
  };
  const whole = boxOf(0, text.length);
  if (range.getClientRects().length < 2) return [{ text, box: whole }];
  const lines: Line[] = [];
  let start = 0;
  for (const word of text.matchAll(/\S+\s*/g)) {
    const end = word.index + word[0].trimEnd().length;
    if (word.index > start && boxOf(word.index, end).top > boxOf(start, start + 1).top + 2) {
      lines.push({ text: text.slice(start, word.index), box: boxOf(start, word.index) });
      start = word.index;
    }
  }
  return [...lines, { text: text.slice(start), box: boxOf(start, text.length) }];
}

function readText(node: Text, style: CSSStyleDeclaration, clip: Clip, reader: Reader): void {
  const color = plainColor(style.color);
  if (color === null || node.data.trim() === '') return;
  const size = Number.parseFloat(style.fontSize);
  for (const { text, box } of linesOf(node)) {
    if (box.width === 0 || box.top >= clip.bottom - 1) continue;
    const words = text.replaceAll(/\s+/g, ' ').trim();
    const measure = (piece: string) => reader.measure(piece, size, Number(style.fontWeight));
    const shown = box.right > clip.right + 1 ? fitText(words, clip.right - box.left, measure) : words;
    const baseline = box.top + box.height * reader.ascent(style.font);
    const place = { x: round(box.left - reader.left), y: round(baseline - reader.top) };
    const paint = color.alpha < 1 ? { fill: color.color, 'fill-opacity': String(color.alpha) } : { fill: color.color };
    const font = fontAttributes((name) => style.getPropertyValue(name), reader.family);
    if (shown !== '')
      reader.found.push({ tag: 'text', attributes: { ...place, ...paint, ...font }, children: [shown] });
  }
}

function readHtml(element: Element, clip: Clip, reader: Reader): void {
  const style = getComputedStyle(element);
  if (element.matches(LEFT_OUT) || style.display === 'none' || style.visibility === 'hidden') return;
  const box = element.getBoundingClientRect();
  readGround(style, box, reader);
  readBorders(style, box, reader);
  const cuts = style.overflowX !== 'visible';
  const inner = cuts ? { right: Math.min(clip.right, box.right), bottom: Math.min(clip.bottom, box.bottom) } : clip;
  for (const child of element.childNodes) {
    if (child instanceof SVGSVGElement) readSvg(child, reader);
    else if (child instanceof Element) readHtml(child, inner, reader);
    else if (child instanceof Text) readText(child, style, inner, reader);
  }
}

function createAscent(): (font: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  return (font) => {
    if (context === null) return 0.79;
    context.font = font;
    const { fontBoundingBoxAscent: above, fontBoundingBoxDescent: below } = context.measureText('x');
    return above + below > 0 ? above / (above + below) : 0.79;
  };
}

/** Everything that is seen of the element, from its top left corner on. It has to be on the page, and not hidden. */
export function captureElement(element: HTMLElement, family: string, measure: Measure): readonly PictureNode[] {
  const { left, top } = element.getBoundingClientRect();
  const reader: Reader = { left, top, family, measure, ascent: createAscent(), found: [] };
  readHtml(element, { right: Number.POSITIVE_INFINITY, bottom: Number.POSITIVE_INFINITY }, reader);
  return reader.found;
}
