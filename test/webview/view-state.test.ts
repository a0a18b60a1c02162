import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readViewState, type ViewState } from '../../webview/view-state.ts';

const full: ViewState = {
  scroll: 1500,
  selected: 'CLOSE_WAIT',
  filter: 'pid:185',
  past: ['', 'state:listen'],
  future: ['comm:java'],
  socketOrder: { column: 'rxq', descending: true },
  zoom: [0, [1, 2]],
  scale: 'log',
  logSpan: [4, 90.5],
  longList: true,
  tables: ['memory'],
  sorts: [{ table: 'pods', column: 1, descending: true }],
  toggled: ['gaps'],
};

const FRESH = readViewState(undefined);

test('a page that was never seen shows everything, from its top and unsorted', () => {
  assert.deepEqual(
    [FRESH.scroll, FRESH.filter, FRESH.past, FRESH.zoom, FRESH.logSpan, FRESH.sorts],
    [0, '', [], [], null, []],
  );
  assert.deepEqual(FRESH.socketOrder, { column: null, descending: false });
});

test('what was remembered comes back as it was', () => {
  assert.deepEqual(readViewState(JSON.parse(JSON.stringify(full))), full);
});

test('a cleared selection is not the same as none chosen yet', () => {
  assert.equal(readViewState({ selected: null }).selected, null);
  assert.equal(readViewState({}).selected, undefined);
});

test('what another version wrote is replaced part by part', () => {
  assert.deepEqual(readViewState('text'), FRESH);
  const odd = {
    scroll: -3,
    selected: 'SYN',
    filter: 'x'.repeat(5000),
    past: 'none',
    future: [1],
    socketOrder: { column: 'colour' },
    zoom: [0, -1],
    scale: 'cubic',
    logSpan: [1],
    longList: 'yes',
    tables: 4,
    sorts: [{ table: 'pods', column: -1, descending: true }, null, 7],
    toggled: {},
  };
  assert.deepEqual(readViewState(odd), FRESH);
  assert.deepEqual(readViewState({ ...odd, scroll: 12 }), { ...FRESH, scroll: 12 });
});
