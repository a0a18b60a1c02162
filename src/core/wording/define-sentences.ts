/** Declares sentences that are told one after the other and looked up by data, such as the entries of a table. */
import type { Message } from '../report/message.ts';
import { defineSentence } from './define-messages.ts';

/** English texts without arguments by their names, and messages that others say too. */
export type Sentences = Readonly<Record<string, string | Message>>;

/** In their order; each text is the message `<scope>.<name>`. */
export function defineSentences(scope: string, sentences: Sentences): readonly Message[] {
  return Object.entries(sentences).map(([name, sentence]) =>
    typeof sentence === 'string' ? defineSentence(`${scope}.${name}`, sentence) : sentence,
  );
}
