/** What a kind of bundle is to the reader. Each is a value in a file of its own; index.ts lists them. */
import type { Message } from '../report/message.ts';

/** What a member of a bundle is; its other fields say of which process, namespace or key. */
export interface AnyFact {
  readonly kind: string;
}

export interface Routed<F extends AnyFact = AnyFact> {
  readonly fact: F;
  /** Of members that give the same fact of a node the one with the lowest rank counts, of equal ones the first by name. */
  readonly rank: number;
}

export interface Layout<F extends AnyFact = AnyFact> {
  readonly id: string;
  /** What people call such a bundle. */
  readonly title: Message;
  /** Members directly below the root whose first bytes tell what the bundle is. */
  readonly proofs: readonly string[];
  /**
   * Whether what was seen below one root is a node of this layout. `names` are the first parts of the paths that the
   * layout took for its own, `heads` the begins of its proofs as texts. Asked when the archive has ended.
   */
  detect(names: ReadonlySet<string>, heads: ReadonlyMap<string, string>): boolean;
  /**
   * How much of a member's name stands before the layout's tree, told by a marker of the layout; -1 when the name is
   * none of its own. Takes a normalised name. The first layout of the list that gives a root decides alone.
   */
  root(name: string): number;
  /** Which fact a member is, by its path below the root; undefined when it is none. */
  route(path: string): Routed<F> | undefined;
}

/** Folders of the node itself: what has the name of a marker in one of them is a file of the node. */
const INSIDE_NODE = /(?:^|\/)(?:proc|sys|var\/log)\//;

export function isInsideNode(root: string): boolean {
  return INSIDE_NODE.test(root);
}
