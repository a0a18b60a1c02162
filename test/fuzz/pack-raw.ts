/** Members as tar, each a piece of whole blocks that a mutation can move: in the forms that real programs write. */
import { type Member, toBytes } from '../core/support/bundles.ts';
import { gnuLong, joinBytes, octal, paxHeader, rawFile, rawHeader, rawLink } from '../core/support/raw-tar.ts';
import type { Random } from './mutate-text.ts';

const MAX_NAME = 100;

export function packPieces(members: readonly Member[], random: Random): Uint8Array[] {
  const style = random(3);
  return members.map((member) => packPiece(member, style === 2 ? random(2) : style));
}

/** 0: ustar with pax headers, 1: GNU with long names. */
function packPiece(member: Member, style: number): Uint8Array {
  const target = 'link' in member ? member.link : '';
  const parts: Uint8Array[] = [];
  const [name, link] = [clip(member.name), clip(target)];
  const format = style === 1 ? 'gnu' : 'ustar';
  if (style === 1) {
    if (link !== target) parts.push(gnuLong('K', target));
    if (name !== member.name) parts.push(gnuLong('L', member.name));
  } else if (name !== member.name || link !== target) {
    parts.push(paxHeader({ path: member.name, ...(link === target ? {} : { linkpath: target }) }));
  }
  if ('link' in member) parts.push(rawLink(name, link, { format }));
  else if ('directory' in member) parts.push(rawHeader({ name, type: '5', format }));
  else parts.push(rawFile(name, member.text, { format, size: octal(toBytes(member.text).length) }));
  return joinBytes(parts);
}

/** What fits in the header: whole characters. */
function clip(text: string): string {
  if (toBytes(text).length <= MAX_NAME) return text;
  let short = text.slice(0, MAX_NAME);
  while (toBytes(short).length > MAX_NAME) short = short.slice(0, -1);
  return short;
}
