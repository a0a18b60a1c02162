/** An archive unpacked by tar, and its parts read with code that has nothing in common with the analyser's. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

export interface Item {
  readonly item: string;
  readonly files: readonly string[];
  readonly started: string;
  readonly seconds: number;
  readonly bytes: number;
  readonly exit: number;
  readonly state: 'ok' | 'absent' | 'skipped' | 'denied' | 'cut' | 'failed';
  readonly note: string;
}

export interface Manifest {
  readonly format: string;
  readonly version: number;
  readonly collector: {
    readonly version: string;
    readonly shell: string;
    readonly uid: number;
    readonly redacted: boolean;
  };
  readonly host: {
    readonly hostname: string;
    readonly kernel: string;
    readonly machine: string;
    readonly page_size: number;
    readonly clk_tck: number;
  };
  readonly clock: { readonly started: string; readonly captured: string; readonly finished: string };
  readonly view: {
    readonly root: string;
    readonly netns: number;
    readonly host_netns: number;
    readonly sees_host: boolean;
  };
  readonly budget: { readonly max_seconds: number; readonly max_bytes: number };
  readonly samples: readonly { readonly n: number; readonly at: string; readonly uptime: number }[];
  readonly namespaces: readonly { readonly netns: number; readonly pid: number }[];
  readonly items: readonly Item[];
}

export interface Unpacked {
  /** The folder at the top of the archive. */
  readonly name: string;
  readonly root: string;
  /** Paths of all regular files below it. */
  readonly members: readonly string[];
  readonly manifest: Manifest;
  text(member: string): string;
  /** The blocks of a block file, by path. */
  blocks(member: string): ReadonlyMap<string, readonly string[]>;
}

function filesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

export function splitBlocks(text: string): ReadonlyMap<string, readonly string[]> {
  const blocks = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of text.split('\n').slice(0, -1)) {
    const heading = /^==> (\/.*) <==$/.exec(line)?.[1];
    if (heading === undefined) {
      if (current === undefined) throw new Error(`a line before the first heading: ${line}`);
      current.push(line.replace(/^ ( *==> )/, '$1'));
    } else {
      if (blocks.has(heading)) throw new Error(`two blocks of ${heading}`);
      current = [];
      blocks.set(heading, current);
    }
  }
  return blocks;
}

/** tar itself says whether the archive is whole: it fails on one that is cut or has anything behind its end. */
export function unpack(archive: string): Unpacked {
  const into = mkdtempSync(join(tmpdir(), 'unpacked-'));
  execFileSync('gzip', ['--test', archive]);
  execFileSync('tar', ['-xzf', archive, '-C', into]);
  const tops = readdirSync(into);
  const [name = ''] = tops;
  if (tops.length !== 1) throw new Error(`not one folder at the top but [${tops.join(', ')}]`);
  const root = join(into, name);
  const text = (member: string) => readFileSync(join(root, member), 'utf8');
  return {
    name,
    root,
    members: filesBelow(root),
    manifest: JSON.parse(text('manifest.json')) as Manifest,
    text,
    blocks: (member) => splitBlocks(text(member)),
  };
}

/** What a manifest claims and its bundle does not have, and the other way round, in sentences. */
export function contradictions({ root, members, manifest }: Unpacked): readonly string[] {
  const faults: string[] = [];
  const claimed = manifest.items.flatMap((item) => item.files);
  const isClaimed = (member: string) =>
    claimed.some(
      (file) => file === member || (file.endsWith('/') ? member.startsWith(file) : member.startsWith(`${file}/`)),
    );
  for (const file of claimed) if (!existsSync(join(root, file))) faults.push(`${file} is claimed and not there`);
  for (const member of members)
    if (member !== 'manifest.json' && !isClaimed(member)) faults.push(`${member} belongs to no item`);
  for (const { item, files, state, note, bytes } of manifest.items) {
    if (!['ok', 'absent'].includes(state) && note === '') faults.push(`${item} is ${state} without a note`);
    if (state === 'absent' && files.length > 0) faults.push(`${item} is absent and has files`);
    const sizes = files.map((file) => (existsSync(join(root, file)) ? sizeOf(join(root, file)) : 0));
    const size = sizes.reduce((sum, each) => sum + each, 0);
    if (size !== bytes) faults.push(`${item} has ${size} bytes, not ${bytes}`);
  }
  for (const { netns, pid } of manifest.namespaces)
    if (!members.some((member) => [`proc/${pid}/net/tcp`, `netns/${netns}/net/tcp`].includes(member)))
      faults.push(`no table of namespace ${netns} (pid ${pid})`);
  return faults;
}

function sizeOf(path: string): number {
  return statSync(path).isDirectory()
    ? filesBelow(path).reduce((sum, file) => sum + statSync(join(path, file)).size, 0)
    : statSync(path).size;
}
