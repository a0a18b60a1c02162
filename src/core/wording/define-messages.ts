/** Declares the sentences of one file or rule, with their English templates beside what says them. */
import type { Message } from '../report/message.ts';
import type { TemplateArgs } from './template-args.ts';

type Say<T extends string> = keyof TemplateArgs<T> extends never ? () => Message : (args: TemplateArgs<T>) => Message;

export type Messages<T extends Readonly<Record<string, string>>> = { readonly [K in keyof T & string]: Say<T[K]> };

const ENGLISH = new Map<string, string>();
const NO_ARGS = {};

/**
 * Makes a function for each template: `say.unread({ process, sockets })` gives the message `<scope>.unread`. The type of
 * its arguments comes from the template (template-args.ts). Throws when two files take the same scope and name.
 */
export function defineMessages<const T extends Readonly<Record<string, string>>>(
  scope: string,
  templates: T,
): Messages<T> {
  // Without a prototype: objects of hundreds of different shapes would take V8 longer, when a program starts.
  const say: Record<string, (args?: Message['args']) => Message> = Object.create(null);
  for (const [name, template] of Object.entries(templates)) {
    const id = `${scope}.${name}`;
    declare(id, template);
    say[name] = (args = NO_ARGS) => ({ id, args });
  }
  return say as unknown as Messages<T>;
}

/** One message without arguments, by its whole id: a table of hundreds of sentences is declared when a program starts. */
export function defineSentence(id: string, template: string): Message {
  declare(id, template);
  return { id, args: NO_ARGS };
}

function declare(id: string, template: string): void {
  const known = ENGLISH.get(id);
  if (known !== undefined && known !== template) throw new Error(`the message ${id} is declared twice`);
  ENGLISH.set(id, template);
}

/** The English template of every message of the files that are loaded, by id. */
export function englishTemplates(): ReadonlyMap<string, string> {
  return ENGLISH;
}
