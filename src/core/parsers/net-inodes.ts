/**
 * The inode columns of the socket tables that are not TCP: they tell which sockets behind an fd are accounted for.
 * Kernel: net/ipv4/udp.c `udp4_format_sock`, net/ipv4/raw.c, net/unix/af_unix.c `unix_seq_show`,
 * net/netlink/af_netlink.c `netlink_seq_show`, net/packet/af_packet.c `packet_seq_show`.
 *
 *   udp, udp6, raw, raw6:   sl local rem st tx:rx tr:tm retrnsmt uid timeout INODE ref pointer drops   (10th field)
 *   unix:                   Num RefCount Protocol Flags Type St INODE Path                             (7th field)
 *   netlink:                sk Eth Pid Groups Rmem Wmem Dump Locks Drops INODE                         (10th field)
 *   packet:                 sk RefCnt Type Proto Iface R Rmem User INODE                               (9th field)
 */
import { type Parsed, type ParseProblem, parseCount, splitFields, splitLines } from '../text.ts';

export type InodeTable = 'udp' | 'udp6' | 'raw' | 'raw6' | 'unix' | 'netlink' | 'packet' | 'udplite' | 'udplite6';

const COLUMN: Readonly<Record<InodeTable, number>> = {
  udp: 9,
  udp6: 9,
  raw: 9,
  raw6: 9,
  udplite: 9,
  udplite6: 9,
  unix: 6,
  netlink: 9,
  packet: 8,
};

export interface SocketInodes {
  readonly rows: number;
  /** Non-zero inodes only. */
  readonly inodes: readonly number[];
}

export function parseSocketInodes(text: string, table: InodeTable): Parsed<SocketInodes> {
  const inodes: number[] = [];
  const problems: ParseProblem[] = [];
  const lines = splitLines(text);
  let rows = 0;
  for (let i = 1; i < lines.length; i++) {
    const fields = splitFields(lines[i] ?? '');
    if (fields.length === 0) continue;
    const inode = parseCount(fields[COLUMN[table]]);
    if (inode === null || inode > 0xffffffff) {
      if (problems.length < 5) problems.push({ line: i + 1, message: `not a row of ${table}` });
      continue;
    }
    rows++;
    if (inode > 0) inodes.push(inode);
  }
  return { value: { rows, inodes }, problems };
}
