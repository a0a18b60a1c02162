/**
 * A bundle of a large node in the kernel's formats, the same bytes for the same shape, and the truth of it. Nine of ten
 * members are links without a body, as in real bundles; one link in 200 is longer than a header holds. The log is first
 * in the archive: what it says can be shown before the rest is read.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { makeKernelLog } from './bundle/kernel-log.ts';
import { netFiles } from './bundle/net-files.ts';
import {
  isKernelThread,
  type ModelNamespace,
  type ModelProcess,
  modelNode,
  type NodeModel,
} from './bundle/node-model.ts';
import { processFiles } from './bundle/process-files.ts';
import { createDraw, type Draw } from './bundle/random.ts';
import type { BundleShape } from './bundle/sizes.ts';
import { socketTables } from './bundle/socket-tables.ts';
import { createTarWriter, type TarWriter } from './bundle/tar-writer.ts';
import { countNode, type Truth } from './bundle/truth.ts';

const ROOT = 'node-7-20240611T081502Z';
const OTHER_TARGETS: readonly [(draw: Draw) => string, ...((draw: Draw) => string)[]] = [
  () => '/dev/null',
  (draw) => `pipe:[${draw.below(9_999_999)}]`,
  () => 'anon_inode:[eventpoll]',
  () => 'anon_inode:[eventfd]',
  (draw) => `/app/lib/part-${draw.below(99)}.jar`,
  (draw) => `/var/log/pods/prod_orders-${draw.hex(10)}/app/0.log`,
];
const NODE_FILES: readonly (readonly [string, string])[] = [
  ['hostname', 'node-7\n'],
  ['proc/version', 'Linux version 5.14.0-362.24.1.el9_3.x86_64 (builder@host) #1 SMP PREEMPT_DYNAMIC\n'],
  ['proc/uptime', '1832912.33 9128311.90\n'],
  ['proc/loadavg', '38.12 29.71 20.02 17/5214 991231\n'],
  ['proc/meminfo', 'MemTotal:       65843216 kB\nMemFree:         1203948 kB\nMemAvailable:    8213344 kB\n'],
  ['proc/sys/fs/file-nr', '800000\t0\t9223372036854775807\n'],
  ['proc/sys/net/core/somaxconn', '4096\n'],
  ['proc/sys/net/ipv4/tcp_mem', '767823\t1023764\t1535646\n'],
  ['proc/sys/net/ipv4/tcp_max_orphans', '262144\n'],
  ['proc/sys/net/ipv4/tcp_max_tw_buckets', '262144\n'],
  ['proc/sys/net/netfilter/nf_conntrack_max', '2097152\n'],
  ['proc/sys/net/netfilter/nf_conntrack_count', '1500000\n'],
];

/** Writes the bundle to `path` and its truth to `truthPath`. */
export async function makeBundle(path: string, truthPath: string, shape: BundleShape): Promise<void> {
  const node = modelNode(shape);
  const tar = createTarWriter(path);
  const logPath = `${path}.log`;
  const log = await makeKernelLog(logPath, shape.logBytes);
  tar.folder(ROOT);
  await tar.copy(`${ROOT}/dmesg`, logPath);
  rmSync(logPath);
  for (const [name, body] of NODE_FILES) tar.file(`${ROOT}/${name}`, body);
  // Text that nobody asks for, as every bundle has it.
  tar.file(`${ROOT}/notes/journal.txt`, 'kubelet: nothing of note happened on this node\n'.repeat(2000));
  const tables = tableCache(node, shape);
  const draw = createDraw(shape.processes);
  for (const process of node.processes) {
    writeProcess(tar, process, draw);
    const isAsked =
      shape.tables === 'of-each-process' ? !isKernelThread(process) : process === process.namespace.processes[0];
    if (isAsked) writeNet(tar, node, process, tables);
    await tar.drained();
  }
  const written = await tar.end();
  const truth: Truth = {
    members: written.members,
    longLinks: written.longLinks,
    tarBytes: written.bytes,
    processes: node.processes.length,
    namespaces: node.namespaces.length,
    ...countNode(node),
    log,
  };
  writeFileSync(truthPath, `${JSON.stringify(truth, null, 1)}\n`);
}

function writeProcess(tar: TarWriter, process: ModelProcess, draw: Draw): void {
  const folder = `${ROOT}/proc/${process.pid}`;
  tar.folder(folder);
  for (const [name, body] of processFiles(process, draw)) tar.file(`${folder}/${name}`, body);
  tar.folder(`${folder}/ns`);
  tar.link(`${folder}/ns/net`, `net:[${process.namespace.inode}]`);
  tar.link(`${folder}/ns/mnt`, `mnt:[${process.namespace.inode + 3}]`);
  tar.folder(`${folder}/fd`);
  writeFds(tar, folder, process, draw);
}

/** Sockets and files mixed, as they were opened; now and then a number is free. */
function writeFds(tar: TarWriter, folder: string, process: ModelProcess, draw: Draw): void {
  const total = process.sockets.length + process.otherFds;
  let sockets = 0;
  let fd = 0;
  for (let written = 0; written < total; written++) {
    const socketsLeft = process.sockets.length - sockets;
    const isSocket = fd > 2 && draw.below(total - written) < socketsLeft;
    const mustBe = socketsLeft === total - written;
    const target = isSocket || mustBe ? `socket:[${process.sockets[sockets++] ?? 0}]` : otherTarget(draw);
    tar.link(`${folder}/fd/${fd}`, target);
    fd += fd > 2 && draw.oneIn(100) ? 2 : 1;
  }
}

function otherTarget(draw: Draw): string {
  if (!draw.oneIn(100)) return draw.pick(OTHER_TARGETS)(draw);
  const volume = `/var/lib/kubelet/pods/${draw.hex(32)}/volumes/kubernetes.io~empty-dir/spool-and-cache`;
  return `${volume}/segments/${draw.hex(24)}.seg (deleted)`;
}

type Tables = (namespace: ModelNamespace) => ReturnType<typeof socketTables>;

/** Tables that are written many times are kept; those that are written once are not. */
function tableCache(node: NodeModel, shape: BundleShape): Tables {
  if (shape.tables === 'of-each-namespace') return (namespace) => socketTables(node, namespace);
  const kept = new Map<ModelNamespace, ReturnType<typeof socketTables>>();
  return (namespace) => {
    const tables = kept.get(namespace) ?? socketTables(node, namespace);
    kept.set(namespace, tables);
    return tables;
  };
}

function writeNet(tar: TarWriter, node: NodeModel, process: ModelProcess, tables: Tables): void {
  const folder = `${ROOT}/proc/${process.pid}/net`;
  tar.folder(folder);
  for (const [family, table] of tables(process.namespace)) tar.file(`${folder}/${family}`, table);
  for (const [name, body] of netFiles(node, process.namespace)) tar.file(`${folder}/${name}`, body);
}
