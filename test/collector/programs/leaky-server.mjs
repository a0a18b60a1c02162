/**
 * The server of the incident: it stores every accepted socket in a Map and closes none.
 *
 * --mode close-wait   it reads end of file and never ends its own side: the peer's FIN leaves CLOSE_WAIT.
 * --mode closed-held  it does not read: the peer's RST closes the socket unseen, and the fd stays. No table has it.
 * --children 1        it hands the sockets to a child as well, which does nothing but hold them.
 *
 * Says `ready` when it listens, `held` when it holds --count sockets, `done` when it has reached the state of its mode
 * (closed-held: nobody tells it, so that is at once) and the children run.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { options, say, stay } from './arguments.mjs';

const { host, port, count, mode, children } = options({
  host: '::',
  port: 8888,
  count: 300,
  mode: 'close-wait',
  children: 0,
});
const sockets = new Map();
let ended = 0;

/** The child ends with us: its standard input does. */
const holder = "console.log('ready'); process.stdin.resume().once('end', () => process.exit())";

function handToChild() {
  const fds = [...sockets.values()].map((socket) => socket._handle.fd);
  const child = spawn(process.execPath, ['-e', holder], { stdio: ['pipe', 'pipe', 'ignore', ...fds] });
  return new Promise((resolve) => child.stdout.once('data', resolve));
}

async function finish() {
  for (let child = 0; child < children; child++) await handToChild();
  say('done');
}

const server = createServer({ allowHalfOpen: true, pauseOnConnect: mode === 'closed-held' }, (socket) => {
  sockets.set(sockets.size, socket);
  socket.on('error', () => {});
  socket.write('.');
  if (mode === 'close-wait') {
    socket.on('end', () => {
      ended++;
      if (ended === count) void finish();
    });
    socket.resume();
  }
  if (sockets.size < count) return;
  say('held');
  if (mode === 'closed-held') void finish();
});
server.listen({ host, port, backlog: 1024 }, () => say('ready'));
stay();
