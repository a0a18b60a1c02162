/** Seeded damage to the list of members of a bundle: names, kinds, contents and which of them are there. */
import { type Member, toBytes } from '../core/support/bundles.ts';
import { HOSTILE_STRINGS, WORDS } from './hostile-strings.ts';
import { mutateText, pick, type Random } from './mutate-text.ts';

export function mutateMembers(members: readonly Member[], random: Random): readonly Member[] {
  // Some bundles get one wound, some are torn: both find things the other does not.
  const rounds = random(3) === 0 ? 1 : 1 + random(1 + members.length / 3);
  const result = [...members];
  for (let round = 0; round < rounds && result.length > 0; round++) change(result, random);
  return result;
}

function change(members: Member[], random: Random): void {
  const at = random(members.length);
  const member = members[at];
  if (member === undefined) return;
  const other = random(members.length);
  switch (random(14)) {
    case 0:
      members.splice(at, 1);
      return;
    case 1:
      // The same name once more, with what it had or with something else.
      members.splice(other, 0, 'text' in member ? damaged(member, random) : member);
      return;
    case 2:
      members[at] = { ...member, name: hostileName(member.name, random) };
      return;
    case 3:
      members[at] = random(2) === 0 ? { name: member.name, link: pick(TARGETS, random) } : asFile(member, random);
      return;
    case 4:
      swapContents(members, at, other);
      return;
    case 5:
      if ('link' in member) members[at] = { name: member.name, link: pick(TARGETS, random) };
      else members[at] = { name: member.name, directory: true };
      return;
    default:
      members[at] = 'text' in member ? damaged(member, random) : member;
  }
}

function damaged(member: { readonly name: string; readonly text: string | Uint8Array }, random: Random): Member {
  return { name: member.name, text: mutateText(toBytes(member.text), random) };
}

function asFile(member: Member, random: Random): Member {
  return { name: member.name, text: pick([...WORDS, ...HOSTILE_STRINGS], random) };
}

function swapContents(members: Member[], at: number, other: number): void {
  const [a, b] = [members[at], members[other]];
  if (a === undefined || b === undefined || !('text' in a) || !('text' in b)) return;
  members[at] = { name: a.name, text: b.text };
  members[other] = { name: b.name, text: a.text };
}

const TARGETS: readonly string[] = [
  'socket:[100]',
  'socket:[4294967296]',
  'socket:[99999999999]',
  'net:[4026532000]',
  '../../../../etc/shadow',
  'proc/1/fd/7',
  '.',
  '',
  '/dev/zero',
  'anon_inode:[eventpoll]',
  ...HOSTILE_STRINGS,
];

function hostileName(name: string, random: Random): string {
  const hostile = pick(HOSTILE_STRINGS, random);
  switch (random(10)) {
    case 0:
      return `../../${name}`;
    case 1:
      return `/${name}`;
    case 2:
      return `C:\\${name.replaceAll('/', '\\')}`;
    case 3:
      return `./././${name}`;
    case 4:
      return `other-node/${name}`;
    case 5:
      return name.replace(/\d+/, () => pick(['0', '00700', '4194304', '4294967297', '9999999999', '-1'], random));
    case 6:
      return `${name}${hostile}`;
    case 7:
      return `${hostile}/${name}`;
    case 8:
      return name.replace(/\/[^/]*$/, `/${hostile}`);
    default:
      return `${'d/'.repeat(1 + random(200))}${name}`;
  }
}
