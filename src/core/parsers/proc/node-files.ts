/**
 * The one-line and few-line files of /proc that describe the node: stat, uptime, version, fs/file-nr,
 * buddyinfo, kernel cmdline. Kernel: fs/proc/{stat,uptime,version,cmdline}.c, fs/file_table.c, mm/vmstat.c.
 */
import { createProblemList, type Parsed, parseCount, splitLines } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('node-files', {
  notOfStat: 'The line is not a name and its counts.',
  noBoot: 'The time of the boot (btime) is not a count of seconds.',
  noCpu: 'The lines of the CPUs are missing.',
  notSeconds: 'The text does not begin with the seconds since boot.',
  noRelease: 'The text does not name a kernel release.',
  notFileNr: 'The text is not the three numbers of file-nr.',
});

export interface ProcStat {
  /** CPUs that are online: the lines cpu0, cpu1, … */
  readonly cpus: number;
  /** Unix seconds of the boot. */
  readonly bootUnixSeconds: number | null;
}

/** Every line is a name and counts. Those of CPUs and interrupts are very long. */
const STAT_NAME = /^[a-z]\w*\s+\d/;

export function parseProcStat(text: string): Parsed<ProcStat> {
  const problems = createProblemList();
  let cpus = 0;
  let bootUnixSeconds: number | null = null;
  splitLines(text).forEach((line, index) => {
    if (/^cpu\d+\s/.test(line)) cpus++;
    if (line.startsWith('btime ')) {
      bootUnixSeconds = parseCount(line.slice('btime '.length).trim());
      if (bootUnixSeconds === null) problems.tell(index + 1, say.noBoot());
    } else if (!STAT_NAME.test(line) && line.trim() !== '') problems.tell(index + 1, say.notOfStat());
  });
  const found = problems.end();
  return {
    value: { cpus, bootUnixSeconds },
    problems: cpus === 0 ? [{ line: 1, message: say.noCpu() }, ...found] : found,
  };
}

const UPTIME = /^\s*(\d{1,15}(?:\.\d{1,9})?)(?:\s+\d{1,20}(?:\.\d{1,9})?)?\s*$/;

/** Seconds since boot, suspend included. */
export function parseUptime(text: string): Parsed<number | null> {
  const seconds = UPTIME.exec(text)?.[1];
  return seconds === undefined
    ? { value: null, problems: [{ line: 1, message: say.notSeconds() }] }
    : { value: Number(seconds), problems: [] };
}

export interface KernelVersion {
  readonly release: string;
  readonly major: number;
  readonly minor: number;
}

/** Takes `Linux version 6.1.0-50-cloud-amd64 (…)`, the output of `uname -a`, or a bare release. */
export function parseKernelVersion(text: string): Parsed<KernelVersion | null> {
  const match = /(?:^|\s)((\d{1,3})\.(\d{1,4})[\w.+~-]*)/.exec(text);
  if (match?.[1] === undefined) return { value: null, problems: [{ line: 1, message: say.noRelease() }] };
  return { value: { release: match[1], major: Number(match[2]), minor: Number(match[3]) }, problems: [] };
}

export interface FileNr {
  readonly allocated: number;
  readonly max: number;
}

/** /proc/sys/fs/file-nr: allocated, 0, maximum; files of the whole node. */
export function parseFileNr(text: string): Parsed<FileNr | null> {
  const [, allocated, max] = /^\s*(\d{1,20})\s+\d{1,20}\s+(\d{1,20})\s*$/.exec(text) ?? [];
  return allocated === undefined || max === undefined
    ? { value: null, problems: [{ line: 1, message: say.notFileNr() }] }
    : { value: { allocated: Number(allocated), max: Number(max) }, problems: [] };
}
