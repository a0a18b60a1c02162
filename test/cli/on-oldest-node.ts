// The built command on the oldest Node that package.json promises: it must start, and say the same.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNode } from '../host/install.ts';
import { projectRoot } from '../host/process.ts';

const BUNDLE = join(projectRoot, 'test/fixtures/bundles/leak-closewait-k6.1.tar.gz');
const { engines } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
  engines: { node: string };
};
const oldest = /^>=(\d+)$/.exec(engines.node)?.[1];
if (oldest === undefined) throw new Error(`engines.node is ${engines.node}: which version is the oldest?`);
const version = `${oldest}.0.0`;
const node = await ensureNode(version);

let failed = 0;
for (const format of ['text', 'json', 'markdown']) {
  const [expected, actual] = [process.execPath, node].map((program) => {
    const args = [join(projectRoot, 'dist/cli.js'), 'analyze', BUNDLE, '--format', format];
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
    return { status, stdout, stderr };
  });
  const isSame = expected?.status === 0 && JSON.stringify(actual) === JSON.stringify(expected);
  if (!isSame) failed++;
  console.log(`${isSame ? '✔' : '✖'} --format ${format} on Node ${version} is as on ${process.version}`);
  if (!isSame) console.log(`exit code ${actual?.status}\n${actual?.stderr.slice(-2000)}`);
}
process.exitCode = failed > 0 ? 1 : 0;
