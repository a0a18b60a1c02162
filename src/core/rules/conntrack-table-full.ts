import type { Facts } from '../facts/facts.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { andThen, loggedLines } from './advice.ts';
import { defineRule } from './rule.ts';
import { FULL } from './thresholds.ts';

const say = defineMessages('conntrack-table-full', {
  title: 'The connection tracking table is full',
  'full-now':
    'Connection tracking is full: {count, number} of {max, plural, one {# entry} other {# entries}} are in use ({share, number, share}).{logged} New connections are dropped before TCP sees them. Their peers retransmit and leave orphans.',
  'was-full':
    '{logged}{state} New connections were dropped before TCP saw them. Their peers retransmit and leave orphans.',
  logged:
    'The log has {lines, plural, one {# line that says} other {# lines that say}} that connection tracking dropped packets.',
  inUse:
    'At the capture {count, number} of {max, plural, one {# entry} other {# entries}} were in use ({share, number, share}).',
  notCaptured: 'nf_conntrack_count was not captured.',
  entries: '{count, plural, one {# entry} other {# entries}}',
  notFull: 'At the time of the capture the table was not full.',
  notKnown: 'Whether the table was full at the time of the capture is not known.',
  raise: 'Raise net.netfilter.nf_conntrack_max, and the number of hash buckets with it.',
  shorten: 'Shorten nf_conntrack_tcp_timeout_established if long idle connections fill the table.',
  memory: 'Changing tcp_mem or socket buffers: the packets never reach TCP.',
  count: 'See which state fills the table: run conntrack -S, and {command}',
});

const LOG_ID = 'conntrack-full';

export const conntrackTableFull = defineRule({
  id: 'conntrack-table-full',
  level: 'warning',
  title: say.title(),
  role: 'symptom',
  rank: 6,
  about: ['conntrack'],
  isExtra: true,
  needs: [],
  anyOf: ['conntrack', 'kernelLog'],
  check: ({ conntrack, kernelLog }) => {
    const log = loggedLines(kernelLog, LOG_ID);
    const full = conntrack !== null && conntrack.max > 0 && conntrack.count >= FULL * conntrack.max;
    if (!full && log.lines === 0) return [];
    const logged = log.lines === 0 ? null : say.logged({ lines: log.lines });
    return [
      {
        level: full && log.lines > 0 ? 'error' : 'warning',
        confidence: full ? 'high' : 'medium',
        message: full
          ? say['full-now']({ ...inUse(conntrack), logged: andThen(logged) })
          : say['was-full']({
              logged: logged ?? '',
              state: andThen(conntrack === null ? say.notCaptured() : say.inUse(inUse(conntrack))),
            }),
        subjects: [{ kind: 'node' }],
        measures: {
          lines: log.lines,
          ...(conntrack === null ? {} : { conntrackCount: conntrack.count, conntrackMax: conntrack.max }),
        },
        evidence: [
          conntrack === null
            ? null
            : { entry: conntrack.entry, startLine: 1, endLine: 1, note: say.entries({ count: conntrack.count }) },
          log.evidence,
        ],
        doubts: full ? [] : [conntrack === null ? say.notKnown() : say.notFull()],
        fixes: [say.raise(), say.shorten()],
        nonFixes: [say.memory()],
        next: say.count({ command: "conntrack -L | awk '{print $4}' | sort | uniq -c" }),
      },
    ];
  },
});

function inUse({ count, max }: Facts['conntrack']) {
  return { count, max, share: count / max };
}
