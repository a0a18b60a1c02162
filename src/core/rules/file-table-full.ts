import type { Facts } from '../facts/facts.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { andThen, loggedLines } from './advice.ts';
import { defineRule } from './rule.ts';
import { FULL } from './thresholds.ts';

const say = defineMessages('file-table-full', {
  title: 'The node is out of file handles',
  'full-now':
    'The node runs out of file handles (fs.file-max): {used, number} of {max, number} are in use ({share, number, share}).{logged} accept(), socket() and open() fail for everybody without CAP_SYS_ADMIN.{top}',
  'was-full': '{logged}{state} accept(), socket() and open() failed for everybody without CAP_SYS_ADMIN.{top}',
  logged: 'The log has {lines, plural, one {# line that says} other {# lines that say}} that fs.file-max was reached.',
  inUse: 'At the capture {used, number} of {max, number} handles were in use ({share, number, share}).',
  notCaptured: 'fs.file-nr was not captured.',
  top: '{who} has the most fds ({fds, number}).',
  handles: '{used, plural, one {# handle} other {# handles}}',
  highWaterMark: 'The kernel prints this only at a new high-water mark. At the time of the capture handles were free.',
  notKnown: 'The kernel prints this only at a new high-water mark. Whether handles were free later is not known.',
  findGrowth: 'Find the process whose fds grow, and fix or restart it.',
  raise: 'Raise fs.file-max if so many are needed.',
  processLimit: 'Raising RLIMIT_NOFILE of a process: the limit of the node was reached.',
  compare: 'Run cat /proc/sys/fs/file-nr twice, and count the fds of the largest processes.',
});

const LOG_ID = 'file-max';

export const fileTableFull = defineRule({
  id: 'file-table-full',
  level: 'warning',
  title: say.title(),
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
    const logged = log.lines === 0 ? null : say.logged({ lines: log.lines });
    const most = andThen(top === null ? null : say.top({ who: top.subject, fds: top.process.openFds }));
    return [
      {
        level: full ? 'error' : 'warning',
        confidence: full ? 'high' : 'medium',
        message: full
          ? say['full-now']({ ...inUse(files), logged: andThen(logged), top: most })
          : say['was-full']({
              logged: logged ?? '',
              state: andThen(files === null ? say.notCaptured() : say.inUse(inUse(files))),
              top: most,
            }),
        subjects: top === null ? [{ kind: 'node' }] : [{ kind: 'node' }, top.subject],
        measures: {
          lines: log.lines,
          ...(files === null ? {} : { fileHandles: files.allocated, fileMax: files.max }),
          ...(top === null ? {} : { topProcessFds: top.process.openFds }),
        },
        evidence: [
          files === null
            ? null
            : { entry: files.entry, startLine: 1, endLine: 1, note: say.handles({ used: files.allocated }) },
          log.evidence,
          top?.evidence ?? null,
        ],
        doubts: full ? [] : [files === null ? say.notKnown() : say.highWaterMark()],
        fixes: [say.findGrowth(), say.raise()],
        nonFixes: [say.processLimit()],
        next: say.compare(),
      },
    ];
  },
});

function inUse({ allocated, max }: Facts['files']) {
  return { used: allocated, max, share: allocated / max };
}
