/** What all parts of the page have: where something can be opened, and how it is meant. */

/** bad: the fault. warn: doubt. good: checked and fine. tcp: other TCP. plain: not TCP. faint: not visible or outside. */
export type Tone = 'bad' | 'warn' | 'good' | 'tcp' | 'plain' | 'faint';

export interface EvidenceLink {
  readonly id: number;
  /** Where it leads, for example `proc/183/net/tcp:3`. */
  readonly label: string;
  /** What is seen there, for example `5,335 rows`. Empty when there is nothing to add. */
  readonly note: string;
}
