/** What the analysis thread needs of the host that it runs in; `host.node.ts` has it for Node. */
import type { BlockPacker } from '../archive/block-store.ts';
import type { BundleOrigin, BundleSource } from '../archive/bundle-source.ts';

export interface Host {
  createSource(origin: BundleOrigin): BundleSource;
  /** Null where blocks cannot be packed: every entry is then unpacked from the start of the archive. */
  readonly packer: BlockPacker | null;
  /** Bytes that this thread holds in typed arrays and long strings: what the limit of its heap does not see. */
  offHeapBytes(): number;
}
