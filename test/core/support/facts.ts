/** Facts for rules, one by one: everything is missing unless given. */
import type { LogScan } from '../../../src/core/parsers/kernel-log.ts';
import type { Coverage, Evidence, Finding, Ledger, Memory } from '../../../src/core/report/report.ts';
import {
  type AvailableFacts,
  type CounterFact,
  type NamespaceFact,
  type Rule,
  runRules,
  type SenderFact,
} from '../../../src/core/rules/rule.ts';
import type { Holder } from '../../../src/core/snapshot/holders.ts';
import type { Process } from '../../../src/core/snapshot/processes.ts';

type Facts = { readonly [N in keyof AvailableFacts]: NonNullable<AvailableFacts[N]> };

export const NOTHING: AvailableFacts = {
  kernelLog: null,
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
  node: null,
  coverage: null,
  bundle: null,
};

/** What one rule finds in these facts; fails when it could not run. */
export function findings(rule: Rule, facts: Partial<AvailableFacts>): readonly Finding[] {
  const result = runRules([rule], { ...NOTHING, ...facts });
  if (result.notRun.length > 0) throw new Error(result.notRun[0]?.reason);
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
      ...change,
    },
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
  softLimit: null,
  hardLimit: null,
  limitsEntry: '',
  cgroupEntry: '',
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
    closeWaitUnaccepted: 0,
    established: 0,
    listen: 1,
    connections: 0,
    closedHeld: 0,
    rxQueueBytes: 0,
    txQueueBytes: 0,
    sharedSockets: 0,
    remotes: 1,
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
    entry: 'proc/700/net/netstat',
    line: 2,
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
    pages: 0,
    topRemote: '10.0.0.9',
    topRemoteSockets: 10,
    topRemoteSubject: null,
    evidence: PLACE,
    ...change,
  };
}
