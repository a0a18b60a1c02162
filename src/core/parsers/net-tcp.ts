/**
 * /proc/net/tcp and /proc/net/tcp6 of one network namespace.
 * Kernel: net/ipv4/tcp_ipv4.c `get_tcp4_sock`, `get_timewait4_sock`, `get_openreq4`; net/ipv6/tcp_ipv6.c likewise.
 *
 *    0: 0100007F:1F95 00000000:0000 0A 00000000:00000004 00:00000000 00000000     0        0 122894 5 0000… 100 0 0 10 0
 *    1: 0100007F:EC3C 0100007F:1F90 05 00000000:00000000 03:0000175C 00000000     0        0 0 3 0000…
 *
 * Rows of TIME_WAIT and of request sockets end after the pointer. Addresses are 32-bit words in the byte order of
 * the node, ports are in human order. tcp rows are padded with blanks, tcp6 rows are not. The queues are bytes of
 * payload, except rx_queue of a LISTEN row: connections waiting for accept().
 * The table is scanned as bytes into columns: half a million rows would not survive as objects.
 */
import type { ParseProblem } from '../text.ts';
import { type Family, LF, readRow } from './net-tcp-row.ts';
import { createColumns, type TcpRows } from './tcp-columns.ts';

export interface TcpTable {
  readonly columns: TcpRows;
  readonly problems: readonly ParseProblem[];
  readonly malformedRows: number;
  /** The first line is the kernel's header, so this is a socket table at all. */
  readonly hasHeader: boolean;
}

export interface TcpTableParser {
  write(chunk: Uint8Array): void;
  /** `complete` is false when the archive ended inside the table: half a row would be another row, and is left out. */
  end(complete: boolean): TcpTable;
}

const SPACE = 32;
/** A row has 150 to 200 bytes. What a line has beyond this is dropped: nothing in it is read. */
const MAX_LINE_BYTES = 4096;
const MAX_PROBLEMS = 5;

/** Of a row of net/tcp with its newline; those of tcp6 are longer. What a header of the archive says may be a lie. */
const ROW_BYTES = 150;
const MAX_EXPECTED_ROWS = 2 ** 19;

/** Parses a table of about sizeBytes in chunks of any size; rows beyond maxRows are counted as problems, not stored. */
export function createTcpTableParser(family: Family, sizeBytes = 0, maxRows = MAX_ROWS): TcpTableParser {
  const columns = createColumns(Math.max(64, Math.min(MAX_EXPECTED_ROWS, Math.ceil(sizeBytes / ROW_BYTES))));
  const problems: ParseProblem[] = [];
  const carry = new Uint8Array(MAX_LINE_BYTES + 1);
  const carryView = new DataView(carry.buffer);
  let carried = 0;
  let line = 0;
  let malformed = 0;
  let hasHeader = false;

  const fail = (message: string) => {
    malformed++;
    if (problems.length < MAX_PROBLEMS) problems.push({ line, message });
  };
  /** Takes the line at start; where the next one begins, or -1 when this one does not end before `end`. */
  const takeLine = (bytes: Uint8Array, view: DataView, start: number, end: number): number => {
    const limit = Math.min(end, start + MAX_LINE_BYTES);
    const rowEnd = columns.count < maxRows ? readRow(bytes, view, start, limit, family, columns) : -1;
    const newline = indexOfLineEnd(view, rowEnd < 0 ? start : rowEnd, end);
    if (newline < 0) return -1;
    line++;
    if (rowEnd >= 0) {
      columns.line[columns.count] = line;
      columns.count++;
    } else if (line === 1 && looksLikeHeader(bytes, start, newline)) hasHeader = true;
    else if (newline - start > 1) {
      fail(
        columns.count < maxRows ? 'not a row of a socket table' : `more than ${maxRows} rows: the rest was not read`,
      );
    }
    return newline + 1;
  };
  const keep = (bytes: Uint8Array) => {
    const kept = bytes.subarray(0, carry.length - 1 - carried);
    carry.set(kept, carried);
    carried += kept.length;
  };
  const endCarried = () => {
    carry[carried] = LF;
    takeLine(carry, carryView, 0, carried + 1);
    carried = 0;
  };
  return {
    write(chunk) {
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
      let start = 0;
      if (carried > 0) {
        const newline = chunk.indexOf(LF);
        keep(newline < 0 ? chunk : chunk.subarray(0, newline));
        if (newline < 0) return;
        endCarried();
        start = newline + 1;
      }
      while (start < chunk.length) {
        const next = takeLine(chunk, view, start, chunk.length);
        if (next < 0) return keep(chunk.subarray(start));
        start = next;
      }
    },
    end(complete) {
      if (carried > 0 && complete) endCarried();
      return { columns, problems, malformedRows: malformed, hasHeader };
    },
  };
}

/** A row number and an inode share one exact 53-bit sort key in the join, which leaves 21 bits for the row. */
const MAX_ROWS = 2 ** 21 - 1;

function looksLikeHeader(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === SPACE) continue;
    return byte === 115 && bytes[i + 1] === 108; // "sl"
  }
  return false;
}

/** Rows are too short for a call of indexOf() to pay; four bytes at once do: one of them is zero behind the xor. */
function indexOfLineEnd(view: DataView, start: number, end: number): number {
  let at = start;
  for (; at + 16 <= end; at += 16) {
    const a = view.getInt32(at) ^ 0x0a0a0a0a;
    const b = view.getInt32(at + 4) ^ 0x0a0a0a0a;
    const c = view.getInt32(at + 8) ^ 0x0a0a0a0a;
    const d = view.getInt32(at + 12) ^ 0x0a0a0a0a;
    const found = ((a - 0x01010101) & ~a) | ((b - 0x01010101) & ~b) | ((c - 0x01010101) & ~c) | ((d - 0x01010101) & ~d);
    if ((found & 0x80808080) !== 0) break;
  }
  for (; at < end; at++) if (view.getUint8(at) === LF) return at;
  return -1;
}
