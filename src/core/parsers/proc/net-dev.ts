/**
 * /proc/net/dev: the interfaces of a namespace. Kernel: net/core/net-procfs.c `dev_seq_printf_stats`.
 *
 *     lo:    4242      42    0    0    0     0          0         0     4242      42    0    0    0     0       0          0
 */
import { type Parsed, parseCount, splitFields, splitLines } from '../../text.ts';

export interface NetDevice {
  readonly name: string;
  readonly rxBytes: number;
  readonly rxDropped: number;
  readonly txBytes: number;
  readonly txDropped: number;
}

export function parseNetDev(text: string): Parsed<readonly NetDevice[]> {
  const devices: NetDevice[] = [];
  for (const line of splitLines(text)) {
    const colon = line.lastIndexOf(':');
    const fields = splitFields(line.slice(colon + 1)).map(parseCount);
    if (colon < 0 || fields.length < 12) continue;
    devices.push({
      name: line.slice(0, colon).trim(),
      rxBytes: fields[0] ?? 0,
      rxDropped: fields[3] ?? 0,
      txBytes: fields[8] ?? 0,
      txDropped: fields[11] ?? 0,
    });
  }
  return { value: devices, problems: [] };
}
