/** Entry point of the analysis thread. */
import { parentPort } from 'node:worker_threads';
import { createServer } from './server.ts';

const port = parentPort;
if (port !== null) {
  const server = createServer((message, transfer) => port.postMessage(message, [...(transfer ?? [])]));
  port.on('message', (message) => void server.receive(message));
}
