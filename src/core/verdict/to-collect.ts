/** What to capture next: each thing that is missing, with the exact command, the one that settles most first. */

import type { Coverage, Ledger, Memory, NotRun, ToCollect, Verdict } from '../report/report.ts';
import { formatQuantity } from '../wording/format.ts';

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
  const add = (what: string, command: string, gain: string) => list.push({ what, command, gain });
  if (coverage.truncated)
    add(
      'the whole archive',
      'ls -l BUNDLE on the node and here: the sizes must agree',
      'the archive ends early: what came after is unknown',
    );
  if (ledger.alloc === null) add('sockstat', NODE, 'how many TCP sockets and pages the node has');
  if (memory.maxPages === null)
    add(
      'net.ipv4.tcp_mem',
      'cat /proc/sys/net/ipv4/tcp_mem > proc/sys/net/ipv4/tcp_mem',
      'the limits of TCP memory; on the host, not in a pod',
    );
  // Sockets that are nowhere may be of namespaces that nothing in the bundle names.
  const unseen = (ledger.residual ?? 0) > Math.max(MIN_UNSEEN, UNSEEN_SHARE * (ledger.alloc?.value ?? 0));
  if (unseen || coverage.namespacesSeen < Math.max(1, coverage.namespacesKnown))
    add('the socket tables of every namespace', TABLES, 'which namespace has the sockets, and in which state');
  if (coverage.processesReadable < Math.max(1, coverage.processesTotal))
    add(
      coverage.processesReadable === 0
        ? 'the fds of the processes'
        : `the fds of ${formatQuantity(coverage.processesTotal - coverage.processesReadable, 'more process', 'more processes')}`,
      FDS,
      'which process holds them; only root may read it',
    );
  if (ledger.elsewhere > 0)
    add(
      'namespaces without a process',
      'for n in /run/netns/*; do i=$(stat -Lc %i $n); mkdir -p netns/$i/net; for f in tcp tcp6 unix sockstat sockstat6; do nsenter --net=$n cat /proc/self/net/$f > netns/$i/net/$f; done; done',
      'whether the sockets that nobody lists are open there',
    );
  if (!input.log) add('the kernel log', 'dmesg > dmesg', 'when TCP ran out of memory, and what else went wrong');
  if (ledger.closedHeld > 0)
    add(
      'the protocol of sockets in no table',
      `getfattr -n system.sockprotoname /proc/${ledger.closedHeldByOwner[0]?.subject.pid ?? '[0-9]*'}/fd/* > sockprotoname.txt 2> /dev/null`,
      'whether what is held without a row is TCP',
    );
  if (memory.status !== 'healthy' && !memory.owners.some((owner) => owner.source === 'skmem'))
    add(
      'the memory of each socket',
      'mkdir -p ss; for p in PID...; do nsenter -t $p -n ss -tanpeimO > ss/ss.$(stat -Lc %i /proc/$p/ns/net).txt; done',
      'the true memory of every open socket instead of the payload',
    );
  if (verdict.status === 'findings' && verdict.confidence !== 'high')
    add(
      'a second capture, some minutes later',
      'the same commands again',
      'the same inodes in the same state prove a leak',
    );
  return list;
}
