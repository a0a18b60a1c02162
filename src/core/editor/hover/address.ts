/** Addresses as net/tcp and net/tcp6 write them. */
import { formatKey, formatV6, toHostOrder } from '../../snapshot/sockets.ts';

export interface DecodedAddress {
  /** `10.244.49.14:8888`, `[::1]:8081`. */
  readonly text: string;
  readonly port: number;
  readonly isAny: boolean;
  readonly isMapped: boolean;
}

/** Takes 8 or 32 digits, a colon and 4 digits. */
export function decodeAddress(raw: string, littleEndian: boolean): DecodedAddress {
  const colon = raw.indexOf(':');
  const port = Number.parseInt(raw.slice(colon + 1), 16);
  const words: number[] = [];
  for (let at = 0; at < colon; at += 8)
    words.push(toHostOrder(Number.parseInt(raw.slice(at, at + 8), 16), littleEndian));
  const isAny = words.every((word) => word === 0);
  const [a = 0, b, c, d = 0] = words;
  if (words.length === 1) return { text: `${formatKey(a)}:${port}`, port, isAny, isMapped: false };
  const isMapped = a === 0 && b === 0 && c === 0xffff;
  const address = isMapped ? `::ffff:${formatKey(d)}` : formatV6(words);
  return { text: `[${address}]:${port}`, port, isAny, isMapped };
}
