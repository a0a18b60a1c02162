/** Who holds sockets, and what is known of them together. */

import type { Evidence, Subject } from '../report/report.ts';
import type { Process } from '../snapshot/processes.ts';

export interface Holder {
  readonly subject: Subject;
  readonly process: Process | null;
  /** Index into namespaces of most of its sockets. */
  readonly namespace: number;
  /** CLOSE_WAIT with an inode: accepted, or made by the process. */
  readonly closeWait: number;
  readonly closeWaitUnread: number;
  readonly closeWaitKeepalive: number;
  /** FIN_WAIT2 with an fd: this side has shut down its direction, the peer has not closed; no timer ends it. */
  readonly finWait2: number;
  readonly synSent: number;
  /** Of CLOSE_WAIT, by ss or by samples: with a known age, younger than five seconds, and older but still being sent to. */
  readonly closeWaitTimed: number;
  readonly closeWaitFresh: number;
  readonly closeWaitSending: number;
  /** Nothing came for IDLE_MS, and nothing was sent for five seconds. */
  readonly closeWaitOld: number;
  /** In CLOSE_WAIT in a sample too, at least five seconds before or after. */
  readonly closeWaitSurvived: number;
  /** Nobody is known to hold them although every process of their namespace was readable. */
  readonly outside: boolean;
  /** Connections at its listeners that it has not accepted. */
  readonly waiting: number;
  readonly established: number;
  readonly listen: number;
  /** Open connections and closed ones still held, listeners not among them. */
  readonly connections: number;
  readonly closedHeld: number;
  readonly rxQueueBytes: number;
  readonly txQueueBytes: number;
  /** Connections that other processes hold too; listeners are shared on purpose. */
  readonly sharedSockets: number;
  /** The processes that this stands for, lowest pid first: one, or the workers of one container; none when unknown. */
  readonly pids: readonly number[];
  /** A remote address and port of its FIN_WAIT2; empty and 0 when there is none. */
  readonly finWait2Remote: string;
  readonly finWait2RemotePort: number;
  /** How many of its FIN_WAIT2 have their other end on this node, in CLOSE_WAIT. */
  readonly finWait2Answered: number;
  /** Who holds most of those other ends. */
  readonly finWait2Peer: Subject | null;
  readonly finWait2Evidence: readonly Evidence[];
  /** Port with most connections, 0 when there is none. */
  readonly topLocalPort: number;
  /** The listener of that port is its own: the connections were accepted, not made. */
  readonly accepted: boolean;
  /** Rows of CLOSE_WAIT by table: first and last line. */
  readonly closeWaitEvidence: readonly Evidence[];
  readonly closedHeldEvidence: Evidence | null;
  readonly fdEvidence: Evidence | null;
}
