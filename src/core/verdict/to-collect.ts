/** What to capture next: each thing that is missing, with the exact command, the one that settles most first. */

import type { Message, Text } from '../report/message.ts';
import type { Coverage, Ledger, Memory, NotRun, ToCollect, Verdict } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';

const say = defineMessages('to-collect', {
  archive: 'the whole archive',
  archiveGain: 'the archive ends early: what came after is unknown',
  sockstat: 'sockstat',
  sockstatGain: 'how many TCP sockets and pages the node has',
  tcpMem: 'net.ipv4.tcp_mem',
  tcpMemGain: 'the limits of TCP memory; on the host, not in a pod',
  tables: 'the socket tables of every namespace',
  tablesGain: 'which namespace has the sockets, and in which state',
  fds: 'the fds of the processes',
  moreFds: 'the fds of {processes, plural, one {# more process} other {# more processes}}',
  fdsGain: 'which process holds them; only root may read it',
  emptyNamespaces: 'namespaces without a process',
  emptyNamespacesGain: 'whether the sockets that nobody lists are open there',
  log: 'the kernel log',
  logGain: 'when TCP ran out of memory, and what else went wrong',
  protocol: 'the protocol of sockets in no table',
  protocolGain: 'whether what is held without a row is TCP',
  socketMemory: 'the memory of each socket',
  socketMemoryGain: 'the true memory of every open socket instead of the payload',
  secondCapture: 'a second capture, some minutes later',
  secondCaptureGain: 'the same inodes in the same state prove a leak',
  sameAgain: 'the same commands again',
  compareSizes: 'ls -l BUNDLE on the node and here: the sizes must agree',
});

interface Input {
  readonly coverage: Coverage;
  readonly ledger: Ledger;
  readonly memory: Memory;
  readonly notRun: readonly NotRun[];
  readonly verdict: Verdict;
  readonly log: boolean;
}

/** Fewer are the skew of a capture. */
const MIN_UNSEEN = 50;
const UNSEEN_SHARE = 0.02;

/** Every process; its namespace link, its tables and its fds. */
const TABLES =
  'for p in /proc/[0-9]*; do mkdir -p .$p/net .$p/ns; cp -P $p/ns/net .$p/ns/; for f in tcp tcp6 udp udp6 unix raw raw6 netlink packet sockstat sockstat6 netstat snmp protocols; do cat $p/net/$f > .$p/net/$f; done; done';
const FDS = 'ls -l /proc/[0-9]*/fd > fds.txt';
const NODE = 'mkdir -p proc/net proc/sys/net/ipv4; cat /proc/1/net/sockstat > proc/net/sockstat';

export function listToCollect(input: Input): readonly ToCollect[] {
  const { coverage, ledger, memory, verdict } = input;
  const list: ToCollect[] = [];
  const add = (what: Message, command: Text, gain: Message) => list.push({ what, command, gain });
  if (coverage.truncated) add(say.archive(), say.compareSizes(), say.archiveGain());
  if (ledger.alloc === null) add(say.sockstat(), NODE, say.sockstatGain());
  if (memory.maxPages === null)
    add(say.tcpMem(), 'cat /proc/sys/net/ipv4/tcp_mem > proc/sys/net/ipv4/tcp_mem', say.tcpMemGain());
  // Sockets that are nowhere may be of namespaces that nothing in the bundle names.
  const unseen = (ledger.residual ?? 0) > Math.max(MIN_UNSEEN, UNSEEN_SHARE * (ledger.alloc?.value ?? 0));
  if (unseen || coverage.namespacesSeen < Math.max(1, coverage.namespacesKnown))
    add(say.tables(), TABLES, say.tablesGain());
  if (coverage.processesReadable < Math.max(1, coverage.processesTotal))
    add(
      coverage.processesReadable === 0
        ? say.fds()
        : say.moreFds({ processes: coverage.processesTotal - coverage.processesReadable }),
      FDS,
      say.fdsGain(),
    );
  if (ledger.elsewhere > 0)
    add(
      say.emptyNamespaces(),
      'for n in /run/netns/*; do i=$(stat -Lc %i $n); mkdir -p netns/$i/net; for f in tcp tcp6 unix sockstat sockstat6; do nsenter --net=$n cat /proc/self/net/$f > netns/$i/net/$f; done; done',
      say.emptyNamespacesGain(),
    );
  if (!input.log) add(say.log(), 'dmesg > dmesg', say.logGain());
  if (ledger.closedHeld > 0)
    add(
      say.protocol(),
      `getfattr -n system.sockprotoname /proc/${ledger.closedHeldByOwner[0]?.subject.pid ?? '[0-9]*'}/fd/* > sockprotoname.txt 2> /dev/null`,
      say.protocolGain(),
    );
  if (memory.status !== 'healthy' && !memory.owners.some((owner) => owner.source === 'skmem'))
    add(
      say.socketMemory(),
      'mkdir -p ss; for p in PID...; do nsenter -t $p -n ss -tanpeimO > ss/ss.$(stat -Lc %i /proc/$p/ns/net).txt; done',
      say.socketMemoryGain(),
    );
  if (verdict.status === 'findings' && verdict.confidence !== 'high')
    add(say.secondCapture(), say.sameAgain(), say.secondCaptureGain());
  return list;
}
