/**
 * What is kept of the files of a process. Each is read as it comes: the texts of thousands of processes would otherwise
 * stay in memory until the archive has ended.
 */
import { type PidCgroup, parsePidCgroup } from '../parsers/proc/pid-cgroup.ts';
import { type PidStatus, parsePidStatus } from '../parsers/proc/pid-status.ts';
import { cleanText, copyText, NO_PROBLEMS, type Parsed } from '../text.ts';
import { isBetter, type NodeStore, type Read, rawProcess } from './node-store.ts';
import { tallyText } from './problems.ts';
import { type Member, type Row, row } from './row.ts';
import { MAX_SMALL_BYTES, text } from './sinks.ts';

/** `proc/PID/<file>`, of which a value is kept. */
export function ofProcess<File extends string, T>(
  file: File,
  read: (text: string, facts: NodeStore) => Parsed<T>,
): Row<{ readonly pid: number }, `process.${File}`, Read<T> | null> {
  return row(text(MAX_SMALL_BYTES, { kind: file }), {
    field: `process.${file}` as const,
    create: (): Read<T> | null => null,
    add({ facts, fact }: Member<{ readonly pid: number }>, found) {
      const files: Record<string, Read<unknown> | null> = rawProcess(facts, fact.pid).files;
      // Read in any case: what is wrong with a file is told whatever came before it.
      const { value, problems } = read(found.text, facts);
      tallyText(facts.tallies, file, found, problems);
      if (!isBetter(found, files[file])) return;
      const { entry, rank, isEmpty, lineOffset } = found;
      files[file] = { entry, rank, isEmpty, lineOffset, value };
    },
  });
}

export function readComm(text: string): Parsed<string> {
  return { value: cleanText(copyText(text.replace(/\n$/, ''))), problems: NO_PROBLEMS };
}

/** Only whether there is one: that of a kernel thread is empty. */
export function readCmdline(text: string): Parsed<boolean> {
  return { value: text !== '', problems: NO_PROBLEMS };
}

export function readStatus(text: string): Parsed<PidStatus> {
  const { value, problems } = parsePidStatus(text);
  return { value: { ...value, name: copyText(value.name) }, problems };
}

/** Processes of one container have the same text, and its path takes long to read. */
export function readCgroup(text: string, { cgroupTexts }: NodeStore): Parsed<PidCgroup> {
  let cgroup = cgroupTexts.get(text);
  if (cgroup === undefined) {
    cgroup = parsePidCgroup(text);
    cgroupTexts.set(text, cgroup);
  }
  return cgroup;
}
