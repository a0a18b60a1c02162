/**
 * Whether a file is still the one that was opened. Entries are unpacked again when they are asked for, and the path may
 * lead to another file by then: its bytes at the old places would look like evidence.
 */

import type { BundleSource } from '../archive/bundle-source.ts';
import { defineMessages } from '../core/wording/define-messages.ts';
import { CallFailed } from '../protocol/client.ts';

const say = defineMessages('file-stamp', {
  gone: '{name} was deleted, moved or locked after it was opened: its entries can no longer be read.',
  changed:
    '{name} has changed since it was opened: its entries are no longer those of the page. Close the page and open the file again.',
});

/** Throws a sentence when the file is not the one that the stamp stands for. */
export async function demandSame(name: string, source: BundleSource, stamp: string): Promise<void> {
  const now = await source.stamp();
  if (now === stamp) return;
  const message = now === null ? say.gone({ name }) : say.changed({ name });
  throw new CallFailed({ code: 'changed', message });
}
