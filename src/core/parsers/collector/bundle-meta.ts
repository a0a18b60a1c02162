/** meta.json of a capture: what the collector knew when it ran. Unknown fields are ignored. */
import type { Parsed } from '../../text.ts';
import { countIn, pageSizeIn, parseJsonObject, stringIn, timeIn } from '../json-fields.ts';

export interface BundleMeta {
  readonly hostname: string;
  readonly kernel: string;
  /** ISO 8601; empty when unknown. */
  readonly capturedAt: string;
  readonly pageSizeBytes: number | null;
  readonly ticksPerSecond: number | null;
}

export function parseBundleMeta(text: string): Parsed<BundleMeta> {
  const { fields, problems } = parseJsonObject(text);
  const value = {
    hostname: stringIn(fields, 'hostname'),
    kernel: stringIn(fields, 'kernel'),
    capturedAt: timeIn(fields, 'captured_at'),
    pageSizeBytes: pageSizeIn(fields, 'page_size'),
    ticksPerSecond: countIn(fields, 'clk_tck'),
  };
  return { value, problems: problems() };
}

/** What the first knows, and the second where the first does not know. */
export function mergeMeta(first: BundleMeta | null, second: BundleMeta | null): BundleMeta {
  return {
    hostname: first?.hostname || second?.hostname || '',
    kernel: first?.kernel || second?.kernel || '',
    capturedAt: first?.capturedAt || second?.capturedAt || '',
    pageSizeBytes: first?.pageSizeBytes ?? second?.pageSizeBytes ?? null,
    ticksPerSecond: first?.ticksPerSecond ?? second?.ticksPerSecond ?? null,
  };
}
