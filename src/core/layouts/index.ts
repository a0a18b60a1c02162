/** The kinds of bundle that are known, and which fact a member of any of them is. */
import type { AnyFact, Layout, Routed } from './layout.ts';
import { procTree } from './proc-tree.ts';
import { savedCommands } from './saved-commands.ts';
import { sockscope } from './sockscope.ts';
import { sosReport } from './sos-report.ts';

/** Those whose markers say more come first: the first that gives a name a root decides what it is. */
export const LAYOUTS = [sockscope, sosReport, procTree, savedCommands] as const;

type FactOf<L> = L extends Layout<infer F> ? F : never;
/** Every fact that some layout gives. The table of collect/ has a row for each kind. */
export type LayoutFact = FactOf<(typeof LAYOUTS)[number]>;

export interface Found<F extends AnyFact = LayoutFact> extends Routed<F> {
  /** What stands before the layout's tree in the name: one capture of one node. */
  readonly root: string;
  /** What stands behind the root. */
  readonly path: string;
  readonly layout: Layout;
}

export type Router<F extends AnyFact> = (name: string) => Found<F> | undefined;

/** No file that a collector copied has a name of two lines; in one, a pattern for paths would find what is none. */
const LINE_BREAK = /[\n\r\u2028\u2029]/;

/** Takes normalised names. Members come in any order, so each is judged by its own name alone. */
export function createRouter<F extends AnyFact>(layouts: readonly Layout<F>[]): Router<F> {
  return (name) => {
    if (LINE_BREAK.test(name)) return undefined;
    for (const layout of layouts) {
      const length = layout.root(name);
      if (length < 0) continue;
      const path = name.slice(length);
      const routed = layout.route(path);
      if (routed === undefined) return undefined;
      return { root: name.slice(0, length), path, layout, fact: routed.fact, rank: routed.rank };
    }
    return undefined;
  };
}

/** Which fact a member of any bundle is, or undefined when it is none. Takes a normalised name. */
export const routeMember: Router<LayoutFact> = createRouter<LayoutFact>(LAYOUTS);
