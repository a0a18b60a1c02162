/** The conventions of this repository, as tests. Every scan is first shown a sample that it must refuse. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { listFiles, PackageManager } from '@vscode/vsce';
import { type BuildOptions, build, transformSync } from 'esbuild';
import { LOG_CATALOGUE } from '../src/core/kernel-log/log-catalogue.ts';
import { RULES } from '../src/core/rules/index.ts';
import { exportsForTests, type Source } from './exports.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HEADINGS = ['What it means', 'Evidence', 'How it is detected', 'False positives', 'What to do', 'References'];
const MAX_LINES = 300;
const MAX_DOC_LINES = 82;
/** Files of src/core/rules that are no rule. */
const RULE_SUPPORT: readonly string[] = [
  'advice.ts',
  'capture.ts',
  'closed-held.ts',
  'index.ts',
  'rule.ts',
  'run-rules.ts',
  'thresholds.ts',
];

interface Manifest {
  readonly engines: { readonly vscode: string };
  readonly activationEvents?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly contributes: { readonly commands: readonly { readonly command: string; readonly title: string }[] };
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function readManifest(): Manifest {
  return JSON.parse(read('package.json')) as Manifest;
}

/** Files below the folders, as paths from the root, sorted. */
function filesIn(...folders: readonly string[]): readonly string[] {
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length)),
  );
  assert.ok(files.length > 0, `no file in ${folders.join(', ')}`);
  return files.sort();
}

/** `path: why` of every file that the check refuses. */
function violations(paths: readonly string[], check: (text: string, path: string) => readonly string[]): string[] {
  return paths.flatMap((path) => check(read(path), path).map((why) => `${path}: ${why}`));
}

function matches(pattern: RegExp): (text: string) => readonly string[] {
  return (text) => text.match(pattern) ?? [];
}

// Rules

test('every rule has its file, its page and its test, and no other file is there', () => {
  assert.ok(RULES.length > 0);
  const expected = (extension: string) => RULES.map((rule) => `${rule.id}${extension}`);
  const sources = readdirSync(join(ROOT, 'src/core/rules')).filter((name) => !RULE_SUPPORT.includes(name));
  assert.deepEqual(sources.sort(), expected('.ts'));
  assert.deepEqual(readdirSync(join(ROOT, 'media/rules')).sort(), expected('.md'));
  const tests = filesIn('test/core').map((path) => path.replace('test/core/', ''));
  assert.deepEqual(
    expected('.test.ts').filter((name) => !tests.includes(`rules/${name}`)),
    [],
    'rules without a test in test/core/rules',
  );
  for (const { id } of RULES) assert.ok(read(`src/core/rules/${id}.ts`).includes(`id: '${id}'`), `the file of ${id}`);
});

test('rules are sorted by id', () => {
  const ids = RULES.map((rule) => rule.id);
  assert.deepEqual(ids, [...new Set(ids)].sort());
});

test('nothing in src and webview outside the rules names a rule', () => {
  const named = (text: string) => namedRules(text).length;
  for (const bad of [
    "finding.ruleId === 'close-wait-leak'",
    'const RULES = ["orphan-flood"];',
    'say(`stalled-peer`)',
    "const MESSAGE = 'close-wait-leak.unread';",
    "ruleId !== 'oom-kill'",
  ])
    assert.equal(named(bad), 1, bad);
  for (const good of ["id: 'oom-kill',", "'close-wait'", "'close-wait-leaks'", '// close-wait-leak'])
    assert.equal(named(good), 0, good);
  const files = filesIn('src', 'webview').filter((path) => /\.tsx?$/.test(path));
  const inside = (path: string) => path.startsWith('src/core/rules/');
  assert.deepEqual(
    violations(
      files.filter((path) => !inside(path)),
      namedRules,
    ),
    [],
  );
  assert.ok(
    RULES.some(({ id }) => namedRules(read(`src/core/rules/${id}.ts`)).length > 0),
    'the scan finds the rules',
  );
});

/** Ids of rules as strings. Where a message of the kernel log has the same id, only what speaks of a rule names one. */
function namedRules(text: string): readonly string[] {
  const messages = new Set(LOG_CATALOGUE.map((message): string => message.id));
  return RULES.flatMap(({ id }) => {
    const literal = `['"\`]${id}(?:['"\`]|\\.\\w)`;
    return text.match(new RegExp(messages.has(id) ? `\\brule.*${literal}` : literal, 'gi')) ?? [];
  });
}

test('a page has its title, one summary sentence and the headings in order', () => {
  const good = `# some-id\n\nOne sentence.\n\n${HEADINGS.map((heading) => `## ${heading}\n\nText.\n`).join('\n')}`;
  assert.deepEqual(pageFaults(good, 'some-id'), []);
  for (const bad of [
    good.replace('some-id', 'other-id'),
    good.replace('One sentence.\n', ''),
    good.replace('One sentence.', 'One sentence. And another.'),
    good.replace('## Evidence\n\nText.\n\n', ''),
    good.replace('## Evidence', '## Proof'),
    good.replace('## References\n\nText.', '## References\n'),
    good + '\n'.repeat(MAX_DOC_LINES),
  ])
    assert.notDeepEqual(pageFaults(bad, 'some-id'), [], bad);
  const pages = RULES.map((rule) => `media/rules/${rule.id}.md`);
  assert.deepEqual(
    violations(pages, (text, path) => pageFaults(text, basename(path, '.md'))),
    [],
  );
});

function pageFaults(text: string, id: string): readonly string[] {
  const faults: string[] = [];
  const [head = '', ...sections] = text.split(/^## /m);
  if (!head.startsWith(`# ${id}\n\n`)) faults.push('the title is not the id');
  if (!/^# .+\n\n[A-Z][^\n]*\.\n\n$/.test(head) || /[.!?] [A-Z]/.test(head)) faults.push('no summary of one sentence');
  const titles = sections.map((section) => section.split('\n')[0] ?? '');
  if (titles.join('|') !== HEADINGS.join('|')) faults.push(`headings: ${titles.join(', ')}`);
  if (sections.some((section) => section.split('\n').slice(1).join('').trim() === '')) faults.push('an empty section');
  if (text.split('\n').length > MAX_DOC_LINES) faults.push(`more than ${MAX_DOC_LINES} lines`);
  return faults;
}

test('a page names every threshold of its rule with the value that the code has', async () => {
  const shared = await constantsOf('thresholds');
  assert.ok(shared.has('MIN_CLOSED'));
  for (const { id } of RULES) {
    const source = withClosedHeld(read(`src/core/rules/${id}.ts`));
    const used = [...shared].filter(([name]) => new RegExp(`\\b${name}\\b`).test(source));
    const expected = [...(await constantsOf(id)), ...used].map(([name, value]) => `${name} = ${value}`).sort();
    const named = new Set(
      [...read(`media/rules/${id}.md`).matchAll(/`([A-Z][A-Z_]+ = [\d.]+)`/g)].map(([, pair]) => pair),
    );
    assert.deepEqual([...named].sort(), expected, id);
  }
});

/** The rules about closed sockets share their test, so its thresholds are theirs. */
function withClosedHeld(source: string): string {
  return source.includes('closedLeaks') ? source + read('src/core/rules/closed-held.ts') : source;
}

async function constantsOf(name: string): Promise<ReadonlyMap<string, number>> {
  const exported: object = await import(new URL(`../src/core/rules/${name}.ts`, import.meta.url).href);
  return new Map(Object.entries(exported).filter(([, value]) => typeof value === 'number'));
}

// Sources

test('files in src and webview are kebab-case and not too long', () => {
  const isKebab = (path: string) => /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)+$/.test(basename(path));
  for (const good of ['net-tcp.ts', 'globals.d.ts', 'tsconfig.json']) assert.ok(isKebab(good), good);
  for (const bad of ['netTcp.ts', 'NetTcp.ts', 'net_tcp.ts', 'net-.ts']) assert.ok(!isKebab(bad), bad);
  const files = filesIn('src', 'webview');
  assert.deepEqual(
    files.filter((path) => !isKebab(path)),
    [],
  );
  assert.deepEqual(violations(files, lengthFaults), []);
});

function lengthFaults(text: string): readonly string[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return lines > MAX_LINES ? [`${lines} lines`] : [];
}

test('a file of 300 lines is short enough, one of 301 is not', () => {
  assert.deepEqual(lengthFaults('x\n'.repeat(300)), []);
  assert.deepEqual(lengthFaults('x\n'.repeat(301)), ['301 lines']);
});

test('the core has no clock, no randomness, no process and no console', () => {
  for (const bad of [
    'export const a = Date.now();',
    'export const a = new Date();',
    'export const { now } = Date;',
    'export const a = Math.random();',
    'export const { random } = Math;',
    'export const a = process.env;',
    'console.log(1);',
    'export const a = globalThis;',
    'export const a = performance.now();',
  ])
    assert.notDeepEqual(impurities(bad), [], bad);
  for (const good of [
    'export function f(process: { pid: number }) { return process.pid; }',
    'export const a = Date.parse("") + Math.max(1, 2); // Date.now',
    'export const a = Date.UTC(2026, 1, 1);',
  ])
    assert.deepEqual(impurities(good), [], good);
  const files = filesIn('src/core').filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'));
  assert.deepEqual(violations(files, impurities), []);
});

function impurities(source: string): readonly string[] {
  const forbidden = ['Date', 'Math', 'process', 'console', 'globalThis', 'performance', 'crypto', 'require'];
  const code = markGlobals(source, forbidden);
  return code.match(/GLOBAL_(?!Date\.(?:parse|UTC)\(|Math\.(?!random)\w+)\w+(?:\.\w+)*/g) ?? [];
}

/** esbuild replaces only names that nothing in the file declares, so a parameter called `process` is no offence. */
function markGlobals(source: string, names: readonly string[]): string {
  const define = Object.fromEntries(names.map((name) => [name, `GLOBAL_${name}`]));
  return transformSync(source, { loader: 'ts', target: 'es2023', define }).code;
}

/** Files that may run in a browser too: all but the command and those that are named after Node. */
const isForAnyHost = (path: string) =>
  path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.endsWith('.node.ts') && !path.startsWith('src/cli/');

test('only *.node.ts files and the CLI know Node', () => {
  for (const bad of [
    "import { open } from 'node:fs/promises';",
    "import type { FileHandle } from 'node:fs/promises';",
    "import fs from 'fs';",
    "import 'node:process';",
    "export const a = await import('node:zlib');",
    "type A = import('node:stream').Readable;",
    "import { createSource } from '../src/archive/source.node.ts';",
    "import type { A } from './a.node.ts';",
    "export const a = Buffer.from('');",
    'export const a = process.env;',
    'export const a = process.memoryUsage();',
    'setImmediate(() => {});',
    'export const a = __dirname;',
  ])
    assert.notDeepEqual(nodeUses(bad), [], bad);
  for (const good of [
    "import { a } from './events.ts'; // from 'node:fs', Buffer, process.env",
    'export function f(process: { pid: number }) { return process.pid; }',
    'export const a = (node: Node) => node.process.pid;',
    "export const a = { file: 'node:fs' };",
  ])
    assert.deepEqual(nodeUses(good), [], good);
  const files = filesIn('src', 'webview').filter(isForAnyHost);
  for (const room of ['archive', 'worker', 'extension'])
    assert.ok(files.some((path) => path.startsWith(`src/${room}/`)));
  assert.deepEqual(violations(files, nodeUses), []);
});

const NODE_IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"\n]+)['"]/g;
const NODE_GLOBALS = ['Buffer', 'process', 'global', 'require', 'setImmediate', '__dirname', '__filename'];

function nodeUses(source: string): readonly string[] {
  const text = source.replaceAll(/^\s*(?:\/\/|\/?\*).*|\/\/ .*/gm, '');
  const imports = [...text.matchAll(NODE_IMPORT)].map(([, name = '']) => name);
  const ofNode = imports.filter((name) => isBuiltin(name) || name.endsWith('.node.ts'));
  return [...ofNode, ...(markGlobals(source, NODE_GLOBALS).match(/GLOBAL_\w+(?:\.\w+)*/g) ?? [])];
}

test('what may run in a browser is compiled without the types of Node', () => {
  const rooms = ['src/core', 'src/archive', 'src/protocol', 'src/worker', 'src/extension', 'webview'];
  for (const room of rooms) {
    const { compilerOptions, exclude = [] } = JSON.parse(read(`${room}/tsconfig.json`)) as {
      readonly compilerOptions: { readonly types: readonly string[] };
      readonly exclude?: readonly string[];
    };
    assert.deepEqual(
      compilerOptions.types.filter((name) => name !== 'vscode'),
      [],
      room,
    );
    const hasNode = filesIn(room).some((path) => path.endsWith('.node.ts'));
    assert.deepEqual(exclude, hasNode ? ['**/*.node.ts'] : [], room);
  }
});

test('no way to inject markup or to run bundle text in src and webview', () => {
  const pattern = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|unsafe-inline|isTrusted\s*[:=]\s*true/g;
  for (const bad of [
    'a.innerHTML = b',
    'document.write(a)',
    "'unsafe-inline'",
    '{ isTrusted: true }',
    'a.isTrusted = true',
  ])
    assert.equal(matches(pattern)(bad).length, 1, bad);
  assert.deepEqual(violations(filesIn('src', 'webview'), matches(pattern)), []);
});

test("only src/extension imports 'vscode', types included", () => {
  const pattern = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"]vscode['"]/g;
  for (const bad of [
    "import * as vscode from 'vscode';",
    "import type { Uri } from 'vscode';",
    "import 'vscode';",
    "type A = import('vscode').Uri;",
    'const a = require("vscode");',
  ])
    assert.equal(matches(pattern)(bad).length, 1, bad);
  const inside = (path: string) => path.startsWith('src/extension/');
  const files = filesIn('src', 'webview', '.ci');
  assert.deepEqual(
    violations(
      files.filter((path) => !inside(path)),
      matches(pattern),
    ),
    [],
  );
  assert.ok(
    violations(files.filter(inside), matches(pattern)).length > 0,
    'the scan finds the imports of src/extension',
  );
});

const CORE: BuildOptions = { absWorkingDir: ROOT, bundle: true, platform: 'neutral', write: false, logLevel: 'silent' };

test('the core bundles for any platform and needs nothing outside itself', async () => {
  const { metafile, warnings } = await build({ ...CORE, entryPoints: ['src/core/analyze.ts'], metafile: true });
  assert.deepEqual(warnings, []);
  assert.deepEqual(
    Object.keys(metafile.inputs).filter((path) => !path.startsWith('src/core/')),
    [],
  );
  assert.deepEqual(
    Object.values(metafile.outputs).flatMap((output) => output.imports),
    [],
  );
  await assert.rejects(build({ ...CORE, stdin: { contents: "import 'node:fs';" } }), /Could not resolve "node:fs"/);
});

const BROWSER: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'browser',
  format: 'esm',
  outdir: 'out',
  write: false,
  logLevel: 'silent',
  external: ['vscode'],
  // All that tar-stream wants of Node: the package that it comes by has a twin for other hosts.
  alias: { events: 'bare-events' },
};

test('archive, worker and extension bundle for a browser, but for their *.node.ts files', async () => {
  const rooms = filesIn('src/archive', 'src/worker', 'src/extension').filter(isForAnyHost);
  assert.ok(rooms.includes('src/worker/server.ts') && rooms.includes('src/archive/scan-archive.ts'));
  const { warnings, metafile } = await build({ ...BROWSER, entryPoints: [...rooms], metafile: true });
  assert.deepEqual(warnings, []);
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  assert.deepEqual([...new Set(outside)], ['vscode']);
  for (const path of ['src/archive/source.node.ts', 'src/worker/worker.node.ts', 'src/extension/extension.node.ts'])
    await assert.rejects(build({ ...BROWSER, entryPoints: [path] }), /Could not resolve "node:/, path);
});

/** Exports that only tests import, with the reason; thresholds of rules are there for their pages, too. */
const FOR_TESTS: readonly string[] = [
  // package.json and docs/robustness.md must say the same.
  'src/protocol/limits.ts LIMIT_SETTINGS',
  // Nothing in the product names a rule; tests do, and must name one that there is.
  'src/core/rules/index.ts RuleId',
];
const isThreshold = (entry: string) => /^src\/core\/rules\/[\w-]+\.ts [A-Z][A-Z_]+$/.test(entry);

test('no export of src or webview is imported by tests only', () => {
  const source = (path: string, text: string): Source => ({ path, text });
  const sample = [
    source('src/a.ts', 'export function used() {}\nexport function dead() {}\nexport type Row = { a: 1 };\n'),
    source(
      'src/b.ts',
      "import { used } from './a.ts';\nexport interface Told {}\nexport const b = (): Told => used();\n",
    ),
    source(
      'src/c.ts',
      "import * as v from 'valibot';\nimport * as b from './b.ts';\nexport const c = b;\nexport { used as d } from './a.ts';\n",
    ),
  ];
  const tests = [
    source(
      'test/a.test.ts',
      "import { dead, type Row,\n  used } from '../src/a.ts';\nimport type { Told } from '../src/b.ts';\n",
    ),
    source('test/c.test.ts', "const { c } = await import('../src/c.ts');\nimport { d } from '../src/c.ts';\n"),
  ];
  assert.deepEqual(exportsForTests(sample, tests), ['src/a.ts dead', 'src/a.ts Row', 'src/c.ts d']);
  const sourcesIn = (...folders: readonly string[]) =>
    filesIn(...folders)
      .filter((path) => path.endsWith('.ts'))
      .map((path) => source(path, read(path)));
  const found = exportsForTests(sourcesIn('src', 'webview', '.ci'), sourcesIn('test'));
  assert.ok(found.some(isThreshold), 'the scan finds the thresholds of rules');
  assert.deepEqual(
    found.filter((entry) => !isThreshold(entry)),
    [...FOR_TESTS].sort(),
  );
});

// Manifest

test('the extension activates on what it contributes, not by itself', () => {
  // VS Code derives the events of commands, views, editors and languages; that of a file system it cannot derive.
  const events = readManifest().activationEvents ?? [];
  assert.deepEqual(
    events.filter((event) => !event.startsWith('onFileSystem:')),
    [],
  );
});

test('engines.vscode is the version of its types', () => {
  const { engines, devDependencies } = readManifest();
  const types = JSON.parse(read('node_modules/@types/vscode/package.json')) as { readonly version: string };
  assert.equal(engines.vscode, `^${types.version}`);
  assert.equal(devDependencies['@types/vscode'], types.version);
});

test('every package is bundled, so none is a dependency at run time', () => {
  assert.deepEqual(Object.keys(readManifest().dependencies ?? {}), []);
});

test('every text of the manifest is in both languages, and none is left over', () => {
  const used = [...new Set([...read('package.json').matchAll(/"%([^"%]+)%"/g)].map(([, key = '']) => key))].sort();
  assert.ok(used.length > 0);
  for (const path of ['package.nls.json', 'package.nls.zh-cn.json']) {
    assert.ok(existsSync(join(ROOT, path)), path);
    const texts = new Map(Object.entries(JSON.parse(read(path)) as Record<string, string>));
    assert.deepEqual([...texts.keys()].sort(), used, path);
    for (const [key, text] of texts) assert.notEqual(text.trim(), '', `${key} of ${path}`);
  }
});

test('every command has a title that can be translated', () => {
  const { commands } = readManifest().contributes;
  assert.ok(commands.length > 0);
  assert.deepEqual(
    commands.filter(({ title }) => !/^%[^%]+%$/.test(title)),
    [],
  );
});

// The collector

const COLLECTOR = ['media/collect-daemonset.yaml', 'media/collect.sh'];

test('the extension brings the collector and its manifest along', async () => {
  const packed = await listFiles({ cwd: ROOT, packageManager: PackageManager.None });
  assert.deepEqual(packed.filter((path) => path.startsWith('media/collect')).sort(), COLLECTOR);
});

test('the manifest is two documents with what a collector on every node needs', () => {
  assert.deepEqual(manifestFaults(read('media/collect-daemonset.yaml')), []);
  for (const bad of [
    (text: string) => text.replace('hostPID: true', 'hostPID: false'),
    (text: string) => text.replace('hostPID: true', '# hostPID: true'),
    (text: string) => text.replace('readOnly: true', 'readOnly: false'),
    (text: string) => text.replace('- operator: Exists', '- key: some-taint'),
    (text: string) => text.replace(/\n---\n/, '\n'),
    (text: string) => text.replace('      hostPID', '\thostPID'),
    (text: string) => text.replace('      hostPID', '     hostPID'),
    (text: string) =>
      text.replace('name: sockscope-collector\n        - name: out', 'name: other\n        - name: out'),
  ])
    assert.notDeepEqual(manifestFaults(bad(read('media/collect-daemonset.yaml'))), [], bad.toString());
});

/** Not a parser of YAML: what would break this one file. */
function manifestFaults(text: string): readonly string[] {
  const faults: string[] = [];
  const body = text.replaceAll(/^ *#.*\n/gm, '');
  const documents = body.split(/^---$/m);
  const kinds = documents.map((document) => /^apiVersion: \S+\nkind: (\S+)$/m.exec(document)?.[1]);
  if (kinds.join() !== 'Namespace,DaemonSet') faults.push(`kinds: ${kinds.join()}`);
  if (body.includes('\t')) faults.push('a tab');
  // The lines of the shell command are text, indented as it likes.
  const structure = body.replace(shellOf(body), '');
  if (/^(?: {2})* (?=\S)/m.test(structure)) faults.push('an odd indentation');
  if (/^(?! *(?:- )?[\w./-]+:(?: .+)?$| *- .+$|---$)./m.test(structure))
    faults.push('a line that is no key and no item');
  for (const wanted of [
    /^ {6}hostPID: true$/m,
    /^ {6}hostNetwork: true$/m,
    /^ {6}automountServiceAccountToken: false$/m,
    /^ {6}nodeSelector:\n {8}kubernetes\.io\/os: linux$/m,
    /^ {6}tolerations:\n {8}- operator: Exists$/m,
    /^ {12}privileged: true$/m,
    /^ {10}readinessProbe:\n {12}exec:\n {14}command: \[test, -e, \/out\/bundle\.tar\.gz\]$/m,
    /^ {12}limits:\n {14}cpu: \S+\n {14}memory: \S+$/m,
    /^ {14}mountPath: \/host\n {14}readOnly: true\n {14}mountPropagation: HostToContainer$/m,
    /^ {10}hostPath:\n {12}path: \/$/m,
    /^ {10}emptyDir:\n {12}sizeLimit: \S+$/m,
    /^ {10}configMap:\n {12}name: sockscope-collector$/m,
  ])
    if (!wanted.test(body)) faults.push(`not there: ${wanted.source}`);
  const mounted = [...body.matchAll(/^ {12}- name: (\w+)\n {14}mountPath/gm)].map(([, name]) => name);
  const volumes = [...(body.split('      volumes:\n')[1] ?? '').matchAll(/^ {8}- name: (\w+)$/gm)].map(
    ([, name]) => name,
  );
  if (mounted.join() !== volumes.join()) faults.push(`mounts ${mounted.join()}, volumes ${volumes.join()}`);
  return faults;
}

/** The command of the container: the block below `- |`. */
function shellOf(manifest: string): string {
  return /(?<=^ {12}- \|\n)(?: {14}.*\n)+/m.exec(manifest)?.[0] ?? '';
}

test('shells accept the command of the manifest and those in its comments', () => {
  const manifest = read('media/collect-daemonset.yaml');
  const comments = [...manifest.matchAll(/^# {3}(.*)$/gm)].map(([, line]) => line).join('\n');
  assert.match(shellOf(manifest), /^ *sh \/collector\/collect\.sh --output/m);
  assert.match(comments, /^kubectl apply -f collect-daemonset\.yaml$/m);
  for (const [program = '', ...first] of [['sh'], ['dash'], ['bash'], ['busybox', 'sh']]) {
    const check = (input: string) => spawnSync(program, [...first, '-n'], { encoding: 'utf8', input });
    if (check('').error !== undefined) continue;
    assert.notEqual(check('if [').status, 0, program);
    for (const text of [shellOf(manifest), comments]) {
      assert.notEqual(text, '');
      assert.deepEqual([check(text).status, check(text).stderr], [0, ''], program);
    }
  }
});

// The way in

test('the README has the two command lines, and CI runs them', () => {
  const readme = read('README.md');
  for (const line of ['npm ci && npm start', 'npm ci && npm test'])
    assert.ok(new RegExp(`^${line}$`, 'm').test(readme), `README.md has no line "${line}"`);
  const commands = read('.ci/run').replaceAll(/^\s*#.*$/gm, '');
  for (const command of ['npm ci', 'npm test'])
    assert.match(commands, new RegExp(`(?:^|&& *|; *)${command}\\b`, 'm'), `.ci/run does not call ${command}`);
});

test('the lock file names no registry', () => {
  const lock = read('package-lock.json');
  assert.match(lock, /"integrity": /);
  assert.doesNotMatch(lock, /"resolved"\s*:/);
});
