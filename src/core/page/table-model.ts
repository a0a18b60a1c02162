/** What stands in the tables below the charts of the page: sums with their terms, namespaces, formulas, pods. */
import type { EvidenceLink, Tone } from './evidence-link.ts';

/** One term of `alloc = …`. */
export interface SumTerm {
  /** total: alloc itself. plus: the terms that add up to it. part: of the plus above, not added again. */
  readonly role: 'total' | 'plus' | 'part';
  readonly label: string;
  readonly detail: string;
  /** Sockets; null when it cannot be known from this bundle. */
  readonly count: number | null;
  /** Over what it was counted: `node`, `7 of 7 namespaces`, `fds of 42 of 42 processes`. */
  readonly scope: string;
  readonly tone: Tone;
  readonly evidence: EvidenceLink | null;
}

/** A namespace whose own count has more sockets than its tables list. */
export interface NamespaceGapRow {
  readonly label: string;
  readonly detail: string;
  /** `sockets: used`, every family. */
  readonly used: number;
  /** Of them, at most so many are closed. */
  readonly gap: number;
  /** Without a row: held by fds of its processes, or reset before accept(). More than gap: of another namespace. */
  readonly found: number;
  readonly evidence: EvidenceLink | null;
}

export interface NamespaceGapsView {
  readonly summary: string;
  readonly rows: readonly NamespaceGapRow[];
  /** Left out of the rows, with their sums. */
  readonly more: { readonly namespaces: number; readonly gap: number; readonly found: number } | null;
}

/** A formula that goes round, where it goes wrong on this bundle. */
export interface ShortcutRow {
  readonly formula: string;
  readonly value: number;
  readonly truth: number;
  /** Not every namespace was seen: what they hold open is in truth too. */
  readonly truthIsBound: boolean;
  readonly explanation: string;
}

export interface PodRow {
  readonly label: string;
  readonly processes: number;
  readonly openFds: number;
  /** Summed over processes, as exporters show it. */
  readonly socketFds: number;
  readonly distinctSockets: number;
  readonly tcpSockets: number;
  readonly closedHeld: number;
  readonly hostNetwork: boolean;
  readonly tone: Tone;
  /** An fd of its process that has most sockets; null without any. */
  readonly evidence: EvidenceLink | null;
}

export interface PodsView {
  /** Most open fds first. */
  readonly rows: readonly PodRow[];
  readonly more: { readonly pods: number; readonly openFds: number; readonly socketFds: number } | null;
  /** What the summed numbers get wrong here, with names and numbers; empty when they are right. */
  readonly wrong: string;
}

interface PodMemoryRow {
  readonly label: string;
  readonly sockBytes: number;
  /** Null: no limit, or not captured. */
  readonly limitBytes: number | null;
  /** bad and warn: a finding says so. */
  readonly tone: Tone;
  readonly evidence: EvidenceLink | null;
}

export interface PodMemoryView {
  /** Most first. */
  readonly rows: readonly PodMemoryRow[];
  readonly more: { readonly pods: number; readonly sockBytes: number } | null;
}
