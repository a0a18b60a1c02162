import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StateView } from '../../src/core/page/page-model.ts';
import type { Box } from '../../webview/charts/roving.ts';
import { EDGES, edgeEnds, layoutStates } from '../../webview/charts/states-layout.ts';

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const unconnected = (count: number): StateView => ({
  id: 'UNCONNECTED',
  count,
  change: null,
  v6: 0,
  tone: 'plain',
  unreadBytes: 0,
  unsentBytes: 0,
  hint: '',
  holders: [],
  ports: [],
  peers: [],
  unread: [],
  reading: [],
  filter: '',
  evidence: [],
});

test('no two boxes touch, and none leaves the picture, at any width', () => {
  for (const width of [320, 488, 700, 760, 840, 1060, 1640]) {
    const layout = layoutStates(width, [unconnected(3)]);
    const boxes = [...layout.boxes];
    for (const [id, a] of boxes) {
      assert.ok(a.x >= 0 && a.x + a.width <= width + 0.01, `${id} at ${width}`);
      assert.ok(a.y >= 0 && a.y + a.height <= layout.height, `${id} at ${width}`);
      for (const [other, b] of boxes) assert.ok(a === b || !overlap(a, b), `${id} and ${other} at ${width}`);
    }
  }
});

test('boxes are in the same place whatever the counts, so that two bundles compare by eye', () => {
  const quiet = layoutStates(840, []).boxes;
  const busy = layoutStates(840, [unconnected(5000)]).boxes;
  for (const [id, box] of quiet) assert.deepEqual(busy.get(id), box);
});

test('sockets that were never connected get a box only when there are any', () => {
  assert.equal(layoutStates(840, [unconnected(0)]).boxes.has('UNCONNECTED'), false);
  assert.equal(layoutStates(840, [unconnected(1)]).boxes.has('UNCONNECTED'), true);
});

test('the note beside the graph covers no box', () => {
  const { boxes, noteLeft, noteRight } = layoutStates(840, [unconnected(1)]);
  for (const note of [noteLeft, noteRight]) {
    assert.ok(note !== null);
    for (const [id, box] of boxes) assert.ok(!overlap(note, box), id);
  }
});

test('every edge has both ends, and keeps its clearance from the box it arrives at', () => {
  const layout = layoutStates(840, []);
  for (const edge of EDGES) {
    const ends = edgeEnds(layout, edge, 7);
    const tip = edgeEnds(layout, edge, 0);
    assert.ok(ends !== null && tip !== null, `${edge.from} to ${edge.to}`);
    assert.ok(Math.abs(Math.hypot(tip.to[0] - ends.to[0], tip.to[1] - ends.to[1]) - 7) < 0.01);
  }
});
