/** Geometry of the memory gauge: one linear scale from 0 to a quarter above the hard limit. Pure. */
import { scaleLinear } from 'd3';
import type { MemoryPart, MemoryView } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { words } from '../words.ts';

const say = defineMessages('webview-memory-layout', {
  moreOwners: '{owners, plural, one {# more owner} other {# more owners}}',
  several: 'several',
});

interface GaugeBand {
  readonly x: number;
  readonly width: number;
  /** Rises from `free` to `over`; the style sheet shades it. */
  readonly zone: 'free' | 'low' | 'pressure' | 'over';
}

interface GaugeBar {
  readonly x: number;
  readonly width: number;
  readonly part: MemoryPart;
}

interface GaugeLimit {
  readonly name: 'min' | 'pressure' | 'max';
  readonly pages: number;
  readonly x: number;
}

export interface Gauge {
  readonly topPages: number;
  readonly bands: readonly GaugeBand[];
  readonly bars: readonly GaugeBar[];
  readonly limits: readonly GaugeLimit[];
  readonly mem: { readonly x: number; readonly from: number; readonly to: number; readonly openLeft: boolean } | null;
}

/** The part of the scale that is kept free above the hard limit. */
const HEADROOM = 1.25;
/** A part with pages is never drawn thinner than this. */
const MIN_BAR = 3;

/** More owners than this cannot be told apart in one bar. */
const MAX_BARS = 24;

/** The parts that get a bar; the smallest of very many become one. */
function drawnParts(parts: readonly MemoryPart[]): readonly MemoryPart[] {
  const present = parts.filter((part) => part.pages > 0);
  if (present.length <= MAX_BARS) return present;
  const rest = present.slice(MAX_BARS - 1);
  const pages = rest.reduce((sum, part) => sum + part.pages, 0);
  const merged: MemoryPart = {
    label: words.text(say.moreOwners({ owners: rest.length })),
    pages,
    tone: 'plain',
    kind: 'other',
    source: words.text(say.several()),
  };
  return [...present.slice(0, MAX_BARS - 1), merged];
}

/** End of the scale in pages: everything that is drawn lies below it. */
function gaugeTop(view: MemoryView): number {
  const mem = view.memPages === null ? 0 : view.memPages + view.errorPages;
  const limit = view.maxPages ?? view.pressurePages ?? view.minPages ?? 0;
  return Math.max(limit * HEADROOM, mem * (view.maxPages === null ? HEADROOM : 1.04), 1);
}

function zones(limits: readonly GaugeLimit[], width: number): GaugeBand[] {
  const names = ['free', 'low', 'pressure', 'over'] as const;
  const zoneAfter = { min: 1, pressure: 2, max: 3 } as const;
  const bands: GaugeBand[] = [];
  let x = 0;
  let zone: GaugeBand['zone'] = names[0];
  for (const limit of limits) {
    const end = Math.max(x, limit.x);
    bands.push({ x, width: end - x, zone });
    x = end;
    zone = names[zoneAfter[limit.name]];
  }
  return [...bands, { x, width: width - x, zone }];
}

export function layoutGauge(view: MemoryView, width: number): Gauge {
  const topPages = gaugeTop(view);
  const x = scaleLinear([0, topPages], [0, width]).clamp(true);
  const named = [
    { name: 'min', pages: view.minPages },
    { name: 'pressure', pages: view.pressurePages },
    { name: 'max', pages: view.maxPages },
  ] as const;
  const limits = named.flatMap(({ name, pages }) => (pages === null ? [] : [{ name, pages, x: x(pages) }]));
  const bars: GaugeBar[] = [];
  let pages = 0;
  for (const part of drawnParts(view.parts)) {
    const from = x(pages);
    pages += part.pages;
    bars.push({ x: from, width: Math.min(Math.max(x(pages) - from, MIN_BAR), width - from), part });
  }
  const mem = view.memPages;
  return {
    topPages,
    bands: zones(limits, width),
    bars,
    limits,
    mem:
      mem === null
        ? null
        : { x: x(mem), from: x(mem - view.errorPages), to: x(mem + view.errorPages), openLeft: mem <= view.errorPages },
  };
}

/**
 * Left edges of labels that want to be centred over marks, moved apart so that none overlaps and none leaves the
 * picture; null when they do not fit beside each other at all. Marks come from left to right.
 */
export function spreadLabels(
  labels: readonly { readonly centre: number; readonly width: number }[],
  total: number,
  gap: number,
): number[] | null {
  const needed = labels.reduce((sum, label) => sum + label.width, 0) + gap * Math.max(0, labels.length - 1);
  if (needed > total) return null;
  const lefts: number[] = [];
  let free = 0;
  for (const label of labels) {
    const left = Math.max(free, label.centre - label.width / 2);
    lefts.push(left);
    free = left + label.width + gap;
  }
  let limit = total;
  for (let index = labels.length - 1; index >= 0; index -= 1) {
    const width = labels[index]?.width ?? 0;
    lefts[index] = Math.min(lefts[index] ?? 0, limit - width);
    limit = (lefts[index] ?? 0) - gap;
  }
  return lefts;
}
