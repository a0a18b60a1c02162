/**
 * Output of `ss -tanpeim` (iproute2 misc/ss.c) for one namespace; only what /proc/net/tcp cannot tell is kept: the
 * memory of each socket, and since when it has been idle.
 *
 *   CLOSE-WAIT 3782 0 10.244.49.14:8888 10.244.49.15:14044 users:(…) ino:24541 sk:102b … skmem:(r5061,rb131072,t0,tb46080,f3131,w0,o0,bl0,d0) … lastrcv:40260
 *
 * skmem is in bytes (net/core/sock.c `sk_get_meminfo`): r receive queue, w send queue, f reserved ahead. r + w + f are
 * whole pages and are what the socket contributes to `mem`. Sockets without an inode (orphans, not yet accepted)
 * have no `ino:`. Send-Q of a listener is the limit of its accept queue (net/ipv4/tcp_diag.c `tcp_diag_get_info`). With -O the details are on the line itself, without it on the next, indented line.
 * A row begins with the kind of socket and the state, of which ss leaves out what is the same for all, and two counts.
 */
import { createProblemList, type ParseProblem } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('ss-sockets', {
  notARow: 'The line is neither a socket nor the details of one.',
  noMemory: 'The memory of the socket (skmem) is malformed.',
  noInode: 'The inode of the socket is larger than inodes of sockets are.',
});

export interface SsColumns {
  count: number;
  inode: Uint32Array;
  queuedBytes: Float64Array;
  reservedBytes: Float64Array;
  /** Milliseconds since data last came; -1 when not told. */
  idleMs: Float64Array;
  /** Milliseconds since data was last sent; -1 when not told. */
  sentMs: Float64Array;
  /** Of listeners: the length that listen() allows the accept queue; -1 of all others. */
  backlog: Float64Array;
}

export interface SsParser {
  takeLine(line: string): void;
  /** What was wrong with the lines so far. */
  problems(): readonly ParseProblem[];
  end(): SsColumns;
}

const SKMEM = /skmem:\(r(\d+),rb\d+,t\d+,tb\d+,f(\d+),w(\d+)/;
const INODE = /(?:^|\s)ino:(\d+)/;
const BACKLOG = /^(?:tcp\s+)?LISTEN\s+\d+\s+(\d+)\s/;
const IDLE = /(?:^|\s)lastrcv:(\d+)/;
const SENT = /(?:^|\s)lastsnd:(\d+)/;
/** Those without memory: of TIME_WAIT, of requests, and where the details follow on a line of their own. */
const ROW = /^(?:[\w?-]{1,16} +){0,2}\d{1,20} +\d{1,20} +\S/;
const HEADER = /^(?:Netid +)?(?:State +)?Recv-Q /;

export function createSsParser(): SsParser {
  let columns = createSsColumns(64);
  let inode = 0;
  let backlog = -1;
  let number = 0;
  const problems = createProblemList();
  return {
    problems: problems.end,
    takeLine(whole) {
      number++;
      // Names of processes are quoted before everything that is read here, and may imitate it.
      const line = whole.slice(Math.max(0, whole.lastIndexOf('",pid=')));
      const continued = whole.startsWith('\t') || whole.startsWith('  ');
      if (!continued) {
        inode = 0;
        backlog = Number(BACKLOG.exec(whole)?.[1] ?? -1);
      }
      inode = Number(INODE.exec(line)?.[1] ?? inode);
      const memory = SKMEM.exec(line);
      if (memory === null) {
        if (line.includes('skmem:')) problems.tell(number, say.noMemory());
        else if (!continued && !isRow(whole)) problems.tell(number, say.notARow());
        return;
      }
      if (inode > 0xffffffff) return problems.tell(number, say.noInode());
      if (columns.count === columns.inode.length) columns = growSsColumns(columns);
      const row = columns.count++;
      columns.inode[row] = inode;
      columns.queuedBytes[row] = Number(memory[1]) + Number(memory[3]);
      columns.reservedBytes[row] = Number(memory[2]);
      columns.idleMs[row] = Number(IDLE.exec(line)?.[1] ?? -1);
      columns.sentMs[row] = Number(SENT.exec(line)?.[1] ?? -1);
      columns.backlog[row] = backlog;
      inode = 0;
    },
    end: () => columns,
  };
}

function isRow(line: string): boolean {
  return ROW.test(line) || HEADER.test(line) || line.trim() === '';
}

function createSsColumns(capacity: number): SsColumns {
  return {
    count: 0,
    inode: new Uint32Array(capacity),
    queuedBytes: new Float64Array(capacity),
    reservedBytes: new Float64Array(capacity),
    idleMs: new Float64Array(capacity),
    sentMs: new Float64Array(capacity),
    backlog: new Float64Array(capacity),
  };
}

function growSsColumns(columns: SsColumns): SsColumns {
  const larger = createSsColumns(columns.inode.length * 2);
  larger.count = columns.count;
  larger.inode.set(columns.inode);
  larger.queuedBytes.set(columns.queuedBytes);
  larger.reservedBytes.set(columns.reservedBytes);
  larger.idleMs.set(columns.idleMs);
  larger.sentMs.set(columns.sentMs);
  larger.backlog.set(columns.backlog);
  return larger;
}
