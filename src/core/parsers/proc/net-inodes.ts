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
import { createProblemList, type Parsed } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('net-inodes', {
  notARow: 'not a row of {table}',
});

export const INODE_TABLES = ['udp', 'udp6', 'udplite', 'udplite6', 'raw', 'raw6', 'unix', 'netlink', 'packet'] as const;
export type InodeTable = (typeof INODE_TABLES)[number];

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

const BLANK = 32;

/** One column is read and nothing is cut out of the text: a node has a hundred thousand of these rows. */
export function parseSocketInodes(text: string, table: InodeTable): Parsed<SocketInodes> {
  const inodes: number[] = [];
  const problems = createProblemList();
  const column = COLUMN[table];
  let rows = 0;
  let line = 1;
  let start = endOfLine(text, 0) + 1;
  while (start < text.length) {
    const end = endOfLine(text, start);
    line++;
    const at = columnStart(text, start, end, column);
    const inode = at < 0 ? null : readInode(text, at, end);
    if (inode !== null) {
      rows++;
      if (inode > 0) inodes.push(inode);
    } else if (columnStart(text, start, end, 0) >= 0) problems.tell(line, say.notARow({ table }));
    start = end + 1;
  }
  return { value: { rows, inodes }, problems: problems.end() };
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
}

/** Where a column begins, counted from 0; -1 when the line has fewer. */
function columnStart(text: string, start: number, end: number, column: number): number {
  let at = start;
  for (let left = column; ; left--) {
    while (at < end && text.charCodeAt(at) <= BLANK) at++;
    if (at === end) return -1;
    if (left === 0) return at;
    while (at < end && text.charCodeAt(at) > BLANK) at++;
  }
}

/** Null when it is no number of 32 bits. */
function readInode(text: string, start: number, end: number): number | null {
  let inode = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code <= BLANK) break;
    if (code < 48 || code > 57) return null;
    inode = inode * 10 + code - 48;
  }
  return inode > 0xffffffff ? null : inode;
}
