/** Facts of a healthy node, to be changed by a test in the one point that it is about. */

import type { Coverage, Ledger, Memory, MemoryOwner, Subject } from '../../../src/core/report/report.ts';
import type {
  AvailableFacts,
  CounterFact,
  FindingDraft,
  NamespaceFact,
  Rule,
  SenderFact,
} from '../../../src/core/rules/rule.ts';
import type { Holder } from '../../../src/core/snapshot/holders.ts';
import type { Process } from '../../../src/core/snapshot/processes.ts';
import { defined } from './defined.ts';

export const CULPRIT: Subject = {
  kind: 'process',
  pid: 185,
  comm: 'python3',
  netns: 4026532398,
  pod: 'live-stream',
  podNamespace: 'default',
};

const range = (value: number) => ({ value, min: value, max: value });

export function ledger(changes: Partial<Ledger> = {}): Ledger {
  return {
    scope: 'node',
    unit: 'sockets',
    alloc: range(5000),
    inuse: 5000,
    unhashed: 0,
    closedHeld: 0,
    closedHeldByOwner: [],
    acceptQueueClosed: 0,
    residual: 0,
    orphans: 0,
    timeWait: 0,
    requestSockets: 0,
    states: {},
    tcpSockets: 5000,
    distinctSocketInodes: 5000,
    socketFds: 5000,
    openFds: 6000,
    byOwner: [],
    namespaces: [],
    notes: [],
    ...changes,
  };
}

/** Limits 100, 200 and 300 thousand pages, mem as given, error 512. */
export function memory(memPages: number, changes: Partial<Memory> = {}): Memory {
  return {
    scope: 'node',
    unit: 'pages',
    pageSizeBytes: 4096,
    status:
      memPages > 300_000 ? 'exhausted' : memPages > 200_000 ? 'pressure' : memPages > 100_000 ? 'elevated' : 'healthy',
    memPages: range(memPages),
    errorPages: 512,
    minPages: 100_000,
    pressurePages: 200_000,
    maxPages: 300_000,
    memTotalBytes: 12 * 2 ** 30,
    pressureFlag: null,
    owners: [],
    unexplainedPages: memPages,
    rxQueueBytes: 0,
    txQueueBytes: 0,
    ...changes,
  };
}

export function owner(pages: number, changes: Partial<MemoryOwner> = {}): MemoryOwner {
  return {
    subject: CULPRIT,
    pages,
    rxQueueBytes: pages * 2048,
    txQueueBytes: 0,
    sockets: 100,
    source: 'skmem',
    queuedPages: pages,
    reservedPages: 0,
    ...changes,
  };
}

export function coverage(changes: Partial<Coverage> = {}): Coverage {
  return {
    namespacesSeen: 9,
    namespacesKnown: 9,
    processesReadable: 48,
    processesTotal: 48,
    processesAll: 100,
    truncated: false,
    facts: [],
    ...changes,
  };
}

const PROCESS: Process = {
  index: 0,
  pid: 185,
  comm: 'python3',
  parentPid: 1,
  startTicks: 100,
  netns: 4026532398,
  podUid: null,
  podNamespace: 'default',
  pod: 'live-stream',
  container: null,
  containerId: null,
  unit: null,
  isUser: true,
  fdsReadable: true,
  fdKinds: {
    socket: 900,
    pipe: 0,
    eventpoll: 0,
    eventfd: 0,
    timerfd: 0,
    signalfd: 0,
    inotify: 0,
    io_uring: 0,
    anon: 0,
    memfd: 0,
    device: 3,
    file: 0,
  },
  openFds: 903,
  softLimit: 1024,
  hardLimit: 4096,
  limitsEntry: '',
  cgroupEntry: '',
  fdListing: '',
};

export function holder(changes: Partial<Holder> = {}): Holder {
  const place = { entry: 'proc/183/net/tcp', startLine: 3, endLine: 102 };
  return {
    subject: CULPRIT,
    process: PROCESS,
    namespace: 1,
    closeWait: 0,
    closeWaitUnread: 0,
    closeWaitKeepalive: 0,
    closeWaitUnaccepted: 0,
    established: 0,
    listen: 1,
    connections: 0,
    closedHeld: 0,
    rxQueueBytes: 0,
    txQueueBytes: 0,
    sharedSockets: 0,
    remotes: 1,
    topLocalPort: 8888,
    accepted: true,
    closeWaitEvidence: [place],
    closedHeldEvidence: { entry: 'proc/185/fd/7', startLine: 1, endLine: 1 },
    fdEvidence: null,
    ...changes,
  };
}

export function namespace(changes: Partial<NamespaceFact> = {}): NamespaceFact {
  return {
    subject: CULPRIT,
    isHost: false,
    orphans: 0,
    orphanTxBytes: 0,
    orphanEvidence: { entry: 'proc/183/net/tcp', startLine: 2, endLine: 9 },
    minisocks: 0,
    minisockEvidence: { entry: 'proc/183/net/tcp', startLine: 2, endLine: 9 },
    timeWait: 0,
    ...changes,
  };
}

export function sender(changes: Partial<SenderFact> = {}): SenderFact {
  return {
    subject: CULPRIT,
    txQueueBytes: 0,
    sockets: 10,
    zeroWindow: 10,
    retransmitting: 0,
    pages: 0,
    topRemote: '10.0.0.9',
    topRemoteSockets: 10,
    topRemoteSubject: null,
    evidence: { entry: 'proc/183/net/tcp', startLine: 2, endLine: 11 },
    ...changes,
  };
}

export function counters(values: Readonly<Record<string, number>>): CounterFact {
  return { subject: CULPRIT, entry: 'proc/183/net/netstat', line: 2, values: new Map(Object.entries(values)) };
}

/** A kernel log with the given messages at the given seconds. */
export function kernelLog(
  hits: readonly (readonly [string, number | null])[],
  suppressed = 0,
): AvailableFacts['kernelLog'] {
  return {
    entry: 'dmesg',
    complete: true,
    scan: {
      lines: 500,
      firstSeconds: 0,
      lastSeconds: 100,
      hits: hits.map(([id, seconds], index) => ({ id, line: index + 400, seconds })),
      suppressed,
      dropped: 0,
    },
  };
}

export function facts(changes: Partial<AvailableFacts> = {}): AvailableFacts {
  return {
    kernelLog: kernelLog([]),
    sockstat: { entry: 'proc/net/sockstat', tcpLine: 2 },
    tcpMem: { entry: 'proc/sys/net/ipv4/tcp_mem', minPages: 100_000, pressurePages: 200_000, maxPages: 300_000 },
    ledger: ledger(),
    memory: memory(0),
    holders: [],
    namespaces: [],
    senders: [],
    fdLinks: { processes: 48 },
    netstat: [],
    maxOrphans: { entry: 'proc/sys/net/ipv4/tcp_max_orphans', value: 1000 },
    maxTwBuckets: { entry: 'proc/sys/net/ipv4/tcp_max_tw_buckets', value: 1000 },
    node: {
      hostname: 'node-1',
      pageSizeBytes: 4096,
      uptimeSeconds: 100,
      memTotalBytes: 12 * 2 ** 30,
      meminfoEntry: 'proc/meminfo',
    },
    coverage: coverage(),
    bundle: { entry: 'meta.json' },
    ...changes,
  };
}

/** The findings of a rule, every one with evidence. */
export function findings(rule: Rule, changes: Partial<AvailableFacts>): readonly FindingDraft[] {
  const drafts = rule.run(facts(changes));
  for (const draft of drafts) {
    if (draft.evidence.every((place) => place === null)) throw new Error(`${rule.id} has a finding without evidence`);
  }
  return drafts;
}

/** The only finding of a rule. */
export function finding(rule: Rule, changes: Partial<AvailableFacts>): FindingDraft {
  const drafts = findings(rule, changes);
  if (drafts.length !== 1) throw new Error(`${drafts.length} findings of ${rule.id} instead of one`);
  return defined(drafts[0]);
}
