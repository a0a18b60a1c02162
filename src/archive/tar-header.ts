/**
 * The checksum of a tar header: the sum of its 512 bytes, those of the checksum itself taken as blanks (POSIX.1-2017,
 * pax, "ustar Interchange Format").
 */
const CHECKSUM = 148;
const CHECKSUM_LENGTH = 8;
const BLANKS = CHECKSUM_LENGTH * 32;

/** True when the block at this offset is a header; a block of zeros is none. */
export function hasHeaderChecksum(view: DataView, at: number): boolean {
  let stored = 0;
  let digits = 0;
  let checksumBytes = 0;
  let ended = false;
  for (let i = at + CHECKSUM; i < at + CHECKSUM + CHECKSUM_LENGTH; i++) {
    const byte = view.getUint8(i);
    checksumBytes += byte;
    if (!ended && byte >= 48 && byte <= 55) {
      stored = stored * 8 + byte - 48;
      digits++;
    } else if (digits > 0) ended = true;
  }
  return digits > 0 && sumOfBytes(view, at) - checksumBytes + BLANKS === stored;
}

/** Four bytes at a time, two in each half of two sums: 128 words of 255 stay below the 16 bits of a half. */
function sumOfBytes(view: DataView, at: number): number {
  let even = 0;
  let odd = 0;
  for (let i = at; i < at + 512; i += 4) {
    const word = view.getUint32(i, true);
    even += word & 0x00ff00ff;
    odd += (word >>> 8) & 0x00ff00ff;
  }
  return (even & 0xffff) + (even >>> 16) + (odd & 0xffff) + (odd >>> 16);
}
