import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  DEBUG_POD_COMMAND,
  pasteCommand,
  runCommand,
  SSH_COMMAND,
} from '../../src/extension/collect/collector-command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const script = readFileSync(join(ROOT, 'media/collect.sh'));

/** Every shell that a node may have, as far as this machine has it. */
const SHELLS = [['sh'], ['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'sh']].filter(
  ([program = '']) => spawnSync(program, ['-c', ':']).error === undefined,
);
const hasBash = SHELLS.some(([program]) => program === 'bash');

function shell(command: readonly string[], args: readonly string[], input: string) {
  const [program = '', ...first] = command;
  return spawnSync(program, [...first, ...args], { encoding: 'utf8', input, maxBuffer: 1 << 24 });
}

function unpack(command: string): string {
  const packed = /^echo '([A-Za-z0-9+/=\n]+)' \| base64 -d \| gzip -dc \| sh -s$/.exec(command)?.[1];
  assert.ok(packed, command.slice(0, 200));
  return gunzipSync(Buffer.from(packed, 'base64')).toString('utf8');
}

/** What of a script is pasted. */
async function pasted(text: string): Promise<string> {
  return unpack(await pasteCommand(Buffer.from(text)));
}

/** The program as bash prints it after parsing: layout and comments are gone, strings and here-documents are not. */
function parsed(text: string): string {
  const { stdout, stderr, status } = shell(['bash'], ['-s'], `collector() {\n${text}\n}\ndeclare -f collector\n`);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^collector \(\)/);
  return stdout;
}

for (const command of SHELLS) {
  const name = command.join(' ');

  test(`${name} accepts the pasted command, the script in it and the other commands`, async () => {
    const pasted = await pasteCommand(script);
    for (const text of [pasted, unpack(pasted), SSH_COMMAND, DEBUG_POD_COMMAND, runCommand("it's.sh")]) {
      const { status, stderr } = shell(command, ['-n'], text);
      assert.equal(status, 0, stderr);
      assert.equal(stderr, '');
    }
  });

  test(`${name} runs what was pasted, with the script as its only input`, async () => {
    const pasted = await pasteCommand(Buffer.from('#!/bin/sh\n# It\'s a comment\necho "$# arguments"\nexit 3\n'));
    const { status, stdout } = shell(command, [], `${pasted}\n`);
    assert.equal(stdout, '0 arguments\n');
    assert.equal(status, 3);
  });

  test(`${name} tells the same help and version without the comments`, async () => {
    for (const option of ['--help', '--version']) {
      const whole = shell(command, ['-s', '--', option], script.toString('utf8'));
      const stripped = shell(command, ['-s', '--', option], unpack(await pasteCommand(script)));
      assert.equal(whole.status, 0, whole.stderr);
      assert.notEqual(whole.stdout, '');
      assert.deepEqual([stripped.status, stripped.stdout, stripped.stderr], [0, whole.stdout, whole.stderr]);
    }
  });
}

test('the script is the same program without its comments', { skip: !hasBash }, async () => {
  assert.equal(parsed(unpack(await pasteCommand(script))), parsed(script.toString('utf8')));
});

test('that comparison sees a line that was no comment', { skip: !hasBash }, async () => {
  assert.equal(parsed(await pasted('# a\necho 1 \\\n# b\n')), parsed('# a\necho 1 \\\n# b\n'));
  for (const bad of ["cat <<'E'\n# text\nE\n", "awk '\n# text\n{ print }'\n", 'echo "\n#text\n"\n'])
    assert.notEqual(parsed(await pasted(bad)), parsed(bad), bad);
});

test('only lines that are nothing but a comment are left out', async () => {
  assert.equal(await pasted('#!/bin/sh\n  # a\n\techo $# # b\n\n\t#c\n'), '\techo $# # b\n\n');
  assert.equal(await pasted('echo a \\\n  # b\n# c\n'), 'echo a \\\n  # b\n');
});

test('no line of the pasted command is longer than a terminal takes', async () => {
  const lines = (await pasteCommand(script)).split('\n');
  assert.ok(lines.length > 1);
  // POSIX promises 255 bytes (MAX_CANON).
  assert.deepEqual(
    lines.filter((line) => line.length > 255),
    [],
  );
});

test('the same script gives the same command', async () => {
  assert.equal(await pasteCommand(script), await pasteCommand(script));
});

test('the archive of a debug pod comes without a terminal and without kubectl’s own words', () => {
  const options = DEBUG_POD_COMMAND.split(' -- ')[0]?.split(' ') ?? [];
  assert.ok(options.includes('-i') && options.includes('--quiet'));
  assert.deepEqual(
    options.filter((option) => /^(?:-t|-it|-ti|--tty)/.test(option)),
    [],
  );
});

test('a saved script is run by its name, quoted where the shell needs it', () => {
  assert.equal(runCommand('collect.sh'), 'sudo sh collect.sh');
  assert.equal(runCommand('collect (1).sh'), "sudo sh './collect (1).sh'");
  assert.equal(runCommand('-x.sh'), "sudo sh './-x.sh'");
  assert.equal(runCommand("it's.sh"), "sudo sh './it'\\''s.sh'");
});
