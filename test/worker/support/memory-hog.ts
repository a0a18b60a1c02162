import { gzipSync } from 'node:zlib';
import { toBytes } from '../../core/support/bundles.ts';
import { gnuLong, joinBytes, rawFile } from '../../core/support/raw-tar.ts';

const UNIQUE_BYTES = 512;

/**
 * A small archive of members with long names, all different, which whoever reads it has to keep. Packed in pieces, as
 * gzip allows, so that making it costs neither time nor memory. Node keeps strings of a MB or more outside the heap.
 */
export function memoryHog(members: number, nameBytes: number): Uint8Array {
  const long = gnuLong('L', '.'.repeat(UNIQUE_BYTES) + 'n'.repeat(nameBytes));
  const rest = gzipSync(joinBytes([long.subarray(512 + UNIQUE_BYTES), rawFile('cut', 'x', { format: 'gnu' })]));
  const parts: Uint8Array[] = [gzipSync(rawFile('proc/uptime', '1 2\n'))];
  const head = long.slice(0, 512 + UNIQUE_BYTES);
  for (let i = 0; i < members; i++) {
    head.set(toBytes(String(i).padEnd(8, '.')), 512);
    parts.push(gzipSync(head), rest);
  }
  return joinBytes(parts);
}
