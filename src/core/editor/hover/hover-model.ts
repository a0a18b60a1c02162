/**
 * What a hover in a file of the bundle is made of: the number, in which unit, and whose it is. The files beside this one
 * say it as messages; entry-hover.ts puts them into words. Plain text only.
 */

import { type KernelVersion, parseKernelVersion } from '../../parsers/proc/node-files.ts';
import type { Message, Text } from '../../report/message.ts';
import type { Subject } from '../../report/report.ts';
import type { Topic } from '../../report/topics.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import type { WordedEvidence } from '../../wording/worded.ts';
import type { ReportSummary } from '../report-summary.ts';

const say = defineMessages('hover-namespace', {
  ofCollector: 'The file belongs to the network namespace that the collector read it in.',
  ofNamespace: 'The file belongs to {namespace}.',
  ofHost: 'The file belongs to {namespace}, the one of the host.',
});

/** `namespace`: one network namespace. */
export type Scope = 'node' | 'namespace' | 'process';

/** Before it is put into words. */
export interface HoverFacts {
  /** Columns of the line that it is about. */
  readonly start: number;
  readonly end: number;
  readonly title: Text;
  readonly paragraphs: readonly Message[];
  readonly unit: Message;
  /** Null where it is not known. */
  readonly scope: Scope | null;
  /** Where the findings that this number is about are proved. */
  readonly evidence: readonly WordedEvidence[];
}

/** What is told of one field of a file. */
export type FieldFacts = Pick<HoverFacts, 'title' | 'paragraphs' | 'unit'>;

/** In words. */
export interface EntryHover extends Omit<HoverFacts, 'title' | 'paragraphs' | 'unit'> {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly unit: string;
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

/** `The file belongs to pod default/shop-1 (namespace net:[4026532398]).` */
export function sayNamespace(pid: number | null, context: HoverContext): Message {
  if (pid === null) return say.ofCollector();
  const { netns = 0, isHost = false, pod, podNamespace } = namespaceOf(pid, context) ?? {};
  const namespace: Subject = {
    kind: 'namespace',
    netns: netns === 0 ? -pid : netns,
    ...(pod === undefined ? {} : { pod }),
    ...(podNamespace === undefined ? {} : { podNamespace }),
  };
  return isHost ? say.ofHost({ namespace }) : say.ofNamespace({ namespace });
}

/** Where the findings about these topics are proved. */
export function evidenceOf({ report }: HoverContext, topics: readonly Topic[]): readonly WordedEvidence[] {
  if (report === null) return [];
  return report.findings
    .filter(({ about }) => about.some((topic) => topics.includes(topic)))
    .flatMap(({ evidence }) => evidence);
}

/** Rules whose findings are about TCP memory as a whole. */
export const TCP_MEMORY: readonly Topic[] = ['tcp-memory', 'tcp-mem-limit'];
