/** Every text of the page is a message, so that a translation finds it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { basename, join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from '@formatjs/icu-messageformat-parser';
import { englishTemplates } from '../../src/core/wording/define-messages.ts';
import { wordingFor } from '../../src/core/wording/languages.ts';
import { parseTemplate } from '../../src/core/wording/template.ts';
import { words } from '../../webview/words.ts';
import { literalsOf } from './literals.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DECLARED = /defineMessages\(\s*'([^']+)',\s*\{(.*?)^\}\)/gms;
/** The elements of the toolkit need a browser; no text of ours depends on them. */
const BROWSER_ONLY = /^(?:@microsoft\/fast-element|@vscode\/webview-ui-toolkit)$/;
const NO_ELEMENTS = ['css', 'html', ...['Badge', 'Button', 'ProgressRing', 'Tag'].map((name) => `vsCode${name}`)];

function filesOf(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort();
}

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const PAGE = filesOf('webview');

before(async () => {
  const names = [...NO_ELEMENTS, 'provideVSCodeDesignSystem'].map((name) => `export const ${name} = () => null;`);
  registerHooks({
    resolve: (specifier, context, next) =>
      BROWSER_ONLY.test(specifier)
        ? { url: `data:text/javascript,${encodeURIComponent(names.join(''))}`, shortCircuit: true }
        : next(specifier, context),
  });
  for (const path of PAGE.filter((each) => each !== 'webview/main.ts'))
    await import(new URL(`../../${path}`, import.meta.url).href);
  // It declares its messages, and then finds no page to start.
  await assert.rejects(import('../../webview/main.ts'), /acquireVsCodeApi is not defined/);
});

function pageTemplates(): readonly (readonly [string, string])[] {
  return [...englishTemplates()].filter(([id]) => id.startsWith('webview-'));
}

test('every template of the page can be read, by our reader and by that of FormatJS', () => {
  assert.ok(pageTemplates().length > 200, String(pageTemplates().length));
  for (const [id, template] of pageTemplates()) {
    assert.ok(parseTemplate(template).length > 0, id);
    parse(template, { ignoreTag: true });
  }
});

test('every file declares its messages under its own name, which no other file of the product has', () => {
  const declared = (path: string) => [...read(path).matchAll(DECLARED)].map(([, scope = '']) => scope);
  const scopes = PAGE.flatMap(declared);
  assert.deepEqual(scopes.length, new Set(scopes).size);
  for (const path of PAGE)
    for (const scope of declared(path)) assert.equal(scope, `webview-${basename(path, '.ts')}`, path);
  const others = filesOf('src').flatMap(declared);
  assert.deepEqual(
    others.filter((scope) => scope.startsWith('webview-')),
    [],
  );
  const ids = pageTemplates().map(([id]) => id.slice(0, id.indexOf('.')));
  assert.deepEqual([...new Set(ids)].sort(), scopes.toSorted());
});

test('no message is declared that its file never says', () => {
  const idle = PAGE.flatMap((path) =>
    [...read(path).matchAll(DECLARED)].flatMap(([whole, , body = '']) => {
      const names = [...body.matchAll(/^ {2}'?([\w-]+)'?:/gm)].map(([, name = '']) => name);
      assert.ok(names.length > 0, path);
      const rest = read(path).replace(whole, '');
      return names.filter((name) => !new RegExp(`\\bsay\\.${name}\\b`).test(rest)).map((name) => `${path}: ${name}`);
    }),
  );
  assert.deepEqual(idle, []);
});

test('without a page around it the language is English', () => {
  assert.equal(words, wordingFor('en'));
});

// The scan

/** Class names of the style sheet: lists of them are no prose. */
const STYLED = [...read('media/page.css').matchAll(/\.([a-z][\w-]*)/g)].map(([, name = '']) => name);
const CLASSES = new Set([...STYLED, 'change', 'facts', 'more-row', 'zone']);
/** Names of keys, of the product, and pieces of class lists. */
const KEYS = /^(?:(?:Arrow|Page)(?:Up|Down|Left|Right)|Arrow|Enter|Escape|Home|End)$/;
const NAMES = new Set(['Sockscope', ' over', ' zero', 'cut {}', 'icon {}', 'owners {}']);
/** It writes names of attributes, and no text of its own. */
const DATA = ['webview/picture/picture-node.ts'];

const WORD = /^[("'“]*[A-Za-z]{2,}(?:['’][a-z]+)?[)"'”.,;:!?…]*$/;

/** A word for the reader: more than the names that programs know. */
function isProse({ text, isTemplate }: { readonly text: string; readonly isTemplate: boolean }): boolean {
  if (NAMES.has(text) || KEYS.test(text)) return false;
  const pieces = text.split(/\s+/).filter((piece) => piece !== '');
  const spoken = pieces.filter((piece) => WORD.test(piece));
  if (pieces.every((piece) => isClass(piece))) return /^\s|\s$/.test(text) && spoken.length > 0;
  // Two words, a capital letter at the start, or a word beside a value or at the end where more is added.
  if (spoken.length > 1 || /^\s*[A-Z][a-z]/.test(text)) return true;
  return spoken.length > 0 && (isTemplate ? pieces.length > 1 : /^\s|\s$/.test(text));
}

/** `dim`, or `tone-{}` where the style sheet has a class that begins so. */
function isClass(piece: string): boolean {
  const [start = '', ...values] = piece.split('{}');
  if (values.length === 0) return CLASSES.has(piece);
  return start !== '' && [...CLASSES].some((name) => name.startsWith(start));
}

/** A sample: `@{` is `${` in it, which the linter takes for a mistake in a string. */
const sample = (code: string) => proseIn(code.replaceAll('@{', '${'));

const proseIn = (source: string) =>
  literalsOf(source)
    .filter(isProse)
    .map(({ text }) => text);

for (const bad of [
  "el('p', {}, 'Nothing to list.');",
  "el('h2', {}, 'Findings');",
  'const a = { title: "of soft limit" };',
  'const a = `@{count} more`;',
  'const a = `@{left} sockets of @{right}`;',
  "const a = `mem@{error === '' ? '' : ' pages'}`;",
  "const a = text + ' more';",
  "const a = /['\"]/.test(b) ? 'No data here' : c / d;",
  "const a = b === 'x' ? 'dim small' : 'rather dim and small';",
  'const a = `@{b} @{`all @{c}`}`;',
  "report('The page is broken');",
])
  test(`the scan refuses: ${bad}`, () => assert.equal(sample(bad).length, 1));

for (const good of [
  "const say = defineMessages('a', { b: 'Nothing to list.', c: '{n, plural, one {# socket} other {# sockets}}' });",
  "throw new Error('The shell of the page has no element.');",
  'host.trouble(`Unhandled rejection: @{reason}`);',
  "api.postMessage({ type: 'trouble', message: `Save Picture: @{what}` });",
  "write(pen, 0, 0, name, 'dim small', 'end'); // a comment with words",
  'group(pen, `limit limit-@{name}`).attr("transform", `translate(@{x} @{y})`);',
  "const keys = { ArrowDown: 1, Enter: 2 }; keys['Escape'] = 'ArrowUp';",
  "type A = 'some words of a type' | 'others';",
])
  test(`the scan accepts: ${good}`, () => assert.deepEqual(sample(good), []));

test('no text of the page stands outside of a message', () => {
  const found = PAGE.filter((path) => !DATA.includes(path)).flatMap((path) =>
    proseIn(read(path)).map((text) => `${path}: ${text}`),
  );
  assert.deepEqual(found, []);
});
