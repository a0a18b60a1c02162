/** Columns of net/protocols (net/core/sock.c `proto_seq_printf`) that are about sockets and memory. */

import { parseCount } from '../../text.ts';
import { formatCount, formatQuantity } from '../../wording/format.ts';
import {
  describeNamespace,
  type EntryHover,
  type HoverContext,
  type LinePlace,
  tokenAt,
  tokensOf,
} from './hover-model.ts';
import { describeMem, memUnit } from './pages.ts';

export function hoverProtocols(place: LinePlace, pid: number | null, context: HoverContext): EntryHover | null {
  const tokens = tokensOf(place.text);
  const at = tokenAt(tokens, place.column);
  const token = tokens[at];
  const name = tokens[0]?.text ?? '';
  // protocol, size, sockets, memory, press, then what is of no interest here.
  if (token === undefined || tokens.length < 6 || parseCount(tokens[1]?.text) === null) return null;
  const { start, end } = token;
  const same = 'It is the same in the file of every network namespace.';
  if (at === 2 && parseCount(token.text) !== null)
    return {
      start,
      end,
      title: `${name}: ${formatQuantity(Number(token.text), 'socket')}`,
      paragraphs: [
        'What inuse of sockstat counts, for this protocol: of TCP the sockets that are in the table.',
        `The file is of ${describeNamespace(pid, context)}.`,
      ],
      unit: 'sockets',
      scope: 'network namespace',
      evidence: [],
    };
  if (at === 3 && /^-?\d{1,15}$/.test(token.text)) {
    const value = Number(token.text);
    return {
      start,
      end,
      title: value < 0 ? `${name}: memory is not accounted` : `${name}: memory = ${describeMem(value, context)}`,
      paragraphs: [
        value < 0
          ? `${formatCount(value)} says that this protocol has no account of memory.`
          : 'What mem of sockstat is.',
        same,
      ],
      unit: memUnit(context),
      scope: 'node',
      evidence: [],
    };
  }
  if (at === 4 && ['yes', 'no', 'NI'].includes(token.text))
    return {
      start,
      end,
      title: `${name}: press = ${token.text}`,
      paragraphs: [
        token.text === 'NI'
          ? 'This protocol has no state of memory pressure.'
          : `When the file was read the node was${token.text === 'yes' ? '' : ' not'} under memory pressure of this protocol.`,
        same,
      ],
      unit: 'yes or no',
      scope: 'node',
      evidence: [],
    };
  return null;
}
