/** What needs neither root nor a node. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { collect, script, shells } from '../support/collector.ts';

for (const shell of shells) {
  test(`${shell.name}: --help and --version print to standard output and write nothing`, async () => {
    for (const [option, text] of [
      [
        '--help',
        /^Usage: sh collect\.sh \[options\]\n[\s\S]*Exit status: 0 whole, 1 nothing usable, 2 wrong usage, 3 made/,
      ],
      ['--version', /^collect\.sh \d+\.\d+\.\d+ \(bundle format 1\)\n$/],
    ] as const) {
      const run = await collect([option], { shell });
      assert.equal(run.code, 0);
      assert.equal(run.stderr, '');
      assert.match(run.stdout.toString(), text);
      assert.deepEqual([...run.files, ...readdirSync(run.temporary)], []);
    }
  });
}

for (const [what, args] of [
  ['an unknown option', ['--colour']],
  ['a word that is no option', ['here.tar.gz']],
  ['an option without its value', ['--output']],
  ['an empty file name', ['--output=']],
  ['a number that is none', ['--samples', 'two']],
  ['a negative number', ['--interval', '-1']],
  ['no sample at all', ['--samples', '0']],
  ['a budget of no time', ['--max-seconds', '0']],
  ['a budget of nearly no bytes', ['--max-bytes', '10']],
  ['a number beyond all numbers', ['--max-bytes', '99999999999999999999']],
  ['an expression in place of a number', ['--samples', '1+1']],
] as const) {
  test(`${what} is wrong usage: 2, said on standard error, nothing written`, async () => {
    for (const shell of shells) {
      const run = await collect(args, { shell });
      assert.equal(run.code, 2, shell.name);
      assert.equal(run.stdout.length, 0);
      assert.match(run.stderr, /^sockscope: .+\nsockscope: try: sh collect\.sh --help\n$/);
      assert.deepEqual([...run.files, ...readdirSync(run.temporary)], []);
    }
  });
}

test('shellcheck has nothing to say of it', () => {
  const { status, stdout } = spawnSync('shellcheck', ['-s', 'sh', script], { encoding: 'utf8' });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});
