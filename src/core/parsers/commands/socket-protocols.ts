/**
 * The protocol of sockets, which a socket knows even when it is closed and in no table: the extended attribute
 * `system.sockprotoname` of /proc/PID/fd/N. Kernel: net/socket.c `sockfs_xattr_get`. As getfattr prints it,
 *
 *   # file: proc/183/fd/12
 *   system.sockprotoname="TCPv6\000"
 *
 * or one line of pid, fd and name for each socket.
 */
import { type Parsed, splitLines } from '../../text.ts';

export interface SocketProtocol {
  /** Null when the text does not say; then it is that of the directory that the text lies in. */
  readonly pid: number | null;
  readonly fd: number;
  readonly protocol: string;
}

const FILE = /^# file: (?:.*?\/)?(\d{1,10})\/fd\/(\d{1,10})\s*$/;
const NAME = /^system\.sockprotoname="([\w-]{1,32})(?:\\0{1,3}|\0)?"/;
const ROW = /^(?:(\d{1,10})\s+)?(\d{1,10})\s+([A-Za-z][\w-]{0,31})\s*$/;

export function parseSocketProtocols(text: string): Parsed<readonly SocketProtocol[]> {
  const value: SocketProtocol[] = [];
  let file: { pid: number; fd: number } | null = null;
  for (const line of splitLines(text)) {
    const heading = FILE.exec(line);
    if (heading !== null) file = { pid: Number(heading[1]), fd: Number(heading[2]) };
    const name = NAME.exec(line)?.[1];
    if (name !== undefined && file !== null) value.push({ ...file, protocol: name });
    const row = ROW.exec(line);
    if (row !== null)
      value.push({ pid: row[1] === undefined ? null : Number(row[1]), fd: Number(row[2]), protocol: row[3] ?? '' });
  }
  return { value, problems: [] };
}

export function isTcpProtocol(protocol: string): boolean {
  return protocol === 'TCP' || protocol === 'TCPv6' || protocol === 'MPTCP' || protocol === 'MPTCPv6';
}
