import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { CallFailed, type Client, createClient } from '../../src/protocol/client.ts';
import { HOST } from '../../src/worker/host.node.ts';
import { createServer } from '../../src/worker/server.ts';
import { packTarGz } from '../core/support/bundles.ts';
import { fixturePath } from '../core/support/corpus.ts';
import { limits } from './support/limits.ts';
import { reportOf } from './support/rendered.ts';

async function openCopy(context: TestContext): Promise<{ readonly client: Client; readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'sockscope-changed-'));
  context.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'b.tar.gz');
  await copyFile(fixturePath('healthy-k6.1'), path);
  const server = createServer((message) => client.receive(message), HOST);
  const client = createClient((message) => void server.receive(message));
  await client.call('open', { name: 'b.tar.gz', source: { path }, limits: limits() });
  return { client, path };
}

async function refusesAll(client: Client, sentence: RegExp): Promise<void> {
  for (const call of [
    () => client.call('readEntry', { path: 'proc/uptime' }),
    () => client.call('readEntry', { path: 'proc/1/ns' }),
    () => client.call('readEntry', { path: 'proc/uptime.lines-1-1' }),
  ])
    await assert.rejects(call(), (error) => {
      assert.ok(error instanceof CallFailed);
      assert.equal(error.code, 'changed');
      assert.match(error.message, sentence);
      return true;
    });
}

const CHANGED = /^b\.tar\.gz has changed since it was opened/;
const GONE = /^b\.tar\.gz was deleted, moved or locked after it was opened/;

test('a file that stays as it is can be read from', async (context) => {
  const { client } = await openCopy(context);
  assert.ok((await client.call('readEntry', { path: 'proc/uptime' })).length > 0);
});

test('a file that was replaced by another bundle is not read from', async (context) => {
  const { client, path } = await openCopy(context);
  await copyFile(fixturePath('orphans-k6.1'), `${path}.new`);
  await rename(`${path}.new`, path);
  await refusesAll(client, CHANGED);
});

test('a file of the same size and time with another content is not read from', async (context) => {
  const { client, path } = await openCopy(context);
  const { size, atime, mtime } = await stat(path);
  const other = await packTarGz([{ name: 'proc/uptime', text: '666.66 666.66\n' }]);
  await writeFile(path, Buffer.concat([other, Buffer.alloc(size - other.length)]));
  await utimes(path, atime, mtime);
  assert.equal((await stat(path)).size, size);
  await refusesAll(client, CHANGED);
});

test('a file that was cut is not read from', async (context) => {
  const { client, path } = await openCopy(context);
  await truncate(path, 1000);
  await refusesAll(client, CHANGED);
});

test('a file that was deleted, or whose place is a folder now, is not read from; put back, it is', async (context) => {
  const { client, path } = await openCopy(context);
  await rename(path, `${path}.away`);
  await refusesAll(client, GONE);
  await rename(`${path}.away`, path);
  assert.ok((await client.call('readEntry', { path: 'proc/uptime' })).length > 0);
});

test('a worker that takes the place of another refuses a file that is not the same any more', async (context) => {
  const { path } = await openCopy(context);
  const server = createServer((message) => client.receive(message), HOST);
  const client = createClient((message) => void server.receive(message));
  const params = { name: 'b.tar.gz', source: { path }, limits: limits() };
  const { stamp } = await client.call('open', params);
  assert.equal((await client.call('open', { ...params, stamp })).stamp, stamp);
  await writeFile(path, await packTarGz([{ name: 'proc/uptime', text: '1 1\n' }]));
  await assert.rejects(client.call('open', { ...params, stamp }), { code: 'changed', message: CHANGED });
});

test('a file that is written to while it is read gives a report that says so', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'sockscope-changed-'));
  context.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'b.tar.gz');
  await copyFile(fixturePath('leak-closewait-k6.1'), path);
  const server = createServer((message) => client.receive(message), HOST);
  const client = createClient((message) => void server.receive(message));
  let touched: Promise<void> | undefined;
  await client.call(
    'open',
    { name: 'b.tar.gz', source: { path }, limits: limits() },
    { onProgress: () => (touched ??= utimes(path, 1, 1)) },
  );
  await touched;
  const report = await reportOf(client);
  assert.match(report.problems.map(({ message }) => message).join('\n'), /changed while it was read/);
});
