/** Counters of the bundle that the catalogue of log messages names. */
import { LOG_CATALOGUE } from '../kernel-log/log-catalogue.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** One counter over all captured network namespaces, since each of them exists; events, or what the counter counts. */
export interface LogCounter {
  /** `TcpExt.TCPAbortOnMemory`, as net/netstat and net/snmp group it. */
  readonly key: string;
  readonly total: number;
  /** In how many namespaces it was captured. */
  readonly namespaces: number;
  /** The namespace with the largest value, by inode (see Namespace.netns). */
  readonly most: { readonly netns: number; readonly value: number };
}

const KEYS: readonly string[] = [...new Set(LOG_CATALOGUE.flatMap(({ counters }) => counters))].sort();

/** Only those that were captured somewhere: an old kernel lacks some, and that is not 0. */
export function countersOfMessages({ namespaces }: Snapshot): readonly LogCounter[] {
  return KEYS.flatMap((key): LogCounter[] => {
    const found = namespaces.flatMap(({ netns, netstat, snmp }) => {
      const value = netstat?.value.values.get(key) ?? snmp?.value.values.get(key);
      return value === undefined ? [] : [{ netns, value }];
    });
    const [first, ...rest] = found;
    if (first === undefined) return [];
    const most = rest.reduce((best, each) => (each.value > best.value ? each : best), first);
    return [{ key, total: found.reduce((sum, { value }) => sum + value, 0), namespaces: found.length, most }];
  });
}
