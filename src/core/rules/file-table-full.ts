import { formatCount, formatQuantity, formatShare } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { loggedLines } from './advice.ts';
import { defineRule } from './rule.ts';
import { FULL } from './thresholds.ts';

const LOG_ID = 'file-max';

export const fileTableFull = defineRule({
  id: 'file-table-full',
  level: 'warning',
  title: 'The node is out of file handles',
  role: 'symptom',
  rank: 3,
  about: ['file-handles'],
  isExtra: true,
  needs: [],
  anyOf: ['files', 'kernelLog'],
  optional: ['processes'],
  check: ({ files, kernelLog, processes }) => {
    const log = loggedLines(kernelLog, LOG_ID);
    const full = files !== null && files.max > 0 && files.allocated >= FULL * files.max;
    if (!full && log.lines === 0) return [];
    const top = (processes ?? []).reduce<NonNullable<typeof processes>[number] | null>(
      (best, fact) => (fact.process.openFds > (best?.process.openFds ?? 0) ? fact : best),
      null,
    );
    const state =
      files === null
        ? 'fs.file-nr was not captured'
        : `${formatCount(files.allocated)} of ${formatCount(files.max)} (${formatShare(files.allocated, files.max)}) are in use`;
    return [
      {
        level: full ? 'error' : 'warning',
        confidence: full ? 'high' : 'medium',
        messageId: full ? 'full-now' : 'was-full',
        message: `${
          log.lines === 0
            ? 'File handles of the node (fs.file-max) run out'
            : `The log has ${formatQuantity(log.lines, 'line')} that fs.file-max was reached`
        }: ${state}. accept(), socket() and open() fail for everybody without CAP_SYS_ADMIN.${
          top === null ? '' : ` ${describeSubject(top.subject)} has most fds (${formatCount(top.process.openFds)}).`
        }`,
        subjects: top === null ? [{ kind: 'node' }] : [{ kind: 'node' }, top.subject],
        measures: {
          lines: log.lines,
          ...(files === null ? {} : { fileHandles: files.allocated, fileMax: files.max }),
          ...(top === null ? {} : { topProcessFds: top.process.openFds }),
        },
        evidence: [
          files === null ? null : { entry: files.entry, startLine: 1, endLine: 1, note: `${files.allocated} handles` },
          log.evidence,
          top?.evidence ?? null,
        ],
        doubts: full
          ? []
          : ['The kernel prints it only at a new high-water mark; at the time of the capture handles were free.'],
        fixes: [
          'Find the process whose fds grow and mend or restart it.',
          'Raise fs.file-max where so many are needed.',
        ],
        nonFixes: ['RLIMIT_NOFILE of a process: it ran into the limit of the node.'],
        next: 'cat /proc/sys/fs/file-nr, twice, and the number of fds of the largest processes.',
      },
    ];
  },
});
