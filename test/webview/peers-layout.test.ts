import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeerLink, PeerSide } from '../../src/core/page/peers-model.ts';
import { bandPath, layoutPeers } from '../../webview/charts/peers-layout.ts';

const side = (sockets: number, seen = true): PeerSide => ({
  seen,
  sockets,
  states: [],
  rxQueueBytes: 0,
  txQueueBytes: 0,
  minisocks: 0,
  handshakes: 0,
});

const link = (from: number, to: number, fromSide: PeerSide, toSide: PeerSide): PeerLink => ({
  from: { id: from, kind: 'pod', label: `pod ${from}`, detail: '' },
  to: { id: to, kind: 'pod', label: `pod ${to}`, detail: '' },
  fromSide,
  toSide,
  port: 80,
  otherPorts: 0,
  joined: 0,
  throughConntrack: 0,
  note: '',
  tone: 'tcp',
  evidence: null,
  filter: '',
});

test('a band is as thick at either end as there are sockets, by one scale, and never below two pixels', () => {
  const { bands } = layoutPeers([link(1, 2, side(1), side(5336)), link(3, 2, side(2668), side(2668))]);
  const [leak, other] = bands;
  assert.equal(leak?.from.height, 2);
  assert.equal(leak?.to.height, 88);
  assert.equal(other?.from.height, 44);
  assert.equal(other?.to.height, 44);
});

test('an end that cannot be seen is drawn like the other one, one that is gone is not', () => {
  const heights = (from: PeerSide, to: PeerSide) => {
    const [band] = layoutPeers([link(1, 2, from, to), link(3, 4, side(1000), side(1000))]).bands;
    return [band?.from.height, band?.to.height];
  };
  assert.deepEqual(heights(side(500), side(0, false)), [44, 44]);
  assert.deepEqual(heights(side(0, false), side(250)), [22, 22]);
  assert.deepEqual(heights(side(500), side(0)), [44, 2]);
});

test('each node stands once on a side; its bands do not overlap and lie within it', () => {
  const links = [
    link(1, 9, side(500), side(500)),
    link(2, 9, side(400), side(400)),
    link(2, 8, side(3), side(3)),
    link(3, 9, side(1), side(1)),
    link(9, 9, side(1), side(1)),
  ];
  const { left, right, bands, height } = layoutPeers(links);
  assert.deepEqual(
    left.map(({ node }) => node.id),
    [1, 2, 3, 9],
  );
  assert.deepEqual(
    right.map(({ node }) => node.id),
    [9, 8],
  );
  for (const column of [left, right]) {
    column.reduce((end, place) => {
      assert.ok(place.y >= end);
      return place.y + place.height;
    }, 0);
  }
  const ends = bands.filter((band) => band.link.to.id === 9).map((band) => band.to);
  const nine = right[0];
  assert.ok(nine !== undefined);
  ends.reduce((last, end) => {
    assert.ok(end.y >= last && end.y + end.height <= nine.y + nine.height + 0.001);
    return end.y + end.height;
  }, nine.y);
  assert.ok(height >= nine.height);
});

test('nothing to draw is no picture, and pairs of minisocks alone are thin lines', () => {
  assert.deepEqual(layoutPeers([]), { left: [], right: [], bands: [], height: 0 });
  const [band] = layoutPeers([link(1, 2, side(0), side(0))]).bands;
  assert.equal(band?.from.height, 2);
  assert.doesNotMatch(bandPath(band ?? assert.fail(), 10, 20), /NaN|Infinity/);
});
