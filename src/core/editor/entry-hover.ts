/**
 * What is under the cursor in a file of the bundle: what the number is, in which unit, and whether it is of the node,
 * of a network namespace or of a process. Facts only; null where there is nothing that is known.
 */
import { normaliseName } from '../layouts/entry-path.ts';
import { type LayoutFact, routeMember } from '../layouts/index.ts';
import { routeNodePath } from '../layouts/proc-tree.ts';
import type { Wording } from '../wording/wording.ts';
import { hoverCounter } from './hover/counters.ts';
import {
  type EntryHover,
  type HoverContext,
  type HoverFacts,
  type HoverPlace,
  type LinePlace,
  MAX_LINE_LENGTH,
} from './hover/hover-model.ts';
import { hoverLimits } from './hover/limits.ts';
import { hoverTcp } from './hover/net-tcp.ts';
import { hoverProtocols } from './hover/protocols.ts';
import { hoverSockstat } from './hover/sockstat.ts';
import { hoverSysctlFile, hoverSysctlLine } from './hover/sysctl.ts';

/** `sysctl`, `sysctl_-a`, `sysctl_all.txt`: what `sysctl -a` printed. Not sysctl.conf, which is only what was wanted. */
const SYSCTL_LIST = /(?:^|\/)sysctls?[-_]{0,2}(?:a|all)?(?:\.txt)?$/;
const HEADING = /^==> (\/.{1,4000}) <==\r?$/;
/** The longest block that is looked at here, /proc/PID/limits in processes.txt, has 17 lines. */
const MAX_BLOCK_LINES = 64;
/** The numbers of the report are those of one node; a file of another one in the archive is not about them. */
const NO_BUNDLE: HoverContext = { report: null, littleEndian: null };

export function hoverEntry(place: HoverPlace, context: HoverContext, wording: Wording): EntryHover | null {
  const facts = factsAt(place, context);
  if (facts === null) return null;
  const { title, paragraphs, unit } = facts;
  return {
    ...facts,
    title: wording.text(title),
    paragraphs: paragraphs.map((paragraph) => wording.text(paragraph)),
    unit: wording.text(unit),
  };
}

function factsAt(place: HoverPlace, context: HoverContext): HoverFacts | null {
  const text = place.textOf(place.line);
  if (text === undefined || text.length > MAX_LINE_LENGTH || place.column < 0 || place.column > text.length)
    return null;
  const entry = normaliseName(place.entry);
  const routed = routeMember(entry);
  if (routed === undefined) {
    if (!SYSCTL_LIST.test(entry)) return null;
    const root = context.report?.bundle.root;
    return hoverSysctlLine(lineOf(place, text, 0), entry.startsWith(root ?? '') ? context : NO_BUNDLE);
  }
  const known = routed.root === context.report?.bundle.root ? context : NO_BUNDLE;
  const { fact } = routed;
  if (fact.kind !== 'blocks' && fact.kind !== 'sample-blocks')
    return hoverFact(fact, lineOf(place, text, 0), known, false);
  const block = blockOf(place);
  return block === null
    ? null
    : hoverFact(block.fact, lineOf(place, text, block.firstLine), known, fact.kind === 'sample-blocks');
}

function lineOf(place: HoverPlace, text: string, firstLine: number): LinePlace {
  const near = (line: number) => {
    const found = line < firstLine ? undefined : place.textOf(line);
    return found === undefined || found.length > MAX_LINE_LENGTH ? '' : found;
  };
  return {
    text,
    column: place.column,
    index: place.line - firstLine,
    above: near(place.line - 1),
    below: near(place.line + 1),
  };
}

interface Block {
  readonly fact: LayoutFact;
  readonly firstLine: number;
}

/** The block that the line is in, by the heading above it. */
function blockOf(place: HoverPlace): Block | null {
  for (let line = place.line; line >= Math.max(0, place.line - MAX_BLOCK_LINES); line--) {
    const text = place.textOf(line) ?? '';
    const path = text.length > MAX_LINE_LENGTH ? undefined : HEADING.exec(text)?.[1];
    if (path === undefined) continue;
    const routed = line === place.line ? undefined : routeNodePath(normaliseName(path));
    return routed === undefined ? null : { fact: routed.fact, firstLine: line + 1 };
  }
  return null;
}

function hoverFact(fact: LayoutFact, place: LinePlace, context: HoverContext, isSample: boolean): HoverFacts | null {
  switch (fact.kind) {
    case 'tcp':
    case 'sample-tcp':
      return hoverTcp(place, fact.pid, context);
    case 'sockstat':
    case 'sockstat6':
      return hoverSockstat(place, { pid: fact.pid, isSample }, context);
    case 'netstat':
    case 'snmp':
      return hoverCounter(place, fact.pid, context);
    case 'protocols':
      return hoverProtocols(place, fact.pid, context);
    case 'sysctl':
      return hoverSysctlFile(place, fact.key, context);
    case 'pid-limits':
      return hoverLimits(place, fact.pid, context);
    default:
      return null;
  }
}
