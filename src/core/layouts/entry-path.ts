/** Names of the archive as paths of the document tree that shows them; never as paths of this machine. */
import { normaliseName } from './proc-tree.ts';

/** `..` is shown as `(..)`, so that no URI can climb with it. */
export function safePath(name: string): string {
  return normaliseName(name)
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (part === '..' ? '(..)' : part))
    .join('/');
}
