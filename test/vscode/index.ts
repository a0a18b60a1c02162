// The mocha entry, loaded by VS Code's extension host. It is bundled, so there are no files to search for.

import { writeFile } from 'node:fs/promises';
import Mocha from 'mocha';

/** Every suite by name; loaded only after mocha is set up, as they register themselves when loaded. */
const suites = [
  () => import('./smoke.test.ts'),
  () => import('./bundle.test.ts'),
  () => import('./collector.test.ts'),
  () => import('./collected.test.ts'),
  () => import('./broken-input.test.ts'),
  () => import('./export.test.ts'),
  () => import('./kernel-log.test.ts'),
];

// The extension host is slow on a busy machine, most of all the first time.
const timeoutMs = 30_000;

/** Runs all suites, reports the counts to VSCODE_TEST_RESULT_FILE, and throws when a test failed. */
export async function run(): Promise<void> {
  const grep = process.env['MOCHA_GREP'];
  const mocha = new Mocha({ ui: 'tdd', timeout: timeoutMs, color: false, ...(grep ? { grep } : {}) });
  mocha.suite.emit('pre-require', globalThis, 'bundle', mocha);
  for (const load of suites) await load();
  const stats = await new Promise<Mocha.Stats | undefined>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats));
  });
  const file = process.env['VSCODE_TEST_RESULT_FILE'];
  if (file) await writeFile(file, JSON.stringify(stats));
  if (stats?.failures !== 0) throw new Error(`${stats?.failures ?? 'Unknown number of'} tests failed`);
}
