/**
 * The worker in a host without Node: bundled for a browser, and run where there is nothing but JavaScript and the
 * globals of web standards. What it answers must be what the worker of Node answers.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { type Client, createClient } from '../../src/protocol/client.ts';
import { HOST } from '../../src/worker/host.node.ts';
import { createServer, type Server } from '../../src/worker/server.ts';
import { fixturePath } from '../core/support/corpus.ts';
import { limits } from './support/limits.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a host in a browser has to bring. */
const WEB_HOST = `
import { openReader, readBytes, stampOf, UnpackError } from './src/archive/bundle-source.ts';
import { createServer } from './src/worker/server.ts';

async function* unpack(pieces, chunkBytes) {
  const parts = [];
  for await (const piece of pieces()) parts.push(piece.slice());
  try {
    const unpacked = new Blob(parts).stream().pipeThrough(new DecompressionStream('gzip'));
    const bytes = new Uint8Array(await new Response(unpacked).arrayBuffer());
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  } catch (error) {
    throw new UnpackError('damaged', String(error));
  }
}

globalThis.createWebServer = (post) => createServer(post, {
  createSource: ({ bytes }) => ({
    open: () => openReader(readBytes(bytes), unpack),
    stamp: () => stampOf(readBytes(bytes), ''),
  }),
  packer: null,
  offHeapBytes: () => 0,
});
globalThis.copyBytes = (bytes) => new Uint8Array(bytes);
`;

interface WebGlobals {
  readonly createWebServer: (post: (message: unknown) => void) => Server;
  /** As bytes of that host. */
  readonly copyBytes: (bytes: Uint8Array) => Uint8Array<ArrayBuffer>;
}

async function startWebHost(): Promise<WebGlobals> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    stdin: { contents: WEB_HOST, resolveDir: ROOT },
    bundle: true,
    platform: 'browser',
    format: 'iife',
    alias: { events: 'bare-events' },
    write: false,
  });
  const context = createContext({
    ...{ TextDecoder, TextEncoder, AbortController, performance, setTimeout, clearTimeout, queueMicrotask },
    ...{ Blob, Response, DecompressionStream },
  });
  runInContext(outputFiles[0]?.text ?? '', context);
  assert.equal(runInContext('typeof process + typeof Buffer + typeof require', context), 'undefined'.repeat(3));
  return context as unknown as WebGlobals;
}

function connect(start: (post: (message: unknown) => void) => Server): Client {
  const server = start((message) => client.receive(message));
  const client = createClient((message) => void server.receive(message));
  return client;
}

for (const form of ['tar.gz', 'tar'] as const) {
  test(`a ${form} gives the same page and the same entries without Node`, async () => {
    const packed = await readFile(fixturePath('leak-closed-held-k6.1'));
    const file = new Uint8Array(form === 'tar' ? gunzipSync(packed) : packed);
    const web = await startWebHost();
    const hosts = [
      { client: connect((post) => createServer(post, HOST)), bytes: file },
      { client: connect(web.createWebServer), bytes: web.copyBytes(file) },
    ];
    const answers = hosts.map(async ({ client, bytes }) => {
      const opened = await client.call('open', { name: 'b', source: { bytes }, limits: limits() });
      const entries = ['proc/184/fd', 'dmesg', 'proc/net/tcp'].map((path) => client.call('readEntry', { path }));
      const texts = (await Promise.all(entries)).map((entry) => Buffer.from(entry).toString());
      const page = JSON.stringify({ ...opened, documents: [...opened.documents] });
      return { page, texts };
    });
    const [node, other] = await Promise.all(answers);
    assert.ok(node?.page.includes('closed-socket-leak') && node.texts.every((text) => text.length > 0));
    assert.deepEqual(other, node);
  });
}
