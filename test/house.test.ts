/** The floor plan: who may import whom, as the linter holds it, and what a new thing costs. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIOME = join(ROOT, 'node_modules/.bin/biome');

/** Every folder with an import that must be refused there: of a room above it, or of a package that is not its own. */
const PLANTED: readonly (readonly [folder: string, specifier: string])[] = [
  ['src/core', '../archive/limits.ts'],
  ['src/core/report', '../wording/wording.ts'],
  ['src/core/wording', '../parsers/json-fields.ts'],
  ['src/core/parsers', '../kernel-log/log-prefix.ts'],
  ['src/core/parsers/proc', '../../collect/raw-facts.ts'],
  ['src/core/parsers/commands', '../../layouts/index.ts'],
  ['src/core/parsers/collector', '../../snapshot/snapshot.ts'],
  ['src/core/kernel-log', '../collect/raw-facts.ts'],
  ['src/core/kernel-log/log-catalogue', '../../snapshot/snapshot.ts'],
  ['src/core/layouts', '../collect/collect.ts'],
  ['src/core/collect', '../snapshot/snapshot.ts'],
  ['src/core/snapshot', '../ledger/ledger.ts'],
  ['src/core/ledger', '../facts/facts.ts'],
  ['src/core/connections', '../facts/facts.ts'],
  ['src/core/facts', '../rules/rule.ts'],
  ['src/core/rules', '../verdict/verdict.ts'],
  ['src/core/verdict', '../rules/index.ts'],
  ['src/core/formats', '../page/page.ts'],
  ['src/core/query', '../page/page.ts'],
  ['src/core/page', '../formats/index.ts'],
  ['src/core/editor', '../page/page.ts'],
  ['src/core/editor/hover', '../../rules/index.ts'],
  ['src/archive', '../worker/server.ts'],
  ['src/protocol', '../worker/server.ts'],
  ['src/worker', '../extension/host.ts'],
  ['src/cli', '../worker/server.ts'],
  ['src/extension', '../archive/limits.ts'],
  ['src/extension/open', '../../worker/server.ts'],
  ['src/extension/editor', '../../archive/limits.ts'],
  ['src/extension/export', '../../cli/arguments.ts'],
  ['src/extension/collect', '../../worker/server.ts'],
  ['webview', '../src/worker/server.ts'],
  ['webview/charts', '../../src/extension/host.ts'],
  ['webview/panels', 'vscode'],
  ['webview/picture', '../../src/archive/limits.ts'],
];

function foldersOf(...roots: readonly string[]): readonly string[] {
  const inside = roots.flatMap((root) =>
    readdirSync(join(ROOT, root), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /(?<!\.d)\.ts$/.test(entry.name))
      .map((entry) => relative(ROOT, entry.parentPath)),
  );
  return [...new Set(inside)].sort();
}

test('every folder of src and webview has an upward import planted below', () => {
  const planted = new Set(PLANTED.map(([folder]) => folder));
  assert.deepEqual(
    foldersOf('src', 'webview').filter((folder) => !planted.has(folder)),
    [],
  );
});

test('the linter refuses an upward import in each folder, of a type too, and takes one of the folder itself', () => {
  const copy = mkdtempSync(join(ROOT, '.tsbuild/house-'));
  try {
    writeFileSync(join(copy, 'biome.json'), withoutGit(readFileSync(join(ROOT, 'biome.json'), 'utf8')));
    for (const [folder, specifier] of PLANTED) {
      mkdirSync(join(copy, folder), { recursive: true });
      writeFileSync(join(copy, folder, 'planted-value.ts'), `import { a } from '${specifier}';\nexport const b = a;\n`);
      writeFileSync(
        join(copy, folder, 'planted-type.ts'),
        `import type { A } from '${specifier}';\nexport type B = A;\n`,
      );
      writeFileSync(join(copy, folder, 'own.ts'), "import { b } from './other.ts';\nexport const c = b;\n");
    }
    const { stdout } = spawnSync(BIOME, ['lint', '--reporter=json', '--max-diagnostics=none', '.'], {
      cwd: copy,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    const refused = refusedIn(stdout);
    for (const [folder, specifier] of PLANTED) {
      for (const file of ['planted-value.ts', 'planted-type.ts'])
        assert.ok(refused.has(`${folder}/${file}`), `${folder} may import ${specifier} (${file})`);
      assert.ok(!refused.has(`${folder}/own.ts`), `${folder} may not import its own files`);
    }
  } finally {
    rmSync(copy, { recursive: true });
  }
});

/** The copy is no checkout. */
function withoutGit(config: string): string {
  const { vcs: _vcs, $schema: _schema, files: _files, ...rest } = JSON.parse(config) as Record<string, unknown>;
  return JSON.stringify(rest);
}

interface LintReport {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string | { readonly file: string } };
  }[];
}

function refusedIn(report: string): ReadonlySet<string> {
  const { diagnostics } = JSON.parse(report) as LintReport;
  const restricted = diagnostics.filter(({ category }) => category === 'lint/style/noRestrictedImports');
  const paths = restricted.map(({ location: { path } }) => (typeof path === 'string' ? path : path.file));
  return new Set(paths.map((path) => normalize(path)));
}

// What a new thing costs

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(...roots: readonly string[]): readonly Import[] {
  return roots.flatMap((root) =>
    readdirSync(join(ROOT, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => {
        const from = join(root, name);
        const text = readFileSync(join(ROOT, from), 'utf8');
        return [...text.matchAll(/(?:from|import) '(\.[^']+)'/g)].map(([, specifier = '']) => ({
          from,
          to: normalize(join(dirname(from), specifier)),
        }));
      }),
  );
}

const IMPORTS = importsOf('src', 'webview');

/** The files that import any of a room but those named, other than the room itself. */
function strangers(room: string, isOne: (file: string) => boolean, lists: readonly string[]): readonly string[] {
  const found = IMPORTS.filter(({ to }) => to.startsWith(`${room}/`) && isOne(basename(to)));
  assert.ok(found.length > 0, `nothing of ${room} is imported`);
  return found.filter(({ from }) => !lists.includes(from)).map(({ from, to }) => `${from} imports ${to}`);
}

const RULES = readdirSync(join(ROOT, 'media/rules')).map((page) => page.replace(/\.md$/, '.ts'));

test('a rule costs its file, its page, its test and a line: only the list of rules imports it', () => {
  assert.deepEqual(
    strangers('src/core/rules', (file) => RULES.includes(file), ['src/core/rules/index.ts']),
    [],
  );
});

test('a format costs one file and one line: only the list of formats imports it', () => {
  const formats = ['json.ts', 'markdown.ts', 'text.ts'];
  assert.deepEqual(
    strangers('src/core/formats', (file) => formats.includes(file), ['src/core/formats/index.ts']),
    [],
  );
});

test('a language costs one folder and one line: only the list of languages knows which there are', () => {
  const named = readdirSync(join(ROOT, 'src/core'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && /'(?:en|qps|zh-cn)'/.test(readFileSync(join(ROOT, 'src/core', name), 'utf8')),
  );
  assert.deepEqual(named, ['wording/languages.ts']);
});

test('a host costs its *.node.ts twins and a bundle: nothing but an entry and the command line imports them', () => {
  const node = IMPORTS.filter(({ to }) => to.endsWith('.node.ts'));
  assert.ok(node.length > 0);
  assert.deepEqual(
    node.filter(({ from }) => !from.endsWith('.node.ts') && !from.startsWith('src/cli/')),
    [],
  );
});
