/** Where a kernel log begins anew. */

import { cleanText } from '../text.ts';
import { logLineSeconds } from './kernel-log.ts';

/** journalctl writes `-- Boot 0123… --` between boots, before version 246 `-- Reboot --`. */
const SEPARATOR = /^-- (?:Boot .{1,80}|Reboot) --\s*$/;
/** init/version.c linux_banner, behind whatever time, level and name stand before the text of a line. */
const BANNER =
  /(?:^(?:\w+ *:\w+ *: )?|[\]>;] ?|kernel(?:\[\d+\])?: |kernel - - (?:- )?|(?:Z|[+-]\d\d:?\d\d) )Linux version (\d\S{0,60})/;
const BANNER_WORDS = 'Linux version ';
/** Some kernels say a line or two before the banner (microcode, the first CPU): those belong to the same boot. */
const LINES_BEFORE_BANNER = 10;

interface BootStart {
  /** Counted from 1. */
  line: number;
  /** Of the kernel, as it says itself; empty when it does not. */
  version: string;
}

export interface BootFinder {
  /** True when the line begins another boot than the lines before it. */
  take(text: string, line: number): boolean;
  /** The boot that the lines taken last are of. */
  readonly current: BootStart;
}

export function createBootFinder(): BootFinder {
  let current: BootStart = { line: 1, version: '' };
  let isSeparated = false;
  let latestSeconds = Number.NEGATIVE_INFINITY;
  let timed = 0;

  const begin = (line: number, version: string, separated: boolean) => {
    current = { line, version };
    isSeparated = separated;
    latestSeconds = Number.NEGATIVE_INFINITY;
    timed = 0;
    return line > 1;
  };
  /** Whether the banner tells of the boot that has begun: after a separator, or after lines that are not later. */
  const continues = (text: string, line: number): boolean => {
    if (current.version !== '' || line - current.line > LINES_BEFORE_BANNER) return false;
    const seconds = logLineSeconds(text);
    return isSeparated || (timed > 0 && seconds !== null && latestSeconds <= seconds);
  };
  return {
    get current() {
      return current;
    },
    take(text, line) {
      if (text.startsWith('-- ') && SEPARATOR.test(text)) return begin(line, '', true);
      if (text.includes(BANNER_WORDS)) {
        const banner = BANNER.exec(text);
        if (banner !== null) {
          const version = cleanText(banner[1] ?? '');
          if (!continues(text, line)) return begin(line, version, false);
          current = { line: current.line, version };
        }
      }
      if (line - current.line < LINES_BEFORE_BANNER) {
        const seconds = logLineSeconds(text);
        if (seconds !== null) {
          timed++;
          latestSeconds = Math.max(latestSeconds, seconds);
        }
      }
      return false;
    },
  };
}
