/** What is kept of the files of a network namespace, and which process is in which. */
import { type InodeTable, parseSocketInodes } from '../parsers/proc/net-inodes.ts';
import { NO_PROBLEMS } from '../text.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { isBetter, type KeptText, rawNet, rawProcess } from './node-store.ts';
import { tallyText } from './problems.ts';
import { type Keep, type Member, row, within } from './row.ts';
import { MAX_SMALL_BYTES, text } from './sinks.ts';

const say = defineMessages('namespace-files', {
  noNetns: 'The link does not name a network namespace.',
});

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

const NETNS_KIND = 'ns/net';
/** `ls -l` of somebody who may not follow the links of another user's process prints them without a target. */
const NOT_FOLLOWED = /\snet\r?$/m;

/** The namespace of a process, from the target of `ns/net` or a listing of `ns`. */
function takeNetns(member: Member<{ readonly pid: number }>, found: string): void {
  const { facts, fact, entry, rank, lineOffset } = member;
  const inode = /net:\[(\d{1,10})\]/.exec(found)?.[1];
  if (inode === undefined) {
    const problems = NOT_FOLLOWED.test(found) ? NO_PROBLEMS : [{ line: 1, message: say.noNetns() }];
    tallyText(facts.tallies, NETNS_KIND, { entry, lineOffset, text: found }, problems);
    return;
  }
  const process = rawProcess(facts, fact.pid);
  const { netns, netnsRank, netnsEntry } = process;
  if (netns !== null && (rank > netnsRank || (rank === netnsRank && entry > netnsEntry))) return;
  process.netns = Number(inode);
  process.netnsRank = rank;
  process.netnsEntry = entry;
}

export const netnsOfProcess = row(
  text(MAX_SMALL_BYTES, { kind: NETNS_KIND }),
  within<{ readonly pid: number }, KeptText>((member, fact) => takeNetns(member, fact.text)),
  takeNetns,
);
