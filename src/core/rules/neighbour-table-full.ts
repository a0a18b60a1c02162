import type { Facts } from '../facts/facts.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { andThen, loggedLines } from './advice.ts';
import { defineRule } from './rule.ts';
import { FULL } from './thresholds.ts';

const say = defineMessages('neighbour-table-full', {
  title: 'The neighbour table is full',
  'full-now':
    'The neighbour (ARP) table is full: the captured namespaces have {entries, plural, one {# entry} other {# entries}}, and gc_thresh3 is {limit, number}.{logged} Packets to new neighbours are dropped, so connections to them hang and retransmit.',
  'was-full': '{logged}{state} Packets to new neighbours were dropped, so connections to them hung and retransmitted.',
  logged:
    'The log has {lines, plural, one {# line that says} other {# lines that say}} that the neighbour (ARP) table overflowed.',
  atCapture:
    'At the capture the captured namespaces had {entries, plural, one {# entry} other {# entries}}, and gc_thresh3 was {limit, number}.',
  notCaptured: 'net/arp or gc_thresh3 was not captured.',
  notFull:
    'At the time of the capture the table was not full, or a namespace is missing: the whole node has one table.',
  notKnown: 'Whether the table was full at the time of the capture is not known.',
  raise:
    'Raise net.ipv4.neigh.default.gc_thresh1, gc_thresh2 and gc_thresh3 together (net.ipv6.neigh for ndisc_cache).',
  others: 'Changing tcp_mem, conntrack or fd limits: they do not act on this table.',
  count:
    'Run ip -s neigh | wc -l in every namespace, and look at /proc/net/stat/arp_cache: does table_fulls still grow?',
});

const LOG_ID = 'neighbour-full';

export const neighbourTableFull = defineRule({
  id: 'neighbour-table-full',
  level: 'warning',
  title: say.title(),
  role: 'symptom',
  rank: 7,
  about: ['neighbours'],
  isExtra: true,
  needs: [],
  anyOf: ['neighbours', 'kernelLog'],
  check: ({ neighbours, kernelLog }) => {
    const log = loggedLines(kernelLog, LOG_ID);
    const full = neighbours !== null && neighbours.gcThresh3 > 0 && neighbours.entries >= FULL * neighbours.gcThresh3;
    if (!full && log.lines === 0) return [];
    const logged = log.lines === 0 ? null : say.logged({ lines: log.lines });
    return [
      {
        level: full && log.lines > 0 ? 'error' : 'warning',
        confidence: full ? 'high' : 'medium',
        message: full
          ? say['full-now']({ ...counted(neighbours), logged: andThen(logged) })
          : say['was-full']({
              logged: logged ?? '',
              state: andThen(neighbours === null ? say.notCaptured() : say.atCapture(counted(neighbours))),
            }),
        subjects: [{ kind: 'node' }],
        measures: {
          lines: log.lines,
          ...(neighbours === null ? {} : { neighbours: neighbours.entries, gcThresh3: neighbours.gcThresh3 }),
        },
        evidence: [neighbours?.evidence ?? null, log.evidence],
        doubts: full ? [] : [neighbours === null ? say.notKnown() : say.notFull()],
        fixes: [say.raise()],
        nonFixes: [say.others()],
        next: say.count(),
      },
    ];
  },
});

function counted({ entries, gcThresh3 }: Facts['neighbours']) {
  return { entries, limit: gcThresh3 };
}
