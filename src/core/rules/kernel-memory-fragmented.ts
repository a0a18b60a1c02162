import type { CounterFact } from '../facts/facts.ts';
import type { BuddyZone } from '../parsers/proc/buddyinfo.ts';
import type { Evidence } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { counterEvidence, sayLines } from './advice.ts';
import { defineRule } from './rule.ts';

const say = defineMessages('kernel-memory-fragmented', {
  title: 'The kernel could not get memory, whatever tcp_mem says',
  'no-large-blocks':
    '{sign, select, pressure {TCP went under pressure {times, plural, one {# time} other {# times}} although mem is below its limits} other {{times, plural, one {# packet from the emergency reserves was} other {# packets from the emergency reserves were}} dropped}}, and no free block of {pages, number} pages is left. RAM has run out or is in pieces. This is not about the budget of tcp_mem: packets can be dropped and windows can shrink all the same.',
  'allocation-failed':
    'The log has {failures, plural, one {# failed allocation} other {# failed allocations}} of kernel memory{blocks, select, none {, and no free block of {pages, number} pages is left} other {}}. RAM has run out or is in pieces. This is not about the budget of tcp_mem: packets can be dropped and windows can shrink all the same.',
  freeBlocks: 'free blocks by order',
  free: 'At the time of the capture large blocks were free again.',
  reserve:
    'Raise vm.min_free_kbytes so that the kernel keeps a reserve. Look for what takes RAM or keeps it in pieces.',
  budget: 'Raising tcp_mem: it is a budget, and a budget makes no RAM.',
  compare:
    'Read /proc/buddyinfo and /proc/pagetypeinfo twice, and the Mem-Info block that follows the line in the log.',
});

/** Network buffers are allocated in blocks of up to 2^3 pages; where none is free they are assembled page by page. */
export const LARGE_ORDER = 3;

const LOG_IDS: ReadonlySet<string> = new Set(['page-allocation-failure', 'slub-failure']);
const PRESSURES = 'TcpExt.TCPMemoryPressures';
const EMERGENCY = 'TcpExt.PFMemallocDrop';

export const kernelMemoryFragmented = defineRule({
  id: 'kernel-memory-fragmented',
  level: 'warning',
  title: say.title(),
  role: 'node',
  rank: 2,
  about: ['kernel-memory'],
  isExtra: true,
  needs: ['kernelLog'],
  optional: ['buddy', 'netstat', 'memory'],
  check: ({ kernelLog, buddy, netstat, memory }) => {
    const hits = kernelLog.scan.hits.filter((hit) => LOG_IDS.has(hit.id));
    const oom = kernelLog.scan.hits.some((hit) => hit.id === 'tcp-out-of-memory');
    const zones = buddy === null ? [] : buddy.zones.filter(isExhausted);
    const fragmented = buddy !== null && zones.length > 0 && zones.length === buddy.zones.filter(isOrdinary).length;
    const pressures = sum(netstat, PRESSURES);
    const dropped = sum(netstat, EMERGENCY);
    // Pressure without a full tcp_mem comes from failed allocations (net/core/sock.c sk_page_frag_refill).
    const unexplained = pressures > 0 && memory?.status === 'healthy' && !oom && fragmented;
    const first = hits[0];
    const last = hits.at(-1);
    if (first === undefined && !unexplained && !(dropped > 0 && fragmented)) return [];
    const logged: Evidence | null =
      first === undefined || last === undefined
        ? null
        : {
            entry: kernelLog.entry,
            startLine: first.line,
            endLine: last.line,
            note: sayLines(hits.length),
          };
    const name = dropped > 0 && !unexplained ? EMERGENCY : PRESSURES;
    const counter = netstat?.find((fact) => (fact.values.get(name) ?? 0) > 0);
    return [
      {
        level: 'warning',
        confidence: logged === null ? 'medium' : 'high',
        message:
          logged === null
            ? say['no-large-blocks']({
                sign: unexplained ? 'pressure' : 'drops',
                times: unexplained ? pressures : dropped,
                pages: 2 ** LARGE_ORDER,
              })
            : say['allocation-failed']({
                failures: hits.length,
                blocks: fragmented ? 'none' : 'some',
                pages: 2 ** LARGE_ORDER,
              }),
        subjects: [{ kind: 'node' }],
        measures: {
          failureLines: hits.length,
          zonesWithoutLargeBlocks: zones.length,
          ...(netstat === null ? {} : { memoryPressures: pressures, emergencyDrops: dropped }),
        },
        evidence: [
          logged,
          buddy === null || zones.length === 0
            ? null
            : { entry: buddy.entry, startLine: 1, endLine: buddy.zones.length, note: say.freeBlocks() },
          counterEvidence(counter, name),
        ],
        doubts: fragmented || buddy === null ? [] : [say.free()],
        fixes: [say.reserve()],
        nonFixes: [say.budget()],
        next: say.compare(),
      },
    ];
  },
});

/** The zones that packets come from; DMA is tiny and always in pieces. */
function isOrdinary({ zone }: BuddyZone): boolean {
  return zone !== 'DMA' && zone !== 'Device' && zone !== 'Movable';
}

function isExhausted(zone: BuddyZone): boolean {
  return isOrdinary(zone) && zone.freeBlocks.slice(LARGE_ORDER).every((blocks) => blocks === 0);
}

function sum(netstat: readonly CounterFact[] | null, name: string): number {
  return (netstat ?? []).reduce((total, counter) => total + (counter.values.get(name) ?? 0), 0);
}
