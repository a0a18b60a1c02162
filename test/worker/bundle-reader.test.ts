import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { BundleReader, type ReaderInput } from '../../src/extension/open/bundle-reader.ts';
import { createHost } from '../../src/extension/worker-thread.node.ts';
import type { Step } from '../../src/protocol/worker-messages.ts';
import { packTarGz } from '../core/support/bundles.ts';
import { fixtureMembers, fixturePath } from '../core/support/corpus.ts';
import { limits } from './support/limits.ts';
import { memoryHog } from './support/memory-hog.ts';

const WORKER = fileURLToPath(new URL('../../src/worker/worker.node.ts', import.meta.url));
const { liveWorkers, endSpareWorker } = createHost(WORKER);
const LEAK = fixturePath('leak-closewait-k6.1');
const HOSTNAME = 'worker-f25';

interface Change extends Partial<Omit<ReaderInput, 'startWorker'>> {
  readonly workerPath?: string;
}

function reader(context: TestContext, { workerPath = WORKER, ...change }: Change = {}): BundleReader {
  const made = new BundleReader({
    name: 'b.tar.gz',
    language: 'en',
    startWorker: createHost(workerPath).startWorker,
    limits: () => limits(),
    source: async () => ({ path: LEAK }),
    ...change,
  });
  context.after(async () => {
    made.dispose();
    await noWorkers();
  });
  return made;
}

async function folderOf(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sockscope-reader-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** A worker that does this when it is asked for something. */
async function badWorker(context: TestContext, act: string): Promise<string> {
  const path = join(await folderOf(context), 'worker.mjs');
  const listen = `import { parentPort } from 'node:worker_threads';\nparentPort.on('message', ({ id, method }) => {\n`;
  await writeFile(path, `${listen}${act}\n});\n`);
  return path;
}

async function noWorkers(): Promise<void> {
  for (let tries = 0; liveWorkers() > 0; tries++) {
    assert.ok(tries < 1000, 'a worker never ended');
    await sleep(20);
  }
}

const PROGRESS = '{ step: "joining", packedBytesRead: 1, packedBytes: 2, entries: 3, log: null }';

for (const [how, act, sentence] of [
  ['that exits', 'process.exit(3)', /^The analysis of b\.tar\.gz ended unexpectedly \(exit status 3\)\.$/],
  ['that throws', 'throw new Error("boom")', /^The analysis of b\.tar\.gz stopped: boom$/],
  ['that rejects', 'Promise.reject(new Error("boom"))', /^The analysis of b\.tar\.gz stopped: boom$/],
  [
    'that runs out of memory',
    'const all = []; for (;;) all.push(new Array(10_000).fill(id));',
    /^b\.tar\.gz needs more than 128 MB of memory: .* \(setting sockscope\.limits\.maxMemoryMegabytes\)\.$/,
  ],
] as const) {
  test(`a worker ${how} gives one sentence that names the bundle, and can be started again`, async (context) => {
    let workerPath = await badWorker(context, act);
    const small = limits({ maxMemoryBytes: 128 * 2 ** 20 });
    const other = reader(context);
    const kept = await other.open(() => {});
    const input = { name: 'b.tar.gz', language: 'en', limits: () => small, source: async () => ({ path: LEAK }) };
    const failing = new BundleReader({
      ...input,
      startWorker: (...input) => createHost(workerPath).startWorker(...input),
    });
    await assert.rejects(
      failing.open(() => {}),
      { message: sentence },
    );
    await assert.rejects(failing.call('readEntry', { path: 'dmesg' }));
    assert.equal(kept.summary.bundle.hostname, HOSTNAME);
    assert.ok((await other.call('readEntry', { path: 'dmesg' })).length > 0, 'another bundle lives on');
    workerPath = WORKER;
    assert.equal((await failing.open(() => {})).summary.bundle.hostname, HOSTNAME);
    failing.dispose();
  });
}

for (const step of ['reading', 'joining', 'drawing'] satisfies Step[]) {
  test(`cancelled while it is ${step}, it rejects at once and leaves no worker; it can be read again`, async (context) => {
    const bundle = reader(context);
    const steps: Step[] = [];
    const opening = bundle.open((progress) => {
      steps.push(progress.step);
      if (progress.step === step) bundle.cancel();
    });
    await assert.rejects(opening, { code: 'cancelled', message: 'Reading was cancelled.' });
    assert.equal(steps.at(-1), step, 'nothing is told after it');
    await noWorkers();
    assert.equal((await bundle.open(() => {})).summary.bundle.hostname, HOSTNAME);
  });
}

test('a worker that never looks up again is ended by cancelling', async (context) => {
  const workerPath = await badWorker(context, `parentPort.postMessage({ id, progress: ${PROGRESS} }); for (;;);`);
  const bundle = reader(context, { workerPath });
  await assert.rejects(
    bundle.open(() => bundle.cancel()),
    { code: 'cancelled' },
  );
  await noWorkers();
});

/** Bytes from somewhere else, that come when the test says so. */
function laterSource() {
  let resolve: (source: { readonly path: string }) => void = () => {};
  const promise = new Promise<{ path: string }>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

test('cancelled or closed while the bytes are on their way, no worker is started', async (context) => {
  for (const end of ['cancel', 'dispose'] as const) {
    const source = laterSource();
    const bundle = reader(context, { source: () => source.promise });
    const opening = bundle.open(() => {});
    await sleep(1);
    bundle[end]();
    await assert.rejects(opening, { code: end === 'cancel' ? 'cancelled' : 'ended' });
    source.resolve({ path: LEAK });
    await sleep(1);
    assert.equal(liveWorkers(), 0);
  }
});

test('ended in the moment in which the bytes came, no worker is left', async (context) => {
  const source = laterSource();
  const bundle = reader(context, { source: () => source.promise });
  const opening = bundle.open(() => {});
  await sleep(1);
  source.resolve({ path: LEAK });
  bundle.cancel();
  await assert.rejects(opening, { code: 'cancelled' });
  await noWorkers();
});

test('a reading that fails leaves no worker that waits for nothing', async (context) => {
  const bundle = reader(context, { source: async () => ({ path: '/no/such/file' }) });
  await assert.rejects(
    bundle.open(() => {}),
    { code: 'not-found' },
  );
  await noWorkers();
});

test('ten bundles opened and closed at once leave no worker', async (context) => {
  const all = Array.from({ length: 10 }, () => reader(context));
  const opening = all.map((bundle) => bundle.open(() => {}));
  await sleep(1);
  for (const bundle of all) bundle.dispose();
  const results = await Promise.allSettled(opening);
  assert.ok(results.every(({ status }) => status === 'rejected'));
  await noWorkers();
});

/** Opens a file and then dies on the first entry that is asked for; from then on it is the real one. */
async function dyingOnce(
  context: TestContext,
  { source = LEAK, node = null }: { readonly source?: string; readonly node?: string | null } = {},
): Promise<{ readonly bundle: BundleReader; readonly path: string }> {
  const path = join(await folderOf(context), 'b.tar.gz');
  await copyFile(source, path);
  const workerPath = join(await folderOf(context), 'worker.mjs');
  await writeFile(
    workerPath,
    `import { existsSync, writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
const mark = ${JSON.stringify(`${workerPath}.died`)};
parentPort.on('message', ({ method }) => {
  if (method === 'open' || existsSync(mark)) return;
  writeFileSync(mark, '');
  process.exit(9);
});
await import(${JSON.stringify(WORKER)});
`,
  );
  const bundle = reader(context, { workerPath, source: async () => ({ path }) });
  await bundle.open(() => {}, node);
  await assert.rejects(bundle.call('readEntry', { path: 'dmesg' }), /exit status 9/);
  return { bundle, path };
}

test('a worker that died after the page was drawn is replaced when an entry is asked for', async (context) => {
  const { bundle } = await dyingOnce(context);
  const all = await Promise.all(['dmesg', 'proc/uptime'].map((entry) => bundle.call('readEntry', { path: entry })));
  assert.ok(all.every((bytes) => bytes.length > 0));
  assert.equal(liveWorkers(), 1, 'one for both');
});

test('it is replaced by one that shows the same node', async (context) => {
  const members = await Promise.all(
    ['healthy-k6.1', 'leak-closed-held-k6.1'].map(async (name) =>
      (await fixtureMembers(name)).map((member) => ({ ...member, name: `${name}/${member.name}` })),
    ),
  );
  const source = join(await folderOf(context), 'two.tar.gz');
  await writeFile(source, await packTarGz(members.flat()));
  const { bundle } = await dyingOnce(context, { source, node: 'healthy-k6.1/' });
  const { bytes } = await bundle.call('render', { format: 'json', withExcerpts: false });
  assert.equal(JSON.parse(new TextDecoder().decode(bytes)).bundle.root, 'healthy-k6.1/');
});

test('it is not replaced by one that reads another file', async (context) => {
  const { bundle, path } = await dyingOnce(context);
  await utimes(path, 1, 1);
  await assert.rejects(bundle.call('readEntry', { path: 'dmesg' }), { code: 'changed' });
  await noWorkers();
});

for (const [where, nameBytes, members] of [
  ['in the heap', 2 ** 18, 900],
  ['outside the heap', 2 ** 20, 240],
] as const) {
  test(`a hostile bundle that fills the memory ${where} is ended at the limit, in one sentence`, async (context) => {
    const bytes = new Uint8Array(memoryHog(members, nameBytes));
    assert.ok(bytes.length < 4 << 20, `${bytes.length} bytes`);
    const bundle = reader(context, {
      source: async () => ({ bytes }),
      limits: () => limits({ maxMemoryBytes: 128 * 2 ** 20 }),
    });
    await assert.rejects(
      bundle.open(() => {}),
      { code: 'out-of-memory', message: /^b\.tar\.gz needs more than 128 MB of memory/ },
    );
    await noWorkers();
  });
}

/** Threads are numbered as they are started: that of a thread which is started now. */
async function nextThreadId(): Promise<number> {
  const worker = new Worker('', { eval: true });
  const { threadId } = worker;
  await worker.terminate();
  return threadId;
}

/** The number of the thread that is given a bundle. */
async function threadOf(context: TestContext, change: Change): Promise<number> {
  const { message } = await reader(context, change)
    .open(() => {})
    .then(
      () => assert.fail(),
      (error: Error) => error,
    );
  return Number(message);
}

test('a thread that was started before a bundle is there takes the first one, and only with the same limits', async (context) => {
  context.after(endSpareWorker);
  const say =
    'import("node:worker_threads").then(({ threadId }) => parentPort.postMessage({ id, ok: false, error: { code: "x", message: String(threadId) } }));';
  const workerPath = await badWorker(context, say);
  createHost(workerPath).warmUpWorker(limits());
  const later = await nextThreadId();
  const others = () => limits({ maxMemoryBytes: 128 * 2 ** 20 });
  assert.ok((await threadOf(context, { workerPath, limits: others })) > later, 'other limits');
  assert.ok((await threadOf(context, { workerPath })) < later, 'the first bundle');
  assert.ok((await threadOf(context, { workerPath })) > later, 'the second bundle');
});

test('a thread that dies while it waits for a bundle does no harm', async (context) => {
  context.after(endSpareWorker);
  const folder = await folderOf(context);
  const workerPath = join(folder, 'dead.mjs');
  await writeFile(workerPath, 'process.exit(3);');
  createHost(workerPath).warmUpWorker(limits());
  await sleep(300);
  await writeFile(workerPath, `import ${JSON.stringify(WORKER)};`);
  assert.equal((await reader(context, { workerPath }).open(() => {})).summary.bundle.hostname, HOSTNAME);
});
