/** A section of the page: head, picture, and its table twin behind the second icon. */
import type { Message } from '../../src/core/report/message.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { append, type Child, el } from '../dom.ts';
import { type PictureKind, savePicture } from '../picture/save-picture.ts';
import type { Scope } from '../scope.ts';
import type { Stage } from '../stage.ts';
import { toolButton } from '../tool-button.ts';
import { words } from '../words.ts';
import { menuButton } from './menu.ts';
import { replyPlace } from './reply.ts';
import { scopeTag } from './toolkit.ts';

const say = defineMessages('webview-section', {
  showPicture: 'Show {section} as picture',
  showTable: 'Show {section} as table',
  asTable: '{section} as table',
  save: 'Save {section} as a picture',
  saveAs: 'Save as {format}…',
  notDrawn: 'The picture could not be drawn.',
});

export interface Heading {
  readonly id: string;
  readonly title: Message;
  readonly scope?: Scope;
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
    el('h2', { id: `${heading.id}-title`, tabindex: -1 }, words.text(heading.title)),
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
  const name = words.text(say.save({ section: twin.title }));
  const button = toolButton('save', name);
  const save = (kind: PictureKind) => {
    reply.expect();
    const source = { id: twin.id, title: words.text(twin.title), picture: twin.picture };
    savePicture(kind, source, stage).catch((error: unknown) => {
      stage.copied(false, words.text(say.notDrawn()));
      const message = error instanceof Error ? error.message : String(error);
      stage.post({ type: 'trouble', message: `Save Picture: ${message}`.slice(0, 2000) });
    });
  };
  const items = [
    { text: words.text(say.saveAs({ format: 'SVG' })), act: () => save('svg') },
    { text: words.text(say.saveAs({ format: 'PNG' })), act: () => save('png') },
  ];
  return [reply.element, menuButton(button, name, items)];
}

/** The name of the table twin of a section. */
export function tableName(section: Message): string {
  return words.text(say.asTable({ section }));
}

export function twinSection(twin: Twin, stage: Stage): HTMLElement {
  const asPicture = toolButton('chart', words.text(say.showPicture({ section: twin.title })));
  const asTable = toolButton('table', words.text(say.showTable({ section: twin.title })));
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
