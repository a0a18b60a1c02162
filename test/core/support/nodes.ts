/** A whole node in text: what a good collector writes, with exact counts that follow from the sockets given. */
import type { Member } from './bundles.ts';
import { sockstat6Text, sockstatText, type TcpRow, tcp6Table, tcpTable } from './tables.ts';

export interface ProcessSpec {
  readonly pid: number;
  readonly comm: string;
  /** Index into namespaces. */
  readonly namespace: number;
  readonly parentPid?: number;
  readonly startTicks?: number;
  /** Socket inodes, one fd each, from fd 3 on. */
  readonly sockets?: readonly number[];
  readonly podUid?: string;
}

export interface NamespaceSpec {
  readonly netns: number;
  readonly tcp?: readonly TcpRow[];
  readonly tcp6?: readonly TcpRow[];
}

export interface NodeSpec {
  readonly namespaces: readonly NamespaceSpec[];
  readonly processes: readonly ProcessSpec[];
  /** Sockets in alloc beyond those that the tables show. */
  readonly unhashed?: number;
  readonly memPages?: number;
  readonly tcpMem?: string;
  readonly memTotalKib?: number;
  readonly dmesg?: string;
  readonly cpus?: number;
}

export const HOST_NETNS = 4026531840;

function isCounted(row: TcpRow): boolean {
  return row.state !== 6 && row.timer !== 3 && !(row.state === 3 && (row.inode ?? 0) === 0);
}

/** Every file of the node. Inodes of non-TCP sockets go to net/unix of the host with the inodes 900001 and up. */
export function nodeMembers(spec: NodeSpec): readonly Member[] {
  const members: Member[] = [
    {
      name: 'meta.json',
      text: '{"hostname":"node-1","kernel":"6.1.0","captured_at":"2026-11-22T20:22:34Z","page_size":4096,"clk_tck":100}\n',
    },
    { name: 'dmesg', text: spec.dmesg ?? '[    0.000000] Linux version 6.1.0\n' },
    { name: 'proc/version', text: 'Linux version 6.1.0 (builder@host) #1 SMP\n' },
    { name: 'proc/uptime', text: '100.00 190.00\n' },
    { name: 'proc/stat', text: `cpu 1\n${'cpu0 1\n'.repeat(spec.cpus ?? 1)}btime 1790000000\n` },
    { name: 'proc/meminfo', text: `MemTotal:       ${spec.memTotalKib ?? 3_000_000} kB\nMemFree: 1 kB\n` },
    { name: 'proc/sys/net/ipv4/tcp_mem', text: `${spec.tcpMem ?? '34374\t45835\t68748'}\n` },
    { name: 'proc/sys/net/ipv4/tcp_max_orphans', text: '16384\n' },
    { name: 'proc/sys/net/ipv4/tcp_max_tw_buckets', text: '16384\n' },
  ];
  const four = spec.namespaces.map((namespace) => (namespace.tcp ?? []).filter(isCounted).length);
  const six = spec.namespaces.map((namespace) => (namespace.tcp6 ?? []).filter(isCounted).length);
  const alloc = [...four, ...six].reduce((sum, count) => sum + count, 0) + (spec.unhashed ?? 0);
  spec.namespaces.forEach((namespace, index) => {
    const rows = [...(namespace.tcp ?? []), ...(namespace.tcp6 ?? [])];
    const minisocks = rows.filter((row) => row.state === 6 || row.timer === 3).length;
    const pid = spec.processes.find((process) => process.namespace === index)?.pid ?? 1;
    for (const folder of index === 0 ? ['proc/net', `proc/${pid}/net`] : [`proc/${pid}/net`]) {
      members.push(
        { name: `${folder}/tcp`, text: tcpTable(namespace.tcp) },
        { name: `${folder}/tcp6`, text: tcp6Table(namespace.tcp6) },
        { name: `${folder}/unix`, text: 'Num       RefCount Protocol Flags    Type St Inode Path\n' },
        {
          name: `${folder}/sockstat`,
          text: sockstatText({
            // Closed sockets are in no inuse, and still in the count of their namespace.
            used:
              (four[index] ?? 0) +
              (six[index] ?? 0) +
              (index === Math.min(1, spec.namespaces.length - 1) ? (spec.unhashed ?? 0) : 0),
            inuse: four[index] ?? 0,
            orphan: 0,
            tw: minisocks,
            alloc,
            mem: spec.memPages ?? 0,
          }),
        },
        { name: `${folder}/sockstat6`, text: sockstat6Text(six[index] ?? 0) },
      );
    }
  });
  return [...members, ...spec.processes.flatMap((process) => processMembers(process, spec.namespaces))];
}

function processMembers(process: ProcessSpec, namespaces: readonly NamespaceSpec[]): Member[] {
  const { pid, comm, podUid } = process;
  const ticks = process.startTicks ?? pid;
  const cgroup =
    podUid === undefined
      ? '0::/system.slice/some.service\n'
      : `0::/kubepods.slice/kubepods-pod${podUid.replaceAll('-', '_')}.slice/cri-containerd-${'ab'.repeat(32)}.scope\n`;
  return [
    { name: `proc/${pid}/comm`, text: `${comm}\n` },
    {
      name: `proc/${pid}/stat`,
      text: `${pid} (${comm}) S ${process.parentPid ?? 1} 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${ticks} 21889024 1\n`,
    },
    {
      name: `proc/${pid}/status`,
      text: `Name:\t${comm}\nState:\tS (sleeping)\nPPid:\t${process.parentPid ?? 1}\nUid:\t0\t0\t0\t0\nVmSize:\t 21384 kB\nThreads:\t1\n`,
    },
    {
      name: `proc/${pid}/limits`,
      text: 'Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 1048576              files     \n',
    },
    { name: `proc/${pid}/cgroup`, text: cgroup },
    { name: `proc/${pid}/ns/net`, link: `net:[${namespaces[process.namespace]?.netns ?? HOST_NETNS}]` },
    { name: `proc/${pid}/fd/0`, link: '/dev/null' },
    ...(process.sockets ?? []).map((inode, i) => ({ name: `proc/${pid}/fd/${i + 3}`, link: `socket:[${inode}]` })),
  ];
}

/** `count` rows that differ in remote port and inode, the inodes from firstInode on. */
export function rows(count: number, firstInode: number, row: TcpRow): readonly TcpRow[] {
  return Array.from({ length: count }, (_, i) => ({
    ...row,
    remote: `10.0.${Math.floor(i / 60_000)}.2:${1024 + (i % 60_000)}`,
    inode: firstInode === 0 ? 0 : firstInode + i,
  }));
}

export function inodes(count: number, first: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}
