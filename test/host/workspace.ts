// A workspace for tests to open: a fresh copy, so that no test can spoil the fixtures or another run.

import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { projectRoot } from './process.ts';

const fixtures = join(projectRoot, 'test', 'fixtures');
const bundles = ['leak-closewait-k6.1.tar.gz', 'healthy-k6.1.tar.gz'].map((name) => join(fixtures, 'bundles', name));

/** A temporary folder with test/fixtures/workspace and two sample bundles; `remove` deletes it. */
export async function createWorkspace(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const parent = await mkdtemp(join(tmpdir(), 'sockscope-workspace-'));
  const folder = join(parent, 'workspace');
  await mkdir(folder);
  const workspace = join(fixtures, 'workspace');
  if (existsSync(workspace)) await cp(workspace, folder, { recursive: true });
  for (const bundle of bundles) if (existsSync(bundle)) await cp(bundle, join(folder, basename(bundle)));
  return { folder, remove: () => rm(parent, { recursive: true, force: true }) };
}
