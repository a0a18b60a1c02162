/** Hovers in a real VS Code, in the build in dist. By itself it prints the figures: node test/bench/hover/measure.ts */
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../host/process.ts';
import { bundleSuite, findExecutable, runSuite } from '../../host/suite.ts';
import { benchLog } from '../inputs.ts';

/** Milliseconds by name (see suite.ts); null where VS Code could not be started, or the measurement failed. */
export async function measureHover(): Promise<Readonly<Record<string, number>> | null> {
  const { path } = await benchLog();
  const folder = await mkdtemp(join(tmpdir(), 'sockscope-hover-'));
  try {
    // VS Code knows by the name what it is.
    const [log, plain] = [join(folder, 'dmesg.txt'), join(folder, 'plain.txt')];
    await symlink(path, log);
    await symlink(path, plain);
    const suite = join(projectRoot, '.tsbuild', 'bench', 'hover.cjs');
    await bundleSuite(join(import.meta.dirname, 'suite.ts'), suite);
    const result = join(folder, 'result.json');
    const env = { SOCKSCOPE_BENCH_LOG: log, SOCKSCOPE_BENCH_PLAIN: plain, VSCODE_TEST_RESULT_FILE: result };
    if (!(await runSuite(await findExecutable(), suite, env))) return null;
    return JSON.parse(await readFile(result, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(JSON.stringify(await measureHover(), null, 2));
