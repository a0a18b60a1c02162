/** Paths of the bundle where there is little room. Pure. */

const LONGEST_PATH = 60;

/** A long path by its end: the name of the file and the line say more than the folders above. */
export function shortPath(path: string): string {
  if (path.length <= LONGEST_PATH) return path;
  const parts = path.split('/');
  let end = parts.pop() ?? '';
  for (let part = parts.pop(); part !== undefined && end.length + part.length < LONGEST_PATH; part = parts.pop())
    end = `${part}/${end}`;
  return end.length < path.length ? `…/${end}` : path;
}
