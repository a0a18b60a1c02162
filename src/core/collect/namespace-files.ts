/** What is kept of the files of a network namespace, and which process is in which. */
import { type InodeTable, parseSocketInodes } from '../parsers/proc/net-inodes.ts';
import { isBetter, type KeptText, rawNet, rawProcess } from './node-store.ts';
import { type Keep, type Member, within } from './row.ts';

export interface OfNamespace {
  readonly kind: string;
  readonly pid: number | null;
}

/** A small file, kept as a text. */
export const netText: Keep<OfNamespace, KeptText, 'net.text', null> = {
  field: 'net.text',
  create: () => null,
  add({ facts, fact }, found) {
    const { texts } = rawNet(facts, fact.pid);
    if (isBetter(found, texts.get(fact.kind))) texts.set(fact.kind, found);
  },
};

/** A table of sockets that are not TCP: their inodes are kept, and where they were read. */
export function otherSockets(table: InodeTable): Keep<OfNamespace, KeptText, 'net.text', null> {
  return {
    field: 'net.text',
    create: () => null,
    add({ facts, fact }, found) {
      const { texts, inodes } = rawNet(facts, fact.pid);
      if (!isBetter(found, texts.get(table))) return;
      inodes.set(table, parseSocketInodes(found.text, table));
      texts.set(table, { ...found, text: '' });
    },
  };
}

/** The namespace of a process, from what `ns/net` points at. */
export function takeNetns({ facts, fact, entry, rank }: Member<{ readonly pid: number }>, target: string): void {
  const inode = /net:\[(\d{1,10})\]/.exec(target)?.[1];
  if (inode === undefined) return;
  const process = rawProcess(facts, fact.pid);
  const { netns, netnsRank, netnsEntry } = process;
  if (netns !== null && (rank > netnsRank || (rank === netnsRank && entry > netnsEntry))) return;
  process.netns = Number(inode);
  process.netnsRank = rank;
  process.netnsEntry = entry;
}

export const netnsOfProcess = within<{ readonly pid: number }, KeptText>((member, { text }) => takeNetns(member, text));
