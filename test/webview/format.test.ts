import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bytes,
  clock,
  count,
  duration,
  mebibytes,
  percent,
  plural,
  progressShare,
  shortPath,
} from '../../webview/format.ts';

test('counts are grouped by thousands, and what is no number is a dash', () => {
  assert.equal(count(5335), '5,335');
  assert.equal(count(0), '0');
  assert.equal(count(9007199254740991), '9,007,199,254,740,991');
  assert.equal(count(Number.NaN), '–');
});

test('a share that is neither nothing nor all never reads as 0 % or 100 %', () => {
  assert.equal(percent(5335, 5409), '98.6 %');
  assert.equal(percent(0, 5409), '0 %');
  assert.equal(percent(5409, 5409), '100 %');
  assert.equal(percent(1, 5409), '< 0.1 %');
  assert.equal(percent(5408, 5409), '> 99.9 %');
});

test('a share above all is whole, and one that is absurd is cut', () => {
  assert.equal(percent(12302, 11202), '110 %');
  assert.equal(percent(1e12, 10), '> 9,999 %');
});

test('a share of nothing is a dash', () => {
  assert.equal(percent(4, 0), '–');
  assert.equal(percent(Number.NaN, 4), '–');
});

test('bytes take the unit in which they are short, and whole numbers have no decimals', () => {
  assert.equal(bytes(1023), '1,023 B');
  assert.equal(bytes(3585), '3.5 KiB');
  assert.equal(bytes(4096), '4 KiB');
  assert.equal(bytes(24768789), '23.6 MiB');
  assert.equal(bytes(2 ** 60), '1,024 PiB');
});

test('pages become MiB by the page size of the node', () => {
  assert.equal(mebibytes(12302, 4096), '48.1');
  assert.equal(mebibytes(12302, 65536), '768.9');
});

test('one is singular, everything else plural', () => {
  assert.equal(plural(1, 'socket'), '1 socket');
  assert.equal(plural(0, 'socket'), '0 sockets');
  assert.equal(plural(5335, 'socket'), '5,335 sockets');
});

test('durations are as precise as their size deserves', () => {
  assert.equal(duration(63.5), '63.5 s');
  assert.equal(duration(45), '45 s');
  assert.equal(duration(725), '12 min 5 s');
  assert.equal(duration(3 * 3600 + 125), '3 h 2 min');
  assert.equal(duration(4 * 86400 + 3700), '4 d 1 h');
});

test('wall times are UTC and carry the date only when it is needed', () => {
  const moment = Date.UTC(2026, 10, 22, 20, 21, 31) / 1000;
  assert.equal(clock(moment, 'seconds'), '20:21:31');
  assert.equal(clock(moment, 'minutes'), '11-22 20:21');
  assert.equal(clock(moment, 'days'), '2026-11-22');
  assert.equal(clock(Number.POSITIVE_INFINITY, 'days'), '');
});

test('progress is a share between nothing and all, and unknown without a size', () => {
  assert.equal(progressShare(421888, 783360)?.toFixed(2), '0.54');
  assert.equal(progressShare(9, 4), 1);
  assert.equal(progressShare(-1, 4), 0);
  assert.equal(progressShare(9, 0), null);
});

test('a long path keeps its end, whole folders only', () => {
  const slice = `kubepods-pod${'0'.repeat(50)}.slice`;
  assert.equal(shortPath('proc/184/net/tcp:3'), 'proc/184/net/tcp:3');
  const sixty = `${'a/'.repeat(28)}abcd`;
  assert.equal(shortPath(sixty), sixty);
  assert.equal(shortPath(`sys/fs/cgroup/kubepods.slice/${slice}/memory.stat:2`), '…/memory.stat:2');
  assert.equal(shortPath(`${'x'.repeat(80)}/b/c`), '…/b/c');
  assert.equal(shortPath('y'.repeat(80)), 'y'.repeat(80));
});
