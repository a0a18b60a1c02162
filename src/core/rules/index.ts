/** Every rule, sorted by id. A rule has a file here, a page in media/rules and a test of the same name. */
import { bundleIncomplete } from './bundle-incomplete.ts';
import { closeWaitLeak } from './close-wait-leak.ts';
import { closedSocketLeak } from './closed-socket-leak.ts';
import { orphanFlood } from './orphan-flood.ts';
import type { Rule } from './rule.ts';
import { stalledPeer } from './stalled-peer.ts';
import { tcpMemMisconfigured } from './tcp-mem-misconfigured.ts';
import { tcpMemoryExhausted } from './tcp-memory-exhausted.ts';
import { tcpOomLogged } from './tcp-oom-logged.ts';
import { timeWaitFlood } from './time-wait-flood.ts';

export const RULES: readonly Rule[] = [
  bundleIncomplete,
  closeWaitLeak,
  closedSocketLeak,
  orphanFlood,
  stalledPeer,
  tcpMemMisconfigured,
  tcpMemoryExhausted,
  tcpOomLogged,
  timeWaitFlood,
];
