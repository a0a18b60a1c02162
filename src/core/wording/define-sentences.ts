/** Declares sentences that are told one after the other and looked up by data, such as the entries of a table. */
import { isMessage, type Message } from '../report/message.ts';
import { defineMessages } from './define-messages.ts';

/** English texts without arguments by their names, and messages that others say too. */
export type Sentences = Readonly<Record<string, string | Message>>;

/** In their order; each text is the message `<scope>.<name>`. */
export function defineSentences(scope: string, sentences: Sentences): readonly Message[] {
  const named = Object.entries(sentences);
  const own = named.filter((each): each is [string, string] => typeof each[1] === 'string');
  const say = defineMessages(scope, Object.fromEntries(own));
  return named.flatMap(([name, sentence]) => (isMessage(sentence) ? [sentence] : (say[name]?.({}) ?? [])));
}
