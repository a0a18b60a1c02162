/**
 * The socket tables of a namespace in the kernel's print formats: net/ipv4/tcp_ipv4.c, net/ipv6/tcp_ipv6.c,
 * net/ipv4/udp.c, net/unix/af_unix.c. Rows of tcp and udp are padded, those of tcp6, udp6 and unix are not.
 */
import { FAMILIES, type Family, isHeld, type ModelNamespace, type NodeModel, STATE } from './node-model.ts';
import { createDraw, type Draw } from './random.ts';

const TCP_WIDTH = 149;
const UDP_WIDTH = 127;
const REST = 'st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const HEADERS: Readonly<Record<Family, string>> = {
  tcp: `  sl  local_address rem_address   ${REST}`.padEnd(TCP_WIDTH),
  tcp6: `  sl  local_address                         remote_address                        ${REST}`,
  udp: `   sl  local_address rem_address   ${REST} ref pointer drops`.padEnd(UDP_WIDTH),
  udp6: `  sl  local_address                         remote_address                        ${REST} ref pointer drops`,
  unix: 'Num       RefCount Protocol Flags    Type St Inode Path',
};
const MAPPED = '0000000000000000FFFF0000';
const SERVICE_PORTS = [80, 443, 8080, 8443, 6379, 5432, 3306, 9090, 15_001, 53] as const;
const UIDS = [0, 0, 101, 999, 1000, 65_534] as const;
const UNIX_PATHS = [
  '',
  '',
  '',
  ' /run/systemd/journal/stdout',
  ' /run/dbus/system_bus_socket',
  ' @/shim.sock',
] as const;

export const hex = (value: number, digits: number) => (value >>> 0).toString(16).toUpperCase().padStart(digits, '0');

/** Every table of one namespace; the same text each time. */
export function socketTables(node: NodeModel, namespace: ModelNamespace): ReadonlyMap<Family, Buffer> {
  const draw = createDraw(namespace.inode);
  const lines = new Map<Family, string[]>(FAMILIES.map((family) => [family, [HEADERS[family]]]));
  for (let row = namespace.firstRow; row < namespace.firstRow + namespace.rows; row++) {
    const family = FAMILIES[node.family[row] ?? 0] ?? 'tcp';
    const table = lines.get(family);
    if (table === undefined) continue;
    const inode = node.inode[row] ?? 0;
    if (family === 'unix') table.push(unixRow(inode, draw));
    else if (family === 'udp' || family === 'udp6')
      table.push(udpRow(family, table.length - 1, inode, namespace.address, draw));
    else table.push(tcpRow(family, table.length - 1, node.state[row] ?? 0, inode, namespace.address, draw));
  }
  return new Map([...lines].map(([family, table]) => [family, Buffer.from(`${table.join('\n')}\n`, 'latin1')]));
}

export function tcpRow(
  family: 'tcp' | 'tcp6',
  index: number,
  state: number,
  inode: number,
  address: number,
  draw: Draw,
): string {
  const print = (word: number) => (family === 'tcp' ? hex(word, 8) : MAPPED + hex(word, 8));
  const isListener = state === STATE.LISTEN;
  const local = isListener ? hex(0, family === 'tcp' ? 8 : 32) : print(address);
  const remote = isListener ? local : print(10 + 244 * 2 ** 8 + draw.below(65_536) * 2 ** 16);
  const isServer = isListener || draw.oneIn(2);
  const service = draw.pick(SERVICE_PORTS);
  const ephemeral = 32_768 + draw.below(28_232);
  const localPort = isServer ? service : ephemeral;
  const remotePort = isListener ? 0 : isServer ? ephemeral : service;
  const sends = isHeld(state) && !isListener && draw.oneIn(20);
  const tx = sends ? 1 + draw.below(20_000) : 0;
  const rx = state === STATE.CLOSE_WAIT ? 1 : !isListener && isHeld(state) && draw.oneIn(25) ? draw.below(4_000) : 0;
  const timer = state === STATE.TIME_WAIT ? 3 : sends || state === STATE.SYN_RECV ? 1 : 0;
  const when = timer === 0 ? 0 : draw.below(6_000);
  const uid = isHeld(state) ? draw.pick(UIDS) : 0;
  const start = `${String(index).padStart(4)}: ${local}:${hex(localPort, 4)} ${remote}:${hex(remotePort, 4)} ${hex(state, 2)}`;
  const queues = `${hex(tx, 8)}:${hex(rx, 8)} ${hex(timer, 2)}:${hex(when, 8)} ${hex(0, 8)}`;
  const row = `${start} ${queues} ${String(uid).padStart(5)}        0 ${socketPart(state, inode, draw)}`;
  return family === 'tcp' ? row.padEnd(TCP_WIDTH) : row;
}

/** What a row says of the socket itself: rows of TIME_WAIT and of requests have none, and end early. */
function socketPart(state: number, inode: number, draw: Draw): string {
  const pointer = draw.hex(8).padStart(16, '0');
  if (state === STATE.TIME_WAIT) return `0 3 ${pointer}`;
  if (state === STATE.SYN_RECV) return `0 0 ${pointer}`;
  if (state === STATE.LISTEN) return `${inode} 1 ${pointer} 100 0 0 10 0`;
  return `${inode} 1 ${pointer} ${20 + draw.below(60)} 4 ${draw.below(30)} ${10 + draw.below(90)} -1`;
}

function udpRow(family: 'udp' | 'udp6', index: number, inode: number, address: number, draw: Draw): string {
  const isV4 = family === 'udp';
  const local = isV4 ? hex(address, 8) : hex(0, 32);
  const port = draw.oneIn(2) ? draw.pick(SERVICE_PORTS) : 30_000 + draw.below(30_000);
  const ends = `${local}:${hex(port, 4)} ${hex(0, isV4 ? 8 : 32)}:0000 07`;
  const pointer = draw.hex(8).padStart(16, '0');
  const row = `${String(index).padStart(5)}: ${ends} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 2 ${pointer} 0`;
  return isV4 ? row.padEnd(UDP_WIDTH) : row;
}

function unixRow(inode: number, draw: Draw): string {
  const path = draw.pick(UNIX_PATHS);
  const pointer = draw.hex(8).padStart(16, '0');
  return `${pointer}: 00000002 00000000 00000000 0001 03 ${String(inode).padStart(5)}${path}`;
}

/** A net/tcp with so many lines of any state, for the parser alone. */
export function* longTcpTable(rows: number): Generator<string> {
  const draw = createDraw(rows);
  yield `${HEADERS.tcp}\n`;
  for (let row = 0; row < rows; row++) {
    const state = draw.pick([STATE.ESTABLISHED, STATE.ESTABLISHED, STATE.TIME_WAIT, STATE.CLOSE_WAIT]);
    const inode = state === STATE.TIME_WAIT ? 0 : 20_000 + row * 5;
    yield `${tcpRow('tcp', row, state, inode, 0x0200f40a, draw)}\n`;
  }
}
