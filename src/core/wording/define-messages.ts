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
  const say: Record<string, (args?: Message['args']) => Message> = {};
  for (const [name, template] of Object.entries(templates)) {
    const id = `${scope}.${name}`;
    if (ENGLISH.has(id) && ENGLISH.get(id) !== template) throw new Error(`the message ${id} is declared twice`);
    ENGLISH.set(id, template);
    say[name] = (args = NO_ARGS) => ({ id, args });
  }
  return say as unknown as Messages<T>;
}

/** The English template of every message of the files that are loaded, by id. */
export function englishTemplates(): ReadonlyMap<string, string> {
  return ENGLISH;
}
