/** A row of the table of facts: who takes the bytes of a member, and where is kept what was read of it. */
import type { ByteSink } from '../bundle.ts';
import { isBetter, type KeptText, type NodeStore, type Place, type Source } from './node-store.ts';

/** A member of the archive, or a block of one, whose bytes are to be read. `P`: what the layout said of it. */
export interface Member<P = unknown> extends Place {
  readonly facts: NodeStore;
  readonly fact: P;
}

type Add<P, T> = (member: Member<P>, value: T) => void;

/** Gives what it has read to `add`, when the member has ended; undefined where the bytes tell nothing. */
export type Sink<P, T> = <M extends Member<P>>(member: M, add: (member: M, value: T) => void) => ByteSink | undefined;

/** Where a fact is kept: a field of the facts of the node, or `process.<file>` for a file of each process. */
export interface Keep<P, T, Field extends string, Store> {
  readonly field: Field;
  /** What is in the field before anything was read. */
  readonly create: () => Store;
  readonly add: Add<P, T>;
}

export interface Row<P = never, Field extends string = string, Store = unknown> {
  readonly sink: (member: Member<P>) => ByteSink | undefined;
  readonly keep: Pick<Keep<P, unknown, Field, Store>, 'field' | 'create'>;
  /** Who takes the target where the member is a link. */
  readonly link: ((member: Member<P>, target: string) => void) | undefined;
}

export function row<P, T, Field extends string, Store>(
  sink: Sink<P, T>,
  keep: Keep<P, T, Field, Store>,
  link?: (member: Member<P>, target: string) => void,
): Row<P, Field, Store> {
  return { sink: (member) => sink(member, keep.add), keep, link };
}

/** What is read of a text instead of the text; null where it says nothing. */
export function readBy<P, T>(
  sink: Sink<unknown, KeptText>,
  read: (fact: KeptText, member: Member<P>) => T | null,
): Sink<P, T> {
  return (member, add) =>
    sink(member, (_, fact) => {
      const value = read(fact, member);
      if (value !== null) add(member, value);
    });
}

/** What is in a field of the facts: only the row that made the field writes to it. */
function fieldsOf(facts: NodeStore): Record<string, unknown> {
  return facts as unknown as Record<string, unknown>;
}

/** The fact is of the node, which has it once. */
export function one<P, T extends Source, Field extends string>(
  sink: Sink<P, T>,
  field: Field,
): Row<P, Field, T | null> {
  return row<P, T, Field, T | null>(sink, {
    field,
    create: () => null,
    add({ facts }, value) {
      const fields = fieldsOf(facts);
      if (isBetter(value, fields[field] as T | null)) fields[field] = value;
    },
  });
}

/** The node has the fact for each key. */
export function byKey<P, T extends Source, Key, Field extends string>(
  sink: Sink<P, T>,
  field: Field,
  keyOf: (fact: P) => Key,
): Row<P, Field, Map<Key, T>> {
  return row<P, T, Field, Map<Key, T>>(sink, {
    field,
    create: () => new Map(),
    add({ facts, fact }, value) {
      const kept = fieldsOf(facts)[field] as Map<Key, T>;
      const key = keyOf(fact);
      if (isBetter(value, kept.get(key))) kept.set(key, value);
    },
  });
}

/** The same with keys of two parts. */
export function byKeys<P, T extends Source, Key, Inner, Field extends string>(
  sink: Sink<P, T>,
  field: Field,
  keysOf: (fact: P) => readonly [Key, Inner],
): Row<P, Field, Map<Key, Map<Inner, T>>> {
  return row<P, T, Field, Map<Key, Map<Inner, T>>>(sink, {
    field,
    create: () => new Map(),
    add({ facts, fact }, value) {
      const kept = fieldsOf(facts)[field] as Map<Key, Map<Inner, T>>;
      const [key, inner] = keysOf(fact);
      let of = kept.get(key);
      if (of === undefined) kept.set(key, (of = new Map()));
      if (isBetter(value, of.get(inner))) of.set(inner, value);
    },
  });
}

/** The node may have several, each of a name of its own; the best comes first. */
export function list<P, T extends Source, Field extends string>(sink: Sink<P, T>, field: Field): Row<P, Field, T[]> {
  return row<P, T, Field, T[]>(sink, {
    field,
    create: () => [],
    add({ facts }, value) {
      const kept = fieldsOf(facts)[field] as T[];
      const same = kept.findIndex(({ entry }) => entry === value.entry);
      if (same >= 0 && !isBetter(value, kept[same])) return;
      if (same >= 0) kept.splice(same, 1);
      const place = kept.findIndex((other) => isBetter(value, other));
      kept.splice(place < 0 ? kept.length : place, 0, value);
    },
  });
}

/** The node has it or not. */
export function flag<P, Field extends string>(sink: Sink<P, true>, field: Field): Row<P, Field, boolean> {
  return row<P, true, Field, boolean>(sink, {
    field,
    create: () => false,
    add: ({ facts }) => void (fieldsOf(facts)[field] = true),
  });
}

/** The name of the member tells the fact, whether it is a file, a link or a folder; nobody takes its bytes. */
export function named<P, T, Field extends string>(field: Field, nameOf: (fact: P) => T): Row<P, Field, Set<T>> {
  const tell = ({ facts, fact }: Member<P>) => void (fieldsOf(facts)[field] as Set<T>).add(nameOf(fact));
  const nobody: Sink<P, never> = (member) => void tell(member);
  return row<P, never, Field, Set<T>>(nobody, { field, create: () => new Set(), add: () => {} }, tell);
}

/** The fact goes into what the node keeps of a process, a namespace or a sample: it has no field of its own. */
export function within<P, T>(add: Add<P, T> = () => {}): Keep<P, T, '', null> {
  return { field: '', create: () => null, add };
}
