/**
 * A node as numbers: namespaces, processes, and for each row of a socket table its family, state, inode and holder, in
 * columns. The texts are made from it when they are written, so that no table is kept.
 */
import { createDraw, type Draw } from './random.ts';
import type { BundleShape } from './sizes.ts';

export const FAMILIES = ['tcp', 'tcp6', 'udp', 'udp6', 'unix'] as const;
export type Family = (typeof FAMILIES)[number];

/** As include/net/tcp_states.h numbers them. */
export const STATE = {
  ESTABLISHED: 1,
  SYN_SENT: 2,
  SYN_RECV: 3,
  FIN_WAIT1: 4,
  FIN_WAIT2: 5,
  TIME_WAIT: 6,
  CLOSE_WAIT: 8,
  LAST_ACK: 9,
  LISTEN: 10,
} as const;

export interface ModelProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly comm: string;
  /** With NUL between and behind the arguments; empty for a kernel thread. */
  readonly commandLine: string;
  readonly namespace: ModelNamespace;
  readonly containerId: string;
  /** Inodes of its sockets. */
  readonly sockets: number[];
  /** Fds that are no sockets. */
  otherFds: number;
}

export interface ModelNamespace {
  readonly index: number;
  readonly inode: number;
  /** As the tables print it. */
  readonly address: number;
  readonly podUid: string;
  readonly processes: ModelProcess[];
  firstRow: number;
  rows: number;
  /** Sockets that a process holds and no table lists. */
  closed: number;
}

export interface NodeModel {
  readonly namespaces: readonly ModelNamespace[];
  readonly processes: readonly ModelProcess[];
  /** Index into FAMILIES; row by row, those of a namespace together. */
  readonly family: Uint8Array;
  readonly state: Uint8Array;
  readonly inode: Uint32Array;
  /** Holds all closed sockets; null when there are none. */
  readonly leaker: ModelProcess | null;
  /** Of the node. */
  readonly alloc: number;
  readonly orphans: number;
}

const PROGRAMS: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ['nginx', 'nginx: worker process'],
  ['envoy', '/usr/local/bin/envoy\0-c\0etc/proxy/envoy.json\0--concurrency\x002\0'],
  ['java', '/opt/java/bin/java\0-Xms2g\0-Xmx6g\0-XX:+UseG1GC\0-Dserver.port=8080\0-jar\0/app/orders.jar\0'],
  ['node', 'node\0--max-old-space-size=2048\0/srv/app/dist/main.js\0'],
  ['redis-server', '/usr/local/bin/redis-server *:6379\0'],
  ['postgres', 'postgres: app orders 10.244.3.17(51844) idle\0'],
  ['gunicorn', '/usr/bin/python3\0-m\0gunicorn\0--workers\x004\0wsgi:app\0'],
  ['coredns', '/coredns\0-conf\0/etc/coredns/Corefile\0'],
];
const HOST_PROGRAMS: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ['kubelet', '/usr/bin/kubelet\0--config=/var/lib/kubelet/config.yaml\0--node-ip=10.12.7.31\0'],
  ['containerd', '/usr/bin/containerd\0'],
  ['containerd-shim', '/usr/bin/containerd-shim-runc-v2\0-namespace\0k8s.io\0-address\0/run/containerd.sock\0'],
  ['sshd', 'sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups\0'],
  ['kube-proxy', '/usr/local/bin/kube-proxy\0--config=/var/lib/kube-proxy/config.conf\0'],
  ['kworker/u64:3', ''],
];
const FIRST_NAMESPACE = 4_026_531_840;
/** Of a hundred TCP rows. */
const STATES = shares([
  [STATE.ESTABLISHED, 62],
  [STATE.TIME_WAIT, 22],
  [STATE.CLOSE_WAIT, 5],
  [STATE.LISTEN, 5],
  [STATE.FIN_WAIT2, 2],
  [STATE.SYN_SENT, 1],
  [STATE.FIN_WAIT1, 1],
  [STATE.SYN_RECV, 1],
  [STATE.LAST_ACK, 1],
]);
/** Of a hundred rows, as indexes of FAMILIES. */
const FAMILY_SHARES = shares([
  [0, 62],
  [1, 20],
  [2, 5],
  [3, 2],
  [4, 11],
]);

function shares(pairs: readonly (readonly [number, number])[]): readonly [number, ...number[]] {
  const [first = 0, ...rest] = pairs.flatMap(([value, count]) => Array<number>(count).fill(value));
  return [first, ...rest];
}

export function modelNode(shape: BundleShape): NodeModel {
  const draw = createDraw(shape.sockets);
  const namespaces = Array.from({ length: shape.namespaces }, (_, index) => modelNamespace(index, draw));
  const processes = modelProcesses(shape, namespaces, draw);
  shareRows(namespaces, shape.sockets, draw);
  const family = new Uint8Array(shape.sockets);
  const state = new Uint8Array(shape.sockets);
  const inode = new Uint32Array(shape.sockets);
  const nextInode = inodes(shape.inodes, draw);
  const counts = { alloc: 0, orphans: 0 };
  for (const namespace of namespaces) {
    const holders = weighted(namespace.processes, draw);
    for (let row = namespace.firstRow; row < namespace.firstRow + namespace.rows; row++) {
      family[row] = draw.pick(FAMILY_SHARES);
      const isTcp = (family[row] ?? 0) < 2;
      const rowState = isTcp ? draw.pick(STATES) : 7;
      state[row] = rowState;
      if (isTcp && rowState !== STATE.TIME_WAIT && rowState !== STATE.SYN_RECV) counts.alloc++;
      if (isTcp && isClosing(rowState)) counts.orphans++;
      if (isTcp && !isHeld(rowState)) continue;
      const number = nextInode(namespace);
      inode[row] = number;
      const holder = holders();
      holder?.sockets.push(number);
      // Some are inherited: two fds, one socket.
      if (draw.oneIn(50)) heir(namespace, holder, draw)?.sockets.push(number);
    }
  }
  const leaker = shape.inodes === 'few' ? null : addLeak(namespaces, Math.round(shape.sockets / 200), nextInode);
  spreadOtherFds(processes, shape.fds, draw);
  return {
    namespaces,
    processes,
    family,
    state,
    inode,
    leaker,
    alloc: counts.alloc + (leaker?.namespace.closed ?? 0),
    orphans: counts.orphans,
  };
}

/** Closed by its process, and not yet by the other end: in the table without an inode. */
const isClosing = (state: number) => state === STATE.FIN_WAIT1 || state === STATE.FIN_WAIT2 || state === STATE.LAST_ACK;

export function isHeld(state: number): boolean {
  return state !== STATE.TIME_WAIT && state !== STATE.SYN_RECV && !isClosing(state);
}

export function isKernelThread(process: ModelProcess): boolean {
  return process.commandLine === '';
}

function modelNamespace(index: number, draw: Draw): ModelNamespace {
  return {
    index,
    inode: index === 0 ? FIRST_NAMESPACE : FIRST_NAMESPACE + 360 + index * 71,
    // 10.244.x.y, in the byte order in which a little-endian node prints it.
    address: (((index & 255) + 2) * 2 ** 24 + (index >> 8) * 2 ** 16 + 244 * 2 ** 8 + 10) >>> 0,
    podUid: `${draw.hex(8)}-${draw.hex(4)}-4${draw.hex(3)}-a${draw.hex(3)}-${draw.hex(12)}`,
    processes: [],
    firstRow: 0,
    rows: 0,
    closed: 0,
  };
}

function modelProcesses(shape: BundleShape, namespaces: readonly ModelNamespace[], draw: Draw): ModelProcess[] {
  const processes: ModelProcess[] = [];
  let pid = 1;
  for (let index = 0; index < shape.processes; index++) {
    const host = index >= shape.namespaces && draw.oneIn(5);
    const namespace = namespaces[host ? 0 : index < shape.namespaces ? index : draw.below(shape.namespaces)];
    if (namespace === undefined) continue;
    const program = draw.pick(namespace.index === 0 ? HOST_PROGRAMS : PROGRAMS);
    const [comm, commandLine] = index === 0 ? ['systemd', '/usr/lib/systemd/systemd\0--system\0'] : program;
    const process = {
      pid,
      parentPid: processes[draw.below(Math.max(1, processes.length))]?.pid ?? 0,
      comm,
      commandLine,
      namespace,
      containerId: draw.hex(64),
      sockets: [],
      otherFds: 0,
    };
    processes.push(process);
    if (!isKernelThread(process)) namespace.processes.push(process);
    pid += 1 + draw.below(index < 30 ? 6 : 900);
  }
  return processes;
}

function shareRows(namespaces: readonly ModelNamespace[], sockets: number, draw: Draw): void {
  // The host has the most, as a rule.
  const weights = namespaces.map(({ index }) => draw.weight(1.1) * (index === 0 ? 4 : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = sockets;
  let firstRow = sockets;
  for (const namespace of [...namespaces].reverse()) {
    const share = Math.floor((sockets * (weights[namespace.index] ?? 0)) / total);
    namespace.rows = namespace.index === 0 ? left : share;
    firstRow -= namespace.rows;
    namespace.firstRow = firstRow;
    left -= namespace.rows;
  }
}

type NextInode = (namespace: ModelNamespace) => number;

function inodes(kind: BundleShape['inodes'], draw: Draw): NextInode {
  let count = 0;
  let last = 18_231;
  switch (kind) {
    case 'rising':
      return () => (last += 1 + draw.below(9));
    case 'few':
      return ({ index }) => 1_000_000 + index * 16 + (count++ % 7);
    case 'colliding':
      return () => (++count * 2 ** 16) % 2 ** 32;
  }
}

/** Draws one of them, those with a large weight more often. */
function weighted(processes: readonly ModelProcess[], draw: Draw): () => ModelProcess | undefined {
  let total = 0;
  const ends = processes.map(() => (total += draw.weight(1.3) * 1000));
  return () => {
    const at = draw.below(Math.floor(total));
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) > at) high = middle;
      else low = middle + 1;
    }
    return processes[low];
  };
}

function heir(namespace: ModelNamespace, holder: ModelProcess | undefined, draw: Draw): ModelProcess | undefined {
  const other = namespace.processes[draw.below(namespace.processes.length)];
  return other === holder ? undefined : other;
}

/** One process of a pod holds sockets that are closed: what the whole analysis is for. */
function addLeak(namespaces: readonly ModelNamespace[], count: number, nextInode: NextInode): ModelProcess | null {
  const namespace = namespaces[1];
  const leaker = namespace?.processes[0];
  if (namespace === undefined || leaker === undefined) return null;
  for (let i = 0; i < count; i++) leaker.sockets.push(nextInode(namespace));
  namespace.closed = count;
  return leaker;
}

function spreadOtherFds(processes: readonly ModelProcess[], fds: number, draw: Draw): void {
  const users = processes.filter((process) => !isKernelThread(process));
  const held = users.reduce((sum, process) => sum + process.sockets.length, 0);
  const weights = users.map(() => draw.weight(1.3));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const spare = Math.max(0, fds - held);
  users.forEach((process, index) => {
    process.otherFds = 3 + Math.floor((Math.max(0, spare - 3 * users.length) * (weights[index] ?? 0)) / total);
  });
}
