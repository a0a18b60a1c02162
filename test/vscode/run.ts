// Runs the mocha suite inside a real VS Code: node test/vscode/run.ts
//
// On a desktop that is a downloaded VS Code, elsewhere the server in headless Chromium (code-shim.mjs); the suite and
// the way it is started are the same. SOCKSCOPE_VSCODE names an executable to use; MOCHA_GREP selects tests.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endWithParent, projectRoot } from '../host/process.ts';
import { type Counts, removeResult, resultPath, writeCounts } from '../host/results.ts';
import { bundleSuite, findExecutable, runSuite, shim } from '../host/suite.ts';
import { checkReload } from './reload.ts';

const suiteFile = join(projectRoot, '.tsbuild', 'vscode', 'index.cjs');
const countsFile = 'vscode.json';
const statsFile = 'vscode-mocha.json';

/** What mocha reported, or one failure when VS Code ended before it could. */
async function readStats(): Promise<Counts> {
  const text = await readFile(resultPath(statsFile), 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 1 };
  const { passes, failures }: { passes: number; failures: number } = JSON.parse(text);
  return { passed: passes, failed: failures };
}

/** test-electron ends VS Code on Ctrl-C only; every other request to end takes the same way, so that we clean up. */
function endAsOnInterrupt(): void {
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!process.emit('SIGINT')) process.exit(1);
    });
  }
}

endAsOnInterrupt();
endWithParent();
await removeResult(countsFile);
await removeResult(statsFile);
await bundleSuite(join(projectRoot, 'test', 'vscode', 'index.ts'), suiteFile);
const executable = await findExecutable();
const succeeded = await runSuite(executable, suiteFile, { VSCODE_TEST_RESULT_FILE: resultPath(statsFile) });
const reported = await readStats();
// All reported tests may have passed in a VS Code that then crashed.
const suite = succeeded || reported.failed > 0 ? reported : { ...reported, failed: 1 };
// Only the server has a page to reload from outside.
const reload = executable === shim && !process.env['MOCHA_GREP'] ? await checkReload() : { passed: 0, failed: 0 };
const counts = { passed: suite.passed + reload.passed, failed: suite.failed + reload.failed };
await writeCounts(countsFile, counts);
console.log(`VS Code: ${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
