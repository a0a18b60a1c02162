/**
 * What commands printed, under the names that people save it by, beside a copy of /proc or alone: `dmesg`, `ss`,
 * `conntrack -L`, `ls -l /proc/PID/fd`. They lie in the folder that is taken for the root, and alone they make no node of
 * it where the archive has others.
 */

import { defineMessages } from '../wording/define-messages.ts';
import type { Layout, Routed } from './layout.ts';

const say = defineMessages('layout-saved-commands', { title: 'saved output of commands' });

type SavedFact =
  | { readonly kind: 'hostname' }
  | { readonly kind: 'log' }
  | { readonly kind: 'ss'; readonly netns: number }
  | { readonly kind: 'conntrack' }
  | { readonly kind: 'fd-listing'; readonly pid: number | null }
  | { readonly kind: 'socket-protocols'; readonly pid: null };

/** Behind what the kernel's own files say. */
const RANK = 2;

const NAME =
  /^(.*?\/)??(?:hostname|dmesg(?:\.txt|\.log)?|ss\/[^/]+|(?:networking\/)?conntrack(?:[-_]{1,2}L[\w-]*)?(?:\.txt)?|sockprotoname(?:\.txt)?|fds?\/[^/]+|fds?\.txt|(?:proc-)?fd(?:-links)?\.txt)$/;

export const savedCommands: Layout<SavedFact> = {
  id: 'saved-commands',
  title: say.title(),
  proofs: [],
  detect: () => false,
  root(name) {
    const match = NAME.exec(name);
    return match === null ? -1 : (match[1]?.length ?? 0);
  },
  route(path) {
    if (path === 'hostname') return { fact: { kind: 'hostname' }, rank: 0 };
    if (path.startsWith('dmesg')) return { fact: { kind: 'log' }, rank: path === 'dmesg' ? 0 : 1 };
    if (path.startsWith('ss/')) return routeSs(path);
    if (path.startsWith('sockprotoname')) return { fact: { kind: 'socket-protocols', pid: null }, rank: RANK };
    if (path.startsWith('conntrack') || path.startsWith('networking/'))
      return { fact: { kind: 'conntrack' }, rank: RANK };
    return routeListing(path);
  },
};

/** `ss/ss-tanpeim.4026532398.txt`: of the namespace with this inode. */
function routeSs(path: string): Routed<SavedFact> | undefined {
  const netns = /^ss\/[\w-]+\.(\d{1,10})(?:\.txt)?$/.exec(path)?.[1];
  return netns === undefined ? undefined : { fact: { kind: 'ss', netns: Number(netns) }, rank: 0 };
}

/** `fd/77.txt` is of one process; `fds.txt` names each with a heading. */
function routeListing(path: string): Routed<SavedFact> | undefined {
  const pid = /^fds?\/(?:fd[-_.])?(\d{1,10})(?:\.\w+)?$/.exec(path)?.[1];
  if (pid !== undefined) return { fact: { kind: 'fd-listing', pid: Number(pid) }, rank: RANK };
  return path.includes('/') ? undefined : { fact: { kind: 'fd-listing', pid: null }, rank: RANK };
}
