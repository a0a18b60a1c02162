/** The report of a bundle against what the generator counted: a fast answer that is wrong is none. */
import type { Report } from '../../src/core/report/report.ts';
import type { BundleShape } from './bundle/sizes.ts';
import type { Truth } from './bundle/truth.ts';

export interface Comparison {
  readonly compared: number;
  readonly wrong: readonly string[];
}

export function checkReport(report: Report, truth: Truth, { inodes }: BundleShape): Comparison {
  const { ledger, log, coverage } = report;
  const owner = ledger.closedHeldByOwner[0];
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['members', report.bundle.entries, truth.members],
    ['bytes', report.bundle.bytes, truth.tarBytes],
    ['processes', coverage.processesAll, truth.processes],
    ['namespaces', coverage.namespacesSeen, truth.namespaces],
    ['truncated', coverage.truncated, false],
    ['TCP rows', sum(ledger.states), (truth.rows['tcp'] ?? 0) + (truth.rows['tcp6'] ?? 0)],
    ['states', sorted(ledger.states), sorted(truth.states)],
    ['TIME_WAIT', ledger.timeWait, truth.timeWait],
    ['requests', ledger.requestSockets, truth.requests],
    ['open fds', ledger.openFds, truth.openFds],
    ['socket fds', ledger.socketFds, truth.socketFds],
    ['held sockets', ledger.distinctSocketInodes, truth.heldInodes],
    ['closed and held', ledger.closedHeld, truth.closedHeld],
    ['who holds them', owner?.subject.pid ?? null, truth.leakerPid],
    ['alloc', ledger.alloc?.value, truth.alloc],
    ['alloc less in use', ledger.unhashed, truth.closedHeld],
    ['unexplained', ledger.residual, 0],
    ['log lines', log?.lines, truth.log.lines],
    ['log messages', sorted(log?.counts ?? {}), sorted(truth.log.counts)],
    // That sockets share their number may be told, and nothing else.
    ['problems', report.problems.length > (inodes === 'few' ? 1 : 0), false],
  ];
  const wrong = pairs
    .map(([name, got, wanted]) => [name, JSON.stringify(got), JSON.stringify(wanted)])
    .filter(([, got, wanted]) => got !== wanted)
    .map(([name, got, wanted]) => `${name}: ${got} instead of ${wanted}`);
  return { compared: pairs.length, wrong };
}

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);
const sorted = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
