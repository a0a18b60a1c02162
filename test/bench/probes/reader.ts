/** A bundle as the extension host opens it: the real reader, the real worker, the limits of someone who set none. */
import { BundleReader } from '../../../src/extension/open/bundle-reader.ts';
import { createHost } from '../../../src/extension/worker-thread.node.ts';
import { readLimits } from '../../../src/protocol/limits.ts';

export const limits = readLimits(() => undefined);

export function createReader(workerPath: string, path: string): BundleReader {
  return new BundleReader({
    name: 'bundle',
    language: 'en',
    startWorker: createHost(workerPath).startWorker,
    source: async () => ({ path }),
    limits: () => limits,
  });
}
