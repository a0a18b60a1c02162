/**
 * What the extension host does with a bundle, without VS Code. While it loads: takes the answer of the worker, makes the
 * text of the page's message, and takes the first listing of the tree. Then it opens entries, as a click does.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { EntryStat } from '../../../src/protocol/worker-messages.ts';
import { createReader } from './reader.ts';
import { stopwatch } from './stopwatch.ts';

const [, , workerPath = '', bundle = ''] = process.argv;
const TICK_MS = 2;
const MAX_WAIT_MS = 30_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** CPU of this thread between two ticks: a stretch in which the machine did something else does not count. */
function watchThread(): () => number {
  let busiestMs = 0;
  let last = process.threadCpuUsage();
  const ticks = setInterval(() => {
    const { user, system } = process.threadCpuUsage(last);
    busiestMs = Math.max(busiestMs, (user + system) / 1000);
    last = process.threadCpuUsage();
  }, TICK_MS);
  return () => {
    clearInterval(ticks);
    return busiestMs;
  };
}

async function time(open: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await open();
  return performance.now() - started;
}

const reader = createReader(workerPath, bundle);
await pause(100);
const threadBusy = watchThread();
const delay = monitorEventLoopDelay({ resolution: TICK_MS });
delay.enable();
const opened = await reader.open(() => {});
const answered = stopwatch();
// VS Code sends as text what a webview gets.
const page = JSON.stringify({ type: 'page', model: opened.page });
const textMs = answered().threadMs;
await pause(20 * TICK_MS);
const treeMs = await time(() => reader.call('list', { path: '' }));
await pause(20 * TICK_MS);
delay.disable();
const threadMs = threadBusy();

const list = async (path: string) => (await reader.call('list', { path })).entries;
const openEntry = async ({ path, sizeBytes, kind }: EntryStat) => {
  const bytes = await reader.call('readEntry', { path });
  if (kind === 'file' && bytes.length !== sizeBytes) throw new Error(`${path} has ${bytes.length} bytes`);
};
/** The processes of the generated bundle come by PID: the last one lies at its end. */
const root = (await list('')).find(({ kind }) => kind === 'folder')?.path ?? '';
const processes = (await list(`${root}/proc`)).filter(({ name }) => /^\d+$/.test(name));
const entriesOf = async (process: EntryStat | undefined) => list(process?.path ?? '');
const last = await entriesOf(processes.at(-1));
const middle = await entriesOf(processes[processes.length >> 1]);
const files = [...(await list(root)), ...last].filter(({ kind }) => kind === 'file');
const choose = (entry: EntryStat | undefined) => {
  if (entry === undefined) throw new Error('The bundle has other entries than the bench knows.');
  return () => openEntry(entry);
};
const openEach = async () => ({
  lastMs: await time(choose(last.findLast(({ kind }) => kind === 'file'))),
  middleMs: await time(choose(middle.find(({ kind }) => kind === 'file'))),
  largestMs: await time(choose(files.toSorted((a, b) => b.sizeBytes - a.sizeBytes)[0])),
  linksMs: await time(choose(last.find(({ kind }) => kind === 'links'))),
});
const openLast = choose(last.find(({ kind }) => kind === 'links'));
const atOnceMs = await time(openLast);
// Until the blocks of the archive are in memory it takes as long again.
while ((await time(openLast)) > atOnceMs / 4 && performance.now() < MAX_WAIT_MS) await pause(500);
const readyMs = answered().wallMs;
const entries = await openEach();
reader.dispose();
console.log(
  JSON.stringify({
    wallMs: delay.max / 1e6,
    threadMs,
    treeMs,
    textMs,
    pageCharacters: page.length,
    atOnceMs,
    readyMs,
    ...entries,
  }),
);
