/** Every rule, sorted by id. A rule has a file here, a page in media/rules and a test of the same name. */
import { acceptQueueStalled } from './accept-queue-stalled.ts';
import { bundleIncomplete } from './bundle-incomplete.ts';
import { closeWaitLeak } from './close-wait-leak.ts';
import { closedSocketLeak } from './closed-socket-leak.ts';
import { collectorInPod } from './collector-in-pod.ts';
import { connectionLoad } from './connection-load.ts';
import { conntrackTableFull } from './conntrack-table-full.ts';
import { failedConnectLeak } from './failed-connect-leak.ts';
import { fdExhaustion } from './fd-exhaustion.ts';
import { fileTableFull } from './file-table-full.ts';
import { foreignNamespaceSockets } from './foreign-namespace-sockets.ts';
import { halfClosedHeld } from './half-closed-held.ts';
import { kernelMemoryFragmented } from './kernel-memory-fragmented.ts';
import { neighbourTableFull } from './neighbour-table-full.ts';
import { nonTcpFdLeak } from './non-tcp-fd-leak.ts';
import { oomKill } from './oom-kill.ts';
import { orphanFlood } from './orphan-flood.ts';
import { podSocketMemory } from './pod-socket-memory.ts';
import { processlessNamespace } from './processless-namespace.ts';
import type { Rule } from './rule.ts';
import { shutdownWithoutClose } from './shutdown-without-close.ts';
import { smallPacketBloat } from './small-packet-bloat.ts';
import { snapshotSkew } from './snapshot-skew.ts';
import { stalledPeer } from './stalled-peer.ts';
import { stalledReader } from './stalled-reader.ts';
import { synBacklogOverflow } from './syn-backlog-overflow.ts';
import { tcpMemMisconfigured } from './tcp-mem-misconfigured.ts';
import { tcpMemoryExhausted } from './tcp-memory-exhausted.ts';
import { tcpOomLogged } from './tcp-oom-logged.ts';
import { timeWaitFlood } from './time-wait-flood.ts';
import { unattributedSockets } from './unattributed-sockets.ts';

export const RULES = [
  acceptQueueStalled,
  bundleIncomplete,
  closeWaitLeak,
  closedSocketLeak,
  collectorInPod,
  connectionLoad,
  conntrackTableFull,
  failedConnectLeak,
  fdExhaustion,
  fileTableFull,
  foreignNamespaceSockets,
  halfClosedHeld,
  kernelMemoryFragmented,
  neighbourTableFull,
  nonTcpFdLeak,
  oomKill,
  orphanFlood,
  podSocketMemory,
  processlessNamespace,
  shutdownWithoutClose,
  smallPacketBloat,
  snapshotSkew,
  stalledPeer,
  stalledReader,
  synBacklogOverflow,
  tcpMemMisconfigured,
  tcpMemoryExhausted,
  tcpOomLogged,
  timeWaitFlood,
  unattributedSockets,
] as const satisfies readonly Rule[];

export type RuleId = (typeof RULES)[number]['id'];
