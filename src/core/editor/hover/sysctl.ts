/** A setting of /proc/sys: one file for each, or a line `net.ipv4.tcp_mem = a b c` of what `sysctl -a` printed. */

import type { Message } from '../../report/message.ts';
import { parseCount } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import {
  evidenceOf,
  type HoverContext,
  type HoverFacts,
  isOlderThan,
  kernelOf,
  type LinePlace,
  type Scope,
  TCP_MEMORY,
  type Token,
  tokenAt,
  tokensOf,
} from './hover-model.ts';
import { memBeside, pageUnit, sayPages } from './pages.ts';
import { settingOf } from './sysctl-texts.ts';
import { sayQuantity, sayUnit } from './units.ts';

const say = defineMessages('hover-sysctl', {
  numbers: '{name}: {numbers}',
  value: '{name} = {value}',
  number: '{name}, {number} = {value}',
  odd: 'What stands here is not what this file has.',
  allocated: '{part, number, share} of them are allocated.',
  min: 'min, {size}: up to here every socket gets what it asks for; below it the node leaves the state of pressure. Above it buffers grow no more.',
  pressure:
    'pressure, {size}: above it the node is under memory pressure until mem is below min. Windows and buffers do not grow then, and the kernel rations what a socket gets.',
  max: 'max, {size}: above it senders must wait and data that comes in is dropped. A closed socket with unsent data is reset, which is what logs "out of memory". mem may exceed it somewhat.',
  shareOfMemory:
    "max is {part, number, share} of the memory of the node; the kernel's default is about {usual, number, share}.",
  perhapsBytes: 'Perhaps bytes were written where pages are meant.',
  ofNamespace: 'It is the value of the network namespace that the file was read in.',
  checkedKernels: 'That was checked for Linux 5.10 to 7.2.',
  copyInNamespace:
    'Linux 3 may show a copy of it in every namespace; which one the kernel obeys is not known. Do not rely on one read inside a container.',
  scopeUnknown: 'Whether a kernel this old has one for the node or one for each namespace is not known.',
});

const TCP_MEM = 'net.ipv4.tcp_mem';
/** Of the memory of the node (net/ipv4/tcp.c `tcp_init_mem`). */
const USUAL_MAX = 0.09;

type Setting = NonNullable<ReturnType<typeof settingOf>>;

/** A file of /proc/sys, whose values stand in its first line. */
export function hoverSysctlFile(place: LinePlace, key: string, context: HoverContext): HoverFacts | null {
  const tokens = tokensOf(place.text);
  return place.index !== 0 || tokens.length === 0 ? null : hoverValues(tokens, key, place.column, context);
}

/** A line of `sysctl -a`. */
export function hoverSysctlLine(place: LinePlace, context: HoverContext): HoverFacts | null {
  const [, name = '', blank = ''] = /^\s*([\w./-]{1,200})(\s*=)/.exec(place.text) ?? [];
  if (name === '') return null;
  const start = place.text.indexOf(name);
  const behind = start + name.length + blank.length;
  const values = tokensOf(place.text.slice(behind)).map((token) => ({
    text: token.text,
    start: token.start + behind,
    end: token.end + behind,
  }));
  const key = name.replaceAll('/', '.');
  const hover = hoverValues(values, key, place.column, context);
  return hover === null || place.column >= behind ? hover : { ...hover, start, end: start + name.length };
}

function hoverValues(tokens: readonly Token[], key: string, column: number, context: HoverContext): HoverFacts | null {
  const setting = settingOf(key);
  if (setting === undefined) return null;
  const values = tokens.map((token) => parseCount(token.text));
  const isWhole = values.length === Math.max(1, setting.names.length) && values.every((value) => value !== null);
  // Between two of its numbers it is about all of them.
  const index = isWhole && setting.names.length > 0 ? tokenAt(tokens, column) : -1;
  const token = tokens[index];
  const scope = setting.scope(context);
  const name = key.slice(key.lastIndexOf('.') + 1);
  return {
    start: token?.start ?? tokens[0]?.start ?? 0,
    end: token?.end ?? tokens.at(-1)?.end ?? 0,
    title: isWhole ? titleOf(name, setting, values, index, context) : name,
    paragraphs: [
      ...setting.what,
      ...(isWhole ? valuesHere(key, values, index, context) : [say.odd()]),
      ...sayScope(key, scope, context),
    ],
    unit: setting.unit === 'pages' ? pageUnit(context) : sayUnit(setting.unit),
    scope,
    evidence: evidenceOf(context, key === TCP_MEM ? TCP_MEMORY : setting.topics),
  };
}

function titleOf(
  name: string,
  { names, unit }: Setting,
  values: readonly (number | null)[],
  index: number,
  context: HoverContext,
): Message {
  if (index < 0 && names.length > 0) return say.numbers({ name, numbers: names });
  const n = values[Math.max(0, index)] ?? 0;
  const value = unit === 'pages' ? sayPages(n, context) : sayQuantity(n, unit);
  const number = names[index];
  return number === undefined ? say.value({ name, value }) : say.number({ name, number, value });
}

function valuesHere(
  key: string,
  values: readonly (number | null)[],
  index: number,
  context: HoverContext,
): readonly Message[] {
  if (key === TCP_MEM) return tcpMemHere(values, index, context);
  const [allocated, , max] = values;
  return key === 'fs.file-nr' ? [say.allocated({ part: (allocated ?? 0) / (max ?? 0) })] : [];
}

const THRESHOLDS = [say.min, say.pressure, say.max];

function tcpMemHere(values: readonly (number | null)[], index: number, context: HoverContext): readonly Message[] {
  const { report } = context;
  const told = THRESHOLDS.flatMap((threshold, at) => {
    const value = values[at] ?? null;
    return (index >= 0 && at !== index) || value === null ? [] : [threshold({ size: sayPages(value, context) })];
  });
  if (report === null) return told;
  const beside = memBeside(report, index < 0 ? null : (values[index] ?? null));
  return [...told, beside, ...sayShare(values[2] ?? null, report.memory)];
}

function sayShare(
  max: number | null,
  { pageSizeBytes, memTotalBytes }: { readonly pageSizeBytes: number; readonly memTotalBytes: number | null },
): readonly Message[] {
  if (max === null || memTotalBytes === null) return [];
  const part = (max * pageSizeBytes) / memTotalBytes;
  return [say.shareOfMemory({ part, usual: USUAL_MAX }), ...(part > 1 / 2 ? [say.perhapsBytes()] : [])];
}

function sayScope(key: string, scope: Scope | null, context: HoverContext): readonly Message[] {
  const kernel = kernelOf(context);
  if (scope === 'namespace')
    return [say.ofNamespace(), ...(kernel === null || isOlderThan(kernel, 5, 10) ? [say.checkedKernels()] : [])];
  if (scope !== null) return [];
  return [key === TCP_MEM ? say.copyInNamespace() : say.scopeUnknown()];
}
