/** Addresses as people write them. */

/** `10.244.1.5` as a number in the order of its digits; null when it is no IPv4 address. */
export function parseV4(text: string): number | null {
  const parts = text.split('.', 5);
  let address = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return null;
    address = address * 256 + Number(part);
  }
  return parts.length === 4 ? address : null;
}
