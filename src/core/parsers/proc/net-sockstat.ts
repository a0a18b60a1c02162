/**
 * /proc/net/sockstat and /proc/net/sockstat6. Kernel: net/ipv4/proc.c `sockstat_seq_show`, net/socket.c
 * `socket_seq_show`, net/ipv6/proc.c `sockstat6_seq_show`.
 *
 *   sockets: used 20
 *   TCP: inuse 7 orphan 0 tw 0 alloc 5409 mem 12302
 *   TCP6: inuse 9
 *
 * Scope: `alloc`, `orphan` and `mem` are of the node and cover both families; `used`, `inuse` and `tw` are of the
 * namespace, `inuse` of one family only. `mem` is in pages. Lines come and go with versions (UDPLITE is gone in 7.2).
 */
import { createProblemList, type Parsed, parseCount, quote, splitFields, splitLines } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('net-sockstat', {
  noPair: 'The last count of the line has no value.',
  notALine: 'not a line of sockstat: {text}',
  notACount: 'not a count: {text}',
});

export interface Sockstat {
  readonly socketsUsed: number | null;
  readonly tcpInuse: number | null;
  readonly tcpOrphan: number | null;
  readonly tcpTimeWait: number | null;
  readonly tcpAlloc: number | null;
  readonly tcpMemPages: number | null;
  readonly tcp6Inuse: number | null;
  readonly udpInuse: number | null;
  readonly udp6Inuse: number | null;
  readonly rawInuse: number | null;
  /** Line of `TCP:` or `TCP6:`, counted from 1; 0 when there is none. */
  readonly tcpLine: number;
}

export function parseSockstat(text: string): Parsed<Sockstat> {
  const values = new Map<string, number>();
  const problems = createProblemList();
  let tcpLine = 0;
  splitLines(text).forEach((line, index) => {
    const colon = line.indexOf(':');
    if (colon < 0) {
      if (line.trim() !== '') problems.tell(index + 1, say.notALine({ text: quote(line) }));
      return;
    }
    const group = line.slice(0, colon).trim();
    if (group === 'TCP' || group === 'TCP6') tcpLine = index + 1;
    const fields = splitFields(line.slice(colon + 1));
    for (let i = 0; i + 1 < fields.length; i += 2) {
      // A tiny negative can be printed while CPUs disagree; it means zero.
      const value = /^-\d/.test(fields[i + 1] ?? '') ? 0 : parseCount(fields[i + 1]);
      if (value === null) problems.tell(index + 1, say.notACount({ text: quote(fields[i + 1] ?? '') }));
      else values.set(`${group}.${fields[i]}`, value);
    }
    if (fields.length % 2 === 1) problems.tell(index + 1, say.noPair());
  });
  const get = (name: string) => values.get(name) ?? null;
  return {
    value: {
      socketsUsed: get('sockets.used'),
      tcpInuse: get('TCP.inuse'),
      tcpOrphan: get('TCP.orphan'),
      tcpTimeWait: get('TCP.tw'),
      tcpAlloc: get('TCP.alloc'),
      tcpMemPages: get('TCP.mem'),
      tcp6Inuse: get('TCP6.inuse'),
      udpInuse: get('UDP.inuse'),
      udp6Inuse: get('UDP6.inuse'),
      rawInuse: get('RAW.inuse'),
      tcpLine,
    },
    problems: problems.end(),
  };
}
