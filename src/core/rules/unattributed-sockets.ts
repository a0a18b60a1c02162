import type { AvailableFacts, UnheldFact } from '../facts/facts.ts';
import type { Coverage, Evidence, Ledger } from '../report/report.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { sayCounter } from './advice.ts';
import { defineRule, type FindingDraft } from './rule.ts';

const say = defineMessages('unattributed-sockets', {
  title: 'Sockets that nobody can be named for',
  hidden:
    '{sockets, plural, one {# socket} other {# sockets}} ({share, number, share} of alloc) {sockets, plural, one {is} other {are}} in no table, behind no fd and in no accept queue.',
  'in-flight':
    '{hidden} {files, plural, one {# file is on its way through a unix socket} other {# files are on their way through unix sockets}} to {who}, which does not receive them. Sockets among them have no fd.',
  unexplained:
    '{hidden} {where, select, missing {Namespaces or processes that were not captured may well hold them.} closed {They are closed, or were never connected, and no fd was seen. They may be in flight inside unix sockets (SCM_RIGHTS), registered with io_uring, or held by a thread with fds of its own.} other {They are open in a namespace that was not captured, or are sockets of the kernel.}}',
  partial: 'Coverage is partial: more of the node may explain them.',
  receive: 'Make the receiver call recvmsg(), or restart it. This frees the sockets in flight.',
  captureFirst: 'Capture what is missing before anybody is blamed.',
  killing: 'ss -K looks sockets up in the tables, and these are in none.',
  findFlying:
    'Run grep scm_fds /proc/PID/fdinfo/* for processes that pass sockets on. Run ls -l /proc/*/task/*/fd and lsns -t net too.',
  unheld:
    '{sockets, plural, one {# open socket} other {# open sockets}} ({share, number, share} of alloc) {sockets, plural, one {has} other {have}} an inode that no captured fd refers to.',
  'open-without-fd':
    '{unheld} The port that most of them share is {port} ({portSockets, number}). A process whose fds were not readable holds them, a thread with fds of its own, or io_uring.',
  'kernel-sockets':
    '{unheld} {portSockets, number} of them are of port {port}: most likely sockets of the kernel for {service, select, portMapper {the port mapper} nfs {NFS} ceph {Ceph} smb {SMB} other {iSCSI}}.',
  unreadable: 'The fds of some processes were not readable: these sockets may be theirs.',
  captureFds: 'Capture the fds of every process as root, and of threads: ls -l /proc/*/fd /proc/*/task/*/fd.',
  blaming: 'Blaming the process that listens on the port: others may hold its connections.',
  showInodes: 'Run ss -tanpe in this namespace. It shows users and ino of these sockets.',
});

/** Ordinary skew is less. */
export const MIN_SOCKETS = 200;
export const SHARE_OF_ALLOC = 0.05;

/** Where kernel sockets go: NFS, Ceph (two generations), SMB, iSCSI, DRBD. */
const KERNEL_PORTS: ReadonlyMap<number, string> = new Map([
  [2049, 'nfs'],
  [111, 'portMapper'],
  [3300, 'ceph'],
  [6789, 'ceph'],
  [445, 'smb'],
  [3260, 'iscsi'],
]);

export const unattributedSockets = defineRule({
  id: 'unattributed-sockets',
  level: 'warning',
  title: say.title(),
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
      note: sayCounter('alloc', alloc),
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
  const hidden = say.hidden({ sockets: residual, share: alloc > 0 ? residual / alloc : 0 });
  return {
    // Sockets without an explanation are a gap, unless it is known where they are.
    role: flying ? 'count' : 'hint',
    // What was not captured explains it well enough, and the finding about the bundle says so.
    level: flying || isComplete(coverage) ? 'warning' : 'note',
    confidence: flying ? 'high' : isComplete(coverage) ? 'medium' : 'low',
    message: flying
      ? say['in-flight']({ hidden, files: inFlight.files, who: inFlight.subject })
      : say.unexplained({ hidden, where: isComplete(coverage) ? (local ? 'closed' : 'open') : 'missing' }),
    stuckSockets: residual,
    subjects: flying ? [inFlight.subject] : [{ kind: 'node' }],
    measures: {
      residualSockets: residual,
      allocSockets: alloc,
      ...(inFlight === null ? {} : { filesInFlight: inFlight.files }),
      ...(rings === 0 ? {} : { ioUringFds: rings }),
    },
    evidence: [...(flying ? inFlight.evidence : []), place],
    doubts: isComplete(coverage) ? [] : [say.partial()],
    fixes: [flying ? say.receive() : say.captureFirst()],
    nonFixes: [say.killing()],
    next: say.findFlying(),
  };
}

function reportUnheld(unheld: UnheldFact, alloc: number, coverage: Coverage): FindingDraft {
  const { sockets, topPort: port, topPortSockets: portSockets } = unheld;
  const service = unheld.topPortSockets * 2 > unheld.sockets ? KERNEL_PORTS.get(unheld.topPort) : undefined;
  const complete = isComplete(coverage);
  const open = say.unheld({ sockets, share: alloc > 0 ? sockets / alloc : 0 });
  return {
    // Sockets of the kernel are no fault, and without all fds nothing can be said.
    level: complete && service === undefined ? 'warning' : 'note',
    confidence: service !== undefined || !complete ? 'low' : 'medium',
    message:
      service === undefined
        ? say['open-without-fd']({ unheld: open, port, portSockets })
        : say['kernel-sockets']({ unheld: open, port, portSockets, service }),
    subjects: [{ kind: 'node' }],
    measures: { unheldSockets: unheld.sockets, port: unheld.topPort, portSockets: unheld.topPortSockets },
    evidence: [unheld.evidence],
    doubts: complete ? [] : [say.unreadable()],
    fixes: [say.captureFds()],
    nonFixes: [say.blaming()],
    next: say.showInodes(),
  };
}
