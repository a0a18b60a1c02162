/**
 * What else answers such questions and can be installed from Debian: `ss`, which reads a copy of /proc when PROC_ROOT
 * says so, and `tar x`, which it needs first. `ss` asks for one network namespace at a time, so it is given the tables
 * of all, put together beforehand; it has no names of pods, no limits, no log and no judgement.
 */
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, type Usage } from './measure.ts';

const FAMILIES = ['tcp', 'tcp6', 'udp', 'udp6', 'unix'] as const;

export interface Extraction {
  readonly usage: Usage;
  readonly folder: string;
}

/** In memory where there is a file system for it, so that no disk is measured. */
export function extractBundle(bundle: string): Extraction {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'sockscope-bench-'));
  return { usage: measure(`tar xzf '${bundle}' -C '${folder}'`), folder };
}

export function removeExtraction({ folder }: Extraction): void {
  rmSync(folder, { recursive: true, force: true });
}

/** The command, ready to be measured. */
export function prepareSs({ folder }: Extraction): string {
  const [proc = ''] = globSync(join(folder, '*/proc'));
  const variables = [`PROC_ROOT='${proc}'`];
  for (const family of FAMILIES) {
    const tables = globSync(join(proc, `*/net/${family}`)).map((path) => readFileSync(path, 'latin1'));
    const rows = tables.map((table) => table.slice(table.indexOf('\n') + 1));
    const path = join(folder, `all-${family}`);
    writeFileSync(path, `${tables[0]?.split('\n', 1)[0] ?? ''}\n${rows.join('')}`, 'latin1');
    variables.push(`PROC_NET_${family.toUpperCase()}='${path}'`);
  }
  // What it looks for beside the processes.
  const [net] = globSync(join(proc, '*/net'));
  if (net !== undefined) cpSync(net, join(proc, 'net'), { recursive: true });
  return `${variables.join(' ')} ss -tuxanp`;
}
