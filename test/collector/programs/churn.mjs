/** Starts children that hold sockets and exit after a moment, all the time: what one reads of them vanishes meanwhile. */
import { spawn } from 'node:child_process';
import { say } from './arguments.mjs';

const PARALLEL = 8;

/** The shell opens nothing by itself; the pipe to us is a socketpair, which is enough of an fd to vanish. */
function start(index) {
  const child = spawn('sh', ['-c', `sleep 0.0${1 + (index % 9)}`], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.once('close', () => start(index + PARALLEL));
}

for (let index = 0; index < PARALLEL; index++) start(index);
say('ready');
