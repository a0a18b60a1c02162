/**
 * /proc/net/protocols. Kernel: net/core/sock.c `proto_seq_printf`.
 *
 *   protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re bi br ha uh gp em
 *   TCP       2368      13     205   no     320   yes  kernel      y  y  y  y  y  y  y  y  y  y  y  y  y  n  y  y  y  y  y
 *
 * `sockets` is of the namespace; `memory` (pages) and `press` are of the node. `press` of TCP is the only view of the
 * kernel's pressure flag in /proc.
 */
import { type Parsed, parseCount, splitFields, splitLines } from '../../text.ts';

export interface Protocols {
  readonly tcpPressure: boolean | null;
  readonly socketsByProtocol: ReadonlyMap<string, number>;
}

export function parseProtocols(text: string): Parsed<Protocols> {
  const sockets = new Map<string, number>();
  let tcpPressure: boolean | null = null;
  for (const line of splitLines(text).slice(1)) {
    const [name, , count, , press] = splitFields(line);
    const value = parseCount(count);
    if (name === undefined || value === null) continue;
    sockets.set(name, value);
    if (name === 'TCP' && (press === 'yes' || press === 'no')) tcpPressure = press === 'yes';
  }
  return { value: { tcpPressure, socketsByProtocol: sockets }, problems: [] };
}
