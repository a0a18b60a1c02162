/** Texts of the extension's own commands and views: each goes through vscode.l10n.t, and has its Chinese. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';

const SOURCES = new URL('../../src/extension/', import.meta.url);
const BUNDLE = new URL('../../l10n/bundle.l10n.zh-cn.json', import.meta.url);

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, source: readFileSync(new URL(name, SOURCES), 'utf8') }));

const LITERAL = /l10n\.t\(\s*'((?:[^'\\\n]|\\.)+)'/g;

function keysOf(source: string): readonly string[] {
  return [...source.matchAll(LITERAL)].map(([, key = '']) => key.replaceAll("\\'", "'"));
}

test('every call of l10n.t is given its text as it stands', () => {
  for (const { name, source } of files) assert.equal(source.split('l10n.t(').length - 1, keysOf(source).length, name);
  assert.deepEqual(keysOf("l10n.t(text); l10n.t(`a`); l10n.t(\n  'it\\'s {0}', 1)"), ["it's {0}"]);
});

test('the bundle of each language has the texts that are used, sorted, with the same places for values', () => {
  const used = [...new Set(files.flatMap(({ source }) => keysOf(source)))].sort();
  assert.ok(used.length > 50);
  const bundle = JSON.parse(readFileSync(BUNDLE, 'utf8')) as Record<string, string>;
  assert.deepEqual(Object.keys(bundle), used);
  const places = (text: string) => [...new Set(text.match(/\{\d\}/g))].sort();
  for (const [key, text] of Object.entries(bundle)) {
    assert.deepEqual(places(text), places(key), key);
    assert.notEqual(text.trim(), '', key);
  }
});

/** For the log of the extension, which its makers read, and for errors that are looked up by their code. */
const NOT_SHOWN: readonly string[] = ['A message of the page was refused.', 'ENOSPC: … of … bytes were written'];

/** Literals of two words or more that are neither a text of l10n.t nor a template of defineMessages. */
function plainTexts(source: string): readonly string[] {
  const code = source
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(LITERAL, '')
    .replace(/defineMessages\('[\w-]+', \{.*?\}\);\n/gs, '');
  return [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g)]
    .map(([, plain, template = '']) => plain ?? template.replaceAll(/\$\{[^}]*\}/g, '…'))
    .filter((text) => /[A-Za-z…]+[,;:.]? [a-z]{2,}/.test(text) && !NOT_SHOWN.includes(text));
}

/** Command lines and pieces of HTML. */
const CODE =
  /^(?:<!DOCTYPE|ssh |sudo |kubectl |echo |sh |img-src |script-src|style-src|default-src|font-src|Linux version )/;

test('no sentence stands in the extension as a plain text', () => {
  for (const bad of [
    "show('The file is gone.');",
    'tell(`It has so many lines`);',
    "item.tooltip = 'a link';\n",
    "say = defineMessages('x', {\n  a: 'It is so.',\n});\nb = 'that is not';",
  ])
    assert.equal(plainTexts(bad).length, 1, bad);
  for (const good of [
    "l10n.t('It is so.')",
    "// 'what it is'\n",
    '/** `as it is` */',
    "import x from './a-b.ts';",
    "['close-wait']",
  ])
    assert.deepEqual(plainTexts(good), [], good);
  assert.deepEqual(
    files.flatMap(({ name, source }) =>
      plainTexts(source)
        .filter((text) => !CODE.test(text))
        .map((text) => `${name}: ${text}`),
    ),
    [],
  );
});
