/** The limit of open files of one process, in /proc/PID/limits. */

import { parseCount } from '../../text.ts';
import { formatCount } from '../../wording/format.ts';
import { type EntryHover, evidenceOf, type HoverContext, type LinePlace } from './hover-model.ts';

const ROW = /^(Max open files\s+)(\S+)(\s+)(\S+)(?:\s|$)/;

export function hoverLimits(place: LinePlace, pid: number, context: HoverContext): EntryHover | null {
  const [, name = '', soft = '', gap = '', hard = ''] = ROW.exec(place.text) ?? [];
  if (name === '' || !isLimit(soft) || !isLimit(hard)) return null;
  const hardStart = name.length + soft.length + gap.length;
  const which = place.column < name.length ? 'both' : place.column < hardStart ? 'soft' : 'hard';
  const start = { both: 0, soft: name.length, hard: hardStart }[which];
  const end = { both: name.trimEnd().length, soft: name.length + soft.length, hard: hardStart + hard.length }[which];
  const value = which === 'hard' ? hard : soft;
  return {
    start,
    end,
    title: `Max open files${which === 'both' ? '' : ` (${which})`} = ${write(value)}`,
    paragraphs: [
      'How many fds this process may have open: files, pipes and sockets together, closed sockets that it still holds included. At the soft limit accept(), socket() and open() fail with "too many open files".',
      which === 'hard'
        ? 'Up to here the process may raise its soft limit.'
        : `The hard limit, up to which it may raise this, is ${write(hard)}.`,
      `It is of process ${pid} alone. The limit of the node is fs.file-max.`,
    ],
    unit: 'fds',
    scope: 'process',
    evidence: ofProcess(pid, context),
  };
}

function isLimit(text: string): boolean {
  return text === 'unlimited' || parseCount(text) !== null;
}

function write(text: string): string {
  const value = parseCount(text);
  return value === null ? 'unlimited' : `${formatCount(value)} fds`;
}

function ofProcess(pid: number, context: HoverContext): EntryHover['evidence'] {
  const { report } = context;
  if (report === null) return [];
  const findings = report.findings.filter(({ subjects }) => subjects.some((subject) => subject.pid === pid));
  return evidenceOf({ ...context, report: { ...report, findings } }, ['fd-limit']);
}
