/** The bundles of the bench. M and L are nodes of the size that has been seen with a leak; S is an ordinary one. */
export interface BundleShape {
  readonly processes: number;
  readonly namespaces: number;
  /** Rows of all socket tables. */
  readonly sockets: number;
  readonly fds: number;
  readonly logBytes: number;
  /**
   * How inodes are given out: `rising` as the kernel does; `few`: seven numbers for all
   * sockets of a namespace (for all of the node, the tables would be taken for copies of one); `colliding`: apart by a power
   * of two, so that every table that hashes by the low bits has them in one place.
   */
  readonly inodes: 'rising' | 'few' | 'colliding';
  /** Whose net/ was captured: one process of each namespace, or every one, with the same tables again. */
  readonly tables: 'of-each-namespace' | 'of-each-process';
}

const usual = { inodes: 'rising', tables: 'of-each-namespace' } as const;
const S = { processes: 300, namespaces: 12, sockets: 3_000, fds: 7_000, logBytes: 1e6, ...usual };
const M = { processes: 1_500, namespaces: 40, sockets: 60_000, fds: 120_800, logBytes: 10e6, ...usual };
const L = { processes: 5_000, namespaces: 200, sockets: 500_000, fds: 802_200, logBytes: 50e6, ...usual };

export const SHAPES = {
  S,
  M,
  L,
  'M-few-inodes': { ...M, inodes: 'few' },
  'M-colliding': { ...M, inodes: 'colliding' },
  'M-same-tables': { ...M, tables: 'of-each-process' },
} as const satisfies Readonly<Record<string, BundleShape>>;

export type BundleName = keyof typeof SHAPES;
