/**
 * What is kept of the files of a process. Each is read as it comes: the texts of thousands of processes would otherwise
 * stay in memory until the archive has ended.
 */
import { type PidCgroup, parsePidCgroup } from '../parsers/proc/pid-cgroup.ts';
import { type PidStatus, parsePidStatus } from '../parsers/proc/pid-status.ts';
import { cleanText, copyText } from '../text.ts';
import { isBetter, type KeptText, type NodeStore, type Read, rawProcess } from './node-store.ts';
import type { Keep } from './row.ts';

/** The text becomes a value, which is kept as `file` of the process. */
export function ofProcess<File extends string, T>(
  file: File,
  read: (text: string, facts: NodeStore) => T,
): Keep<{ readonly pid: number }, KeptText, `process.${File}`, Read<T> | null> {
  return {
    field: `process.${file}`,
    create: () => null,
    add({ facts, fact }, found) {
      const files: Record<string, Read<unknown> | null> = rawProcess(facts, fact.pid).files;
      if (!isBetter(found, files[file])) return;
      const { entry, rank, isEmpty, lineOffset } = found;
      files[file] = { entry, rank, isEmpty, lineOffset, value: read(found.text, facts) };
    },
  };
}

export function readComm(text: string): string {
  return cleanText(copyText(text.replace(/\n$/, '')));
}

export function readStatus(text: string): PidStatus {
  const { value } = parsePidStatus(text);
  return { ...value, name: copyText(value.name) };
}

/** Processes of one container have the same text, and its path takes long to read. */
export function readCgroup(text: string, { cgroupTexts }: NodeStore): PidCgroup {
  let cgroup = cgroupTexts.get(text);
  if (cgroup === undefined) {
    cgroup = parsePidCgroup(text).value;
    cgroupTexts.set(text, cgroup);
  }
  return cgroup;
}
