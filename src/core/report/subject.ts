/** Who a finding is about. `netns` is the inode number of the network namespace, as in `net:[4026531840]`. */
export interface Subject {
  readonly kind: 'node' | 'namespace' | 'pod' | 'process';
  readonly pid?: number;
  readonly comm?: string;
  readonly netns?: number;
  readonly pod?: string;
  readonly podNamespace?: string;
  readonly podUid?: string;
  readonly container?: string;
  readonly containerId?: string;
}
