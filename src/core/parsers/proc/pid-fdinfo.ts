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
import { lineAt, NO_PROBLEMS, type Parsed, parseCount } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('pid-fdinfo', {
  malformed: 'The files in flight (scm_fds) are not a count.',
});

const KEY = 'scm_fds:';

/** Files in flight to this unix socket; 0 when the line is not there, null when it is malformed. */
export function parseScmFds(text: string): Parsed<number | null> {
  const at = text.startsWith(KEY) ? 0 : text.indexOf(`\n${KEY}`) + 1;
  if (at === 0 && !text.startsWith(KEY)) return { value: 0, problems: NO_PROBLEMS };
  const end = text.indexOf('\n', at);
  const value = parseCount(text.slice(at + KEY.length, end < 0 ? text.length : end).trim());
  return { value, problems: value === null ? [{ line: lineAt(text, at), message: say.malformed() }] : NO_PROBLEMS };
}
