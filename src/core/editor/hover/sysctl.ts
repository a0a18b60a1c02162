/** A setting of /proc/sys: one file for each, or a line `net.ipv4.tcp_mem = a b c` of what `sysctl -a` printed. */

import { parseCount } from '../../text.ts';
import { formatBytes, formatCount, formatPages, formatShare } from '../../wording/format.ts';
import {
  type EntryHover,
  evidenceOf,
  type HoverContext,
  isOlderThan,
  kernelOf,
  type LinePlace,
  type Scope,
  TCP_MEMORY,
  type Token,
  tokenAt,
  tokensOf,
} from './hover-model.ts';
import { memBeside } from './pages.ts';
import { SETTINGS, type Setting } from './sysctl-texts.ts';

const TCP_MEM = 'net.ipv4.tcp_mem';

/** A file of /proc/sys, whose values stand in its first line. */
export function hoverSysctlFile(place: LinePlace, key: string, context: HoverContext): EntryHover | null {
  const tokens = tokensOf(place.text);
  return place.index !== 0 || tokens.length === 0 ? null : hoverValues(tokens, key, place.column, context);
}

/** A line of `sysctl -a`. */
export function hoverSysctlLine(place: LinePlace, context: HoverContext): EntryHover | null {
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

function hoverValues(tokens: readonly Token[], key: string, column: number, context: HoverContext): EntryHover | null {
  const setting = Object.hasOwn(SETTINGS, key) ? SETTINGS[key] : undefined;
  if (setting === undefined) return null;
  const values = tokens.map((token) => parseCount(token.text));
  const isWhole = values.length === Math.max(1, setting.names.length) && values.every((value) => value !== null);
  // Between two of its numbers it is about all of them.
  const index = isWhole && setting.names.length > 0 ? tokenAt(tokens, column) : -1;
  const token = tokens[index];
  const scope = setting.scope(context);
  const unit = setting.unit(context);
  const name = key.slice(key.lastIndexOf('.') + 1);
  return {
    start: token?.start ?? tokens[0]?.start ?? 0,
    end: token?.end ?? tokens.at(-1)?.end ?? 0,
    title: isWhole ? titleOf(name, setting, values, index, unit, context) : name,
    paragraphs: [
      ...setting.what,
      ...(isWhole ? valuesHere(key, values, index, context) : ['What stands here is not what this file has.']),
      ...describeScope(key, scope, context),
    ],
    unit,
    scope,
    evidence: evidenceOf(context, key === TCP_MEM ? TCP_MEMORY : setting.topics),
  };
}

function titleOf(
  name: string,
  setting: Setting,
  values: readonly (number | null)[],
  index: number,
  unit: string,
  context: HoverContext,
): string {
  if (index < 0 && setting.names.length > 0) return `${name}: ${setting.names.join(', ')}`;
  const value = values[Math.max(0, index)] ?? 0;
  const label = index < 0 ? name : `${name}, ${setting.names[index]}`;
  return `${label} = ${writeValue(value, unit, context)}`;
}

function writeValue(value: number, unit: string, { report }: HoverContext): string {
  if (unit.startsWith('pages'))
    return report === null ? `${formatCount(value)} pages` : formatPages(value, report.memory.pageSizeBytes);
  if (unit === 'bytes')
    return value < 1024 ? `${formatCount(value)} bytes` : `${formatCount(value)} bytes (${formatBytes(value)})`;
  return unit === 'switch' ? String(value) : `${formatCount(value)} ${value === 1 ? unit.replace(/s$/, '') : unit}`;
}

function valuesHere(
  key: string,
  values: readonly (number | null)[],
  index: number,
  context: HoverContext,
): readonly string[] {
  if (key === TCP_MEM) return tcpMemHere(values, index, context);
  const [allocated = 0, , max = 0] = values;
  if (key === 'fs.file-nr') return [`${formatShare(allocated ?? 0, max ?? 0)} of them are allocated.`];
  return [];
}

const THRESHOLDS: readonly (readonly [name: string, text: string])[] = [
  [
    'min',
    'up to here every socket gets what it asks for; below it the node leaves the state of pressure. Above it buffers grow no more.',
  ],
  [
    'pressure',
    'above it the node is under memory pressure until mem is below min: windows and buffers do not grow, and what a socket gets is rationed.',
  ],
  [
    'max',
    'above it senders must wait and data that comes in is dropped; a closed socket with unsent data is reset, which is what logs "out of memory". mem may exceed it somewhat.',
  ],
];

function tcpMemHere(values: readonly (number | null)[], index: number, { report }: HoverContext): readonly string[] {
  const told = THRESHOLDS.flatMap(([name, text], at) => {
    const value = values[at];
    if ((index >= 0 && at !== index) || value === null || value === undefined) return [];
    const size = report === null ? `${formatCount(value)} pages` : formatPages(value, report.memory.pageSizeBytes);
    return [`${name}, ${size}: ${text}`];
  });
  if (report === null) return told;
  const limit = values[index < 0 ? 2 : index] ?? null;
  const beside = memBeside(report, index < 0 ? null : limit);
  return [...told, beside, ...describeRatio(values[2] ?? null, report.memory)];
}

function describeRatio(
  max: number | null,
  memory: { pageSizeBytes: number; memTotalBytes: number | null },
): readonly string[] {
  if (max === null || memory.memTotalBytes === null) return [];
  const bytes = max * memory.pageSizeBytes;
  const share = `max is ${formatShare(bytes, memory.memTotalBytes)} of the memory of the node; the kernel's default is about 9 %.`;
  return [bytes > memory.memTotalBytes / 2 ? `${share} Perhaps bytes were written where pages are meant.` : share];
}

function describeScope(key: string, scope: Scope | null, context: HoverContext): readonly string[] {
  const kernel = kernelOf(context);
  if (scope === 'network namespace')
    return [
      'It is the value of the network namespace that the file was read in.',
      ...(kernel === null || isOlderThan(kernel, 5, 10) ? ['That was checked for Linux 5.10 to 7.2.'] : []),
    ];
  if (scope !== null) return [];
  if (key === TCP_MEM)
    return [
      'Linux 3 may show a copy of it in every namespace; which one the kernel obeys is not known. Do not rely on one read inside a container.',
    ];
  return ['Whether a kernel this old has one for the node or one for each namespace is not known.'];
}
