/** A section of the page: head, picture, and its table twin behind the second icon. */
import { append, type Child, el } from '../dom.ts';
import { type PictureKind, savePicture } from '../picture/save-picture.ts';
import type { Stage } from '../stage.ts';
import { toolButton } from '../tool-button.ts';
import { menuButton } from './menu.ts';
import { replyPlace } from './reply.ts';
import { scopeTag } from './toolkit.ts';

export interface Heading {
  readonly id: string;
  readonly title: string;
  /** node or namespace: what the numbers count. */
  readonly scope?: string;
  readonly note?: Child;
}

export interface Twin extends Heading {
  /** Controls of the picture, before the two icons. */
  readonly controls?: readonly Child[];
  readonly picture: HTMLElement;
  /** False where the place of the picture says that there is none. */
  readonly canSave?: boolean;
  table(): HTMLElement;
  /** Stays below picture and table alike. */
  readonly below?: Child;
}

function sectionHead(heading: Heading, tools: Child = null): HTMLElement {
  return el(
    'div',
    { class: 'section-head' },
    el('h2', { id: `${heading.id}-title`, tabindex: -1 }, heading.title),
    heading.scope === undefined ? null : scopeTag(heading.scope),
    el('span', { class: 'section-note dim' }, heading.note),
    tools,
  );
}

export function plainSection(heading: Heading, ...children: readonly Child[]): HTMLElement {
  return el('section', { id: heading.id, 'aria-labelledby': `${heading.id}-title` }, sectionHead(heading), ...children);
}

/** What the two icons do: exactly one of picture and table is on the page. */
function connectTwin(
  twin: Twin,
  stage: Stage,
  asPicture: HTMLButtonElement,
  asTable: HTMLButtonElement,
  table: HTMLElement,
): () => void {
  const show = (wanted: boolean) => {
    asPicture.setAttribute('aria-pressed', String(!wanted));
    asTable.setAttribute('aria-pressed', String(wanted));
    twin.picture.hidden = wanted;
    table.hidden = !wanted;
    table.replaceChildren(...(wanted ? [twin.table()] : []));
    stage.settle();
  };
  const choose = (wanted: boolean) => {
    const others = stage.view().tables.filter((id) => id !== twin.id);
    stage.remember({ tables: wanted ? [...others, twin.id] : others });
    show(wanted);
  };
  asPicture.addEventListener('click', () => choose(false));
  asTable.addEventListener('click', () => choose(true));
  show(stage.view().tables.includes(twin.id));
  return () => choose(table.hidden === true);
}

/** The third icon: a menu of the two kinds of file, and beside it what became of the picture. */
function pictureTool(twin: Twin, stage: Stage): readonly HTMLElement[] {
  const reply = replyPlace(stage);
  const button = toolButton('save', `Save ${twin.title} as a picture`);
  const save = (kind: PictureKind) => {
    reply.expect();
    savePicture(kind, twin, stage).catch((error: unknown) => {
      stage.copied(false, 'The picture could not be drawn.');
      const message = error instanceof Error ? error.message : 'unknown error';
      stage.post({ type: 'trouble', message: `Save Picture: ${message}`.slice(0, 2000) });
    });
  };
  const items = [
    { text: 'Save as SVG…', act: () => save('svg') },
    { text: 'Save as PNG…', act: () => save('png') },
  ];
  return [reply.element, menuButton(button, `Save ${twin.title} as a picture`, items)];
}

export function twinSection(twin: Twin, stage: Stage): HTMLElement {
  const asPicture = toolButton('chart', `Show ${twin.title} as picture`);
  const asTable = toolButton('table', `Show ${twin.title} as table`);
  const table = el('div', { class: 'twin-place' });
  const toggle = connectTwin(twin, stage, asPicture, asTable, table);
  const tools = el('div', { class: 'tools' });
  const [reply, save] = twin.canSave === false ? [] : pictureTool(twin, stage);
  append(tools, [reply, ...(twin.controls ?? []), asPicture, asTable, save]);
  const labelled = { id: twin.id, 'aria-labelledby': `${twin.id}-title` };
  const section = el('section', labelled, sectionHead(twin, tools), twin.picture, table, twin.below);
  twin.picture.addEventListener('keydown', (event) => {
    if (event.key !== 't' || event.ctrlKey || event.altKey || event.metaKey) return;
    toggle();
    asTable.focus();
  });
  return section;
}

export function emptyBox(title: string, text: string): HTMLElement {
  return el('div', { class: 'empty' }, el('h3', {}, title), text === '' ? null : el('p', { class: 'dim' }, text));
}
