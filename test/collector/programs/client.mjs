/**
 * The client of the incident: connects, reads the greeting of the server (so that it knows itself accepted) and closes.
 *
 * --end fin    an ordinary close.
 * --end reset  RST, as a client that is killed with data unread, or a middlebox, sends it.
 * --end stay   never: a healthy connection for comparison.
 *
 * Says `ready` when all are connected and `done` when all are closed.
 */
import { connect } from 'node:net';
import { options, say, stay } from './arguments.mjs';

const { host, port, count, end } = options({ host: '127.0.0.1', port: 8888, count: 300, end: 'fin' });

function open() {
  const socket = connect({ host, port });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', () => resolve(socket));
  });
}

function close(socket) {
  return new Promise((resolve) => {
    socket.once('close', resolve);
    socket.on('error', () => {});
    socket.resume();
    if (end === 'reset') socket.resetAndDestroy();
    else {
      // The server keeps its half, so waiting for its FIN would be waiting for good.
      socket.end(() => socket.destroy());
    }
  });
}

const sockets = await Promise.all(Array.from({ length: count }, open));
say('ready');
if (end === 'stay') stay();
else {
  await Promise.all(sockets.map(close));
  say('done');
}
