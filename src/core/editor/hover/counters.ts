/** Counters of net/netstat and net/snmp: a line of names above a line of values. */

import { parseCount } from '../../text.ts';
import { formatCount, formatDuration } from '../../wording/format.ts';
import { COUNTERS } from './counter-texts.ts';
import {
  describeNamespace,
  type EntryHover,
  evidenceOf,
  type HoverContext,
  type LinePlace,
  type Scope,
  type Token,
  tokenAt,
  tokensOf,
} from './hover-model.ts';

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

export function hoverCounter(place: LinePlace, pid: number | null, context: HoverContext): EntryHover | null {
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

type Told = Pick<EntryHover, 'title' | 'paragraphs' | 'unit' | 'scope' | 'evidence'>;

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
  const where = `The file is of ${describeNamespace(pid, context)}.`;
  const scope: Scope = 'network namespace';
  if (NO_COUNTERS.includes(key))
    return {
      title: name,
      paragraphs: [
        'It is no counter: a setting or a fixed value that this table repeats. Its unit and its scope are not told here.',
      ],
      unit: 'not known',
      scope: null,
      evidence: [],
    };
  if (key === 'Tcp.CurrEstab')
    return {
      title: title(name, value, 'connections'),
      paragraphs: [
        'Connections of IPv4 and IPv6 that are open now: no counter that only grows. Newer kernels count ESTABLISHED and CLOSE_WAIT, older ones ESTABLISHED only.',
        where,
      ],
      unit: 'connections',
      scope,
      evidence: [],
    };
  const known = Object.hasOwn(COUNTERS, key) ? COUNTERS[key] : undefined;
  const unit = known?.unit ?? (name.endsWith('Octets') ? 'bytes' : 'events');
  return {
    title: title(name, value, unit),
    paragraphs: [
      ...(known === undefined ? [] : [known.text]),
      'A counter of this network namespace since it was created, not of the node; the others count for themselves.',
      where,
    ],
    unit,
    scope,
    evidence: value === null || value === 0 ? [] : evidenceOf(context, known?.topics ?? []),
  };
}

function title(name: string, value: number | null, unit: string): string {
  if (value === null) return name;
  const duration = unit === 'milliseconds' && value >= 1000 ? ` (${formatDuration(value / 1000)})` : '';
  const written =
    unit === 'events' ? formatCount(value) : `${formatCount(value)} ${value === 1 ? unit.replace(/s$/, '') : unit}`;
  return `${name} = ${written}${duration}`;
}
