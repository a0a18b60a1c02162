/** Texts to begin with: every text of the base bundles, and single lines for parsers that take less than a file. */
import { toBytes } from '../core/support/bundles.ts';
import type { BaseBundle } from './base-bundles.ts';

const LINES: readonly string[] = [
  'socket:[12390]',
  'anon_inode:[eventpoll]',
  '/memfd:x (deleted)',
  'shop_web-0_cef93934-6214-4ba6-907b-c562e50cedf2/app/0.log',
  'web-0_shop_app-abababababababababababababababababababababababababababababababab.log',
  'pods/cef93934-6214-4ba6-907b-c562e50cedf2/containers/app',
  '[   45.006070] TCP: out of memory -- consider tuning tcp_mem',
  'Linux version 6.1.0-18-amd64 (x@y) #1 SMP Debian',
  '# file: proc/183/fd/12\nsystem.sockprotoname="TCPv6\\000"\n',
  '0::/kubepods.slice/kubepods-podcef93934_6214_4ba6_907b_c562e50cedf2.slice/cri-containerd-ab.scope\n',
  'max\n',
  'ipv4     2 tcp      6 431995 ESTABLISHED src=10.244.1.5 dst=10.96.0.10 sport=42650 dport=80 src=10.244.2.9 dst=10.244.1.5 sport=8080 dport=42650 [ASSURED] mark=0 zone=0 use=2',
  'tcp      6 55 CLOSE_WAIT src=fd00:10:244:1::5 dst=fd00:10:96::a sport=36738 dport=80 src=fd00:10:244:2::9 dst=fd00:10:244:1::5 sport=8080 dport=36738 mark=0 use=1',
  '{"schema":1,"hostname":"node-1","page_size":4096}',
];

export function textSeeds(bases: readonly BaseBundle[]): readonly Uint8Array[] {
  const texts = bases.flatMap(({ members }) =>
    members.flatMap((member) => ('text' in member ? [toBytes(member.text)] : [])),
  );
  // Each text once; a seed of more than 8 KB only makes each case slow.
  const unique = new Map(
    [...texts, ...LINES.map(toBytes)].map((bytes) => [Buffer.from(bytes).toString('latin1'), bytes]),
  );
  return [...unique.values()].map((bytes) => bytes.subarray(0, 8192));
}
