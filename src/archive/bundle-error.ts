import type { Message } from '../core/report/message.ts';
import { ENGLISH } from '../core/wording/languages.ts';

/** A bundle that cannot be read at all, said in one sentence that names the thing and the limit. */
export type BundleErrorCode =
  | 'not-found'
  | 'not-readable'
  | 'empty'
  | 'not-a-tar'
  | 'unsupported-compression'
  | 'cancelled'
  | 'no-such-entry';

export class BundleError extends Error {
  override readonly name = 'BundleError';
  readonly code: BundleErrorCode;
  /** For whoever shows it in another language than English. */
  readonly said: Message;

  constructor(code: BundleErrorCode, said: Message) {
    super(ENGLISH.text(said));
    this.code = code;
    this.said = said;
  }
}
