/**
 * What the extension host does with a bundle, without VS Code. While it loads: takes the answer of the worker, makes the
 * tree of entries and the text of the page's message, all at one stretch. Then it opens entries, as a click does.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { buildEntryTree } from '../../../src/extension/entry-tree.ts';
import { createReader } from './reader.ts';
import { stopwatch } from './stopwatch.ts';

const [, , workerPath = '', bundle = ''] = process.argv;
const TICK_MS = 2;
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
buildEntryTree(opened.files, opened.sizes, opened.linkFolders);
const treeMs = answered().threadMs;
// VS Code sends as text what a webview gets.
const page = JSON.stringify({ type: 'page', model: opened.page });
const textMs = answered().threadMs - treeMs;
await pause(20 * TICK_MS);
delay.disable();
const threadMs = threadBusy();

const openFile = async (index: number) => {
  const entry = opened.files[index] ?? '';
  const bytes = await reader.call('readFile', { entry });
  if (bytes.length !== opened.sizes[index]) throw new Error(`${entry} has ${bytes.length} bytes`);
};
const last = opened.files.length - 1;
const largest = opened.sizes.indexOf(opened.sizes.reduce((most, size) => Math.max(most, size), 0));
const folder = opened.linkFolders.at(-1)?.[0] ?? '';
const entries = {
  lastMs: await time(() => openFile(last)),
  middleMs: await time(() => openFile(last >> 1)),
  largestMs: await time(() => openFile(largest)),
  linksMs: await time(() => reader.call('readLinks', { folder })),
};
reader.dispose();
console.log(
  JSON.stringify({ wallMs: delay.max / 1e6, threadMs, treeMs, textMs, pageCharacters: page.length, ...entries }),
);
