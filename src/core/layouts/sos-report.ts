/**
 * A sosreport (github.com/sosreport/sos): files of the node at their own paths, which node-files.ts knows, and beside
 * them `sos_commands/<plugin>/<what was run>`.
 */

import { defineMessages } from '../wording/define-messages.ts';
import { isInsideNode, type Layout, type Routed } from './layout.ts';

const say = defineMessages('layout-sos-report', { title: 'sosreport' });

type SosFact = { readonly kind: 'log' } | { readonly kind: 'conntrack' };

const COMMANDS = /^(.*?\/)??sos_commands\/./;
/** Behind the ring buffer that somebody saved beside it, before what was written at boot only. */
const LOG_RANK = 1;
const CONNTRACK_RANK = 2;

export const sosReport: Layout<SosFact> = {
  id: 'sos-report',
  title: say.title(),
  proofs: [],
  detect: (names) => names.has('sos_commands'),
  root(name) {
    if (!name.includes('sos_commands/')) return -1;
    const match = COMMANDS.exec(name);
    if (match === null) return -1;
    const root = match[1] ?? '';
    return isInsideNode(root) ? -1 : root.length;
  },
  route(path): Routed<SosFact> | undefined {
    if (/^sos_commands\/\w+\/dmesg(?:\.txt|\.log)?$/.test(path)) return { fact: { kind: 'log' }, rank: LOG_RANK };
    if (/^sos_commands\/\w+\/conntrack(?:[-_]{1,2}L[\w-]*)?(?:\.txt)?$/.test(path))
      return { fact: { kind: 'conntrack' }, rank: CONNTRACK_RANK };
    return undefined;
  },
};
