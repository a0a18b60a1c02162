import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { unpack } from '../support/bundle.ts';
import {
  bash,
  brief,
  busybox,
  collect,
  dash,
  makeFolder,
  script,
  shells,
  startCollector,
} from '../support/collector.ts';
import { needsNode } from '../support/node.ts';

const skip = needsNode();
const quick = ['--samples', '1'];

for (const shell of shells) {
  test(`${shell.name}: piped into a shell it writes the archive to standard output and nothing else there`, {
    skip,
  }, async () => {
    const run = await collect(quick, { shell, program: ['-s', '--'], input: readFileSync(script) });
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(run.files, []);
    assert.match(run.stderr, /archive: \d+ bytes, sha256 [0-9a-f]{64}/);
    const archive = join(makeFolder(), 'out.tar.gz');
    writeFileSync(archive, run.stdout);
    assert.equal(unpack(archive).manifest.format, 'sockscope-bundle');
    assert.deepEqual(readdirSync(run.temporary), []);
  });
}

test('--output - writes to standard output', { skip }, async () => {
  const run = await collect([...quick, '--output', '-']);
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(run.files, []);
  const archive = join(makeFolder(), 'out.tar.gz');
  writeFileSync(archive, run.stdout);
  assert.equal(unpack(archive).manifest.format, 'sockscope-bundle');
});

test('--output FILE writes there and nowhere else', { skip }, async () => {
  const folder = makeFolder();
  const run = await collect([...quick, `--output=${join(folder, 'here.tgz')}`]);
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(run.files, []);
  assert.deepEqual(readdirSync(folder), ['here.tgz']);
  assert.equal(unpack(join(folder, 'here.tgz')).manifest.format, 'sockscope-bundle');
});

test('what exists under the name of the archive stays as it is', { skip }, async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'mine.tar.gz'), 'precious');
  const run = await collect([...quick, '--output', 'mine.tar.gz'], { folder });
  assert.equal(run.code, 1);
  assert.match(run.stderr, /exists already/);
  assert.equal(readFileSync(join(folder, 'mine.tar.gz'), 'utf8'), 'precious');
  assert.deepEqual(readdirSync(run.temporary), []);
});

test('a folder that is not there is told before anything is collected', { skip }, async () => {
  const run = await collect([...quick, '--output', '/nowhere/at/all.tar.gz']);
  assert.equal(run.code, 1);
  assert.match(run.stderr, /\/nowhere\/at is not there/);
  assert.deepEqual(readdirSync(run.temporary), []);
});

test('two at the same time in the same folders do not disturb each other', { skip }, async () => {
  const [folder, temporary] = [makeFolder(), makeFolder()];
  const runs = await Promise.all([bash, dash, busybox].map((shell) => collect(brief, { shell, folder, temporary })));
  assert.deepEqual(
    runs.map((run) => run.code),
    [0, 0, 0],
    runs.map((run) => run.stderr).join(''),
  );
  const archives = readdirSync(folder);
  assert.equal(archives.length, 3);
  for (const archive of archives) assert.equal(unpack(join(folder, archive)).manifest.format, 'sockscope-bundle');
  assert.deepEqual(readdirSync(temporary), []);
});

test('nothing but the archive is left, which others may not read', { skip }, async () => {
  const run = await collect(quick);
  assert.equal(run.files.length, 1);
  assert.ok(existsSync(run.archive));
  assert.equal((statSync(run.archive).mode & 0o777).toString(8), '600');
  assert.deepEqual(readdirSync(run.temporary), []);
});

test('folders may have any name', { skip }, async () => {
  const folder = join(makeFolder(), 'with blank');
  const temporary = join(makeFolder(), "o'clock, 100 %");
  for (const path of [folder, temporary]) mkdirSync(path);
  const run = await collect([...quick, '--output', './-my archive.tgz'], { folder, temporary });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(run.files, ['-my archive.tgz']);
  const bundle = unpack(run.archive);
  assert.deepEqual(
    bundle.manifest.items.filter((item) => item.state !== 'ok' && item.state !== 'absent'),
    [],
  );
  assert.ok(bundle.members.includes('proc/sys/net/ipv4/tcp_mem') && bundle.members.includes('proc/1/net/tcp'));
  assert.deepEqual(readdirSync(run.temporary), []);
});

test('a reader that goes away ends it, and nothing is left', { skip }, async () => {
  const { child, ended } = startCollector([...quick, '--output', '-']);
  child.stdout?.destroy();
  const run = await ended;
  assert.notEqual(run.code, 0);
  assert.deepEqual([...run.files, ...readdirSync(run.temporary)], []);
});
