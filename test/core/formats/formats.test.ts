/** The list of formats: what it promises of each, and that nothing else has to know one. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseCommand, usage } from '../../../src/cli/arguments.ts';
import { wantedExcerpts } from '../../../src/core/formats/excerpts.ts';
import type { Format } from '../../../src/core/formats/format.ts';
import { FORMATS, findFormat } from '../../../src/core/formats/index.ts';
import { ENGLISH } from '../../../src/core/wording/languages.ts';
import { parseToWorker } from '../../../src/protocol/worker-messages.ts';
import { analyzeFixture, FIXTURES } from '../support/corpus.ts';
import { rendered } from '../support/rendered.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const formats: readonly Format[] = FORMATS;
// C0 but tab and line feed, DEL, C1, and what changes the direction of text.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

for (const { id, title, extension, mediaType } of formats) {
  test(`${id} is described, and no other format is it`, () => {
    assert.match(id, /^[a-z][a-z0-9-]*$/);
    assert.match(extension, /^[a-z][a-z0-9.]*$/);
    assert.match(mediaType, /^(?:application|text)\/[a-z0-9.+-]+$/);
    assert.notEqual(title, '');
    assert.equal(formats.filter((other) => other.id === id || other.title === title).length, 1);
    assert.equal(findFormat(id)?.id, id);
  });

  for (const name of FIXTURES) {
    test(`${id} renders ${name}: lines of text that end, the same each time`, async () => {
      const { report } = await analyzeFixture(name);
      const text = rendered(id, report);
      assert.ok(text.includes(report.bundle.hostname) && text.endsWith('\n'));
      assert.doesNotMatch(text, CONTROL);
      assert.equal(rendered(id, report), text);
    });
  }

  test(`the CLI offers ${id}, and the worker can be asked for it`, () => {
    assert.ok(
      usage(ENGLISH)
        .split('\n')
        .filter((line) => new RegExp(`--format .*\\b${id}\\b`).test(line)).length === 2,
      usage(ENGLISH),
    );
    const parsed = parseCommand(['analyze', 'b.tar', '--format', id]);
    assert.ok(parsed.kind === 'analyze');
    assert.equal(parsed.command.format.id, id);
    const call = { id: 1, method: 'render', params: { format: id, withExcerpts: true } };
    assert.deepEqual(parseToWorker(call), call);
  });
}

test('a format that is not in the list is none, and the CLI says which there are', () => {
  for (const id of ['yaml', '', 'JSON', 'constructor']) {
    assert.equal(findFormat(id), undefined);
    assert.deepEqual(parseCommand(['analyze', 'b.tar', '--format', id]), {
      kind: 'wrong',
      message: { id: 'cli.oneOf', args: { option: '--format', values: formats.map((format) => format.id) } },
    });
  }
});

test('lines are read again only for a format that quotes them', async () => {
  const { report } = await analyzeFixture('leak-closewait-k6.1');
  for (const format of formats)
    assert.equal(wantedExcerpts(format, report).length > 0, format.needsExcerpts === true, format.id);
});

test('a format costs a file and its line in the list: no other file of the product imports one', () => {
  const sources = ['src', 'webview'].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(ROOT, top, name)),
  );
  const textOf = new Map(sources.map((path) => [path, readFileSync(path, 'utf8')]));
  const files = sources.filter((path) => /\} as const satisfies Format;/.test(textOf.get(path) ?? ''));
  assert.deepEqual([...new Set(files.map(dirname))], [join(ROOT, 'src/core/formats')]);
  assert.equal(files.length, formats.length, 'the file of each is in the list');
  const importsOne = (path: string) =>
    [...(textOf.get(path) ?? '').matchAll(/ from '(\.[^']+)'/g)].some(([, to = '']) =>
      files.includes(join(dirname(path), to)),
    );
  assert.deepEqual(sources.filter(importsOne), [join(ROOT, 'src/core/formats/index.ts')]);
});
