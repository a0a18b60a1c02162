import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { DEFAULT_LIMITS } from '../../src/archive/limits.ts';
import { parseCommand } from '../../src/cli/arguments.ts';
import type { Report } from '../../src/core/report/report.ts';
import { packTarGz } from '../core/support/bundles.ts';
import { fixtureMembers } from '../core/support/corpus.ts';
import { joinBytes, octal, rawHeader } from '../core/support/raw-tar.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LEAK = join(root, 'test/fixtures/bundles/leak-closewait-k6.1.tar.gz');
const HEALTHY = join(root, 'test/fixtures/bundles/healthy-k6.1.tar.gz');

function sockscope(...args: string[]) {
  return spawnSync(process.execPath, [join(root, 'src/cli/main.ts'), ...args], { encoding: 'utf8' });
}

test('analyze prints the verdict first and exits with 0, whatever was found', () => {
  const { status, stdout, stderr } = sockscope('analyze', LEAK);
  assert.equal(status, 0);
  assert.equal(stderr, '');
  assert.match(
    stdout.split('\n')[2] ?? '',
    /^python3 \(pid 185\) in pod default\/live-stream-\S+ holds 5,336 TCP connections/,
  );
});

test('--format json prints one report', () => {
  const report = JSON.parse(sockscope('analyze', LEAK, '--format', 'json').stdout) as Report;
  assert.equal(report.schema, 'sockscope-report');
  assert.equal(report.verdict.countOwner?.pid, 185);
});

test('--format markdown quotes the lines that prove it', () => {
  const { stdout } = sockscope('analyze', LEAK, '--format', 'markdown');
  assert.match(stdout, /^```text\n {3}1: 0E31F40A:22B8 0F31F40A:36DC 08 /m);
  assert.match(stdout, /^TCP: inuse 7 orphan 0 tw 0 alloc 5409 mem 12302$/m);
});

test('--output writes the report there and prints nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sockscope-cli-'));
  const file = join(folder, 'report.json');
  const { status, stdout } = sockscope('analyze', HEALTHY, '--format', 'json', '--output', file);
  assert.equal(status, 0);
  assert.equal(stdout, '');
  assert.equal((JSON.parse(readFileSync(file, 'utf8')) as Report).verdict.status, 'healthy');
  rmSync(folder, { recursive: true });
});

test('--output to where nothing can be written is wrong usage, said in a sentence', () => {
  const { status, stderr } = sockscope('analyze', HEALTHY, '--output', '/nowhere/at/all');
  assert.equal(status, 2);
  assert.match(stderr, /cannot be written/);
});

for (const [level, leak, healthy] of [
  ['error', 1, 0],
  ['warning', 1, 0],
  ['note', 1, 0],
  ['never', 0, 0],
] as const) {
  test(`--fail-on ${level} exits with ${leak} on a leak and ${healthy} on a healthy node`, () => {
    assert.equal(sockscope('analyze', LEAK, '--fail-on', level).status, leak);
    assert.equal(sockscope('analyze', HEALTHY, '--fail-on', level).status, healthy);
  });
}

test('--fail-on error does not fail on a mere warning', () => {
  const bundle = join(root, 'test/fixtures/bundles/timewait-k6.1.tar.gz');
  assert.equal(sockscope('analyze', bundle, '--fail-on', 'error').status, 0);
  assert.equal(sockscope('analyze', bundle, '--fail-on', 'warning').status, 1);
});

for (const [what, args] of [
  ['no command', []],
  ['an unknown command', ['look', LEAK]],
  ['no bundle', ['analyze']],
  ['two bundles', ['analyze', LEAK, HEALTHY]],
  ['an unknown option', ['analyze', LEAK, '--colour']],
  ['an unknown format', ['analyze', LEAK, '--format', 'yaml']],
  ['an unknown level', ['analyze', LEAK, '--fail-on', 'fatal']],
  ['an option without its value', ['analyze', LEAK, '--format']],
  ['a limit that is no number', ['analyze', LEAK, '--max-members', 'many']],
  ['a limit of zero', ['analyze', LEAK, '--max-unpacked-mb', '0']],
  ['a limit below zero', ['analyze', LEAK, '--max-ratio=-1']],
] as const) {
  test(`${what} is wrong usage: 2, with the usage on stderr`, () => {
    const { status, stdout, stderr } = sockscope(...args);
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^sockscope: .+\n\nUsage: sockscope analyze BUNDLE/);
  });
}

test('a bundle that cannot be read is 3: one sentence on stderr, no stack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sockscope-cli-'));
  const text = join(folder, 'text.tar.gz');
  writeFileSync(text, 'this is no archive');
  for (const [path, message] of [
    [join(folder, 'absent.tar.gz'), /There is no such file/],
    [folder, /folder or a device/],
    [text, /neither a tar archive nor gzip/],
  ] as const) {
    const { status, stdout, stderr } = sockscope('analyze', path);
    assert.equal(status, 3);
    assert.equal(stdout, '');
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /\n\s+at /);
    assert.equal(stderr.trimEnd().split('\n').length, 1);
  }
  rmSync(folder, { recursive: true });
});

test('--help prints the usage and exits with 0', () => {
  const { status, stdout } = sockscope('--help');
  assert.equal(status, 0);
  assert.match(stdout, /Exit status: 0 analysed/);
});

test('the built command runs as npx runs it', () => {
  const command = join(root, 'node_modules/.bin/sockscope');
  assert.ok(existsSync(command), 'run "npm run build" first');
  const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  assert.equal(status, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

for (const [option, value, sentence] of [
  ['--max-members', '1000', /limit of 1,000 members \(--max-members\)/],
  ['--max-unpacked-mb', '1', /limit of .* of unpacked data \(--max-unpacked-mb\)/],
] as const) {
  test(`${option} ends the reading there, names itself, and what came before is analysed`, () => {
    const { status, stdout } = sockscope('analyze', LEAK, '--format', 'json', option, value);
    assert.equal(status, 0);
    const report = JSON.parse(stdout) as Report;
    assert.match(report.problems.map(({ message }) => message).join('\n'), sentence);
    assert.ok(report.bundle.entries > 100);
  });
}

test('--max-ratio ends the reading of a bomb and names itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sockscope-cli-'));
  const bomb = join(folder, 'bomb.tar.gz');
  const zeros = 260 << 20;
  writeFileSync(
    bomb,
    gzipSync(joinBytes([rawHeader({ name: 'proc/zeros', size: octal(zeros) }), new Uint8Array(zeros)]), { level: 1 }),
  );
  const said = (...more: string[]) =>
    (JSON.parse(sockscope('analyze', bomb, '--format', 'json', ...more).stdout) as Report).problems
      .map(({ message }) => message)
      .join('\n');
  assert.match(said('--max-ratio', '100'), /which no bundle does \(--max-ratio\)/);
  assert.doesNotMatch(said(), /no bundle does/);
  rmSync(folder, { recursive: true });
});

test('limits that are not given are those of the archive', () => {
  const parsed = parseCommand(['analyze', 'b.tar', '--max-members', '7']);
  assert.ok(parsed.kind === 'analyze');
  assert.deepEqual(parsed.command.limits, { ...DEFAULT_LIMITS, maxEntries: 7 });
});

/** An archive with a healthy node in `a` and one in trouble in `b`. */
async function withTwoNodes(use: (path: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sockscope-cli-'));
  const path = join(folder, 'two.tar.gz');
  const members = await Promise.all(
    [
      ['a', 'healthy-k6.1'],
      ['b', 'leak-closed-held-k6.1'],
    ].map(async ([root, name = '']) =>
      (await fixtureMembers(name)).map((member) => ({ ...member, name: `${root}/${member.name}` })),
    ),
  );
  writeFileSync(path, await packTarGz(members.flat()));
  try {
    use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('of several nodes the worst is shown, and the others with their verdicts', () =>
  withTwoNodes((path) => {
    const { nodes, bundle } = JSON.parse(sockscope('analyze', path, '--format', 'json').stdout) as Report;
    assert.equal(bundle.root, 'b/');
    assert.deepEqual(
      nodes.map(({ root }) => root),
      ['b/', 'a/'],
    );
    const [, healthy] = nodes;
    assert.ok(sockscope('analyze', path).stdout.includes(`${healthy?.name}: Nothing wrong was found`));
    const markdown = sockscope('analyze', path, '--format', 'markdown').stdout;
    assert.match(markdown, /^## Other nodes of the archive\n\n- \S+: Nothing wrong was found/m);
  }));

test('--node shows another node, and --fail-on is about it then', () =>
  withTwoNodes((path) => {
    const shown = sockscope('analyze', path, '--format', 'json', '--node', 'a', '--fail-on', 'error');
    const { bundle, nodes } = JSON.parse(shown.stdout) as Report;
    assert.equal(bundle.root, 'a/');
    assert.equal(shown.status, 0);
    const byName = sockscope('analyze', path, '--format', 'json', '--node', nodes[1]?.name ?? '');
    assert.equal((JSON.parse(byName.stdout) as Report).bundle.root, 'a/');
    assert.equal(sockscope('analyze', path, '--fail-on', 'error').status, 1);
  }));

test('--node with a name that no node has is wrong usage: 2, with the nodes on stderr', () =>
  withTwoNodes((path) => {
    const { status, stdout, stderr } = sockscope('analyze', path, '--node', 'c\u001b[2J');
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^sockscope: no node is called "c\ufffd\[2J"\. By name and folder there are:\n( {2}\S+ {2}[ab]\/\n){2}$/,
    );
  }));

test('a bundle of one node says nothing of others', () => {
  assert.doesNotMatch(sockscope('analyze', LEAK).stdout, /other nodes/);
  assert.doesNotMatch(sockscope('analyze', LEAK, '--format', 'markdown').stdout, /Other nodes/);
});
