import type { AvailableFacts, UnheldFact } from '../facts/facts.ts';
import type { Coverage, Evidence, Ledger } from '../report/report.ts';
import { formatCount, formatQuantity, formatShare } from '../wording/format.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { defineRule, type FindingDraft } from './rule.ts';

/** Ordinary skew is less. */
export const MIN_SOCKETS = 200;
export const SHARE_OF_ALLOC = 0.05;

/** Where kernel sockets go: NFS, Ceph (two generations), SMB, iSCSI, DRBD. */
const KERNEL_PORTS: ReadonlyMap<number, string> = new Map([
  [2049, 'NFS'],
  [111, 'the port mapper'],
  [3300, 'Ceph'],
  [6789, 'Ceph'],
  [445, 'SMB'],
  [3260, 'iSCSI'],
]);

export const unattributedSockets = defineRule({
  id: 'unattributed-sockets',
  level: 'warning',
  title: 'Sockets that nobody can be named for',
  role: 'hint',
  rank: 8,
  about: ['unexplained-sockets'],
  needs: ['ledger', 'sockstat', 'coverage'],
  optional: ['unheld', 'inFlight', 'processes'],
  check: ({ ledger, sockstat, coverage, unheld, inFlight, processes }) => {
    const found: FindingDraft[] = [];
    const alloc = ledger.alloc?.value ?? 0;
    const limit = Math.max(MIN_SOCKETS, SHARE_OF_ALLOC * alloc);
    const place = {
      entry: sockstat.entry,
      startLine: sockstat.tcpLine,
      endLine: sockstat.tcpLine,
      note: `alloc ${alloc}`,
    };
    const rings = (processes ?? []).reduce((sum, fact) => sum + (fact.kinds.get('io_uring') ?? 0), 0);
    if ((ledger.residual ?? 0) > limit) found.push(reportHidden(ledger, coverage, place, inFlight, rings));
    if (unheld !== null && unheld.sockets > limit) found.push(reportUnheld(unheld, alloc, coverage));
    return found;
  },
});

function isComplete(coverage: Coverage): boolean {
  return (
    coverage.namespacesSeen >= coverage.namespacesKnown &&
    coverage.processesReadable >= coverage.processesTotal &&
    !coverage.truncated
  );
}

function reportHidden(
  ledger: Ledger,
  coverage: Coverage,
  place: Evidence,
  inFlight: AvailableFacts['inFlight'],
  rings: number,
): FindingDraft {
  const residual = ledger.residual ?? 0;
  const alloc = ledger.alloc?.value ?? 0;
  // The namespaces' own count has them: closed sockets there, not open ones elsewhere.
  const local = ledger.gap !== null && ledger.gap - ledger.closedHeld - ledger.acceptQueueClosed >= residual / 2;
  const flying = inFlight !== null && inFlight.files * 2 >= residual;
  const causes = flying
    ? `${formatQuantity(inFlight.files, 'file is', 'files are')} on their way through unix sockets to ${describeSubject(inFlight.subject)}, which does not receive them: sockets among them have no fd.`
    : !isComplete(coverage)
      ? 'Namespaces or processes that were not captured may well hold them.'
      : local
        ? 'They are closed, or were never connected, and no fd was seen: in flight inside unix sockets (SCM_RIGHTS), registered with io_uring, or held by a thread with fds of its own.'
        : 'They are open in a namespace that was not captured, or are sockets of the kernel.';
  return {
    // Sockets without an explanation are a gap, unless it is known where they are.
    role: flying ? 'count' : 'hint',
    // What was not captured explains it well enough, and the finding about the bundle says so.
    level: flying || isComplete(coverage) ? 'warning' : 'note',
    confidence: flying ? 'high' : isComplete(coverage) ? 'medium' : 'low',
    messageId: flying ? 'in-flight' : 'unexplained',
    message: `${formatQuantity(residual, 'socket')} (${formatShare(residual, alloc)} of alloc) are in no table, behind no fd and in no accept queue. ${causes}`,
    stuckSockets: residual,
    subjects: flying ? [inFlight.subject] : [{ kind: 'node' }],
    measures: {
      residualSockets: residual,
      allocSockets: alloc,
      ...(inFlight === null ? {} : { filesInFlight: inFlight.files }),
      ...(rings === 0 ? {} : { ioUringFds: rings }),
    },
    evidence: [...(flying ? inFlight.evidence : []), place],
    doubts: isComplete(coverage) ? [] : ['Coverage is partial: more of the node may explain them.'],
    fixes: flying
      ? ['Make the receiver call recvmsg(), or restart it: that frees the sockets in flight.']
      : ['Capture what is missing before anybody is blamed.'],
    nonFixes: ['ss -K: it looks sockets up in the tables, and these are in none.'],
    next: 'grep scm_fds /proc/PID/fdinfo/* of processes that pass sockets on; ls -l /proc/*/task/*/fd; lsns -t net.',
  };
}

function reportUnheld(unheld: UnheldFact, alloc: number, coverage: Coverage): FindingDraft {
  const kernel = unheld.topPortSockets * 2 > unheld.sockets ? KERNEL_PORTS.get(unheld.topPort) : undefined;
  const complete = isComplete(coverage);
  return {
    // Sockets of the kernel are no fault, and without all fds nothing can be said.
    level: complete && kernel === undefined ? 'warning' : 'note',
    confidence: kernel !== undefined || !complete ? 'low' : 'medium',
    messageId: kernel === undefined ? 'open-without-fd' : 'kernel-sockets',
    message: `${formatQuantity(unheld.sockets, 'open socket')} (${formatShare(unheld.sockets, alloc)} of alloc) have an inode that no captured fd refers to. ${
      kernel === undefined
        ? `The port that most of them share is ${unheld.topPort} (${formatCount(unheld.topPortSockets)}). A process whose fds were not readable holds them, a thread with fds of its own, or io_uring.`
        : `${formatCount(unheld.topPortSockets)} are of port ${unheld.topPort}: most likely sockets of the kernel for ${kernel}.`
    }`,
    subjects: [{ kind: 'node' }],
    measures: { unheldSockets: unheld.sockets, port: unheld.topPort, portSockets: unheld.topPortSockets },
    evidence: [unheld.evidence],
    doubts: complete ? [] : ['The fds of some processes were not readable: these sockets may be theirs.'],
    fixes: ['Capture the fds of every process as root, and of threads: ls -l /proc/*/fd /proc/*/task/*/fd.'],
    nonFixes: ['Blaming the process that listens on the port: others may hold its connections.'],
    next: 'ss -tanpe in this namespace: users and ino of these sockets.',
  };
}
