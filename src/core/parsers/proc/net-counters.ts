/**
 * /proc/net/snmp and /proc/net/netstat: pairs of lines, names above values. Kernel: net/ipv4/proc.c
 * `snmp_seq_show`, `netstat_seq_show`. All counters are of the namespace and since its creation.
 *
 *   TcpExt: SyncookiesSent SyncookiesRecv ...
 *   TcpExt: 0 0 ...
 *
 * A counter that an old kernel does not have is absent, which is not zero.
 */
import { createProblemList, isDigits, type Parsed, parseCount, quote, splitFields, splitLines } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('net-counters', {
  noGroup: 'The line does not begin with a group of counters.',
  noNames: 'The values have no names above them.',
  noValues: 'The names have no values below them.',
  lengths:
    'The line above has {names, plural, one {# name} other {# names}}, this one {values, plural, one {# value} other {# values}}.',
  notACount: 'The value of {counter} is not a count.',
});

export interface Counters {
  /** `TcpExt.TCPAbortOnMemory` → value. Tcp.MaxConn is -1 on every kernel and left out. */
  readonly values: ReadonlyMap<string, number>;
  /** Line of the values of each group, counted from 1. */
  readonly lines: ReadonlyMap<string, number>;
}

const GROUP = /^\S+:$/;
const NUMBER = /^-?\d/;
/** The only one with a sign (net/ipv4/proc.c): a limit that no kernel has. */
const MAX_CONN = 'Tcp.MaxConn';

export function parseCounterPairs(text: string): Parsed<Counters> {
  const values = new Map<string, number>();
  const lines = new Map<string, number>();
  const problems = createProblemList();
  let header: readonly string[] = [];
  let headerLine = 0;
  const endHeader = () => {
    if (header.length > 0) problems.tell(headerLine, say.noValues());
    header = [];
  };
  splitLines(text).forEach((line, index) => {
    const fields = splitFields(line);
    const group = fields[0];
    if (group === undefined) return;
    if (!GROUP.test(group)) {
      problems.tell(index + 1, say.noGroup());
      return;
    }
    if (header[0] !== group) {
      endHeader();
      headerLine = index + 1;
      if (NUMBER.test(fields[1] ?? '')) problems.tell(headerLine, say.noNames());
      else header = fields;
      return;
    }
    if (header.length !== fields.length)
      problems.tell(index + 1, say.lengths({ names: header.length - 1, values: fields.length - 1 }));
    const name = group.slice(0, -1);
    lines.set(name, index + 1);
    for (let i = 1; i < Math.min(header.length, fields.length); i++) {
      const counter = `${name}.${header[i]}`;
      const value = parseCount(fields[i]);
      if (value !== null) values.set(counter, value);
      else if (!isDigits(fields[i]) && (counter !== MAX_CONN || fields[i] !== '-1'))
        problems.tell(index + 1, say.notACount({ counter: quote(counter) }));
    }
    header = [];
  });
  endHeader();
  return { value: { values, lines }, problems: problems.end() };
}
