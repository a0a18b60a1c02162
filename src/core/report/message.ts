/**
 * A sentence as data: the id of its template and what is filled in. Whoever shows it renders it in the language of the
 * reader (`core/wording`), so that a translation, a test or another program never has to read English.
 */
import type { Subject } from './subject.ts';

/**
 * What a template can be given: a number with the unit that the template names, a name that stands in the bundle or is
 * code (a path, a command, an id), a subject, another message, or a list of these. Never a word of English.
 */
export type MessageArg = number | string | Subject | Message | readonly MessageArg[];

export interface Message {
  /** `<scope>.<name>`: the scope is the file or the rule that says it, for example `net-tcp.notARow`. */
  readonly id: string;
  readonly args: Readonly<Record<string, MessageArg>>;
}

/** What is shown: a message, or a name that is the same in every language (of the bundle, a command, a state). */
export type Text = Message | string;

/** Whether a value of a report is a message; nothing else in one has both fields. */
export function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'id' in value && 'args' in value;
}
