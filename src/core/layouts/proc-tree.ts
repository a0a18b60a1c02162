/** A plain copy of the files of a node below any number of folders, as people make it: `cp -r /proc`, `tar`, `/sys`. */
import type { Layout } from './layout.ts';
import { type NodeFact, nodeRoot, routeNodePath } from './node-files.ts';

export const procTree: Layout<NodeFact> = {
  id: 'proc-tree',
  title: 'copy of /proc',
  proofs: [],
  detect: (names) => names.has('proc'),
  root: nodeRoot,
  route: routeNodePath,
};
