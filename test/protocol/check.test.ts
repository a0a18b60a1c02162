import assert from 'node:assert/strict';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { createArchiveBundle } from '../../src/archive/archive-bundle.ts';
import { createSource } from '../../src/archive/source.node.ts';
import { analyze } from '../../src/core/analyze.ts';
import { buildFilteredPage } from '../../src/core/page/filtered-page.ts';
import { buildPage } from '../../src/core/page/page.ts';
import type { PageModel } from '../../src/core/page/page-model.ts';
import { socketRow } from '../../src/core/query/socket-table.ts';
import { ENGLISH } from '../../src/core/wording/languages.ts';
import { parseFromPage, parseToPage } from '../../src/protocol/check.ts';
import { readLimits } from '../../src/protocol/limits.ts';
import { parseFromWorker, parseToWorker } from '../../src/protocol/worker-messages.ts';

const path = fileURLToPath(new URL('../fixtures/bundles/leak-closewait-k6.1.tar.gz', import.meta.url));
const { model } = buildPage(await analyze(createArchiveBundle('leak', createSource({ path }))));

const place = { id: 0, label: 'a', note: '' };
/** The same page with something in every list and under every null that the bundle leaves empty. */
const full: PageModel = {
  ...model,
  header: { ...model.header, nodes: [{ name: 'a', verdict: 'b', tone: 'bad', isShown: true }] },
  verdict: { ...model.verdict, collect: [{ what: 'a', command: 'b', gain: 'c' }] },
  memory: {
    ...model.memory,
    pods: {
      rows: [{ label: 'a', sockBytes: 1, limitBytes: 2, tone: 'warn', evidence: place }],
      more: { pods: 1, sockBytes: 2 },
    },
  },
  sockets: {
    ...model.sockets,
    gaps: {
      summary: 'a',
      rows: [{ label: 'a', detail: 'b', used: 3, gap: 2, found: 1, evidence: place }],
      more: { namespaces: 1, gap: 2, found: 0 },
    },
    notes: ['a'],
  },
  peers: model.peers && { ...model.peers, more: { links: 1, sockets: 2 } },
  states: {
    ...model.states,
    states: model.states.states.map((state) => ({
      ...state,
      change: { before: 1, after: 2, seconds: 10, survived: 1, namespaces: 1 },
    })),
  },
  processes: {
    ...model.processes,
    pods: model.processes.pods && { ...model.processes.pods, more: { pods: 1, openFds: 2, socketFds: 1 } },
  },
};

type Json = Record<string, unknown>;

/** Every object of the message, so that each field of each can be removed and retyped. */
function* objects(value: unknown): Generator<Json> {
  if (Array.isArray(value)) {
    // The first few of a list stand for the rest.
    for (const item of value.slice(0, 3)) yield* objects(item);
  } else if (typeof value === 'object' && value !== null) {
    yield value as Json;
    for (const child of Object.values(value)) yield* objects(child);
  }
}

function refuses(message: Json, parse: (value: unknown) => unknown): void {
  assert.ok(parse(message) !== undefined, 'the whole message passes');
  for (const object of objects(message)) {
    for (const key of Object.keys(object)) {
      const value = object[key];
      delete object[key];
      assert.equal(parse(message), undefined, `accepted without ${key}`);
      object[key] = { neither: 'nor' };
      assert.equal(parse(message), undefined, `accepted with another type of ${key}`);
      object[key] = value;
    }
  }
}

test('the full model is one that this test needs: the bundle has shortcuts, terms and pods', () => {
  assert.ok(model.sockets.shortcuts.length > 0 && model.sockets.sum.length > 0);
  assert.ok(full.processes.pods?.more !== null && full.processes.pods?.more !== undefined);
});

test('the page refuses a model with any field removed or of another type', () => {
  refuses(structuredClone({ type: 'page', model: full }) as unknown as Json, parseToPage);
});

for (const message of [
  { type: 'loading', name: 'a', step: 'b', bytesRead: 1, bytesTotal: 2, finding: 'c' },
  { type: 'failed', message: 'a', next: 'b', cancelled: false },
  { type: 'copied', ok: true, message: 'a' },
]) {
  test(`the page refuses a broken "${message.type}"`, () => refuses({ ...message }, parseToPage));
}

for (const message of [
  { type: 'ready' },
  { type: 'openEvidence', id: 3 },
  { type: 'showNode', index: 1 },
  { type: 'exportMarkdown' },
  { type: 'copySummary' },
  { type: 'copyVerdict' },
  { type: 'copyText', text: 'a' },
  { type: 'cancel' },
  { type: 'retry' },
  { type: 'trouble', message: 'a' },
]) {
  test(`the host refuses a broken "${message.type}"`, () => refuses({ ...message }, parseFromPage));
}

test('the host takes a picture of either kind, and none that is empty, too large, or named by a path', () => {
  const picture = { type: 'savePicture', kind: 'svg', name: 'states', data: new Uint8Array(3) };
  assert.deepEqual(parseFromPage(picture), picture);
  assert.notEqual(parseFromPage({ ...picture, kind: 'png' }), undefined);
  for (const odd of [
    { kind: 'exe' },
    { name: '../x' },
    { name: '' },
    { data: '<svg/>' },
    { data: [1, 2] },
    { data: new Uint8Array(0) },
    { data: new Uint8Array(2 ** 24 + 1) },
  ]) {
    assert.equal(parseFromPage({ ...picture, ...odd }), undefined);
  }
});

test('the host refuses what a page may not ask: commands, paths, odd numbers', () => {
  for (const message of [
    { type: 'command', command: 'workbench.action.quit' },
    { type: 'openEvidence', id: -1 },
    { type: 'showNode', index: -1 },
    { type: 'showNode', index: 'node-b' },
    { type: 'openEvidence', id: 1.5 },
    { type: 'openEvidence', id: Number.NaN },
    { type: 'openEvidence', id: '/etc/passwd' },
    { type: 'copied', ok: true, message: 'x' },
    { type: 'trouble', message: 'x'.repeat(3000) },
    { type: 'copyText', text: 'x'.repeat(2 ** 23 + 1) },
    null,
    'ready',
    [],
  ]) {
    assert.equal(parseFromPage(message), undefined);
  }
});

test('the worker refuses calls that it does not have, and takes those that it has', () => {
  const limits = readLimits(() => undefined);
  const params = { name: 'a', source: { path: 'b' }, limits };
  refuses({ id: 1, method: 'open', params: structuredClone(params) }, parseToWorker);
  assert.notEqual(parseToWorker({ id: 1, method: 'open', params: { ...params, stamp: 'c' } }), undefined);
  assert.notEqual(parseToWorker({ id: 1, method: 'open', params: { ...params, language: 'qps' } }), undefined);
  assert.equal(parseToWorker({ id: 1, method: 'open', params: { ...params, language: 1 } }), undefined);
  assert.notEqual(parseToWorker({ id: 1, method: 'open', params: { ...params, node: 'b/' } }), undefined);
  assert.equal(parseToWorker({ id: 1, method: 'open', params: { ...params, node: 1 } }), undefined);
  for (const odd of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '1'])
    assert.equal(
      parseToWorker({ id: 1, method: 'open', params: { ...params, limits: { ...limits, maxBytes: odd } } }),
      undefined,
      `${odd}`,
    );
  assert.equal(parseToWorker({ id: 1, method: 'exec', params: {} }), undefined);
  assert.equal(parseToWorker({ id: 1, method: 'open', params: { ...params, source: {} } }), undefined);
});

test('the worker refuses a broken call for the report, and leaves it to the list whether there is such a format', () => {
  refuses({ id: 1, method: 'render', params: { format: 'json', withExcerpts: true } }, parseToWorker);
  assert.notEqual(parseToWorker({ id: 1, method: 'render', params: { format: 'a', withExcerpts: false } }), undefined);
});

test('the host refuses what is no answer of a worker', () => {
  refuses({ id: 1, ok: false, error: { code: 'a', message: 'b' } }, parseFromWorker);
  const log = [{ id: 'a', lines: 1 }];
  refuses(
    { id: 1, progress: { step: 'reading', packedBytesRead: 1, packedBytes: 2, entries: 3, log } },
    parseFromWorker,
  );
  assert.equal(parseFromWorker({ ok: true }), undefined);
});

test('a filter and a window of the table are refused when they are too long', () => {
  const order = { column: 'pid', descending: false };
  const sockets = { type: 'sockets', request: 1, filter: 'pid:1', order, first: 0, count: 200 };
  assert.deepEqual(parseFromPage(sockets), sockets);
  assert.equal(parseFromPage({ ...sockets, count: 1e6 }), undefined);
  assert.equal(parseFromPage({ ...sockets, first: -1 }), undefined);
  assert.equal(parseFromPage({ ...sockets, order: { column: 'colour', descending: false } }), undefined);
  assert.equal(parseFromPage({ type: 'filter', filter: 'x'.repeat(5000) }), undefined);
  assert.deepEqual(parseFromPage({ type: 'openSocket', item: 3 }), { type: 'openSocket', item: 3 });
  assert.equal(parseFromPage({ type: 'openSocket', item: 'proc/1' }), undefined);
});

test('what a filter makes of the page passes the check of the page', async () => {
  const analysis = await analyze(createArchiveBundle('leak', createSource({ path })));
  const { view } = buildFilteredPage(analysis, 'state:close-wait', 5);
  assert.deepEqual(parseToPage({ type: 'filtered', view }), { type: 'filtered', view });
  const rows = [0, 20].map((item) => socketRow(analysis.snapshot, item, ENGLISH));
  const message = { type: 'sockets', request: 1, total: 2, first: 0, rows };
  assert.deepEqual(parseToPage(message), message);
});
