/** Entry point of the analysis thread in Node. */
import { parentPort } from 'node:worker_threads';
import { HOST } from './host.node.ts';
import { createServer } from './server.ts';

const port = parentPort;
if (port !== null) {
  const server = createServer((message, transfer) => port.postMessage(message, [...(transfer ?? [])]), HOST);
  port.on('message', (message) => void server.receive(message));
}
