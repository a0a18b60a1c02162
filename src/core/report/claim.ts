/** What a finding tells the verdict beside its public form. It does not leave the core. */

import type { Message } from './message.ts';
import type { Finding } from './report.ts';
import type { Topic } from './topics.ts';

/** Whose consequence a finding is: that of another one with the role `count` about this topic, or about this process. */
export type Leader = Topic | 'same-process';

export interface Claim {
  readonly finding: Finding;
  /** Of findings with the same role the one with the smaller rank is the likelier cause. */
  readonly rank: number;
  /** What the verdict says when it stands on this finding: a whole sentence. */
  readonly headline: Message;
  /** Its first subject holds the sockets, or the fds, that are too many. */
  readonly namesHolder: boolean;
  readonly yieldsTo: Leader | null;
  /** Sockets that it is about. */
  readonly stuckSockets: number;
  /** Those of the first subject that TCP has closed: their unread data is seen nowhere. */
  readonly closedSockets: number;
  /** Payload that lies in queues, read or unsent. */
  readonly queuedBytes: number;
}
