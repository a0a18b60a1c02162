import { rmdirSync } from 'node:fs';

const TRIES = 250;
const PAUSE_MS = 20;

function isRemoved(path: string): boolean {
  try {
    rmdirSync(path);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
  return true;
}

/** Removes a cgroup, which is possible a moment after its last process has ended. Blocks: we may be on our way out. */
export function removeCgroup(path: string): void {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; tries < TRIES; tries++) {
    if (isRemoved(path)) return;
    Atomics.wait(clock, 0, 0, PAUSE_MS);
  }
  throw new Error(`${path} does not get empty`);
}
