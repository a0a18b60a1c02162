/** The limit of open files of one process, in /proc/PID/limits. */

import type { Message } from '../../report/message.ts';
import { parseCount } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import { evidenceOf, type HoverContext, type HoverFacts, type LinePlace } from './hover-model.ts';
import { sayQuantity, sayUnit } from './units.ts';

const say = defineMessages('hover-limits', {
  both: 'Max open files = {limit}',
  soft: 'Max open files (soft) = {limit}',
  hard: 'Max open files (hard) = {limit}',
  unlimited: 'unlimited',
  what: 'How many fds this process may have open: files, pipes and sockets together, closed sockets that it still holds included. At the soft limit accept(), socket() and open() fail with "too many open files".',
  aboutHard: 'The process may raise its soft limit up to this one.',
  aboutSoft: 'The process may raise it up to the hard limit, which is {hard}.',
  scope: 'It is of process {pid} alone. The limit of the node is fs.file-max.',
});

const ROW = /^(Max open files\s+)(\S+)(\s+)(\S+)(?:\s|$)/;

export function hoverLimits(place: LinePlace, pid: number, context: HoverContext): HoverFacts | null {
  const [, name = '', soft = '', gap = '', hard = ''] = ROW.exec(place.text) ?? [];
  if (name === '' || !isLimit(soft) || !isLimit(hard)) return null;
  const hardStart = name.length + soft.length + gap.length;
  const which = place.column < name.length ? 'both' : place.column < hardStart ? 'soft' : 'hard';
  const start = { both: 0, soft: name.length, hard: hardStart }[which];
  const end = { both: name.trimEnd().length, soft: name.length + soft.length, hard: hardStart + hard.length }[which];
  return {
    start,
    end,
    title: say[which]({ limit: sayLimit(which === 'hard' ? hard : soft) }),
    paragraphs: [
      say.what(),
      which === 'hard' ? say.aboutHard() : say.aboutSoft({ hard: sayLimit(hard) }),
      say.scope({ pid }),
    ],
    unit: sayUnit('fds'),
    scope: 'process',
    evidence: ofProcess(pid, context),
  };
}

function isLimit(text: string): boolean {
  return text === 'unlimited' || parseCount(text) !== null;
}

function sayLimit(text: string): Message {
  const value = parseCount(text);
  return value === null ? say.unlimited() : sayQuantity(value, 'fds');
}

function ofProcess(pid: number, context: HoverContext): HoverFacts['evidence'] {
  const { report } = context;
  if (report === null) return [];
  const findings = report.findings.filter(({ subjects }) => subjects.some((subject) => subject.pid === pid));
  return evidenceOf({ ...context, report: { ...report, findings } }, ['fd-limit']);
}
