/** What the analysis cannot do, because nothing in it can: no file is written, no program run, no address asked. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { discoverParsers } from './parsers.ts';

const SRC = new URL('../../src/', import.meta.url);
const POWERS =
  /\b(?:writeFile|appendFile|createWriteStream|mkdir|mkdtemp|symlink|rename|unlink|rm|chmod|truncate|copyFile)(?:Sync)?\(|\bopenSync\(|child_process|\beval\(|new Function|node:(?:net|http|https|http2|dgram|tls|dns|vm)\b|\bfetch\(|\brequire\(|import\(/;

/** Where a power is needed, and for what. */
const ALLOWED: Readonly<Record<string, RegExp>> = {
  // The report goes to the file that the user named.
  'cli/main.ts': /openSync\(command\.output, 'w'\)|writeFileSync\(file, piece\)/,
};

test('the scan of powers finds what it looks for', () => {
  for (const bad of ["writeFileSync('x')", "from 'node:child_process'", 'eval(x)', "import('x')", "from 'node:http'"])
    assert.match(bad, POWERS);
});

test('core, archive, worker, protocol and CLI write, run and ask nothing but the report that the user named', () => {
  for (const folder of ['core', 'archive', 'worker', 'protocol', 'cli']) {
    const files = readdirSync(new URL(`${folder}/`, SRC), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    assert.ok(files.length > 0);
    for (const file of files) {
      const path = `${folder}/${file}`;
      const lines = readFileSync(new URL(path, SRC), 'utf8').split('\n');
      const found = lines.filter((line) => POWERS.test(line) && !/^\s*(?:\/\/|\*|\/\*)/.test(line));
      assert.deepEqual(
        found.filter((line) => ALLOWED[path]?.test(line) !== true),
        [],
        path,
      );
    }
  }
});

test('every parser of the core is among those that are fuzzed', async () => {
  const parsers = await discoverParsers();
  assert.ok(parsers.length > 50);
  assert.equal(new Set(parsers.map(({ name }) => name)).size, parsers.length);
});
