/** Every sentence of the core, the archive, the worker and the command line is a template with an id. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from '@formatjs/icu-messageformat-parser';
import { LOG_ANCHORS } from '../../../src/core/kernel-log/log-catalogue.ts';
import { englishTemplates } from '../../../src/core/wording/define-messages.ts';
import { ENGLISH, wordingFor } from '../../../src/core/wording/languages.ts';
import { parseTemplate } from '../../../src/core/wording/template.ts';
import { literalsOf } from '../../webview/literals.ts';
import { argsFor } from '../support/template-args.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ROOMS = ['src/core', 'src/archive', 'src/protocol', 'src/worker', 'src/cli'];

/** Paths from the root, sorted; entries of programs start what a test must not. */
const FILES = ROOMS.flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(room, name)),
).sort();
const ENTRIES = ['src/cli/main.ts', 'src/worker/worker.node.ts'];

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

test.before(async () => {
  for (const path of FILES.filter((each) => !ENTRIES.includes(each))) await import(join(ROOT, path));
});

/** A brace, or what JavaScript makes of a missing or a wrong argument. */
const BROKEN = /[{}]|undefined|NaN|\[object/;

test('every template of every room can be read and filled in on each of its branches, in every language', () => {
  assert.ok(englishTemplates().size > 700, String(englishTemplates().size));
  for (const [id, template] of englishTemplates()) {
    assert.ok(parseTemplate(template).length > 0, id);
    assert.doesNotThrow(() => parse(template, { ignoreTag: true }), `${id} is no template for FormatJS`);
    for (const args of argsFor(template))
      for (const wording of [ENGLISH, wordingFor('qps')]) assert.doesNotMatch(wording.text({ id, args }), BROKEN, id);
  }
});

// The scans

/** Two words of prose behind each other: names, paths and code have no blanks, or other characters. */
const PROSE = /(?:^|[\s("'“{}])[A-Za-z]{2,}[,;:]? (?:[a-z]+|\{\})(?=[\s.,;:!?)"'”{}]|$)/;

const proseIn = (source: string) =>
  literalsOf(source)
    .map(({ text }) => text)
    .filter((text) => PROSE.test(text));

/** `@{` is `${` in a sample, which the linter takes for a mistake in a string. */
const sample = (code: string) => proseIn(code.replaceAll('@{', '${'));

for (const bad of [
  "throw fail('The file is empty.');",
  'const a = `@{count} sockets of @{pid}`;',
  "const a = 'needs ' + b + ' and more things';",
  "const a = b ? 'not a row' : c;",
])
  test(`the scan refuses: ${bad}`, () => assert.equal(sample(bad).length, 1));

for (const good of [
  "const say = defineMessages('a', { empty: 'The file is empty.' });",
  "throw new Error('this cannot be');",
  "const a = 'net.ipv4.tcp_mem';",
  'const a = `@{pid} @{netns}`;',
  "const a = ['utf-8', 'Tcp.EstabResets'];",
])
  test(`the scan takes: ${good}`, () => assert.deepEqual(sample(good), []));

/** Keys of maps, commands, and what the kernel or a tool writes, with the file: never shown as a sentence of ours. */
const NO_SENTENCES: readonly (readonly [path: string, text: RegExp])[] = [
  ['src/archive/bundle-source.ts', /^tar czf /],
  ['src/archive/source.node.ts', /^tar czf /],
  ['src/cli/arguments.ts', /^sockscope analyze BUNDLE /],
  ['src/core/connections/peer-nodes.ts', /^(?:namespace|loopback|process|pod) \{\}$/],
  ['src/core/facts/node-facts.ts', /^pid \{\}$/],
  ['src/core/page/namespace-gaps.ts', /^sockets: used$/],
  ['src/core/parsers/proc/net-arp.ts', /^IP address $/],
  ['src/core/parsers/proc/pid-limits.ts', /^Max open files$/],
  ['src/core/kernel-log/kernel-log.ts', /^(?:Linux version |message repeated )$/],
  ['src/core/kernel-log/log-boots.ts', /^Linux version $/],
  ['src/core/kernel-log/log-gaps.ts', /^Linux version $/],
  ['src/core/kernel-log/log-records.ts', /^Linux version $/],
  ['src/core/verdict/to-collect.ts', /^(?:for|mkdir) /],
  // Thrown where one of our templates is wrong.
  ['src/core/wording/template.ts', /./],
  ['src/core/nodes.ts', /^No node of the archive is called so/],
];

test('no sentence of the rooms stands outside of a template', () => {
  const templates = new Set(englishTemplates().values());
  const found = FILES.flatMap((path) =>
    proseIn(read(path))
      .map((text) =>
        text.replaceAll(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
      )
      .map((text) => text.replaceAll(/\\(.)/g, '$1'))
      .filter((text) => !LOG_ANCHORS.some((anchor) => anchor === text))
      .filter((text) => !templates.has(text) && !NO_SENTENCES.some(([file, of]) => file === path && of.test(text)))
      .map((text) => `${path}: ${text}`),
  );
  assert.deepEqual(found, []);
});
