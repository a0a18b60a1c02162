/** meta.json of a capture: what the collector knew when it ran. Unknown fields are ignored. */
import { cleanText, type Parsed } from '../text.ts';

export interface BundleMeta {
  readonly hostname: string;
  readonly kernel: string;
  /** ISO 8601; empty when unknown. */
  readonly capturedAt: string;
  readonly pageSizeBytes: number | null;
  readonly ticksPerSecond: number | null;
}

const EMPTY: BundleMeta = { hostname: '', kernel: '', capturedAt: '', pageSizeBytes: null, ticksPerSecond: null };

export function parseBundleMeta(text: string): Parsed<BundleMeta> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { value: EMPTY, problems: [{ line: 1, message: 'not JSON' }] };
  }
  if (typeof raw !== 'object' || raw === null)
    return { value: EMPTY, problems: [{ line: 1, message: 'not an object' }] };
  const fields = new Map<string, unknown>(Object.entries(raw));
  const string = (key: string) => {
    const value = fields.get(key);
    return typeof value === 'string' ? cleanText(value).slice(0, 256) : '';
  };
  const count = (key: string) => {
    const value = fields.get(key);
    return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
  };
  const capturedAt = string('captured_at');
  const page = count('page_size');
  return {
    value: {
      hostname: string('hostname'),
      kernel: string('kernel'),
      capturedAt: Number.isNaN(Date.parse(capturedAt)) ? '' : capturedAt,
      // Linux pages are powers of two from 4 KiB to 256 KiB; anything else would only spoil every byte count.
      pageSizeBytes: page !== null && [4096, 8192, 16384, 65536, 262144].includes(page) ? page : null,
      ticksPerSecond: count('clk_tck'),
    },
    problems: [],
  };
}
