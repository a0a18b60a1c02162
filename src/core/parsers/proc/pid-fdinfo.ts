/**
 * /proc/PID/fdinfo/N. Kernel: fs/proc/fd.c `seq_show`, net/unix/af_unix.c `unix_show_fdinfo`.
 *
 *   pos:     0
 *   flags:   02
 *   mnt_id:  10
 *   ino:     82892
 *   scm_fds: 3
 *
 * `scm_fds` is there for unix sockets only: files on their way through it, which no fd holds until they are received.
 */
import { type Parsed, parseCount, splitLines } from '../../text.ts';

/** Files in flight to this unix socket; 0 when the line is not there. */
export function parseScmFds(text: string): Parsed<number> {
  const line = splitLines(text).find((candidate) => candidate.startsWith('scm_fds:'));
  return { value: parseCount(line?.slice('scm_fds:'.length).trim()) ?? 0, problems: [] };
}
