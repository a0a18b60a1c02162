// What Debian has to provide, installed when we may (root), named in the error when we may not.

import { existsSync } from 'node:fs';
import { capture, run } from './process.ts';

const isDebian = existsSync('/usr/bin/dpkg-query') && existsSync('/usr/bin/apt-get');
const isRoot = process.getuid?.() === 0;

async function missingPackages(packages: readonly string[]): Promise<string[]> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg-query's.
  const { stdout } = await capture('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\n', ...packages]);
  return packages.filter((name) => !stdout.split('\n').includes(`installed ${name}`));
}

async function aptInstall(packages: readonly string[]): Promise<boolean> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Another apt may be running (a second checkout, unattended upgrades): wait for it.
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  await run('apt-get', [...wait, 'update', '-qq'], { env });
  return (
    (await run('apt-get', [...wait, 'install', '-y', '-qq', '--no-install-recommends', ...packages], { env })) === 0
  );
}

/** Ensures Debian packages; on another system it does nothing. Throws with the command to run when it cannot. */
export async function ensureDebianPackages(packages: readonly string[], purpose: string): Promise<void> {
  if (!isDebian) return;
  const missing = await missingPackages(packages);
  if (missing.length === 0) return;
  if (isRoot && (await aptInstall(missing))) return;
  throw new Error(`${purpose} needs packages that are missing here. Run: sudo apt-get install ${missing.join(' ')}`);
}

/** Like {@link ensureDebianPackages} for what one can do without: it never throws. */
export async function tryDebianPackages(packages: readonly string[]): Promise<void> {
  if (!isDebian || !isRoot) return;
  const missing = await missingPackages(packages);
  if (missing.length > 0) await aptInstall(missing);
}
