/** The counters of a namespace. Those of sockstat belong to one node: alloc is the sum of all that is in use. */
import { type Family, type ModelNamespace, type NodeModel, STATE } from './node-model.ts';

interface RowCounts {
  readonly inUse: Readonly<Record<Family, number>>;
  readonly timeWait: number;
  readonly established: number;
}

const FAMILY_OF: readonly Family[] = ['tcp', 'tcp6', 'udp', 'udp6', 'unix'];

/** TIME_WAIT and requests are rows, and no sockets. */
function countRows(node: NodeModel, { firstRow, rows }: ModelNamespace): RowCounts {
  const inUse = { tcp: 0, tcp6: 0, udp: 0, udp6: 0, unix: 0 };
  const counts = { timeWait: 0, established: 0 };
  for (let row = firstRow; row < firstRow + rows; row++) {
    const state = node.state[row];
    const family = FAMILY_OF[node.family[row] ?? 0] ?? 'tcp';
    if (state === STATE.TIME_WAIT) counts.timeWait++;
    else if (state !== STATE.SYN_RECV) inUse[family]++;
    if (state === STATE.ESTABLISHED || state === STATE.CLOSE_WAIT) counts.established++;
  }
  return { inUse, ...counts };
}

export function netFiles(node: NodeModel, namespace: ModelNamespace): ReadonlyMap<string, string> {
  const { inUse, timeWait, established } = countRows(node, namespace);
  const used = inUse.tcp + inUse.tcp6 + inUse.udp + inUse.udp6 + inUse.unix + namespace.closed;
  // Two pages for each ten sockets: far below tcp_mem.
  const pages = Math.round(node.alloc / 5);
  const tcp = `TCP: inuse ${inUse.tcp} orphan ${node.orphans} tw ${timeWait} alloc ${node.alloc} mem ${pages}`;
  const segments = 1_000_000 + namespace.index * 1_000;
  return new Map([
    [
      'sockstat',
      `sockets: used ${used}\n${tcp}\nUDP: inuse ${inUse.udp} mem 3\nUDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n`,
    ],
    [
      'sockstat6',
      `TCP6: inuse ${inUse.tcp6}\nUDP6: inuse ${inUse.udp6}\nUDPLITE6: inuse 0\nRAW6: inuse 0\nFRAG6: inuse 0 memory 0\n`,
    ],
    [
      'snmp',
      'Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors\n' +
        `Tcp: 1 200 120000 -1 90000 40000 12 900 ${established} ${segments} ${segments} 400 0 90 0\n`,
    ],
    [
      'netstat',
      'TcpExt: SyncookiesSent PruneCalled TW TCPTimeouts ListenOverflows ListenDrops TCPAbortOnMemory TCPReqQFullDrop\n' +
        `TcpExt: 0 0 ${timeWait * 40} 120 0 0 0 0\n`,
    ],
    [
      'dev',
      'Inter-|   Receive                                                |  Transmit\n' +
        ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n' +
        `  eth0: ${segments * 900} ${segments}    0    0    0     0          0         0 ${segments * 700} ${segments}    0    0    0     0       0          0\n`,
    ],
  ]);
}
