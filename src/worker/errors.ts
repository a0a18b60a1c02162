/** What is told of an error: its code, and a sentence in the language of the reader. */
import { BundleError } from '../archive/bundle-error.ts';
import { defineMessages } from '../core/wording/define-messages.ts';
import type { Wording } from '../core/wording/wording.ts';
import { CallFailed } from '../protocol/client.ts';

const say = defineMessages('worker-errors', { unknown: 'No reason is known.' });

export function codeOf(error: unknown): string {
  return isExpected(error) ? error.code : 'internal';
}

/** A fault of the program says what the engine says of it, in English. */
export function reasonOf(error: unknown, wording: Wording): string {
  if (isExpected(error)) return wording.text(error.said);
  return error instanceof Error ? error.message : wording.text(say.unknown());
}

function isExpected(error: unknown): error is BundleError | CallFailed {
  return error instanceof BundleError || error instanceof CallFailed;
}
