/**
 * `npm run fuzz`: mutated bundles and texts, and coverage-guided inputs, from fixed seeds. With `-- --long` it runs for
 * minutes and writes docs/robustness.md; with `-- --page` it writes what is not of a run (corpus, limits) anew;
 * `-- --bundle SEED` and `-- --text SEED` run one case again.
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeCounts } from '../host/results.ts';
import { createCases, type Kind, kindOf } from './cases.ts';
import { coverageTargets } from './coverage.ts';
import { jobsOf, LONG, SHORT } from './plan.ts';
import { robustnessPage, withReference } from './robustness-page.ts';
import { sumUp } from './sum-up.ts';
import { type Fault, runJobs } from './supervise.ts';

const PAGE = fileURLToPath(new URL('../../docs/robustness.md', import.meta.url));
const { values } = parseArgs({
  options: {
    long: { type: 'boolean' },
    page: { type: 'boolean' },
    bundle: { type: 'string' },
    text: { type: 'string' },
  },
});

if (values.bundle !== undefined) await again('bundles', Number(values.bundle));
else if (values.text !== undefined) await again('texts', Number(values.text));
else if (values.page === true) writeFileSync(PAGE, withReference(readFileSync(PAGE, 'utf8')));
else await runAll(values.long === true);

async function runAll(isLong: boolean): Promise<void> {
  const plan = isLong ? LONG : SHORT;
  const targets = (await coverageTargets()).length;
  const folder = mkdtempSync(join(tmpdir(), 'sockscope-fuzz-'));
  const told = new Map<string, number>();
  const jobs = jobsOf(plan, targets);
  const totals = await runJobs(jobs, {
    fault: (fault) => tell(fault, folder, told),
    end: ({ kind, from, to }, left) =>
      isLong && console.log(`${kind} ${from} to ${to} done, ${left} of ${jobs.length} to go`),
  });
  const sum = sumUp(totals);
  for (const { kind, tried, faults } of sum) console.log(`${kind}: ${tried} tried, ${faults} failed`);
  for (const [kind, count] of told) if (count > 1) console.log(`${count} times: ${kind}`);
  if (isLong)
    writeFileSync(
      fileURLToPath(new URL('../../docs/robustness.md', import.meta.url)),
      robustnessPage({ sum, targets }),
    );
  const failed = sum.reduce((total, { faults }) => total + faults, 0);
  if (failed > 0) console.log(`Inputs that failed are in ${folder}`);
  await writeCounts('fuzz.json', { passed: sum.reduce((total, { tried }) => total + tried, 0) - failed, failed });
  process.exitCode = failed === 0 ? 0 : 1;
}

/** Each kind of fault once, with its seed; its input in a folder of its own, never in the checkout. */
function tell({ job, seed, fault, bytes, extension }: Fault, folder: string, told: Map<string, number>): void {
  const kind = `${job.kind} ${kindOf(fault)}`;
  const count = (told.get(kind) ?? 0) + 1;
  told.set(kind, count);
  if (count > 1) return;
  console.log(`✖ ${job.kind} ${seed}: ${fault}`);
  if (bytes === null) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${job.kind}-${seed}.${extension}`), bytes);
}

async function again(kind: Kind, seed: number): Promise<void> {
  const { bytes, extension, outcome } = await (await createCases(kind)).reproduce(seed);
  const folder = mkdtempSync(join(tmpdir(), 'sockscope-fuzz-'));
  const file = join(folder, `${kind}-${seed}.${extension}`);
  writeFileSync(file, bytes);
  console.log(`${outcome.fault ?? 'nothing is wrong'}\n${file} (${bytes.length} bytes)`);
  process.exitCode = outcome.fault === null ? 0 : 1;
}
