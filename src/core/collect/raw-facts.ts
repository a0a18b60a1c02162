/** What was read of one node, before anything is joined: a field for each row of the table of facts that has one. */
import type { LogHit } from '../kernel-log/kernel-log.ts';
import type { AnyFact } from '../layouts/layout.ts';
import { FACTS } from './fact-table.ts';
import { createFdColumns } from './fd-columns.ts';
import type { KeptText, RawNet as Net, NodeStore, Place, RawProcess as Process } from './node-store.ts';
import type { Member, Row } from './row.ts';
import { createTcpStore } from './tcp-store.ts';

type Rows = typeof FACTS;
type FactKind = keyof Rows;
type FieldOf<K extends FactKind> = Rows[K]['keep']['field'];
type StoreOf<K extends FactKind> = ReturnType<Rows[K]['keep']['create']>;
/** The kinds of fact that share a field. */
type KindsIn<Field extends string> = { [K in FactKind]: FieldOf<K> extends Field ? K : never }[FactKind];

export type NodeFile = KindsIn<'node'>;
/** Of those of a namespace that are kept as texts. */
export type NetFile = KindsIn<'net.text'>;
export type CgroupFile = KindsIn<'cgroups'>;

export type ProcessFiles = {
  readonly [K in FactKind as FieldOf<K> extends `process.${infer File}` ? File : never]: StoreOf<K>;
};
export type RawProcess = Process<ProcessFiles>;
export type RawNet = Net<NetFile>;

/** Fields of a name without a dot are those of the node. */
type OfNode<Field extends string> = Field extends '' | `${string}.${string}` ? never : Field;
type Fields = { readonly [K in FactKind as OfNode<FieldOf<K>>]: StoreOf<K> };

export interface RawFacts extends NodeStore, Omit<Fields, 'node' | 'cgroups'> {
  readonly processes: Map<number, RawProcess>;
  readonly net: Map<number | null, RawNet>;
  readonly node: ReadonlyMap<NodeFile, KeptText>;
  /** By path below /sys/fs/cgroup. */
  readonly cgroups: ReadonlyMap<string, ReadonlyMap<CgroupFile, KeptText>>;
  /** By number; of each what little it repeats: uptime, file-nr, counters and tables below `net`. */
  readonly samples: ReadonlyMap<number, RawFacts>;
}

export type FactTable = Readonly<Record<string, Row>>;

interface FactOptions {
  readonly table?: FactTable;
  readonly onLogHits?: (hits: readonly LogHit[]) => void;
  /** A node and its samples share where they tell problems. */
  readonly told?: Pick<RawFacts, 'problems' | 'tallies'>;
}

/** Of a process of which nothing was read. */
export const NO_PROCESS_FILES = processFiles(FACTS) as ProcessFiles;

function processFiles(table: FactTable): Readonly<Record<string, null>> {
  const fields = Object.values(table).map(({ keep }) => keep.field);
  return Object.fromEntries(
    fields.filter((field) => field.startsWith('process.')).map((field) => [field.slice('process.'.length), null]),
  );
}

export function createRawFacts(root: string, options: FactOptions = {}): RawFacts {
  const { table = FACTS, onLogHits = () => {}, told = { problems: [], tallies: new Map() } } = options;
  const samples = new Map<number, RawFacts>();
  const store: NodeStore & { readonly samples: typeof samples } = {
    root,
    problems: told.problems,
    tallies: told.tallies,
    firstFile: '',
    processes: new Map(),
    net: new Map(),
    tcpStore: createTcpStore(),
    fds: createFdColumns(),
    staleFds: [],
    taskFds: [],
    cgroupTexts: new Map(),
    noFiles: table === FACTS ? NO_PROCESS_FILES : processFiles(table),
    samples,
    onLogHits,
    sinkFor: (fact, place) => rowOf(table, fact)?.sink(memberOf(store, fact, place)),
    sample(n) {
      let sample = samples.get(n);
      if (sample === undefined) samples.set(n, (sample = createRawFacts(root, { table, told })));
      return sample;
    },
  };
  const fields = Object.values(table)
    .map(({ keep }) => keep)
    .filter(({ field }) => field !== '' && !field.includes('.'))
    .map(({ field, create }) => [field, create()] as const);
  return Object.assign(store, Object.fromEntries(fields)) as unknown as RawFacts;
}

function rowOf(table: FactTable, { kind }: AnyFact): Row | undefined {
  return Object.hasOwn(table, kind) ? table[kind] : undefined;
}

/** The row is that of the fact's kind, so the fact is what it takes: the table is typed so. */
function memberOf(facts: NodeStore, fact: AnyFact, { entry, rank, lineOffset, sizeBytes }: Place): Member<never> {
  return { facts, fact: fact as never, entry, rank, lineOffset, sizeBytes };
}

/** The target of a link that is no fd. */
export function takeLink(facts: RawFacts, table: FactTable, fact: AnyFact, place: Place, target: string): void {
  rowOf(table, fact)?.link?.(memberOf(facts, fact, place), target);
}
