/** Columns of net/protocols (net/core/sock.c `proto_seq_printf`) that are about sockets and memory. */

import { parseCount } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import {
  type HoverContext,
  type HoverFacts,
  type LinePlace,
  sayNamespace,
  type Token,
  tokenAt,
  tokensOf,
} from './hover-model.ts';
import { memUnit, sayMem } from './pages.ts';
import { sayQuantity, sayUnit } from './units.ts';

const say = defineMessages('hover-protocols', {
  sockets: '{protocol}: {sockets}',
  aboutSockets: 'What inuse of sockstat counts, for this protocol: of TCP the sockets that are in the table.',
  memory: '{protocol}: memory = {memory}',
  aboutMemory: 'The same as mem of sockstat.',
  noAccount: '{protocol}: memory is not accounted',
  aboutNoAccount: '{value} says that this protocol has no account of memory.',
  pressure: '{protocol}: press = {press}',
  noPressure: 'This protocol has no state of memory pressure.',
  underPressure: 'When the file was read the node was under memory pressure of this protocol.',
  notUnderPressure: 'When the file was read the node was not under memory pressure of this protocol.',
  yesOrNo: 'yes or no',
  same: 'It is the same in the file of every network namespace.',
});

export function hoverProtocols(place: LinePlace, pid: number | null, context: HoverContext): HoverFacts | null {
  const tokens = tokensOf(place.text);
  const at = tokenAt(tokens, place.column);
  const token = tokens[at];
  const protocol = tokens[0]?.text ?? '';
  // protocol, size, sockets, memory, press, then what is of no interest here.
  if (token === undefined || tokens.length < 6 || parseCount(tokens[1]?.text) === null) return null;
  if (at === 2 && parseCount(token.text) !== null) return hoverSockets(protocol, token, pid, context);
  if (at === 3 && /^-?\d{1,15}$/.test(token.text)) return hoverMemory(protocol, token, context);
  return at === 4 ? hoverPressure(protocol, token) : null;
}

function hoverSockets(protocol: string, token: Token, pid: number | null, context: HoverContext): HoverFacts {
  return {
    start: token.start,
    end: token.end,
    title: say.sockets({ protocol, sockets: sayQuantity(Number(token.text), 'sockets') }),
    paragraphs: [say.aboutSockets(), sayNamespace(pid, context)],
    unit: sayUnit('sockets'),
    scope: 'namespace',
    evidence: [],
  };
}

function hoverMemory(protocol: string, token: Token, context: HoverContext): HoverFacts {
  const value = Number(token.text);
  return {
    start: token.start,
    end: token.end,
    title: value < 0 ? say.noAccount({ protocol }) : say.memory({ protocol, memory: sayMem(value, context) }),
    paragraphs: [value < 0 ? say.aboutNoAccount({ value }) : say.aboutMemory(), say.same()],
    unit: memUnit(context),
    scope: 'node',
    evidence: [],
  };
}

const PRESSURE = { yes: say.underPressure(), no: say.notUnderPressure(), NI: say.noPressure() } as const;

function hoverPressure(protocol: string, { start, end, text: press }: Token): HoverFacts | null {
  if (press !== 'yes' && press !== 'no' && press !== 'NI') return null;
  return {
    start,
    end,
    title: say.pressure({ protocol, press }),
    paragraphs: [PRESSURE[press], say.same()],
    unit: say.yesOrNo(),
    scope: 'node',
    evidence: [],
  };
}
