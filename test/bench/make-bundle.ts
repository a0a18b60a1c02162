/**
 * A large bundle in kernel formats, the same bytes for the same size: processes with their files and fd links, socket
 * tables of many namespaces, a kernel log. Most members are links without a body, as in real bundles of large nodes.
 */

import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';

export interface BundleSize {
  readonly processes: number;
  readonly namespaces: number;
  readonly sockets: number;
  readonly otherFds: number;
  readonly logLines: number;
}

const ROOT = 'node-a';
const FIRST_NETNS = 4_026_531_840;
const TCP_HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'.padEnd(149);

const hex = (value: number, digits: number) => (value >>> 0).toString(16).toUpperCase().padStart(digits, '0');

/** Writes the bundle; resolves when it is on disk. */
export async function makeBundle(path: string, size: BundleSize): Promise<void> {
  const tar = pack();
  const file = createWriteStream(path);
  tar.pipe(createGzip()).pipe(file);
  const text = (name: string, body: string) => entry(tar, { name: `${ROOT}/${name}`, type: 'file' }, body);
  const link = (name: string, target: string) =>
    entry(tar, { name: `${ROOT}/${name}`, type: 'symlink', linkname: target });
  await text('dmesg', kernelLog(size.logLines));
  await text('proc/version', 'Linux version 6.1.0-50-cloud-amd64 (builder) #1 SMP\n');
  await text('proc/meminfo', 'MemTotal:       65843216 kB\n');
  await text('proc/sys/net/ipv4/tcp_mem', '767823\t1023764\t1535646\n');
  const perProcess = Math.floor(size.sockets / size.processes);
  const perNamespace = Math.floor(size.processes / size.namespaces);
  const inode = 10_000;
  for (let index = 0; index < size.processes; index++) {
    const pid = index + 1;
    const namespace = Math.min(size.namespaces - 1, Math.floor(index / perNamespace));
    const folder = `proc/${pid}`;
    await text(`${folder}/comm`, index === 0 ? 'systemd\n' : `worker-${pid}\n`);
    await text(`${folder}/stat`, `${pid} (worker) S 1 ${'0 '.repeat(17)}${1000 + pid} 123456789 100\n`);
    await text(`${folder}/cgroup`, '0::/system.slice/worker.service\n');
    await text(`${folder}/limits`, 'Max open files            1048576              1048576              files     \n');
    await link(`${folder}/ns/net`, `net:[${FIRST_NETNS + namespace}]`);
    let fd = 3;
    for (let i = 0; i < perProcess; i++)
      await link(`${folder}/fd/${fd++}`, `socket:[${inode + index * perProcess + i}]`);
    for (let i = 0; i < size.otherFds / size.processes; i++) await link(`${folder}/fd/${fd++}`, `pipe:[${i}]`);
    if (index % perNamespace === 0 && index / perNamespace < size.namespaces) {
      const last = namespace === size.namespaces - 1;
      const members = last ? size.processes - index : perNamespace;
      const rows = members * perProcess;
      await text(`${folder}/net/tcp`, socketTable(rows, inode + index * perProcess));
      await text(
        `${folder}/net/sockstat`,
        `sockets: used ${rows}\nTCP: inuse ${rows} orphan 0 tw 0 alloc ${size.processes * perProcess} mem 4000\n`,
      );
      await text(`${folder}/net/sockstat6`, 'TCP6: inuse 0\n');
    }
  }
  tar.finalize();
  await finished(file);
}

/** Resolves when the archive has taken the member: it would gather in memory before gzip takes any of it. */
function entry(
  tar: Pack,
  header: { name: string; type: 'file' | 'symlink'; linkname?: string },
  body = '',
): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry({ mode: 0o777, ...header }, body, (error) => (error ? reject(error) : resolve()));
  });
}

function socketTable(rows: number, firstInode: number): string {
  const lines = [TCP_HEADER];
  for (let row = 0; row < rows; row++) {
    const state = row % 50 === 0 ? '08' : '01';
    const line = `${String(row).padStart(4)}: 0100F40A:1F90 ${hex(0x0200f40a + row * 65_537, 8)}:${hex(1024 + (row % 60_000), 4)} ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${firstInode + row} 1 ${hex(
      row * 2_654_435_761,
      8,
    )
      .toLowerCase()
      .padStart(16, '0')} 20 4 30 10 -1`;
    lines.push(line.padEnd(149));
  }
  return `${lines.join('\n')}\n`;
}

function kernelLog(lines: number): string {
  const all: string[] = [];
  for (let line = 0; line < lines; line++) {
    const stamp = `[${(line / 10).toFixed(6).padStart(12)}]`;
    const oom = line % 500 === 499;
    all.push(
      oom
        ? `${stamp} TCP: out of memory -- consider tuning tcp_mem`
        : `${stamp} cni0: port ${line % 100}(veth${hex(line * 2_654_435_761, 8).toLowerCase()}) entered forwarding state`,
    );
  }
  return `${all.join('\n')}\n`;
}
