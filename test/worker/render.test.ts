import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, rm, truncate, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FORMATS } from '../../src/core/formats/index.ts';
import { CallFailed, type Client, createClient } from '../../src/protocol/client.ts';
import { HOST } from '../../src/worker/host.node.ts';
import { createServer } from '../../src/worker/server.ts';
import { fixturePath } from '../core/support/corpus.ts';
import { limits } from './support/limits.ts';
import { textOf } from './support/rendered.ts';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

async function open(path: string, language = 'en'): Promise<Client> {
  const server = createServer((message) => client.receive(message), HOST);
  const client = createClient((message) => void server.receive(message));
  await client.call('open', {
    name: path.slice(path.lastIndexOf('/') + 1),
    source: { path },
    limits: limits(),
    language,
  });
  return client;
}

for (const name of ['healthy-k6.1', 'leak-closewait-k6.1', 'timewait-k6.1']) {
  test(`the CLI and the worker write the same bytes in every format: ${name}`, async () => {
    const client = await open(fixturePath(name));
    for (const { id } of FORMATS) {
      const { bytes, whyNoExcerpts } = await client.call('render', { format: id, withExcerpts: true });
      const args = [CLI, 'analyze', fixturePath(name), '--format', id];
      const { status, stdout } = spawnSync(process.execPath, args, { maxBuffer: 1 << 26 });
      assert.equal(status, 0);
      assert.equal(whyNoExcerpts, null);
      assert.ok(bytes.length > 0 && stdout.equals(bytes), id);
    }
  });
}

test('the report and what goes wrong with it are told in the language that the bundle was opened with', async () => {
  const client = await open(fixturePath('leak-closewait-k6.1'), 'qps');
  assert.match(await textOf(client, 'markdown'), /^## \\\[!! Numbers !!\\\]$/m);
  assert.match(await textOf(client, 'text'), /^\[!! sockets \(node\) !!\] +\[!! alloc /m);
  assert.doesNotMatch(await textOf(client, 'json'), /\[!!/);
  await assert.rejects(client.call('readEntry', { path: 'no/such' }), /\[!! The bundle has no such entry\. !!\]/);
  const other = await open(fixturePath('leak-closewait-k6.1'), 'tlh');
  assert.match(await textOf(other, 'markdown'), /^## Numbers$/m);
});

const QUOTED = /0E31F40A:22B8 0F31F40A:36DC 08/;

test('lines of the bundle are quoted only where they are wanted', async () => {
  const client = await open(fixturePath('leak-closewait-k6.1'));
  assert.match(await textOf(client, 'markdown', true), QUOTED);
  assert.doesNotMatch(await textOf(client, 'markdown', false), QUOTED);
});

async function openCopy(context: TestContext): Promise<{ readonly client: Client; readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'sockscope-changed-'));
  context.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'b.tar.gz');
  await copyFile(fixturePath('leak-closewait-k6.1'), path);
  return { client: await open(path), path };
}

for (const [what, change, sentence] of [
  ['was touched', (path: string) => utimes(path, 1, 1), /^b\.tar\.gz has changed since it was opened: .+\.$/],
  ['was cut', (path: string) => truncate(path, 1000), /^b\.tar\.gz has changed since it was opened: .+\.$/],
  ['was deleted', (path: string) => rm(path), /^b\.tar\.gz was deleted, moved or locked after it was opened: .+\.$/],
] as const) {
  test(`the report of a file that ${what} is written without the lines that prove it, and the reason is told`, async (context) => {
    const { client, path } = await openCopy(context);
    const without = await textOf(client, 'markdown', false);
    await change(path);
    const { bytes, whyNoExcerpts } = await client.call('render', { format: 'markdown', withExcerpts: true });
    assert.equal(new TextDecoder().decode(bytes), without);
    assert.match(whyNoExcerpts ?? '', sentence);
    for (const { id, needsExcerpts = false } of FORMATS.map((format) => ({ needsExcerpts: false, ...format }))) {
      const rendered = await client.call('render', { format: id, withExcerpts: true });
      assert.equal(rendered.whyNoExcerpts === null, !needsExcerpts, id);
      assert.equal((await client.call('render', { format: id, withExcerpts: false })).whyNoExcerpts, null, id);
    }
  });
}

test('a format that is not there is refused in a sentence', async () => {
  const client = await open(fixturePath('healthy-k6.1'));
  // Nothing but a wrong host can ask for it.
  for (const format of ['yaml', '', 'constructor'] as unknown as 'text'[])
    await assert.rejects(client.call('render', { format, withExcerpts: false }), (error) => {
      assert.ok(error instanceof CallFailed);
      assert.deepEqual([error.code, error.message], ['no-such-format', 'The report has no such format.']);
      return true;
    });
});

test('before a bundle is open there is no report', async () => {
  const server = createServer((message) => client.receive(message), HOST);
  const client = createClient((message) => void server.receive(message));
  await assert.rejects(
    client.call('render', { format: 'text', withExcerpts: false }),
    /^CallFailed: No bundle is open/,
  );
});
