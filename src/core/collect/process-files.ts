/**
 * What is kept of the files of a process. Each is read as it comes: the texts of thousands of processes would otherwise
 * stay in memory until the archive has ended. Of a file that comes twice the last one counts, as tar would unpack it.
 */
import type { PidFile } from '../layouts/route.ts';
import { type PidCgroup, parsePidCgroup } from '../parsers/proc/pid-cgroup.ts';
import { type PidLimits, parsePidLimits } from '../parsers/proc/pid-limits.ts';
import { type PidStat, parsePidStat } from '../parsers/proc/pid-stat.ts';
import { type PidStatus, parsePidStatus } from '../parsers/proc/pid-status.ts';
import { cleanText, copyText, type TextFact } from '../text.ts';

interface Read<T> {
  readonly entry: string;
  /** Lines of the entry before the text. */
  readonly lineOffset: number;
  readonly value: T;
}

export interface ProcessFiles {
  /** Empty when not captured. */
  comm: string;
  /** Null when not captured. */
  hasCmdline: boolean | null;
  status: Read<PidStatus> | null;
  stat: Read<PidStat> | null;
  limits: Read<PidLimits> | null;
  cgroup: Read<PidCgroup> | null;
}

export function createProcessFiles(): ProcessFiles {
  return { comm: '', hasCmdline: null, status: null, stat: null, limits: null, cgroup: null };
}

/** `cgroups` has what was read already: processes of one container have the same text, and its path takes long to read. */
export function takeProcessFile(
  files: ProcessFiles,
  file: PidFile,
  { entry, lineOffset, text }: TextFact,
  cgroups: Map<string, PidCgroup>,
): void {
  switch (file) {
    case 'comm':
      files.comm = cleanText(copyText(text.replace(/\n$/, '')));
      return;
    case 'cmdline':
      files.hasCmdline = text !== '';
      return;
    case 'status': {
      const { value } = parsePidStatus(text);
      files.status = { entry, lineOffset, value: { ...value, name: copyText(value.name) } };
      return;
    }
    case 'stat':
      files.stat = { entry, lineOffset, value: parsePidStat(text).value };
      return;
    case 'limits':
      files.limits = { entry, lineOffset, value: parsePidLimits(text).value };
      return;
    case 'cgroup':
      files.cgroup = { entry, lineOffset, value: readCgroup(text, cgroups) };
  }
}

function readCgroup(text: string, cgroups: Map<string, PidCgroup>): PidCgroup {
  let cgroup = cgroups.get(text);
  if (cgroup === undefined) {
    cgroup = parsePidCgroup(text).value;
    cgroups.set(text, cgroup);
  }
  return cgroup;
}
