/** Facts for rules, one by one: everything is missing unless given. */

import type {
  AvailableFacts,
  CounterFact,
  EmptyNamespaceFact,
  ListenerFact,
  NamespaceFact,
  ProcessFact,
  ReaderFact,
  SenderFact,
  VisitorFact,
} from '../../../src/core/facts/facts.ts';
import type { Holder } from '../../../src/core/facts/holder.ts';
import type { LogScan } from '../../../src/core/kernel-log/kernel-log.ts';
import type { ClockEvidence } from '../../../src/core/kernel-log/log-clock.ts';
import type { PodMemoryFact } from '../../../src/core/ledger/pod-memory.ts';
import type {
  ClosedRoute,
  Coverage,
  Evidence,
  Finding,
  Ledger,
  Memory,
  MemoryOwner,
} from '../../../src/core/report/report.ts';
import type { Rule } from '../../../src/core/rules/rule.ts';
import { runRules } from '../../../src/core/rules/run-rules.ts';
import type { Process } from '../../../src/core/snapshot/processes.ts';
import { english } from './english.ts';

type Facts = { readonly [N in keyof AvailableFacts]: NonNullable<AvailableFacts[N]> };

export const NOTHING: AvailableFacts = {
  kernelLog: null,
  pools: null,
  listeners: null,
  readers: null,
  visitors: null,
  emptyNamespaces: null,
  unheld: null,
  processes: null,
  inFlight: null,
  podMemory: null,
  conntrack: null,
  neighbours: null,
  files: null,
  buddy: null,
  collector: null,
  oomVictims: null,
  sockstat: null,
  tcpMem: null,
  ledger: null,
  memory: null,
  holders: null,
  namespaces: null,
  senders: null,
  fdLinks: null,
  netstat: null,
  maxOrphans: null,
  maxTwBuckets: null,
  localPorts: null,
  node: null,
  coverage: null,
  bundle: null,
};

/** What one rule finds in these facts; fails when it could not run. */
export function findings(rule: Rule, facts: Partial<AvailableFacts>): readonly Finding[] {
  const result = runRules([rule], { ...NOTHING, ...facts });
  if (result.notRun.length > 0) throw new Error(english(result.notRun[0]?.reason));
  return result.findings;
}

/** `level messageId confidence` of each finding: what tests compare. */
export function verdicts(rule: Rule, facts: Partial<AvailableFacts>): readonly string[] {
  return findings(rule, facts).map(({ level, messageId, confidence }) => `${level} ${messageId} ${confidence}`);
}

export const PLACE: Evidence = { entry: 'proc/1/net/tcp', startLine: 2, endLine: 3 };

export const SOCKSTAT: Facts['sockstat'] = { entry: 'proc/net/sockstat', tcpLine: 2 };

export function tcpMem(minPages: number, pressurePages: number, maxPages: number): Facts['tcpMem'] {
  return { entry: 'proc/sys/net/ipv4/tcp_mem', minPages, pressurePages, maxPages };
}

export function limit(value: number): { readonly entry: string; readonly value: number } {
  return { entry: 'proc/sys/net/ipv4/limit', value };
}

export function node(change: Partial<Facts['node']> = {}): Facts['node'] {
  return {
    hostname: 'node-1',
    pageSizeBytes: 4096,
    uptimeSeconds: 1000,
    memTotalBytes: 4096 * 1000,
    meminfoEntry: 'proc/meminfo',
    ...change,
  };
}

/** Log lines of one kind at these seconds. */
export function kernelLog(
  id: string,
  seconds: readonly (number | null)[],
  change: Partial<LogScan> = {},
): Facts['kernelLog'] {
  return {
    entry: 'dmesg',
    complete: true,
    scan: {
      lines: 100,
      firstSeconds: 0,
      lastSeconds: 900,
      hits: seconds.map((second, i) => ({ id, line: 10 + i, seconds: second })),
      suppressed: 0,
      dropped: 0,
      boots: 1,
      clock: null,
      lastClock: null,
      firstWallMs: null,
      lastWallMs: null,
      missing: null,
      reports: { records: [], more: 0 },
      ...change,
    },
  };
}

/** A bundle that tells nothing of the clocks of its node, but for what is given. */
export function clocks(change: Partial<ClockEvidence> = {}): ClockEvidence {
  return {
    bootUnixSeconds: null,
    uptimeSeconds: null,
    capturedUnixSeconds: null,
    dmesgZero: null,
    zoneMinutes: null,
    ...change,
  };
}

export function coverage(change: Partial<Coverage> = {}): Coverage {
  return {
    namespacesSeen: 5,
    namespacesKnown: 5,
    processesReadable: 40,
    processesTotal: 40,
    processesAll: 80,
    truncated: false,
    facts: [],
    ...change,
  };
}

export function ledger(alloc: number, change: Partial<Ledger> = {}): Ledger {
  return {
    scope: 'node',
    unit: 'sockets',
    alloc: { value: alloc, min: alloc, max: alloc },
    inuse: alloc,
    unhashed: 0,
    closedHeld: 0,
    closedHeldByOwner: [],
    neverConnected: 0,
    gap: null,
    elsewhere: 0,
    acceptQueueClosed: 0,
    residual: 0,
    orphans: 0,
    timeWait: 0,
    requestSockets: 0,
    states: {},
    tcpSockets: alloc,
    distinctSocketInodes: alloc,
    socketFds: alloc,
    openFds: alloc,
    byOwner: [],
    pods: [],
    shortcuts: [],
    namespaces: [],
    notes: [],
    ...change,
  };
}

export function memory(memPages: number, change: Partial<Memory> = {}): Memory {
  return {
    scope: 'node',
    unit: 'pages',
    pageSizeBytes: 4096,
    status: 'healthy',
    memPages: { value: memPages, min: memPages, max: memPages },
    errorPages: 0,
    minPages: 100,
    pressurePages: 200,
    maxPages: 300,
    memTotalBytes: 4096 * 1000,
    pressureFlag: null,
    owners: [],
    pods: [],
    unexplainedPages: 0,
    rxQueueBytes: 0,
    txQueueBytes: 0,
    ...change,
  };
}

const PROCESS: Process = {
  index: 0,
  pid: 700,
  comm: 'leaky',
  parentPid: 1,
  startTicks: 1,
  netns: 4026532000,
  podUid: null,
  podNamespace: null,
  pod: null,
  container: null,
  containerId: null,
  unit: null,
  isUser: true,
  fdsReadable: true,
  fdKinds: {
    socket: 0,
    pipe: 0,
    eventpoll: 0,
    eventfd: 0,
    timerfd: 0,
    signalfd: 0,
    inotify: 0,
    io_uring: 0,
    anon: 0,
    memfd: 0,
    device: 0,
    file: 0,
  },
  openFds: 0,
  state: 'S',
  fileEntry: 'proc/700/status',
  fileLine: 1,
  softLimit: null,
  hardLimit: null,
  limitsEntry: '',
  limitsLine: 1,
  cgroupEntry: '',
  cgroupPath: '',
  cgroupLine: 0,
  fdListing: '',
};

export function holder(change: Partial<Holder> = {}): Holder {
  return {
    subject: { kind: 'process', pid: 700, comm: 'leaky', netns: 4026532000 },
    process: PROCESS,
    namespace: 1,
    closeWait: 0,
    closeWaitUnread: 0,
    closeWaitKeepalive: 0,
    finWait2: 0,
    waiting: 0,
    pids: [700],
    finWait2Remote: '',
    finWait2RemotePort: 0,
    finWait2Peer: null,
    finWait2Answered: 0,
    synSent: 0,
    closeWaitTimed: 0,
    closeWaitFresh: 0,
    closeWaitSending: 0,
    closeWaitOld: 0,
    closeWaitSurvived: 0,
    outside: false,
    finWait2Evidence: [PLACE],
    established: 0,
    listen: 1,
    connections: 0,
    closedHeld: 0,
    rxQueueBytes: 0,
    txQueueBytes: 0,
    sharedSockets: 0,
    topLocalPort: 8080,
    accepted: true,
    closeWaitEvidence: [PLACE],
    closedHeldEvidence: PLACE,
    fdEvidence: PLACE,
    ...change,
  };
}

export function counters(values: Readonly<Record<string, number>>, netns = 4026532000): CounterFact {
  return {
    subject: { kind: 'process', pid: 700, comm: 'leaky', netns },
    netns,
    isHost: false,
    places: new Map([
      ['TcpExt', { entry: 'proc/700/net/netstat', line: 2 }],
      ['Tcp', { entry: 'proc/700/net/snmp', line: 8 }],
    ]),
    values: new Map(Object.entries(values)),
  };
}

export function namespace(change: Partial<NamespaceFact> = {}): NamespaceFact {
  return {
    subject: { kind: 'process', pid: 700, comm: 'leaky', netns: 4026532000 },
    isHost: false,
    orphans: 0,
    orphanTxBytes: 0,
    orphanEvidence: PLACE,
    minisocks: 0,
    minisockEvidence: PLACE,
    topRemote: '',
    topRemoteMinisocks: 0,
    timeWait: 0,
    ...change,
  };
}

export function sender(change: Partial<SenderFact> = {}): SenderFact {
  return {
    subject: { kind: 'process', pid: 700, comm: 'sender', netns: 4026532000 },
    txQueueBytes: 0,
    sockets: 10,
    zeroWindow: 0,
    retransmitting: 0,
    idleSockets: 0,
    timedSockets: 0,
    pages: 0,
    topRemote: '10.0.0.9',
    topRemoteSockets: 10,
    topRemoteSubject: null,
    evidence: PLACE,
    ...change,
  };
}

/** `queue` connections wait at port 8080, all of them with a row unless said otherwise. */
export function listener(
  change: Partial<ListenerFact['listener']> = {},
  fact: Partial<Omit<ListenerFact, 'listener'>> = {},
): ListenerFact {
  const queue = change.queue ?? 0;
  return {
    subject: { kind: 'process', pid: 700, comm: 'server', netns: 4026532000 },
    processState: 'S',
    listener: {
      row: 0,
      namespace: 1,
      port: 8080,
      queue,
      longest: queue,
      longestBacklog: change.backlog ?? null,
      waiting: queue,
      waitingRxBytes: 0,
      closedInQueue: 0,
      backlog: null,
      owner: 0,
      requests: 0,
      requestRemotes: 0,
      requestRetransmits: 0,
      requestRow: -1,
      ...change,
    },
    evidence: PLACE,
    requestEvidence: null,
    counters: null,
    ...fact,
  };
}

export function reader(change: Partial<ReaderFact> = {}): ReaderFact {
  return {
    subject: { kind: 'process', pid: 700, comm: 'reader', netns: 4026532000 },
    processState: 'S',
    rxQueueBytes: 0,
    closeWaitRxBytes: 0,
    sockets: 10,
    connections: change.sockets ?? 10,
    closeWaitSockets: 0,
    largeSockets: 0,
    idleSockets: 0,
    timedSockets: 0,
    pages: 0,
    source: 'queues',
    topLocalPort: 8080,
    evidence: PLACE,
    ...change,
  };
}

/** A process with these fds by kind; `tcp`, `listen`, `unknown` and socket families count as sockets. */
export function processFact(kinds: Readonly<Record<string, number>>, change: Partial<Process> = {}): ProcessFact {
  const openFds = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  return {
    subject: { kind: 'process', pid: 700, comm: 'hoarder', netns: 4026532000 },
    process: { ...PROCESS, openFds, ...change },
    kinds: new Map(Object.entries(kinds)),
    evidence: PLACE,
    limitEvidence: change.softLimit === undefined ? null : PLACE,
  };
}

export function visitor(change: Partial<VisitorFact> = {}): VisitorFact {
  return {
    subject: { kind: 'process', pid: 700, comm: 'agent', netns: 4026531840 },
    sockets: 0,
    connections: 0,
    namespaces: 1,
    topNamespace: { kind: 'namespace', netns: 4026532000, pod: 'web-1', podNamespace: 'shop' },
    topSockets: change.sockets ?? 0,
    evidence: PLACE,
    ...change,
  };
}

export function emptyNamespace(change: Partial<EmptyNamespaceFact> = {}): EmptyNamespaceFact {
  return {
    subject: { kind: 'namespace', netns: 4026532900 },
    pin: '/run/netns/cni-1',
    sockets: 0,
    used: null,
    holder: { kind: 'process', pid: 700, comm: 'agent', netns: 4026531840 },
    heldSockets: change.sockets ?? 0,
    evidence: PLACE,
    ...change,
  };
}

export function podMemory(sockBytes: number, limitBytes: number | null = null): PodMemoryFact {
  return {
    subject: { kind: 'pod', pod: 'web-1', podNamespace: 'shop', podUid: 'b45fcac6-b0ef-4e00-9a09-7ed118361ebd' },
    sockBytes,
    limitBytes,
    evidence: PLACE,
  };
}

export function memoryOwner(change: Partial<MemoryOwner> = {}): MemoryOwner {
  return {
    subject: { kind: 'process', pid: 700, comm: 'owner', netns: 4026532000 },
    pages: change.queuedPages ?? 0,
    rxQueueBytes: 0,
    txQueueBytes: 0,
    sockets: 10,
    source: 'queues',
    queuedPages: change.pages ?? 0,
    reservedPages: 0,
    ...change,
  };
}

export interface ClosedCase {
  readonly holder: Partial<Holder>;
  readonly ledger?: Partial<Ledger>;
  readonly alloc?: number;
  readonly coverage?: Partial<Coverage>;
  /** How many of them its namespace has room for; all when left out. */
  readonly certain?: number;
}

const STRANGER = { kind: 'process', pid: 99_999, comm: 'stranger' } as const;

/** One holder of closed sockets, all of this route; the ledger has no others, unless said. */
export function closedFacts(route: ClosedRoute, given: ClosedCase) {
  const closedHeld = given.holder.closedHeld ?? 0;
  const one = holder(given.holder);
  const others = (given.ledger?.closedHeld ?? closedHeld) - closedHeld;
  return {
    holders: [one],
    fdLinks: { processes: 40 },
    coverage: coverage(given.coverage),
    ledger: ledger(given.alloc ?? 1_000_000, {
      closedHeld,
      unhashed: closedHeld,
      closedHeldByOwner: [
        { subject: one.subject, count: closedHeld, certain: given.certain ?? closedHeld, route },
        ...(others > 0 ? [{ subject: STRANGER, count: others, certain: others, route }] : []),
      ],
      gap: closedHeld + Math.max(0, others),
      ...given.ledger,
    }),
  };
}
