/**
 * Records that are not in a log whose lines have the sequence numbers of the kernel: /dev/kmsg
 * (Documentation/ABI/testing/dev-kmsg) and extended netconsole (Documentation/networking/netconsole.rst),
 *
 *     6,339,5140900,-,caller=T1;text
 *
 * A number that is left out is a record that was overwritten before it was read, or a packet that did not arrive. Packets
 * come late or twice, fragments of one have one number (`ncfrag=`), and a boot counts from 0 again.
 */

/** Records that are missing between two lines, which are counted from 1. */
interface LogGap {
  readonly afterLine: number;
  readonly beforeLine: number;
  readonly records: number;
}

export interface LogGaps {
  /** Number of the first record: so many are not in the log because it begins with this one. */
  readonly startRecords: number;
  /** In all gaps; a lower bound, as what is missing at a boot cannot be told. */
  readonly records: number;
  /** At most {@link MAX_GAPS}, in the order of the log; `records` counts all. */
  readonly gaps: readonly LogGap[];
  readonly moreGaps: number;
}

export interface LogGapCounter {
  /** Whole lines; `linesBefore` are those of the log before them. */
  take(block: Uint8Array, linesBefore: number): void;
  end(): LogGaps;
}

interface OpenGap {
  readonly afterLine: number;
  readonly beforeLine: number;
  /** The first and the last number that are missing. */
  readonly from: number;
  readonly to: number;
  records: number;
}

const MAX_GAPS = 100;
/** Stamps go back by so much only at a boot: a packet is late by far less. */
const LATE_MICROS = 10_000_000;
const BOOT = 'Linux version ';
const RECORD = /^(?:\d{1,3}\.\d[^,;]{0,80},)?\d{1,4},(\d{1,15}),(\d{1,15}),[-c](?:,[^;]{0,200})?;/;
/** As much of a line as {@link RECORD} and the banner of a boot may have. */
const MAX_HEAD_BYTES = 300;
const LF = 10;

/** Whether a line begins as those that have a number. */
export function hasSequence(line: string): boolean {
  return RECORD.test(line);
}

export function createLogGapCounter(): LogGapCounter {
  const decoder = new TextDecoder('utf-8');
  const kept: OpenGap[] = [];
  let more = 0;
  let moreRecords = 0;
  let startRecords: number | null = null;
  let last = -1; // the highest number of this boot
  let lastLine = 0;
  let lastMicros = 0;
  /** Gaps before this one are of earlier boots: no packet of this boot is one of theirs. */
  let firstOfBoot = 0;

  const open = (sequence: number, line: number) => {
    const records = sequence - last - 1;
    if (kept.length < MAX_GAPS)
      kept.push({ afterLine: lastLine, beforeLine: line, from: last + 1, to: sequence - 1, records });
    else {
      more++;
      moreRecords += records;
    }
  };
  const takeLate = (sequence: number) => {
    const gap = kept.findLast(({ from, to }, place) => place >= firstOfBoot && from <= sequence && sequence <= to);
    if (gap !== undefined) gap.records = Math.max(0, gap.records - 1);
    // It may be of a gap that was only counted.
    else if (more > 0) moreRecords = Math.max(0, moreRecords - 1);
  };
  const takeRecord = (sequence: number, micros: number, isBoot: boolean, line: number) => {
    if (startRecords === null) startRecords = sequence;
    else if (sequence < last && (isBoot || micros < lastMicros - LATE_MICROS)) {
      firstOfBoot = kept.length;
      lastMicros = 0;
    } else if (sequence <= last) {
      if (sequence < last) takeLate(sequence);
      return;
    } else if (sequence > last + 1) open(sequence, line);
    last = sequence;
    lastLine = line;
    lastMicros = Math.max(lastMicros, micros);
  };
  return {
    take(block, linesBefore) {
      let line = linesBefore;
      for (let start = 0; start < block.length; ) {
        const newline = block.indexOf(LF, start);
        const end = newline < 0 ? block.length : newline;
        line++;
        const head = decoder.decode(block.subarray(start, Math.min(end, start + MAX_HEAD_BYTES)));
        const [prefix, sequence, micros] = RECORD.exec(head) ?? [];
        if (prefix !== undefined)
          takeRecord(Number(sequence), Number(micros), head.startsWith(BOOT, prefix.length), line);
        start = end + 1;
      }
    },
    end() {
      const gaps = kept
        .filter(({ records }) => records > 0)
        .map(({ afterLine, beforeLine, records }) => ({ afterLine, beforeLine, records }));
      const records = gaps.reduce((sum, gap) => sum + gap.records, moreRecords);
      return { startRecords: startRecords ?? 0, records, gaps, moreGaps: moreRecords > 0 ? more : 0 };
    },
  };
}
