/** What the analysis thread needs of Node. */
import { createPacker } from '../archive/pack.node.ts';
import { createSource } from '../archive/source.node.ts';
import type { Host } from './host.ts';

export const HOST: Host = {
  createSource,
  packer: createPacker(),
  offHeapBytes: () => process.memoryUsage().external,
};
