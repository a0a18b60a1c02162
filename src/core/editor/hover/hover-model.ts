/** What a hover in a file of the bundle is made of: the number, in which unit, and whose it is. Plain text only. */
import { type KernelVersion, parseKernelVersion } from '../../parsers/proc/node-files.ts';
import type { Topic } from '../../report/topics.ts';
import { describeNetns } from '../../wording/subject-text.ts';
import type { WordedEvidence } from '../../wording/worded.ts';
import type { ReportSummary } from '../report-summary.ts';

export type Scope = 'node' | 'network namespace' | 'process';

export interface EntryHover {
  /** Columns of the line that it is about. */
  readonly start: number;
  readonly end: number;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly unit: string;
  /** Null where it is not known. */
  readonly scope: Scope | null;
  /** Where the findings that this number is about are proved. */
  readonly evidence: readonly WordedEvidence[];
}

/** Where the cursor is, lines and columns counted from 0. */
export interface HoverPlace {
  /** Path of the document in the tree of entries. */
  readonly entry: string;
  readonly line: number;
  readonly column: number;
  /** A line of the document; undefined beyond its ends. */
  textOf(line: number): string | undefined;
}

/** What is known of the bundle that the file is of. */
export interface HoverContext {
  /** Null when it was not read, or when the file is of another node than the one it judges. */
  readonly report: ReportSummary | null;
  /** How the node stores words; null when the tables were not read. */
  readonly littleEndian: boolean | null;
}

/** One line, taken out of its file or block. */
export interface LinePlace {
  readonly text: string;
  readonly column: number;
  /** Within its file or block. */
  readonly index: number;
  readonly above: string;
  readonly below: string;
}

export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** No line of these files is nearly as long. */
export const MAX_LINE_LENGTH = 16_384;

/** Fields between blanks. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(/\S+/g))
    tokens.push({ text: match[0], start: match.index, end: match.index + match[0].length });
  return tokens;
}

/** The field under the cursor, or the one that it stands right behind; -1 for none. */
export function tokenAt(tokens: readonly Token[], column: number): number {
  const inside = tokens.findIndex((token) => token.start <= column && column < token.end);
  return inside >= 0 ? inside : tokens.findIndex((token) => token.end === column);
}

export function kernelOf({ report }: HoverContext): KernelVersion | null {
  return report === null ? null : parseKernelVersion(report.bundle.kernel).value;
}

/** False where the kernel is not known. */
export function isOlderThan(kernel: KernelVersion | null, major: number, minor: number): boolean {
  return kernel !== null && (kernel.major < major || (kernel.major === major && kernel.minor < minor));
}

/** The namespace of a file below `net`, as the layouts name it: by pid, by inode (negative), or that of the collector. */
export function namespaceOf(
  pid: number | null,
  { report }: HoverContext,
): ReportSummary['ledger']['namespaces'][number] | undefined {
  if (report === null || pid === null) return undefined;
  return report.ledger.namespaces.find((namespace) =>
    pid < 0 ? namespace.netns === -pid : namespace.representativePid === pid,
  );
}

/** `the network namespace net:[4026532398] of pod default/shop-1`. */
export function describeNamespace(pid: number | null, context: HoverContext): string {
  if (pid === null) return 'the network namespace that the collector read it in';
  const namespace = namespaceOf(pid, context);
  if (namespace === undefined)
    return pid < 0 ? `the network namespace ${describeNetns(-pid)}` : `the network namespace of process ${pid}`;
  const { netns, isHost, pod, podNamespace } = namespace;
  const name = netns > 0 ? `network namespace ${describeNetns(netns)}` : `network namespace of process ${pid}`;
  if (isHost) return `the ${name}, which is the host's`;
  if (pod === undefined) return `the ${name}`;
  return `the ${name} of pod ${podNamespace === undefined ? pod : `${podNamespace}/${pod}`}`;
}

/** Where the findings about these topics are proved. */
export function evidenceOf({ report }: HoverContext, topics: readonly Topic[]): readonly WordedEvidence[] {
  if (report === null) return [];
  return report.findings
    .filter(({ about }) => about.some((topic) => topics.includes(topic)))
    .flatMap(({ evidence }) => evidence);
}

/** TCP memory as a whole. */
export const TCP_MEMORY: readonly Topic[] = ['tcp-memory', 'tcp-mem-limit'];
