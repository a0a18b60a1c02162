/**
 * The report with its sentences in English and, beside each, the message behind it, so that another program need not
 * read English: `capture` is the text and `captureMessage` its id and arguments, `doubts` are texts and
 * `doubtsMessages` theirs. Of a finding `message` is the text, `messageId` the name of its template within the rule, and
 * `args` what that is filled in with.
 */
import { isMessage, type Message, type MessageArg } from '../report/message.ts';
import { ENGLISH } from '../wording/languages.ts';

/** A message as the JSON report writes it. */
interface JsonMessage {
  readonly messageId: string;
  readonly args: Readonly<Record<string, JsonArg>>;
}
type JsonArg = Exclude<MessageArg, Message | readonly MessageArg[]> | JsonMessage | readonly JsonArg[];

/** What holds no message is not copied. */
export function withTexts(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isMessage(value)) return ENGLISH.text(value);
  if (Array.isArray(value)) return replaceItems(value);
  return replaceFields(value);
}

function replaceItems(list: readonly unknown[]): readonly unknown[] {
  let changed: unknown[] | null = null;
  for (const [index, before] of list.entries()) {
    const after = withTexts(before);
    if (after === before) continue;
    changed ??= [...list];
    changed[index] = after;
  }
  return changed ?? list;
}

function replaceFields(object: object): object {
  let isChanged = false;
  const fields: [string, unknown][] = [];
  for (const [name, before] of Object.entries(object)) {
    const after = withTexts(before);
    fields.push([name, after]);
    if (after === before) continue;
    isChanged = true;
    if (isMessage(before)) fields.push(...besideText(name, before, 'messageId' in object));
    else if (Array.isArray(before) && before.length > 0 && before.every(isMessage))
      fields.push([`${name}Messages`, before.map(jsonMessage)]);
  }
  return isChanged ? Object.fromEntries(fields) : object;
}

function besideText(name: string, message: Message, hasId: boolean): [string, unknown][] {
  const json = jsonMessage(message);
  return name === 'message' && hasId ? [['args', json.args]] : [[`${name}Message`, json]];
}

function jsonMessage({ id, args }: Message): JsonMessage {
  return { messageId: id, args: Object.fromEntries(Object.entries(args).map(([name, arg]) => [name, jsonArg(arg)])) };
}

function jsonArg(arg: MessageArg): JsonArg {
  if (typeof arg !== 'object') return arg;
  if (isMessage(arg)) return jsonMessage(arg);
  return isList(arg) ? arg.map(jsonArg) : arg;
}

function isList(arg: MessageArg): arg is readonly MessageArg[] {
  return Array.isArray(arg);
}
