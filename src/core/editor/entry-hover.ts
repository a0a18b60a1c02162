/**
 * What is under the cursor in a file of the bundle: what the number is, in which unit, and whether it is of the node,
 * of a network namespace or of a process. Facts only; null where there is nothing that is known.
 */
import { normaliseName, routeEntry } from '../layouts/proc-tree.ts';
import type { Route } from '../layouts/route.ts';
import { routeMember } from '../layouts/sockscope.ts';
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
  const { route } = routed;
  if (route.kind !== 'blocks' && route.kind !== 'sample-blocks')
    return hoverRoute(route, lineOf(place, text, 0), known, false);
  const block = blockOf(place);
  return block === null
    ? null
    : hoverRoute(block.route, lineOf(place, text, block.firstLine), known, route.kind === 'sample-blocks');
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
  readonly route: Route;
  readonly firstLine: number;
}

/** The block that the line is in, by the heading above it. */
function blockOf(place: HoverPlace): Block | null {
  for (let line = place.line; line >= Math.max(0, place.line - MAX_BLOCK_LINES); line--) {
    const text = place.textOf(line) ?? '';
    const path = text.length > MAX_LINE_LENGTH ? undefined : HEADING.exec(text)?.[1];
    if (path === undefined) continue;
    const routed = line === place.line ? undefined : routeEntry(normaliseName(path));
    return routed === undefined || routed.root !== '' ? null : { route: routed.route, firstLine: line + 1 };
  }
  return null;
}

function hoverRoute(route: Route, place: LinePlace, context: HoverContext, isSample: boolean): HoverFacts | null {
  switch (route.kind) {
    case 'tcp':
    case 'sample-tcp':
      return hoverTcp(place, route.pid, context);
    case 'net':
      if (route.file === 'sockstat' || route.file === 'sockstat6')
        return hoverSockstat(place, { pid: route.pid, isSample }, context);
      if (route.file === 'netstat' || route.file === 'snmp') return hoverCounter(place, route.pid, context);
      return route.file === 'protocols' ? hoverProtocols(place, route.pid, context) : null;
    case 'sysctl':
      return hoverSysctlFile(place, route.key, context);
    case 'pid':
      return route.file === 'limits' ? hoverLimits(place, route.pid, context) : null;
    default:
      return null;
  }
}
