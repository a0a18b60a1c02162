import { formatQuantity } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { defineRule } from './rule.ts';

const LOG_ID = 'oom-kill';
const MAX_SUBJECTS = 20;
const OF_GROUP = /Memory cgroup out of memory/i;
/** Old kernels print a second line, "Killed process …", that does not tell which of both it was. */
const OF_NODE = /(?<!cgroup )out of memory: Kill/i;

export const oomKill = defineRule({
  id: 'oom-kill',
  level: 'warning',
  title: 'The kernel killed processes for lack of RAM',
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
    const names = victims.slice(0, 3).map(describeSubject);
    const more = victims.length - names.length;
    return [
      {
        confidence: 'high',
        messageId: isGroup ? 'cgroup-limit' : 'node-memory',
        message: `The log has ${formatQuantity(hits.length, 'line')} about processes that the kernel killed because ${
          isGroup ? 'a cgroup was above its memory limit' : 'RAM ran out'
        }.${names.length === 0 ? '' : ` The victims: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`} This is the OOM killer, not "TCP: out of memory": tcp_mem is a budget of its own.`,
        subjects: victims.length === 0 ? [{ kind: 'node' }] : victims.slice(0, MAX_SUBJECTS),
        measures: { killLines: hits.length, cgroupKillLines: ofGroup },
        evidence: [
          {
            entry: kernelLog.entry,
            startLine: first.line,
            endLine: last.line,
            note: formatQuantity(hits.length, 'line'),
          },
        ],
        doubts:
          (kernelLog.scan.firstSeconds ?? 0) > 1
            ? ['The start of the log is overwritten: earlier kills are lost.']
            : [],
        fixes: ['Look at the memory limit of the pod and at what the process allocates.'],
        nonFixes: ['tcp_mem: the memory of sockets is only one part of what a cgroup is charged for.'],
        next: 'The report above the line: "Memory cgroup stats" holds sock, the share of its sockets.',
      },
    ];
  },
});
