/** A section as a file: read off the page, put on its ground, and as PNG drawn once more. The host asks where to. */
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { MAX_PICTURE_BYTES } from '../../src/protocol/check.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { captureElement, readShape } from './capture.ts';
import { composePicture } from './compose.ts';
import { type PictureNode, serializePicture } from './picture-node.ts';
import { plainColor } from './plain-color.ts';

const say = defineMessages('webview-save-picture', {
  tooLarge: 'The picture is too large.',
});

export type PictureKind = 'svg' | 'png';

/** Pixels of the PNG for each of the page. */
const SCALE = 2;
/** No canvas of Chromium is longer on a side. */
const MAX_SIDE = 16_000;

interface Source {
  readonly id: string;
  readonly title: string;
  readonly picture: HTMLElement;
}

function patterns(family: string): readonly PictureNode[] {
  return [...document.querySelectorAll('#patterns pattern')].flatMap((each) => readShape(each, family) ?? []);
}

function colorOf(name: 'color' | 'backgroundColor', element: Element, fallback: string): string {
  return plainColor(getComputedStyle(element)[name])?.color ?? fallback;
}

function svgOf(source: Source, stage: Stage) {
  const { width, height } = source.picture.getBoundingClientRect();
  const family = getComputedStyle(document.body).fontFamily;
  const text = colorOf('color', document.body, '#808080');
  const dim = document.querySelector('.facts') ?? document.body;
  const colors = {
    ground: colorOf('backgroundColor', document.body, '#ffffff'),
    text,
    dim: colorOf('color', dim, text),
  };
  const shapes = captureElement(source.picture, family, stage.measure);
  const drawing = { width, height, family, colors, patterns: patterns(family), shapes };
  const { node, captured } = stage.subject();
  const measure = (piece: string) => stage.measure(piece, 12);
  const picture = composePicture({ section: source.title, node, captured }, drawing, measure);
  return { ...picture, svg: serializePicture(picture.root) };
}

async function pngOf(svg: string, width: number, height: number): Promise<Uint8Array> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(SCALE, MAX_SIDE / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (blob === null) throw new Error('The canvas gave no PNG.');
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The picture, which may be behind its table: then it is shown for as long as it is read, which no frame sees. */
function whileShown<T>(source: Source, stage: Stage, read: () => T): T {
  const { hidden } = source.picture;
  source.picture.hidden = false;
  if (hidden) stage.settle();
  try {
    return read();
  } finally {
    source.picture.hidden = hidden;
  }
}

export async function savePicture(kind: PictureKind, source: Source, stage: Stage): Promise<void> {
  const { svg, width, height } = whileShown(source, stage, () => svgOf(source, stage));
  const data = kind === 'svg' ? new TextEncoder().encode(`${svg}\n`) : await pngOf(svg, width, height);
  if (data.length > MAX_PICTURE_BYTES) stage.copied(false, words.text(say.tooLarge()));
  else stage.post({ type: 'savePicture', kind, name: source.id, data });
}
