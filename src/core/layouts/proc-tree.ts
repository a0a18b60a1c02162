/** A plain copy of the files of a node below any number of folders, as people make it: `cp -r /proc`, `tar`, `/sys`. */
import { defineMessages } from '../wording/define-messages.ts';
import type { Layout } from './layout.ts';
import { type NodeFact, nodeRoot, routeNodePath } from './node-files.ts';

const say = defineMessages('layout-proc-tree', { title: 'copy of /proc' });

export const procTree: Layout<NodeFact> = {
  id: 'proc-tree',
  title: say.title(),
  proofs: [],
  detect: (names) => names.has('proc'),
  root: nodeRoot,
  route: routeNodePath,
};
