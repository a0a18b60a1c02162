/** Entry point of the analysis thread in Node. */
import { parentPort } from 'node:worker_threads';
import { createPacker } from '../archive/pack.node.ts';
import { createSource } from '../archive/source.node.ts';
import type { Host } from './host.ts';
import { createServer } from './server.ts';

export const HOST: Host = {
  createSource,
  packer: createPacker(),
  offHeapBytes: () => process.memoryUsage().external,
};

const port = parentPort;
if (port !== null) {
  const server = createServer((message, transfer) => port.postMessage(message, [...(transfer ?? [])]), HOST);
  port.on('message', (message) => void server.receive(message));
}
