/**
 * /proc/net/snmp and /proc/net/netstat: pairs of lines, names above values. Kernel: net/ipv4/proc.c
 * `snmp_seq_show`, `netstat_seq_show`. All counters are of the namespace and since its creation.
 *
 *   TcpExt: SyncookiesSent SyncookiesRecv ...
 *   TcpExt: 0 0 ...
 *
 * A counter that an old kernel does not have is absent, which is not zero.
 */
import { type Parsed, type ParseProblem, parseCount, splitFields, splitLines } from '../../text.ts';

export interface Counters {
  /** `TcpExt.TCPAbortOnMemory` → value. Tcp.MaxConn is -1 on every kernel and left out. */
  readonly values: ReadonlyMap<string, number>;
  /** Line of the values of each group, counted from 1. */
  readonly lines: ReadonlyMap<string, number>;
}

export function parseCounterPairs(text: string): Parsed<Counters> {
  const values = new Map<string, number>();
  const lines = new Map<string, number>();
  const problems: ParseProblem[] = [];
  let header: string[] = [];
  splitLines(text).forEach((line, index) => {
    const fields = splitFields(line);
    const group = fields[0];
    if (group === undefined) return;
    if (header[0] !== group) {
      header = fields;
      return;
    }
    if (header.length !== fields.length) {
      problems.push({ line: index + 1, message: `${header.length - 1} names but ${fields.length - 1} values` });
    }
    const name = group.replace(/:$/, '');
    lines.set(name, index + 1);
    for (let i = 1; i < Math.min(header.length, fields.length); i++) {
      const value = parseCount(fields[i]);
      if (value !== null) values.set(`${name}.${header[i]}`, value);
    }
    header = [];
  });
  return { value: { values, lines }, problems };
}
