import type { Message } from '../report/message.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('in-turn', { both: '{first} {second}' });

/** Sentences that follow each other, as one message. */
export function inTurn(first: Message, ...others: readonly Message[]): Message {
  return others.reduce((before, second) => say.both({ first: before, second }), first);
}
