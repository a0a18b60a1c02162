/**
 * The one-line and few-line files of /proc that describe the node: stat, uptime, version, fs/file-nr,
 * buddyinfo, kernel cmdline. Kernel: fs/proc/{stat,uptime,version,cmdline}.c, fs/file_table.c, mm/vmstat.c.
 */
import { type Parsed, parseCount, splitFields, splitLines } from '../../text.ts';

export interface ProcStat {
  /** CPUs that are online: the lines cpu0, cpu1, … */
  readonly cpus: number;
  /** Unix seconds of the boot. */
  readonly bootUnixSeconds: number | null;
}

export function parseProcStat(text: string): Parsed<ProcStat> {
  const lines = splitLines(text);
  const cpus = lines.filter((line) => /^cpu\d/.test(line)).length;
  const boot = lines.find((line) => line.startsWith('btime '));
  return {
    value: { cpus, bootUnixSeconds: parseCount(splitFields(boot ?? '')[1]) },
    problems: cpus === 0 ? [{ line: 1, message: 'no line of a CPU' }] : [],
  };
}

/** Seconds since boot, suspend included. */
export function parseUptime(text: string): Parsed<number | null> {
  const seconds = Number.parseFloat(text);
  const known = Number.isFinite(seconds) && seconds >= 0;
  return { value: known ? seconds : null, problems: known ? [] : [{ line: 1, message: 'not seconds since boot' }] };
}

export interface KernelVersion {
  readonly release: string;
  readonly major: number;
  readonly minor: number;
}

/** Takes `Linux version 6.1.0-50-cloud-amd64 (…)`, the output of `uname -a`, or a bare release. */
export function parseKernelVersion(text: string): Parsed<KernelVersion | null> {
  const match = /(?:^|\s)((\d{1,3})\.(\d{1,4})[\w.+~-]*)/.exec(text);
  if (match?.[1] === undefined) return { value: null, problems: [{ line: 1, message: 'no kernel release' }] };
  return { value: { release: match[1], major: Number(match[2]), minor: Number(match[3]) }, problems: [] };
}

export interface FileNr {
  readonly allocated: number;
  readonly max: number;
}

/** /proc/sys/fs/file-nr: allocated, 0, maximum; files of the whole node. */
export function parseFileNr(text: string): Parsed<FileNr | null> {
  const [allocated, , max] = splitFields(text).map((field) => (/^\d+$/.test(field) ? Number(field) : Number.NaN));
  const known = Number.isFinite(allocated) && Number.isFinite(max);
  return {
    value: known ? { allocated: allocated ?? 0, max: max ?? 0 } : null,
    problems: known ? [] : [{ line: 1, message: 'not the three numbers of file-nr' }],
  };
}
