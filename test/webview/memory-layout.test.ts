import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MemoryPart, MemoryView } from '../../src/core/page/page-model.ts';
import { layoutGauge, spreadLabels } from '../../webview/charts/memory-layout.ts';

const part = (pages: number): MemoryPart => ({ label: 'a', pages, tone: 'bad', kind: 'queued', source: 'skmem' });

const view = (change: Partial<MemoryView> = {}): MemoryView => ({
  status: 'exhausted',
  summary: '',
  pageSizeBytes: 4096,
  memPages: 12302,
  errorPages: 512,
  minPages: 5601,
  pressurePages: 8402,
  maxPages: 11202,
  parts: [part(7936), part(4318), part(48)],
  pods: null,
  evidence: [],
  ...change,
});

test('the scale ends a quarter above max, or above mem when mem is even higher', () => {
  assert.equal(layoutGauge(view(), 600).topPages, 11202 * 1.25);
  assert.ok(layoutGauge(view({ memPages: 40000 }), 600).topPages > 40512);
  const unknown = view({ memPages: null, minPages: null, pressurePages: null, maxPages: null });
  assert.ok(layoutGauge(unknown, 600).topPages >= 1);
});

test('the bands lie side by side and fill the width', () => {
  const { bands } = layoutGauge(view(), 600);
  assert.deepEqual(
    bands.map((band) => band.zone),
    ['free', 'low', 'pressure', 'over'],
  );
  assert.ok(Math.abs(bands.reduce((sum, band) => sum + band.width, 0) - 600) < 0.01);
});

test('bars follow each other to scale, and a small one stays visible', () => {
  const { bars, mem } = layoutGauge(view(), 600);
  const scale = 600 / (11202 * 1.25);
  assert.ok(Math.abs((bars[1]?.x ?? 0) - 7936 * scale) < 0.01);
  assert.equal(bars[2]?.width, 3);
  assert.ok(mem !== null && Math.abs(mem.x - 12302 * scale) < 0.01);
});

test('hundreds of owners become a few bars and keep all their pages', () => {
  const { bars } = layoutGauge(view({ parts: Array.from({ length: 300 }, () => part(10)) }), 600);
  assert.ok(bars.length <= 24);
  assert.equal(
    bars.reduce((sum, bar) => sum + bar.part.pages, 0),
    3000,
  );
});

test('a mem of 0 has an error only to the right, and no mem has no mark at all', () => {
  const zero = layoutGauge(view({ memPages: 0, parts: [] }), 600).mem;
  assert.ok(zero !== null);
  assert.equal(zero.openLeft, true);
  assert.equal(zero.x, 0);
  assert.ok(zero.to > 0);
  assert.equal(layoutGauge(view({ memPages: null }), 600).mem, null);
});

test('labels over close marks are moved apart and stay inside', () => {
  const lefts = spreadLabels(
    [
      { centre: 2, width: 60 },
      { centre: 4, width: 60 },
      { centre: 199, width: 60 },
    ],
    200,
    8,
  );
  assert.ok(lefts !== null);
  const [first = -1, second = -1, third = -1] = lefts;
  assert.ok(first >= 0 && second >= first + 68 && third >= second + 68 - 0.01 && third + 60 <= 200);
});

test('labels that cannot stand side by side are refused', () => {
  assert.equal(
    spreadLabels(
      [
        { centre: 0, width: 150 },
        { centre: 9, width: 60 },
      ],
      200,
      8,
    ),
    null,
  );
});
