/** --count sockets: half of them accepted, half of them connected, over the loopback of its namespace. Says `done`. */
import { connect, createServer } from 'node:net';
import { options, say, stay } from './arguments.mjs';

const STEP = 500;
const { count } = options({ count: 1000 });
const held = [];
let accepted = 0;
let awaited = () => {};

function open(port) {
  const socket = connect({ host: '127.0.0.1', port });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => resolve(socket));
  });
}

const server = createServer({ pauseOnConnect: true }, (socket) => {
  held.push(socket);
  accepted++;
  awaited();
});
server.listen({ host: '127.0.0.1', port: 8888, backlog: 4096 }, async () => {
  for (let wanted = 0; wanted < count / 2; ) {
    const step = Math.min(STEP, count / 2 - wanted);
    wanted += step;
    held.push(...(await Promise.all(Array.from({ length: step }, () => open(8888)))));
    if (accepted < wanted)
      await new Promise((resolve) => {
        awaited = () => accepted === wanted && resolve();
      });
  }
  say('done');
});
stay();
