/** The incident, live: servers in pods that never close, and a client in another pod. */
import { readFileSync } from 'node:fs';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectPods, createPod, type Pod } from './pod.ts';
import type { Program } from './program.ts';
import { until } from './wait.ts';

const ESTABLISHED = '01';
export const CLOSE_WAIT = '08';

export interface Leak {
  readonly pod: Pod;
  readonly server: Program;
  readonly count: number;
}

export interface Leaks {
  /** CLOSE_WAIT: the peers have closed, the server has read end of file. */
  readonly closeWait: Leak;
  /** The peers have reset: fds without a row in any table. */
  readonly closedHeld: Leak;
  /** CLOSE_WAIT that a parent and its child hold both: counts once. */
  readonly shared: Leak;
  readonly client: Pod;
  stop(): Promise<void>;
}

/** Rows of both tables of a process's namespace that are in a state. */
export function rowsInState(pid: number, state: string): number {
  const tables = ['tcp', 'tcp6'].map((table) => readFileSync(`/proc/${pid}/net/${table}`, 'utf8'));
  return tables
    .join('')
    .split('\n')
    .filter((line) => line.trim().split(/\s+/)[3] === state).length;
}

type Mode = 'close-wait' | 'closed-held';

async function startLeak(pod: Pod, client: Pod, mode: Mode, count: number, children = 0): Promise<Leak> {
  connectPods(client, pod);
  const server = pod.start('leaky-server', '--mode', mode, '--count', count, '--children', children);
  await server.said('ready');
  // Half of them over IPv6, half over IPv4, which a socket that listens on :: has as mapped addresses.
  const end = mode === 'close-wait' ? 'fin' : 'reset';
  const half = Math.floor(count / 2);
  const clients = [
    client.start('client', '--host', pod.address, '--count', count - half, '--end', end),
    client.start('client', '--host', pod.address6, '--count', half, '--end', end),
  ];
  await Promise.all([server.said('done'), ...clients.map((program) => program.said('done'))]);
  const isThere = () =>
    mode === 'close-wait'
      ? rowsInState(server.pid, CLOSE_WAIT) === count
      : rowsInState(server.pid, ESTABLISHED) + rowsInState(server.pid, CLOSE_WAIT) === 0;
  await until(`${count} sockets are ${mode}`, isThere);
  return { pod, server, count };
}

/** All three kinds of leak, the first the largest. */
async function startLeaks(): Promise<Leaks> {
  const client = createPod('shop', 'storefront');
  const pods = [
    createPod('shop', 'cart-api'),
    createPod('shop', 'catalog-api'),
    createPod('shop', 'checkout'),
  ] as const;
  const [closeWait, closedHeld, shared] = await Promise.all([
    startLeak(pods[0], client, 'close-wait', 300),
    startLeak(pods[1], client, 'closed-held', 200),
    startLeak(pods[2], client, 'close-wait', 120, 1),
  ]);
  return {
    closeWait,
    closedHeld,
    shared,
    client,
    stop: async () => {
      for (const pod of [...pods, client]) await pod.stop();
    },
  };
}

let started: Promise<Leaks> | undefined;

/** A peer that closed in the last five seconds proves no leak to the analyser, so the leaks must be older than that. */
const RIPE_MS = 6_000;

/** The leaks, started by whoever asks first: the tests only look at them. They end after the last test. */
export function sharedLeaks(): Promise<Leaks> {
  started ??= startLeaks().then((leaks) => sleep(RIPE_MS, leaks));
  return started;
}

after(async () => {
  await (await started)?.stop();
});
