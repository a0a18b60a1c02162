/**
 * /proc/net/protocols. Kernel: net/core/sock.c `proto_seq_printf`.
 *
 *   protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re bi br ha uh gp em
 *   TCP       2368      13     205   no     320   yes  kernel      y  y  y  y  y  y  y  y  y  y  y  y  y  n  y  y  y  y  y
 *
 * `sockets` is of the namespace; `memory` (pages) and `press` are of the node. `press` of TCP is the only view of the
 * kernel's pressure flag in /proc. What a protocol does not count is -1, and its `press` is NI. Which columns follow
 * depends on the version.
 */
import { createProblemList, type Parsed, parseCount, splitFields, splitLines } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('net-protocols', {
  malformed: 'The line is not a protocol with its sockets, memory and pressure.',
});

export interface Protocols {
  readonly tcpPressure: boolean | null;
  readonly socketsByProtocol: ReadonlyMap<string, number>;
}

const HEADER = 'protocol';
const NOT_COUNTED = '-1';
const PRESSURE: ReadonlyMap<string | undefined, boolean | null> = new Map([
  ['yes', true],
  ['no', false],
  ['NI', null],
]);

export function parseProtocols(text: string): Parsed<Protocols> {
  const sockets = new Map<string, number>();
  const problems = createProblemList();
  let tcpPressure: boolean | null = null;
  splitLines(text).forEach((line, index) => {
    const [name, size, count, memory, press] = splitFields(line);
    if (name === undefined || name === HEADER) return;
    const value = parseCount(count);
    const pressure = PRESSURE.get(press);
    const isCounted = count !== NOT_COUNTED;
    if (
      pressure === undefined ||
      parseCount(size) === null ||
      !isCountOrNone(memory) ||
      (isCounted && value === null)
    ) {
      problems.tell(index + 1, say.malformed());
      return;
    }
    if (value !== null) sockets.set(name, value);
    if (name === 'TCP') tcpPressure = pressure;
  });
  return { value: { tcpPressure, socketsByProtocol: sockets }, problems: problems.end() };
}

function isCountOrNone(field: string | undefined): boolean {
  return field === NOT_COUNTED || parseCount(field) !== null;
}
