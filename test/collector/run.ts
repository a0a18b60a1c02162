/** `npm run collector`: the tests of media/collect.sh. Without root only those run that need no node. */
import { ensureCollectorTools } from '../host/install.ts';
import { run } from '../host/process.ts';
import { removeResult, resultPath } from '../host/results.ts';
import { runOnOwnNode } from './support/own-node.ts';

const report = 'collector.tap';
const chosen = process.argv.slice(2);
const nodeTest = [
  '--test',
  // All in one process, one after the other: what one leaves behind would be another's finding, and they share the leaks.
  '--test-isolation=none',
  // A test that fails leaves programs running, which must not keep it waiting; they end with the namespace.
  '--test-force-exit',
  ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
  ...['--test-reporter=tap', `--test-reporter-destination=${resultPath(report)}`],
  ...(chosen.length > 0 ? chosen : ['test/collector/live/*.test.ts']),
];

await removeResult(report);
if (process.getuid?.() === 0) {
  await ensureCollectorTools();
  process.exitCode = await runOnOwnNode([process.execPath, ...nodeTest]);
} else process.exitCode = await run(process.execPath, nodeTest);
