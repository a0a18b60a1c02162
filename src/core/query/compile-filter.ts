/** A filter made into tests of single sockets and processes. What depends on processes is found out once for each. */
import { processAtAddress } from '../snapshot/local-addresses.ts';
import type { Process } from '../snapshot/processes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type AddressKey, formatKey, localKey, remoteKey, sourceOf } from '../snapshot/sockets.ts';
import { LISTEN } from '../snapshot/tcp-states.ts';
import type { FieldName } from './filter-fields.ts';
import type { Filter, FilterTerm, NumberRange } from './parse-filter.ts';
import { podNameOfNamespace, podOfProcess, type SocketItems } from './socket-items.ts';
import { matchesPattern, v4Network } from './text-match.ts';

type Test = (index: number) => boolean;

export interface CompiledFilter {
  /** Takes an item of {@link SocketItems}. */
  readonly item: Test;
  /** Takes an index into processes; null when the filter asks about single sockets, so that no process as a whole fits. */
  readonly process: Test | null;
}

type TextTerm = Extract<FilterTerm, { kind: 'text' }>;
type NumberTerm = Extract<FilterTerm, { kind: 'number' }>;

const OF_PROCESS: ReadonlySet<FieldName> = new Set(['pid', 'comm', 'pod', 'container', 'unit', 'fds', 'ns']);

export function compileFilter(filter: Filter, items: SocketItems): CompiledFilter {
  const tests = filter.terms.map((term) => compileTerm(term, items));
  const ofProcess = filter.terms.every((term) => term.kind === 'word' || OF_PROCESS.has(term.field));
  return {
    item: (item) => tests.every((test) => test.item(item)),
    process: ofProcess ? (index) => tests.every((test) => test.process(index)) : null,
  };
}

interface TermTests {
  readonly item: Test;
  readonly process: Test;
}

function compileTerm(term: FilterTerm, items: SocketItems): TermTests {
  const { item, process } = term.kind === 'word' ? compileWord(term.word, items) : compileField(term, items);
  return term.negated ? { item: (index) => !item(index), process: (index) => !process(index) } : { item, process };
}

function compileField(term: TextTerm | NumberTerm, items: SocketItems): TermTests {
  const ofSocket = term.kind === 'text' ? compileText(term, items) : compileNumber(term, items);
  if (ofSocket !== null) return { item: ofSocket, process: term.field === 'ns' ? namespaceTest(term, items) : never };
  const process = memo(items.snapshot.processes.length, processTest(term, items.snapshot));
  return { item: heldBy(items, process, term), process };
}

const never: Test = () => false;

/** True where any process that holds it fits; where none is known, its namespace may tell the pod. */
function heldBy(items: SocketItems, process: Test, term: TextTerm | NumberTerm): Test {
  const { namespaces } = items.snapshot;
  const byNamespace =
    term.kind === 'text' && term.field === 'pod'
      ? memo(namespaces.length, (index) => fitsPod(term.patterns, podNameOfNamespace(items.snapshot, index)))
      : never;
  return (item) => {
    const owner = items.processOf(item);
    if (owner < 0) return byNamespace(items.namespaceOf(item));
    return process(owner) || items.othersOf(item).some(process);
  };
}

/** Each index is tested once, and only when it is asked for. */
function memo(count: number, test: Test): Test {
  const known = new Uint8Array(count);
  return (index) => {
    if (index < 0 || index >= count) return false;
    if (known[index] === 0) known[index] = test(index) ? 2 : 1;
    return known[index] === 2;
  };
}

function fitsAny(patterns: readonly string[], text: string | null): boolean {
  if (text === null) return false;
  const lower = text.toLowerCase();
  return patterns.some((pattern) => matchesPattern(pattern, lower));
}

/** `namespace/pod` or the name alone; `none` stands for what is in no pod. */
function fitsPod(patterns: readonly string[], pod: string | null): boolean {
  if (pod === null) return patterns.includes('none');
  return fitsAny(patterns, pod) || fitsAny(patterns, pod.slice(pod.indexOf('/') + 1));
}

function inRanges(ranges: readonly NumberRange[], value: number): boolean {
  return ranges.some(({ from, to, isOpen }) => (isOpen ? value > from && value < to : value >= from && value <= to));
}

function processTest(term: TextTerm | NumberTerm, snapshot: Snapshot): Test {
  const of = (test: (process: Process) => boolean): Test => {
    return (index) => {
      const process = snapshot.processes[index];
      return process !== undefined && test(process);
    };
  };
  if (term.kind === 'number') {
    const read = (process: Process) => (term.field === 'pid' ? process.pid : process.openFds);
    return of((process) => inRanges(term.ranges, read(process)));
  }
  const { patterns } = term;
  switch (term.field) {
    case 'comm':
      return of((process) => fitsAny(patterns, process.comm));
    case 'container':
      return of((process) => fitsAny(patterns, process.container));
    case 'unit':
      return of((process) => fitsAny(patterns, process.unit));
    default:
      return (index) => fitsPod(patterns, podOfProcess(snapshot, index));
  }
}

/** Fields of the socket itself; null for those of its process. */
function compileText({ field, patterns }: TextTerm, items: SocketItems): Test | null {
  const { sockets } = items.snapshot;
  const rowsOnly =
    (test: Test): Test =>
    (item) =>
      item < items.rows && test(item);
  switch (field) {
    case 'state': {
      const words = patterns.map(plainState);
      const fits = new Map<string, boolean>();
      const test = (state: string): boolean => {
        let fit = fits.get(state);
        if (fit === undefined) {
          fit = fitsAny(words, plainState(state));
          fits.set(state, fit);
        }
        return fit;
      };
      return (item) => items.statesOf(item).some(test);
    }
    case 'local':
      return rowsOnly(addressTest(patterns, (row) => localKey(sockets, row), items.snapshot, false));
    case 'peer': {
      const test = addressTest(patterns, (row) => remoteKey(sockets, row), items.snapshot, true);
      return rowsOnly((row) => sockets.state[row] !== LISTEN && test(row));
    }
    default:
      return null;
  }
}

/** As ss writes them. */
const STATE_ALIASES: Readonly<Record<string, string>> = { estab: 'established', synrcv: 'synrecv' };

/** FIN_WAIT2, fin-wait2 and FIN-WAIT-2 are the same. */
function plainState(name: string): string {
  const plain = name.replaceAll(/[-_]/g, '');
  return STATE_ALIASES[plain] ?? plain;
}

/** Of many rows with one address, the first is looked at. */
const MAX_ADDRESSES = 200_000;

function addressTest(
  patterns: readonly string[],
  keyOf: (row: number) => AddressKey,
  snapshot: Snapshot,
  withPods: boolean,
): Test {
  const networks = patterns.flatMap((pattern) => v4Network(pattern) ?? []);
  const known = new Map<AddressKey, boolean>();
  const fits = (key: AddressKey): boolean => {
    if (typeof key === 'number' && networks.some((network) => network(key))) return true;
    const address = formatKey(key);
    if (fitsAny(patterns, address)) return true;
    const process = withPods ? processAtAddress(snapshot, address) : null;
    const pod = process === null ? null : podOfProcess(snapshot, process.index);
    return pod !== null && fitsPod(patterns, pod);
  };
  return (row) => {
    const key = keyOf(row);
    const found = known.get(key);
    if (found !== undefined) return found;
    const fit = fits(key);
    if (known.size < MAX_ADDRESSES) known.set(key, fit);
    return fit;
  };
}

function compileNumber(term: NumberTerm, items: SocketItems): Test | null {
  const { sockets, join, namespaces } = items.snapshot;
  const { ranges } = term;
  const ofRow =
    (read: (row: number) => number): Test =>
    (item) =>
      item < items.rows && inRanges(ranges, read(item));
  switch (term.field) {
    case 'ns':
      return memoOver(items, (index) => inRanges(ranges, namespaces[index]?.netns ?? -1));
    case 'port':
      return ofRow((row) => sockets.localPort[row] ?? 0);
    case 'rport':
      return ofRow((row) => sockets.remotePort[row] ?? 0);
    case 'rxq':
      return ofRow((row) => sockets.rxQueueBytes[row] ?? 0);
    case 'txq':
      return ofRow((row) => sockets.txQueueBytes[row] ?? 0);
    case 'idle':
      return (item) => {
        const idle = sockets.idleMs[item] ?? -1;
        return item < items.rows && idle >= 0 && inRanges(ranges, idle / 1000);
      };
    case 'family':
      return ofRow((row) => sourceOf(sockets, row)?.family ?? 0);
    case 'inode':
      return (item) =>
        inRanges(ranges, (item < items.rows ? sockets.inode[item] : join.unmatched[item - items.rows]?.inode) ?? 0);
    default:
      return null;
  }
}

function memoOver(items: SocketItems, test: Test): Test {
  const fits = memo(items.snapshot.namespaces.length, test);
  return (item) => fits(items.namespaceOf(item));
}

function namespaceTest(term: TextTerm | NumberTerm, { snapshot }: SocketItems): Test {
  return (index) => term.kind === 'number' && inRanges(term.ranges, snapshot.processes[index]?.netns ?? -1);
}

/** A bare word: part of a name or an address, or the whole of a pid, port or inode. */
function compileWord(word: string, items: SocketItems): TermTests {
  const { snapshot } = items;
  const { sockets, join } = snapshot;
  const pattern = /[*?]/.test(word) ? word : `*${word}*`;
  const contains = (text: string | null) => text !== null && matchesPattern(pattern, text.toLowerCase());
  const number = /^:?\d{1,10}$/.test(word) ? Number(word.replace(':', '')) : null;
  const process = memo(snapshot.processes.length, (index) => {
    const { comm, container, unit, pid } = snapshot.processes[index] ?? {};
    const names = [comm, container, unit, podOfProcess(snapshot, index)];
    return (pid !== undefined && pid === number) || names.some((name) => contains(name ?? null));
  });
  const pods = memo(snapshot.namespaces.length, (index) => contains(podNameOfNamespace(snapshot, index)));
  const local = addressTest([pattern], (row) => localKey(sockets, row), snapshot, false);
  const remote = addressTest([pattern], (row) => remoteKey(sockets, row), snapshot, true);
  const hasNumber = (item: number): boolean => {
    if (item >= items.rows) return join.unmatched[item - items.rows]?.inode === number;
    return sockets.localPort[item] === number || sockets.remotePort[item] === number || sockets.inode[item] === number;
  };
  const item = (index: number): boolean => {
    const owner = items.processOf(index);
    if (owner < 0 ? pods(items.namespaceOf(index)) : process(owner) || items.othersOf(index).some(process)) return true;
    if (number !== null && hasNumber(index)) return true;
    if (items.statesOf(index).some(contains)) return true;
    return index < items.rows && (local(index) || (sockets.state[index] !== LISTEN && remote(index)));
  };
  return { item, process };
}
