/**
 * The protocol of sockets, which a socket knows even when it is closed and in no table: the extended attribute
 * `system.sockprotoname` of /proc/PID/fd/N. Kernel: net/socket.c `sockfs_xattr_get`. As getfattr prints it,
 *
 *   # file: proc/183/fd/12
 *   system.sockprotoname="TCPv6\000"
 *
 * or one line of pid, fd and name for each socket. Attributes of other names may stand beside it, remarks of getfattr
 * between the files, and a socket that no protocol was made for has an empty name.
 */
import { createProblemList, type Parsed, splitLines } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('socket-protocols', {
  noSocket: 'The heading does not name the fd of a process.',
  withoutHeading: 'The protocol stands below no heading that names a socket.',
  malformed: 'The line does not name a socket and its protocol.',
});

const HEADING = '# file: ';

export interface SocketProtocol {
  /** Null when the text does not say; then it is that of the directory that the text lies in. */
  readonly pid: number | null;
  readonly fd: number;
  readonly protocol: string;
}

const FILE = /^# file: (?:.*?\/)?(\d{1,10})\/fd\/(\d{1,10})\s*$/;
const NAME = /^system\.sockprotoname="([\w./-]{0,32})(?:\\0{1,3}|\0)?"\s*$/;
const ROW = /^(?:(\d{1,10})\s+)?(\d{1,10})\s+([A-Za-z][\w./-]{0,31})\s*$/;
/** Other attributes, and what getfattr says of files that have none or are gone. */
const PASSED_OVER = /^(?:(?!system\.sockprotoname)[a-z]+\.[^=\s]+(?:=|\s*$)|getfattr: |\s*$)/;

export function parseSocketProtocols(text: string): Parsed<readonly SocketProtocol[]> {
  const value: SocketProtocol[] = [];
  const problems = createProblemList();
  let file: { pid: number; fd: number } | null = null;
  splitLines(text).forEach((line, index) => {
    const row = ROW.exec(line);
    if (row !== null) {
      const [, pid, fd, protocol = ''] = row;
      value.push({ pid: pid === undefined ? null : Number(pid), fd: Number(fd), protocol });
    } else if (line.startsWith(HEADING)) {
      const heading = FILE.exec(line);
      file = heading === null ? null : { pid: Number(heading[1]), fd: Number(heading[2]) };
      if (heading === null) problems.tell(index + 1, say.noSocket());
    } else if (!PASSED_OVER.test(line)) {
      const protocol = NAME.exec(line)?.[1];
      if (protocol === undefined) problems.tell(index + 1, say.malformed());
      else if (file === null) problems.tell(index + 1, say.withoutHeading());
      else if (protocol !== '') value.push({ ...file, protocol });
    }
  });
  return { value, problems: problems.end() };
}

export function isTcpProtocol(protocol: string): boolean {
  return protocol === 'TCP' || protocol === 'TCPv6' || protocol === 'MPTCP' || protocol === 'MPTCPv6';
}
