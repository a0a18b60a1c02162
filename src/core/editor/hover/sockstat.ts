/** Fields of net/sockstat and net/sockstat6, and what this bundle's own numbers say of them. */

import type { Message, Text } from '../../report/message.ts';
import { parseCount } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import {
  evidenceOf,
  type HoverContext,
  type HoverFacts,
  type LinePlace,
  namespaceOf,
  sayNamespace,
  tokenAt,
  tokensOf,
} from './hover-model.ts';
import { compareMem, memUnit, sayErrorOfMem, sayMem } from './pages.ts';
import { sockstatField } from './sockstat-texts.ts';
import { sayQuantity, sayUnit } from './units.ts';

const say = defineMessages('hover-sockstat', {
  field: '{group}: {name}',
  value: '{field} = {value}',
  sameEverywhere: 'It is the same number in the file of every network namespace.',
  inuse6: 'The same namespace has TCP6 inuse {sockets, number}.',
  inuse4: 'The same namespace has TCP inuse {sockets, number} (IPv4).',
  atMost: 'At most {sockets, number} of them are in no table of this namespace.',
  listed:
    'In this bundle {namespaces, plural, one {# namespace lists} other {# namespaces list}} {sockets, number} of them (inuse, IPv4 and IPv6).',
  listedUnknown: 'This bundle does not tell how many of them are in the tables.',
  restUnknown: 'The rest is not known: not every namespace was captured.',
  unhashed:
    '{sockets, plural, one {# is} other {# are}} in no table of them: closed but still held, or never connected.',
  noneMissing: 'None is missing from the tables.',
  cut: 'The line ends here, so the value is not known.',
  negative: 'A small negative number means 0: the CPUs disagreed for a moment.',
  noCount: 'What stands here is no count.',
});

/** Whose file it is. A sample is of another moment than the counts of the report. */
export interface NetFile {
  readonly pid: number | null;
  readonly isSample: boolean;
}

export function hoverSockstat(place: LinePlace, file: NetFile, context: HoverContext): HoverFacts | null {
  const tokens = tokensOf(place.text);
  const at = tokenAt(tokens, place.column);
  const group = /^([A-Za-z0-9]+):$/.exec(tokens[0]?.text ?? '')?.[1];
  if (group === undefined || at < 1) return null;
  const nameIndex = at % 2 === 1 ? at : at - 1;
  const name = tokens[nameIndex];
  const raw = tokens[nameIndex + 1];
  const key = `${group}.${name?.text}`;
  const known = sockstatField(key);
  if (name === undefined || known === undefined) return null;
  const value = parseCount(raw?.text);
  const field = group === 'sockets' ? `${group} ${name.text}` : say.field({ group, name: name.text });
  const scope = known.scope(context);
  return {
    start: name.start,
    end: raw?.end ?? name.end,
    title: value === null ? field : titleOf(field, value, known.unit, context),
    paragraphs: [
      ...known.what,
      ...(value === null ? [sayOdd(raw?.text)] : valueHere(key, value, context, file)),
      scope === 'node' ? say.sameEverywhere() : sayNamespace(file.pid, context),
    ],
    unit: known.unit === 'pages' ? memUnit(context) : sayUnit(known.unit),
    scope,
    evidence: evidenceOf(context, known.topics ?? []),
  };
}

type Unit = NonNullable<ReturnType<typeof sockstatField>>['unit'];

function titleOf(field: Text, value: number, unit: Unit, context: HoverContext): Message {
  return say.value({ field, value: unit === 'pages' ? sayMem(value, context) : sayQuantity(value, unit) });
}

function sayOdd(raw: string | undefined): Message {
  if (raw === undefined) return say.cut();
  // Sums over CPUs that disagree for a moment are not clamped.
  return /^-\d+$/.test(raw) ? say.negative() : say.noCount();
}

/** What the bundle has beside the value. */
function valueHere(key: string, value: number, context: HoverContext, file: NetFile): readonly Message[] {
  switch (key) {
    case 'sockets.used':
      return sayGap(context, file);
    case 'TCP.inuse': {
      const sockets = namespaceOf(file.pid, context)?.inuse6 ?? null;
      return sockets === null ? [] : [say.inuse6({ sockets })];
    }
    case 'TCP6.inuse': {
      const sockets = namespaceOf(file.pid, context)?.inuse4 ?? null;
      return sockets === null ? [] : [say.inuse4({ sockets })];
    }
    case 'TCP.alloc':
      return sayListed(context, file);
    case 'TCP.mem':
      return [...compareMem(value, context), ...sayErrorOfMem(context)];
    default:
      return [];
  }
}

/** alloc against what the captured namespaces list. The parts are of the main capture, not of a sample. */
function sayListed({ report }: HoverContext, { isSample }: NetFile): readonly Message[] {
  if (report === null || isSample) return [];
  const { inuse, unhashed, namespaces } = report.ledger;
  if (inuse === null) return [say.listedUnknown()];
  const listed = say.listed({ namespaces: namespaces.length, sockets: inuse });
  if (unhashed === null) return [listed, say.restUnknown()];
  return [listed, unhashed > 0 ? say.unhashed({ sockets: unhashed }) : say.noneMissing()];
}

function sayGap(context: HoverContext, { pid, isSample }: NetFile): readonly Message[] {
  const gap = isSample ? null : (namespaceOf(pid, context)?.gap ?? null);
  return gap === null || gap < 0 ? [] : [say.atMost({ sockets: gap })];
}
