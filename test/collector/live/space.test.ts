import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { analyzeArchive } from '../support/analysis.ts';
import { contradictions, unpack } from '../support/bundle.ts';
import { brief, collect, dash, makeFolder, script, startCollector } from '../support/collector.ts';
import { type Leaks, sharedLeaks } from '../support/leaks.ts';
import { needsNode } from '../support/node.ts';
import { until } from '../support/wait.ts';

const skip = needsNode();

/** A file system of so many MB, for the time of `use`. */
async function withSmallDisk(megabytes: number, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = makeFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  try {
    await use(folder);
  } finally {
    execFileSync('umount', [folder]);
  }
}

function fill(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - 64 * 1024)));
}

describe('running out of room', { skip }, () => {
  let leaks: Leaks;
  before(async () => {
    leaks = await sharedLeaks();
  });

  test('where the archive has no room, it says so before it begins', async () => {
    await withSmallDisk(2, async (disk) => {
      const run = await collect([...brief, '--output', join(disk, 'out.tar.gz')]);
      assert.equal(run.code, 1);
      assert.match(run.stderr, /KiB free/);
      assert.deepEqual([...readdirSync(disk), ...readdirSync(run.temporary), ...run.files], []);
    });
  });

  test('where no folder has room to work in, it says so and names TMPDIR', async () => {
    await withSmallDisk(2, async (disk) => {
      // /tmp and /var/tmp too: it looks there next. They hide the checkout where that is in one of them.
      const enter = `for folder in /tmp /var/tmp; do mount -t tmpfs -o size=2m tmpfs $folder; done; cd /tmp; exec "$@"`;
      const run = await collect(['-s', '--', ...brief, '--output', '/tmp/out.tar.gz'], {
        wrap: ['unshare', '--mount', 'sh', '-c', enter, 'sh'],
        temporary: disk,
        program: [],
        input: readFileSync(script),
      });
      assert.equal(run.code, 1);
      assert.match(run.stderr, /free/);
      assert.deepEqual(readdirSync(disk), []);
    });
  });

  test('a temporary folder without room is passed over for the next', async () => {
    await withSmallDisk(2, async (disk) => {
      const run = await collect(brief, { temporary: disk });
      assert.equal(run.code, 0, run.stderr);
      assert.deepEqual(readdirSync(disk), []);
    });
  });

  test('a disk that fills up while it runs ends it with a message, and nothing is left', async () => {
    await withSmallDisk(80, async (disk) => {
      const { ended } = startCollector(['--samples', '2', '--interval', '2'], { folder: disk, temporary: disk });
      await until('it works', () => readdirSync(disk).some((name) => name.startsWith('sockscope.')));
      fill(disk);
      const run = await ended;
      rmSync(join(disk, 'filler'));
      assert.match(run.stderr, /disk/);
      if (run.code === 1) assert.deepEqual(readdirSync(disk), []);
      else {
        assert.equal(run.code, 3);
        const [archive = '', ...others] = readdirSync(disk);
        assert.deepEqual(others, []);
        assert.ok(
          unpack(join(disk, archive)).manifest.items.some((item) => item.state === 'cut' && /disk/.test(item.note)),
        );
      }
    });
  });

  test('--max-bytes that is too small cuts items, which the manifest says, and the rest can be analysed', async () => {
    const run = await collect([...brief, '--max-bytes', '1000000']);
    assert.equal(run.code, 3, run.stderr);
    const bundle = unpack(run.archive);
    const cut = bundle.manifest.items.filter((item) => item.state === 'cut');
    assert.ok(cut.length > 0);
    assert.deepEqual(
      cut.filter((item) => !/max-bytes|bytes/.test(item.note)),
      [],
    );
    assert.deepEqual(
      contradictions(bundle).filter((fault) => !fault.endsWith('is claimed and not there')),
      [],
    );
    const report = await analyzeArchive(run.archive);
    assert.ok(report.problems.length >= cut.length);
    const { countOwner } = report.verdict;
    if (countOwner !== null) assert.equal(countOwner.pid ?? leaks.closeWait.server.pid, leaks.closeWait.server.pid);
  });

  test('a second that had begun before the collector did is not one of --max-seconds', async () => {
    const tools = makeFolder();
    // The clock goes on just after the collector has read it for the first time.
    const clock =
      '[ "$*" = +%s ] || exec /usr/bin/date "$@"\n[ -e "$0.read" ] && echo 1001 || echo 1000\n: >"$0.read"\n';
    writeFileSync(join(tools, 'date'), `#!/bin/sh\n${clock}`, { mode: 0o755 });
    const shell = { ...dash, path: () => `${tools}:${dash.path()}` };
    const run = await collect(['--samples', '1', '--max-seconds', '1'], { shell });
    assert.equal(run.code, 0, run.stderr);
    const { manifest } = unpack(run.archive);
    assert.deepEqual(
      manifest.items.filter((item) => /max-seconds/.test(item.note)),
      [],
    );
  });

  test('--max-seconds 1 packs what there is after a second', async () => {
    const run = await collect(['--samples', '100', '--interval', '60', '--max-seconds', '1']);
    assert.equal(run.code, 3, run.stderr);
    const { manifest } = unpack(run.archive);
    const cut = manifest.items.filter((item) => item.state === 'cut');
    assert.deepEqual(
      cut.filter((item) => !/--max-seconds 1 was reached|took longer/.test(item.note)),
      [],
    );
    assert.ok(cut.some((item) => item.item === 'sample 100'));
    const report = await analyzeArchive(run.archive);
    assert.ok(report.problems.length > 0);
  });
});
