/** Counters of net/netstat and net/snmp: a line of names above a line of values. */

import { parseCount } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import { counterText } from './counter-texts.ts';
import {
  evidenceOf,
  type HoverContext,
  type HoverFacts,
  type LinePlace,
  sayNamespace,
  type Token,
  tokenAt,
  tokensOf,
} from './hover-model.ts';
import { sayQuantity, sayUnit, type Unit } from './units.ts';

const say = defineMessages('hover-counters', {
  value: '{name} = {value}',
  noCounter:
    'It is no counter: a setting or a fixed value that this table repeats. Its unit and its scope are not told here.',
  unitUnknown: 'not known',
  established:
    'Connections of IPv4 and IPv6 that are open now: no counter that only grows. Newer kernels count ESTABLISHED and CLOSE_WAIT, older ones ESTABLISHED only.',
  sinceCreated:
    'It counts in this network namespace since the namespace was created, not on the whole node; the other namespaces count for themselves.',
});

/** Numbers in these tables that count nothing. */
const NO_COUNTERS: readonly string[] = [
  'Ip.Forwarding',
  'Ip.DefaultTTL',
  'Ip.ReasmTimeout',
  'Tcp.RtoAlgorithm',
  'Tcp.RtoMin',
  'Tcp.RtoMax',
  'Tcp.MaxConn',
];

export function hoverCounter(place: LinePlace, pid: number | null, context: HoverContext): HoverFacts | null {
  const tokens = tokensOf(place.text);
  const at = tokenAt(tokens, place.column);
  const pair = pairOf(tokens, place);
  if (pair === null || at < 1) return null;
  const { names, values } = pair;
  const group = /^(\w+):$/.exec(tokens[0]?.text ?? '')?.[1];
  const name = names[at]?.text;
  const token = tokens[at];
  if (group === undefined || token === undefined || name === undefined || !/^[A-Za-z]\w*$/.test(name)) return null;
  // The last word of the shorter line may lack its end.
  const isCut = names.length !== values.length && at === Math.min(names.length, values.length) - 1;
  if (isCut && (names.length < values.length || tokens.length === values.length)) return null;
  const value = isCut ? null : parseCount(values[at]?.text);
  return { start: token.start, end: token.end, ...tell(`${group}.${name}`, name, value, pid, context) };
}

type Told = Omit<HoverFacts, 'start' | 'end'>;

interface Pair {
  readonly names: readonly Token[];
  readonly values: readonly Token[];
}

/** The line under the cursor has names or values; the other one of the pair begins with the same group. */
function pairOf(tokens: readonly Token[], place: LinePlace): Pair | null {
  const group = tokens[0]?.text;
  if (group === undefined || tokens.length < 2) return null;
  const isValues = /^-?\d/.test(tokens[1]?.text ?? '');
  const other = tokensOf(isValues ? place.above : place.below);
  const isPair = other[0]?.text === group && /^-?\d/.test(other[1]?.text ?? '') !== isValues;
  if (isValues) return isPair ? { names: other, values: tokens } : null;
  return { names: tokens, values: isPair ? other : [] };
}

function tell(key: string, name: string, value: number | null, pid: number | null, context: HoverContext): Told {
  if (NO_COUNTERS.includes(key))
    return { title: name, paragraphs: [say.noCounter()], unit: say.unitUnknown(), scope: null, evidence: [] };
  const where = sayNamespace(pid, context);
  if (key === 'Tcp.CurrEstab')
    return { ...counted(name, value, 'connections'), paragraphs: [say.established(), where], evidence: [] };
  const known = counterText(key);
  return {
    ...counted(name, value, known?.unit ?? (name.endsWith('Octets') ? 'bytes' : 'events')),
    paragraphs: [...(known === undefined ? [] : [known.text]), say.sinceCreated(), where],
    evidence: value === null || value === 0 ? [] : evidenceOf(context, known?.topics ?? []),
  };
}

function counted(name: string, value: number | null, unit: Unit): Pick<Told, 'title' | 'unit' | 'scope'> {
  const title = value === null ? name : say.value({ name, value: sayQuantity(value, unit) });
  return { title, unit: sayUnit(unit), scope: 'namespace' };
}
