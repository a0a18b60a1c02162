/** Puts the drawing of a section on its ground, under a line that says what, of which node, and when. Pure. */
import { wrapText } from '../charts/measure.ts';
import type { PictureNode } from './picture-node.ts';

/** Of whom a picture is; every part may be empty. */
export interface Caption {
  readonly section: string;
  readonly node: string;
  /** `captured 2026-11-23 05:20:01 UTC`. */
  readonly captured: string;
}

interface Colors {
  readonly ground: string;
  readonly text: string;
  readonly dim: string;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly family: string;
  readonly colors: Colors;
  /** Patterns that the shapes refer to. */
  readonly patterns: readonly PictureNode[];
  readonly shapes: readonly PictureNode[];
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly root: PictureNode;
}

const PAD = 16;
const LINE = 18;
/** A picture of a narrow column still has room for its title. */
const MIN_WIDTH = 240;
const MAX_LINES = 4;

function textNode(x: number, y: number, size: number, fill: string, text: string, weight = ''): PictureNode {
  const attributes = { x: String(x), y: String(y), 'font-size': String(size), fill };
  return {
    tag: 'text',
    attributes: weight === '' ? attributes : { ...attributes, 'font-weight': weight },
    children: [text],
  };
}

/** `measure` is the width in px of a text of 12 px. */
export function composePicture(caption: Caption, drawing: Drawing, measure: (text: string) => number): Picture {
  const inner = Math.max(MIN_WIDTH, Math.ceil(drawing.width));
  const about = [caption.node, caption.captured, 'Sockscope'].filter((part) => part !== '').join(' · ');
  const lines = wrapText(about, inner, MAX_LINES, measure);
  const head = 20 + lines.length * LINE + 8;
  const width = inner + 2 * PAD;
  const height = Math.ceil(drawing.height) + head + 2 * PAD;
  const { ground, text, dim } = drawing.colors;
  const size = { width: String(width), height: String(height) };
  const root: PictureNode = {
    tag: 'svg',
    attributes: {
      xmlns: 'http://www.w3.org/2000/svg',
      ...size,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': `${caption.section}. ${about}`,
      'font-family': drawing.family,
    },
    children: [
      { tag: 'defs', attributes: {}, children: drawing.patterns },
      { tag: 'rect', attributes: { ...size, fill: ground }, children: [] },
      textNode(PAD, PAD + 14, 14, text, caption.section, '600'),
      ...lines.map((line, index) => textNode(PAD, PAD + 14 + (index + 1) * LINE, 12, dim, line)),
      { tag: 'g', attributes: { transform: `translate(${PAD} ${PAD + head})` }, children: drawing.shapes },
    ],
  };
  return { width, height, root };
}
