/** Who takes the bytes of a kernel log. */
import { joinBytes, lastBytes } from '../bytes.ts';
import { createLogScanner, type LogScan } from '../kernel-log/kernel-log.ts';
import { isShellError } from '../text.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { Source } from './node-store.ts';
import type { Sink } from './row.ts';

const say = defineMessages('log-sink', {
  shellError: 'holds an error of the shell instead of a log',
  cut: 'is cut: its last lines are missing',
});

export interface RawLog extends Source {
  readonly scan: LogScan;
  readonly complete: boolean;
  /** Its last lines, to compare with dmesg-clock.txt. */
  readonly tail: string;
}

/** The collector repeats five lines, and more may have come in between. */
const MAX_TAIL_BYTES = 8192;
const HEAD_BYTES = 300;

export const logSink: Sink<unknown, RawLog> = (member, add) => {
  const { facts, entry, rank } = member;
  const scanner = createLogScanner();
  let head = new Uint8Array(0);
  let tail = new Uint8Array(0);
  let told = false;
  return {
    write(chunk) {
      tail = lastBytes(tail, chunk, MAX_TAIL_BYTES);
      if (head.length < HEAD_BYTES) head = joinBytes([head, chunk.subarray(0, HEAD_BYTES)]);
      scanner.write(chunk);
      if (told || scanner.hits.length === 0) return;
      told = true;
      facts.onLogHits(scanner.hits);
    },
    end(complete) {
      const scan = scanner.end();
      if (scan.lines <= 3 && isShellError(new TextDecoder().decode(head))) {
        facts.problems.push({ entry, message: say.shellError() });
        return;
      }
      if (!complete) facts.problems.push({ entry, message: say.cut() });
      const isEmpty = scan.lines === 0;
      add(member, { entry, rank, isEmpty, scan, complete, tail: new TextDecoder().decode(tail) });
      if (scan.hits.length > 0) facts.onLogHits(scan.hits);
    },
  };
};
