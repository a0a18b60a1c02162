/** Names of the archive: as layouts look at them, and as paths of the document tree. Never paths of this machine. */

/** Names without `./` and leading slashes; `..` is kept as text and never resolved. */
export function normaliseName(name: string): string {
  let clean = name;
  while (clean.startsWith('./') || clean.startsWith('/')) clean = clean.slice(clean.startsWith('/') ? 1 : 2);
  return clean.includes('/./') ? clean.replaceAll('/./', '/') : clean;
}

/** `..` is shown as `(..)`, so that no URI can climb with it. */
export function safePath(name: string): string {
  return normaliseName(name)
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (part === '..' ? '(..)' : part))
    .join('/');
}
