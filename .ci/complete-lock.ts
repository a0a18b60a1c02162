/**
 * Lists in package-lock.json the optional packages of other platforms that npm left out. npm leaves out what the
 * registry at hand does not have, and `npm ci` then refuses the lock file on every machine. Run after `npm install`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Package {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Package> };
const SYSTEMS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
  'wasm32',
];
const PROCESSORS = ['arm64', 'arm', 'x64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32'];

/** What npm itself would note: the names of such packages tell their platform. */
function platformOf(name: string): Package {
  const words = name.slice(name.lastIndexOf('/') + 1).split('-');
  const system = SYSTEMS.find((candidate) => words.includes(candidate));
  const processor = PROCESSORS.find((candidate) => words.includes(candidate));
  if (system === undefined || processor === undefined)
    throw new Error(`${name} is no package of a platform: add it by hand`);
  const libc = words.includes('musl')
    ? { libc: ['musl'] }
    : words.some((word) => word.startsWith('gnu'))
      ? { libc: ['glibc'] }
      : {};
  return { cpu: [processor], dev: true, ...libc, optional: true, os: [system] };
}

let added = 0;
for (const [key, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const own = `${key}/node_modules/${name}`;
    const top = `node_modules/${name}`;
    if (own in lock.packages || top in lock.packages || !/^[\d.]+$/.test(version)) continue;
    lock.packages[top] = { version, ...platformOf(name) };
    added++;
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
console.log(`${added} packages added`);
