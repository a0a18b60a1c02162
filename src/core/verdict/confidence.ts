import type { Message } from '../report/message.ts';
import type { Confidence } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('confidence', {
  high: 'high confidence',
  medium: 'medium confidence',
  low: 'low confidence',
});

/** `medium confidence`. */
export function sayConfidence(confidence: Confidence): Message {
  return say[confidence]();
}
