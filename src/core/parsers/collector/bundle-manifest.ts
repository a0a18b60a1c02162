/**
 * manifest.json of the collector (docs/bundle-format.md): who collected, when, with which rights, and what is missing.
 * Everything in it is optional, and unknown keys are ignored.
 */
import { lineAt, type Parsed } from '../../text.ts';
import {
  countIn,
  type Fields,
  firstStringIn,
  flagIn,
  numberIn,
  objectIn,
  objectsIn,
  pageSizeIn,
  parseJsonObject,
  stringIn,
  timeIn,
} from '../json-fields.ts';
import type { BundleMeta } from './bundle-meta.ts';

/** The version of the format that this reader was written for. */
export const FORMAT_VERSION = 1;
const FORMAT = 'sockscope-bundle';
/** One for each file of each namespace would still be fewer. */
const MAX_ITEMS = 10_000;

interface ManifestItem {
  readonly item: string;
  /** The first of its files, below the root of the bundle; empty when it has none. */
  readonly file: string;
  readonly state: string;
  readonly note: string;
}

interface ManifestSample {
  readonly n: number;
  /** ISO 8601; empty when unknown. */
  readonly at: string;
  readonly uptimeSeconds: number | null;
}

export interface BundleManifest {
  readonly meta: BundleMeta;
  readonly version: number;
  readonly collector: {
    readonly version: string;
    readonly shell: string;
    readonly uid: number | null;
    readonly redacted: boolean;
  };
  readonly view: {
    /** False where process 1 is not that of the node; true where the manifest does not say. */
    readonly seesHost: boolean;
    /** Where it says so, counted from 1. */
    readonly seesHostLine: number;
    readonly netns: number | null;
    /** Null also where it could not be read. */
    readonly hostNetns: number | null;
  };
  readonly budget: { readonly maxSeconds: number | null; readonly maxBytes: number | null };
  readonly samples: readonly ManifestSample[];
  readonly items: readonly ManifestItem[];
}

/** Other programs call files manifest.json too. */
export function isManifest(text: string): boolean {
  return text.includes(FORMAT);
}

export function parseBundleManifest(text: string): Parsed<BundleManifest> {
  const { fields, problems } = parseJsonObject(text);
  const host = objectIn(fields, 'host');
  const collector = objectIn(fields, 'collector');
  const view = objectIn(fields, 'view');
  const budget = objectIn(fields, 'budget');
  const value: BundleManifest = {
    meta: {
      hostname: stringIn(host, 'hostname'),
      kernel: stringIn(host, 'kernel'),
      capturedAt: timeIn(objectIn(fields, 'clock'), 'captured'),
      pageSizeBytes: pageSizeIn(host, 'page_size'),
      ticksPerSecond: countIn(host, 'clk_tck'),
    },
    version: countIn(fields, 'version') ?? FORMAT_VERSION,
    collector: {
      version: stringIn(collector, 'version'),
      shell: stringIn(collector, 'shell'),
      uid: numberIn(collector, 'uid'),
      redacted: flagIn(collector, 'redacted') === true,
    },
    view: {
      seesHost: flagIn(view, 'sees_host') !== false,
      seesHostLine: lineAt(text, text.indexOf('"sees_host"')),
      netns: countIn(view, 'netns'),
      hostNetns: countIn(view, 'host_netns'),
    },
    budget: { maxSeconds: countIn(budget, 'max_seconds'), maxBytes: countIn(budget, 'max_bytes') },
    samples: objectsIn(fields, 'samples', MAX_ITEMS).flatMap(parseSample),
    items: objectsIn(fields, 'items', MAX_ITEMS).map(parseItem),
  };
  return { value, problems: problems() };
}

function parseSample(fields: Fields): readonly ManifestSample[] {
  const n = numberIn(fields, 'n');
  return n === null ? [] : [{ n, at: timeIn(fields, 'at'), uptimeSeconds: numberIn(fields, 'uptime') }];
}

function parseItem(fields: Fields): ManifestItem {
  return {
    item: stringIn(fields, 'item'),
    file: firstStringIn(fields, 'files'),
    state: stringIn(fields, 'state'),
    note: stringIn(fields, 'note'),
  };
}
