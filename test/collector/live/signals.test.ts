import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { unpack } from '../support/bundle.ts';
import { brief, collect, makeFolder, type Run, startCollector } from '../support/collector.ts';
import { sharedLeaks } from '../support/leaks.ts';
import { needsNode } from '../support/node.ts';
import { newSince, runningProcesses } from '../support/processes.ts';
import { until } from '../support/wait.ts';

const skip = needsNode();
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const;
const rounds = 4;

/** The same numbers from 0 to 1 in every run (Numerical Recipes' generator). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

async function collectAndKill(signal: NodeJS.Signals, afterMs: number, toGroup: boolean): Promise<Run> {
  const { child, ended } = startCollector(brief);
  await sleep(afterMs);
  const { pid } = child;
  if (pid !== undefined && child.exitCode === null) process.kill(toGroup ? -pid : pid, signal);
  return ended;
}

describe('ending the collector', { skip }, () => {
  let wholeMs: number;
  before(async () => {
    await sharedLeaks();
    const started = performance.now();
    await collect();
    wholeMs = performance.now() - started;
  });

  const random = seeded(20261123);
  for (const signal of signals) {
    test(`${signal} at any moment leaves a whole archive or none, no file and no process`, async () => {
      const before = runningProcesses();
      // A little beyond the end: four at a time take longer than the one that was measured.
      const delays = Array.from({ length: rounds }, (_, round) => ((round + random()) / rounds) * wholeMs * 1.3);
      // Ctrl-C and a closed terminal reach the whole group; kill reaches the one.
      const runs = await Promise.all(
        delays.map((delay, round) => collectAndKill(signal, delay, round % 2 === 1 && signal !== 'SIGKILL')),
      );
      await until('nothing of it runs', () => newSince(before).length === 0);
      for (const [index, run] of runs.entries()) {
        const when = `${signal} after ${Math.round(delays[index] ?? 0)} ms`;
        assert.deepEqual(readdirSync(run.temporary), [], `${when}: the temporary folder`);
        // What the guard of a killed one took away, the run itself could not see.
        const files = readdirSync(run.folder);
        assert.deepEqual(
          files.filter((file) => !/^sockscope-.*\.tar\.gz$/.test(file)),
          [],
          when,
        );
        if (run.code === 0 || files.length > 0)
          assert.equal(unpack(run.archive).manifest.format, 'sockscope-bundle', when);
        else if (signal !== 'SIGKILL') {
          // One that comes before the traps are set ends the shell by the signal itself: nothing was made then.
          if (run.signal === null) assert.match(run.stderr, /stopped by a signal, nothing was written/, when);
        }
      }
      assert.ok(
        runs.some((run) => run.code !== 0),
        'no run was met by the signal',
      );
    });
  }

  test('SIGKILL as soon as there is a temporary folder leaves none', async () => {
    const temporary = makeFolder();
    const { child, ended } = startCollector(brief, { temporary });
    while (readdirSync(temporary).length === 0 && child.exitCode === null) await setImmediate();
    child.kill('SIGKILL');
    await ended;
    await until('the temporary folder is empty', () => readdirSync(temporary).length === 0);
  });
});
