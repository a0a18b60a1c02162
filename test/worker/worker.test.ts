import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { CallFailed, type Client, createClient } from '../../src/protocol/client.ts';
import { createServer } from '../../src/worker/server.ts';

const LEAK = fileURLToPath(new URL('../fixtures/bundles/leak-closewait-k6.1.tar.gz', import.meta.url));

/** Client and server with a real message port between them, as between the threads. */
function connect(context: TestContext): Client {
  const { port1, port2 } = new MessageChannel();
  const client = createClient((message) => port1.postMessage(message));
  const server = createServer((message, transfer) => port2.postMessage(message, [...(transfer ?? [])]));
  port1.on('message', (message) => client.receive(message));
  port2.on('message', (message) => void server.receive(message));
  context.after(() => port1.close());
  return client;
}

test('a bundle is opened by path, with progress, and its entries can be read', async (context) => {
  const client = connect(context);
  const steps: number[] = [];
  const opened = await client.call(
    'open',
    { name: 'leak', source: { path: LEAK } },
    { onProgress: (progress) => steps.push(progress.packedBytesRead) },
  );
  assert.equal(opened.report.verdict.countOwner?.pid, 185);
  assert.ok(steps.length > 0);
  assert.equal(opened.files.length, opened.sizes.length);
  const at = opened.files.indexOf('proc/net/sockstat');
  const bytes = await client.call('readFile', { entry: 'proc/net/sockstat' });
  assert.equal(bytes.length, opened.sizes[at]);
  assert.match(new TextDecoder().decode(bytes), /^sockets: used 20\nTCP: inuse 7 /);
  assert.match(await client.call('readLinks', { folder: 'proc/185/ns' }), /^net -> net:\[4026532398\]$/m);
  const [excerpt] = await client.call('readExcerpts', { places: [{ entry: 'dmesg', startLine: 433, endLine: 433 }] });
  assert.match(excerpt?.lines[0] ?? '', /TCP: out of memory/);
});

test('every place that the page links to exists, and every link of the page has its place', async (context) => {
  const client = connect(context);
  const opened = await client.call('open', { name: 'leak', source: { path: LEAK } });
  const files = new Set(opened.files);
  const folders = new Set(opened.linkFolders.map(([folder]) => folder));
  for (const place of opened.places) {
    const isLink = folders.has(place.entry.slice(0, place.entry.lastIndexOf('/')));
    assert.ok(files.has(place.entry) || isLink, place.entry);
  }
  const ids = [...JSON.stringify(opened.page).matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id));
  assert.ok(ids.length > 20);
  assert.ok(ids.every((id) => opened.places[id] !== undefined));
});

test('a bundle from elsewhere is opened by its bytes, to the same report', async (context) => {
  const bytes = new Uint8Array(await readFile(LEAK));
  const byBytes = await connect(context).call('open', { name: 'leak', source: { bytes } });
  const byPath = await connect(context).call('open', { name: 'leak', source: { path: LEAK } });
  assert.deepEqual(byBytes.report, byPath.report);
});

test('a call that fails says why, by code and sentence', async (context) => {
  const client = connect(context);
  await assert.rejects(
    client.call('open', { name: 'x', source: { path: '/no/such/file' } }),
    (error) => error instanceof CallFailed && error.code === 'not-found',
  );
  await client.call('open', { name: 'leak', source: { path: LEAK } });
  await assert.rejects(
    client.call('readFile', { entry: 'etc/passwd' }),
    (error) => error instanceof CallFailed && error.code === 'no-such-entry',
  );
});

/** Gives the call up as soon as it is made. */
function cancelAtOnce(cancel: () => void): () => void {
  cancel();
  return () => {};
}

test('a call can be cancelled while it runs', async (context) => {
  const client = connect(context);
  await assert.rejects(
    client.call('open', { name: 'leak', source: { path: LEAK } }, { onCancel: cancelAtOnce }),
    (error) => error instanceof CallFailed && error.code === 'cancelled',
  );
});

test('when the worker is gone, pending and later calls are rejected', async () => {
  const client = createClient(() => {});
  const pending = client.call('readFile', { entry: 'dmesg' });
  client.fail({ code: 'ended', message: 'gone' });
  await assert.rejects(pending, /gone/);
  await assert.rejects(client.call('readFile', { entry: 'dmesg' }), /gone/);
});

test('messages that are none are ignored', async (context) => {
  const client = connect(context);
  client.receive('noise');
  client.receive({ id: 99, ok: true, result: null });
  const opened = await client.call('open', { name: 'leak', source: { path: LEAK } });
  assert.equal(opened.report.version, 1);
});
