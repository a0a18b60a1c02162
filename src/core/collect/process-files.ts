/**
 * What is kept of the files of a process. Each is read as it comes: the texts of thousands of processes would otherwise
 * stay in memory until the archive has ended. Of a file that comes twice the last one counts, as tar would unpack it.
 */
import type { PidFile } from '../layouts/route.ts';
import { type PidCgroup, parsePidCgroup } from '../parsers/proc/pid-cgroup.ts';
import { type PidLimits, parsePidLimits } from '../parsers/proc/pid-limits.ts';
import { type PidStat, parsePidStat } from '../parsers/proc/pid-stat.ts';
import { type PidStatus, parsePidStatus } from '../parsers/proc/pid-status.ts';
import { cleanText, copyText, NO_PROBLEMS, type Parsed, type ParseProblem, type TextFact } from '../text.ts';

/** `lineOffset`: lines of the entry before the text. */
type Place = Pick<TextFact, 'entry' | 'lineOffset'>;

interface Read<T> extends Place {
  readonly value: T;
}

export interface ProcessFiles {
  /** Empty when not captured. */
  comm: string;
  /** Null when not captured. */
  hasCmdline: boolean | null;
  /** Where its name is, or else its command line. */
  name: Place | null;
  status: Read<PidStatus> | null;
  stat: Read<PidStat> | null;
  limits: Read<PidLimits> | null;
  cgroup: Read<PidCgroup> | null;
}

export function createProcessFiles(): ProcessFiles {
  return { comm: '', hasCmdline: null, name: null, status: null, stat: null, limits: null, cgroup: null };
}

/**
 * Gives the problems of the text. `cgroups` has what was read already: processes of one container have the same text, and
 * its path takes long to read.
 */
export function takeProcessFile(
  files: ProcessFiles,
  file: PidFile,
  { entry, lineOffset, text }: TextFact,
  cgroups: Map<string, Parsed<PidCgroup>>,
): readonly ParseProblem[] {
  switch (file) {
    case 'comm':
      files.comm = cleanText(copyText(text.replace(/\n$/, '')));
      files.name = { entry, lineOffset };
      return NO_PROBLEMS;
    case 'cmdline':
      files.hasCmdline = text !== '';
      files.name ??= { entry, lineOffset };
      return NO_PROBLEMS;
    case 'status': {
      const { value, problems } = parsePidStatus(text);
      files.status = { entry, lineOffset, value: { ...value, name: copyText(value.name) } };
      return problems;
    }
    case 'stat': {
      const { value, problems } = parsePidStat(text);
      files.stat = { entry, lineOffset, value };
      return problems;
    }
    case 'limits': {
      const { value, problems } = parsePidLimits(text);
      files.limits = { entry, lineOffset, value };
      return problems;
    }
    case 'cgroup': {
      const { value, problems } = readCgroup(text, cgroups);
      files.cgroup = { entry, lineOffset, value };
      return problems;
    }
  }
}

function readCgroup(text: string, cgroups: Map<string, Parsed<PidCgroup>>): Parsed<PidCgroup> {
  let cgroup = cgroups.get(text);
  if (cgroup === undefined) {
    cgroup = parsePidCgroup(text);
    cgroups.set(text, cgroup);
  }
  return cgroup;
}
