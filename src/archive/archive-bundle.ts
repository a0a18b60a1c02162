/** A bundle in an archive: the core's port, and afterwards the way to open its entries. */
import type { Bundle } from '../core/bundle.ts';
import type { BundleSource } from './bundle-source.ts';
import { EMPTY_INDEX, type MemberIndex } from './member-index.ts';
import { type ScanOptions, scanArchive } from './scan-archive.ts';

export interface ArchiveBundle extends Bundle {
  /** Filled by visit(). */
  index(): MemberIndex;
}

export function createArchiveBundle(name: string, source: BundleSource, options: ScanOptions = {}): ArchiveBundle {
  let index = EMPTY_INDEX;
  return {
    name,
    async visit(visitor) {
      const result = await scanArchive(source, visitor, options);
      index = result.index;
      return result.end;
    },
    index: () => index,
  };
}
