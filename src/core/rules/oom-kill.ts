import type { Message } from '../report/message.ts';
import type { Subject } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { andThen, sayLines } from './advice.ts';
import { defineRule } from './rule.ts';

const say = defineMessages('oom-kill', {
  title: 'The kernel killed processes for lack of RAM',
  'cgroup-limit':
    'The log has {lines, plural, one {# line} other {# lines}} about processes that the kernel killed because a cgroup was above its memory limit.{victims} This is the OOM killer, not "TCP: out of memory": tcp_mem is a budget of its own.',
  'node-memory':
    'The log has {lines, plural, one {# line} other {# lines}} about processes that the kernel killed because RAM ran out.{victims} This is the OOM killer, not "TCP: out of memory": tcp_mem is a budget of its own.',
  victims: 'The victims: {victims}.',
  manyVictims: 'The victims: {victims} and {more, number} more.',
  overwritten: 'The start of the log is overwritten: earlier kills are lost.',
  lookAtLimit: 'Look at the memory limit of the pod and at what the process allocates.',
  tcpMem: 'Changing tcp_mem: the memory of sockets is only one part of what a cgroup is charged for.',
  readReport:
    'Read the report above the line: sock under "Memory cgroup stats" is what the sockets of the cgroup have.',
});

const LOG_ID = 'oom-kill';
const MAX_SUBJECTS = 20;
const OF_GROUP = /Memory cgroup out of memory/i;
/** Old kernels print a second line, "Killed process …", that does not tell which of both it was. */
const OF_NODE = /(?<!cgroup )out of memory: Kill/i;

export const oomKill = defineRule({
  id: 'oom-kill',
  level: 'warning',
  title: say.title(),
  role: 'symptom',
  rank: 10,
  about: ['oom-killer'],
  isExtra: true,
  needs: ['kernelLog'],
  optional: ['oomVictims'],
  check: ({ kernelLog, oomVictims }) => {
    const hits = kernelLog.scan.hits.filter((hit) => hit.id === LOG_ID);
    const first = hits[0];
    const last = hits.at(-1);
    if (first === undefined || last === undefined) return [];
    const victims = oomVictims ?? [];
    const ofGroup = hits.filter((hit) => OF_GROUP.test(hit.text ?? '')).length;
    const isGroup = ofGroup > 0 && !hits.some((hit) => OF_NODE.test(hit.text ?? ''));
    return [
      {
        confidence: 'high',
        message: say[isGroup ? 'cgroup-limit' : 'node-memory']({
          lines: hits.length,
          victims: andThen(sayVictims(victims)),
        }),
        subjects: victims.length === 0 ? [{ kind: 'node' }] : victims.slice(0, MAX_SUBJECTS),
        measures: { killLines: hits.length, cgroupKillLines: ofGroup },
        evidence: [
          {
            entry: kernelLog.entry,
            startLine: first.line,
            endLine: last.line,
            note: sayLines(hits.length),
          },
        ],
        doubts: (kernelLog.scan.firstSeconds ?? 0) > 1 ? [say.overwritten()] : [],
        fixes: [say.lookAtLimit()],
        nonFixes: [say.tcpMem()],
        next: say.readReport(),
      },
    ];
  },
});

const MAX_NAMES = 3;

function sayVictims(victims: readonly Subject[]): Message | null {
  if (victims.length === 0) return null;
  const more = victims.length - MAX_NAMES;
  const named = victims.slice(0, MAX_NAMES);
  return more > 0 ? say.manyVictims({ victims: named, more }) : say.victims({ victims: named });
}
