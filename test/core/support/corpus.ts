/** The captures of real kernels in test/fixtures/bundles, each with the truth that the trouble maker wrote. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { createArchiveBundle } from '../../../src/archive/archive-bundle.ts';
import { createSource } from '../../../src/archive/source.node.ts';
import { analyze } from '../../../src/core/analyze.ts';
import type { Analysis } from '../../../src/core/snapshot/analysis.ts';
import type { Member } from './bundles.ts';

const FOLDER = fileURLToPath(new URL('../../fixtures/bundles/', import.meta.url));

export interface TruthProcess {
  readonly pid: number;
  readonly comm: string;
  readonly netns: string;
  readonly pod: string;
  readonly namespace: string;
  readonly container: string;
  readonly listen_port?: number;
}

export interface Observation {
  readonly distinct_socket_inodes: number;
  readonly socket_links: number;
  readonly init_netns: string;
  readonly netns: Readonly<
    Record<
      string,
      {
        readonly sockstat: readonly string[];
        readonly sockstat6: readonly string[];
        readonly tcp: { readonly states: Readonly<Record<string, number>> };
        readonly tcp6: { readonly states: Readonly<Record<string, number>> };
      }
    >
  >;
  readonly processes_with_sockets: Readonly<
    Record<string, { readonly comm: string; readonly fds: number; readonly netns: string; readonly socket_fds: number }>
  >;
}

export interface Truth {
  readonly scenario: string;
  readonly hostname: string;
  readonly kernel: string;
  readonly culprit?: Partial<TruthProcess> & { readonly sysctl?: string; readonly value?: readonly number[] };
  readonly memory_holder?: TruthProcess;
  readonly victims_of_oom?: readonly TruthProcess[];
  readonly dmesg_oom_lines?: number;
  readonly dmesg_orphan_lines?: number;
  readonly tcp_mem_pages_used_by_leak?: number;
  readonly TCPTimeWaitOverflow_in_client_netns?: number;
  readonly expect: Readonly<Record<string, number>> & { readonly in_tables?: Readonly<Record<string, number>> };
  readonly observed_before_capture: Observation;
  readonly observed_after_capture: Observation;
  readonly root_cause: { readonly is_leak: boolean; readonly kind: string };
}

export const FIXTURES: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.tar.gz'))
  .map((name) => name.replace(/\.tar\.gz$/, ''))
  .sort();

export function fixturePath(name: string): string {
  return `${FOLDER}${name}.tar.gz`;
}

export function fixtureBytes(name: string): Uint8Array {
  return readFileSync(fixturePath(name));
}

export function truthOf(name: string): Truth {
  return JSON.parse(readFileSync(`${FOLDER}${name}.truth.json`, 'utf8')) as Truth;
}

const analyses = new Map<string, Promise<Analysis>>();

/** Analysed once for all tests of a file. */
export function analyzeFixture(name: string): Promise<Analysis> {
  let analysis = analyses.get(name);
  if (analysis === undefined) {
    analysis = analyze(createArchiveBundle(`${name}.tar.gz`, createSource({ path: fixturePath(name) })));
    analyses.set(name, analysis);
  }
  return analysis;
}

const contents = new Map<string, Promise<readonly Member[]>>();

/** The members of a fixture, read by tar-stream alone: an independent way to the same content. */
export function fixtureMembers(name: string): Promise<readonly Member[]> {
  let members = contents.get(name);
  if (members === undefined) {
    members = readTar(gunzipSync(fixtureBytes(name)));
    contents.set(name, members);
  }
  return members;
}

export async function readTar(bytes: Uint8Array): Promise<readonly Member[]> {
  const tar = extract();
  const members: Member[] = [];
  const writing = new Promise<void>((resolve, reject) => {
    tar.on('finish', () => resolve());
    tar.on('error', reject);
  });
  tar.on('entry', (header, stream, next) => {
    const chunks: Uint8Array[] = [];
    stream.on('data', (chunk) => chunks.push(chunk as Uint8Array));
    stream.on('end', () => {
      if (header.type === 'symlink' || header.type === 'link')
        members.push({ name: header.name, link: header.linkname ?? '' });
      else if (header.type === 'directory') members.push({ name: header.name, directory: true });
      else members.push({ name: header.name, text: new Uint8Array(Buffer.concat(chunks)) });
      next();
    });
    stream.resume();
  });
  for (let at = 0; at < bytes.length; at += 65536) tar.write(bytes.subarray(at, at + 65536));
  tar.end(null);
  await writing;
  return members;
}
