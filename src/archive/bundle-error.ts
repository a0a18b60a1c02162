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

  constructor(code: BundleErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
