// npm test [-- --fast]: everything, in order, going on after a failure. The last line sums up: N passed, N failed.

import { readFile } from 'node:fs/promises';
import { endWithParent, run } from '../test/host/process.ts';
import { type Counts, readCounts, removeResult, resultPath } from '../test/host/results.ts';

interface Part {
  readonly title: string;
  run(): Promise<Counts>;
}

const unitTests = [
  'test/{core,archive,protocol,worker,extension,cli,webview}/**/*.test.ts',
  'test/collector/*.test.ts',
  'test/fuzz/*.test.ts',
  'test/*.test.ts',
];
const unitReport = 'unit.tap';
const collectorReport = 'collector.tap';
const isFast = process.argv.includes('--fast');

/** A program that counts as one check. */
function check(title: string, command: string, ...args: string[]): Part {
  return {
    title,
    run: async () => ((await run(command, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }),
  };
}

/** Counts as a program reported them. One that failed without reporting a failure (it crashed) is one failure. */
function withExitCode(counts: Counts | undefined, exitCode: number): Counts {
  const { passed, failed } = counts ?? { passed: 0, failed: 0 };
  const isUnreported = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: isUnreported ? 1 : failed };
}

/** The totals at the end of a TAP report of node --test; what tests print stands before them in the same form. */
async function readTapTotals(file: string): Promise<Counts | undefined> {
  const report = await readFile(resultPath(file), 'utf8').catch(() => '');
  const total = (name: string) => {
    const lines = [...report.matchAll(new RegExp(`^# ${name} (\\d+)$`, 'gm'))];
    return Number(lines.at(-1)?.[1] ?? Number.NaN);
  };
  const counts = { passed: total('pass'), failed: total('fail') + total('cancelled') };
  return Number.isNaN(counts.passed + counts.failed) ? undefined : counts;
}

const unit: Part = {
  title: 'unit tests',
  run: async () => {
    await removeResult(unitReport);
    const reporters = [
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...['--test-reporter=tap', `--test-reporter-destination=${resultPath(unitReport)}`],
    ];
    const exitCode = await run(process.execPath, ['--test', ...reporters, ...unitTests]);
    return withExitCode(await readTapTotals(unitReport), exitCode);
  },
};

const collector: Part = {
  title: 'collector',
  run: async () => {
    await removeResult(collectorReport);
    const exitCode = await run(process.execPath, ['test/collector/run.ts']);
    return withExitCode(await readTapTotals(collectorReport), exitCode);
  },
};

/** A script that leaves its counts in .tsbuild/results. */
function counted(title: string, script: string, countsFile: string): Part {
  return {
    title,
    run: async () => {
      await removeResult(countsFile);
      const exitCode = await run(process.execPath, [script]);
      return withExitCode(await readCounts(countsFile), exitCode);
    },
  };
}

const parts: Part[] = [
  check('build', 'node', '.ci/build.ts'),
  check('format and lint', 'biome', 'ci', '--error-on-warnings', '.'),
  check('types', 'tsc', '-b'),
  check('dead code', 'knip'),
  unit,
  counted('fuzz', 'test/fuzz/run.ts', 'fuzz.json'),
];
if (!isFast) {
  parts.push(
    collector,
    check('oldest Node', 'node', 'test/cli/on-oldest-node.ts'),
    check('package', 'node', '.ci/package.ts'),
    counted('in VS Code', 'test/vscode/run.ts', 'vscode.json'),
    counted('user interface', 'test/ui/run.ts', 'ui.json'),
  );
}

// Signals to npm end the shell between npm and us, which passes nothing on.
if (process.env['npm_lifecycle_event']) endWithParent();
const results: { readonly title: string; readonly counts: Counts }[] = [];
for (const part of parts) {
  console.log(`\n▶ ${part.title}`);
  results.push({ title: part.title, counts: await part.run() });
}

console.log('');
for (const { title, counts } of results) {
  console.log(`${counts.failed > 0 ? '✖' : '✔'} ${title}: ${counts.passed} passed, ${counts.failed} failed`);
}
const passed = results.reduce((sum, { counts }) => sum + counts.passed, 0);
const failed = results.reduce((sum, { counts }) => sum + counts.failed, 0);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);
