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
import type { ParseProblem } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import { type Family, LF, MAX_ROW_BYTES, readRow } from './net-tcp-row.ts';
import { createColumns, type TcpColumns, type TcpRows } from './tcp-columns.ts';

const say = defineMessages('net-tcp', {
  notARow: 'not a row of a socket table',
  tooMany: 'more than {rows, number} rows: the rest was not read',
});

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
const MAX_PROBLEMS = 5;

/** Of a row of net/tcp with its newline; those of tcp6 are longer. What a header of the archive says may be a lie. */
const ROW_BYTES = 150;
const MAX_EXPECTED_ROWS = 2 ** 19;

/** Parses a table of about sizeBytes in chunks of any size; rows beyond maxRows are counted as problems, not stored. */
export function createTcpTableParser(family: Family, sizeBytes = 0, maxRows = MAX_ROWS): TcpTableParser {
  return new TableParser(family, sizeBytes, maxRows);
}

/** A class, since a node has hundreds of tables: of closures, each table's would be compiled for itself. */
class TableParser implements TcpTableParser {
  readonly #family: Family;
  readonly #maxRows: number;
  readonly #columns: TcpColumns;
  readonly #problems: ParseProblem[] = [];
  /** Of the line that the last chunk ended in what may be read of it, with room for a line end. */
  readonly #carry = new Uint8Array(MAX_ROW_BYTES + 1);
  #carried = 0;
  #line = 0;
  #malformed = 0;
  #hasHeader = false;

  constructor(family: Family, sizeBytes: number, maxRows: number) {
    this.#family = family;
    this.#maxRows = maxRows;
    this.#columns = createColumns(Math.max(64, Math.min(MAX_EXPECTED_ROWS, Math.ceil(sizeBytes / ROW_BYTES))));
  }

  write(chunk: Uint8Array): void {
    let start = 0;
    if (this.#carried > 0) {
      const newline = chunk.indexOf(LF);
      this.#keep(newline < 0 ? chunk : chunk.subarray(0, newline));
      if (newline < 0) return;
      this.#takeCarried();
      start = newline + 1;
    }
    const view = viewOf(chunk);
    while (start < chunk.length) {
      const next = this.#takeLine(chunk, view, start, chunk.length);
      if (next < 0) {
        this.#keep(chunk.subarray(start));
        return;
      }
      start = next;
    }
  }

  end(complete: boolean): TcpTable {
    if (this.#carried > 0 && complete) this.#takeCarried();
    return {
      columns: this.#columns,
      problems: this.#problems,
      malformedRows: this.#malformed,
      hasHeader: this.#hasHeader,
    };
  }

  /** Takes the line at start; where the next one begins, or -1 when this one does not end before `end`. */
  #takeLine(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const columns = this.#columns;
    const lineEnd = columns.count < this.#maxRows ? readRow(bytes, view, start, end, this.#family, columns) : -1;
    if (lineEnd < 0) return this.#takeOther(bytes, start, end);
    columns.line[columns.count] = ++this.#line;
    columns.count++;
    return lineEnd + 1;
  }

  /** A line that is no row, or no whole line. */
  #takeOther(bytes: Uint8Array, start: number, end: number): number {
    const newline = bytes.indexOf(LF, start);
    if (newline < 0 || newline >= end) return -1;
    this.#line++;
    if (this.#line === 1 && looksLikeHeader(bytes, start, newline)) this.#hasHeader = true;
    else if (newline - start > 1) {
      this.#malformed++;
      const message = this.#columns.count < this.#maxRows ? say.notARow() : say.tooMany({ rows: this.#maxRows });
      if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ line: this.#line, message });
    }
    return newline + 1;
  }

  #keep(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, MAX_ROW_BYTES - this.#carried);
    this.#carry.set(kept, this.#carried);
    this.#carried += kept.length;
  }

  #takeCarried(): void {
    this.#carry[this.#carried] = LF;
    this.#takeLine(this.#carry, viewOf(this.#carry), 0, this.#carried + 1);
    this.#carried = 0;
  }
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
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
