import assert from 'node:assert/strict';
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { english } from '../../core/support/english.ts';
import { analyzeArchive } from '../support/analysis.ts';
import { type Item, unpack } from '../support/bundle.ts';
import { brief, busybox, collect, dash, makeFolder, type Run, script } from '../support/collector.ts';
import { type Leaks, sharedLeaks } from '../support/leaks.ts';
import { needsNode } from '../support/node.ts';

const skip = needsNode();
const asNobody = ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

/** Folders for everyone, and a copy of the script where everyone may read it: the checkout may be in root's home. */
function collectAsNobody(shell = dash): Promise<Run> {
  const [folder, temporary, readable] = [makeFolder(), makeFolder(), makeFolder()];
  for (const path of [folder, temporary, readable]) chmodSync(path, 0o777);
  const copy = join(readable, 'collect.sh');
  copyFileSync(script, copy);
  chmodSync(copy, 0o644);
  return collect(brief, { shell, folder, temporary, wrap: asNobody, program: [copy] });
}

describe('collecting without rights', { skip }, () => {
  let leaks: Leaks;
  before(async () => {
    leaks = await sharedLeaks();
  });

  for (const shell of [dash, busybox]) {
    test(`${shell.name}: as nobody it says what is missing and how to get it, and nobody innocent is accused`, async () => {
      const run = await collectAsNobody(shell);
      assert.equal(run.code, 3, run.stderr);
      const bundle = unpack(run.archive);
      assert.equal(bundle.manifest.collector.uid, 65534);
      const denied = bundle.manifest.items.filter((item) => item.state === 'denied');
      const isTold = ({ note }: Item) => /root|privileged|CAP_/.test(note);
      assert.ok(denied.some((item) => item.item === 'fds'));
      assert.deepEqual(
        denied.filter((item) => !isTold(item)),
        [],
      );
      for (const item of denied) assert.ok(run.stdout.toString().includes(`missing: ${item.item}: `), item.item);
      const blocks = bundle.blocks('fds.txt');
      assert.deepEqual(blocks.get(`/proc/${leaks.closeWait.server.pid}/fd`), ['(denied)']);

      const report = await analyzeArchive(run.archive);
      assert.deepEqual(
        report.problems
          .map((problem) => problem.message)
          .filter((message) => !/\b(root|allowed|denied|rights?)\b/i.test(english(message))),
        [],
      );
      assert.ok(report.coverage.processesReadable < report.coverage.processesTotal);
      const { countOwner, confidence } = report.verdict;
      assert.notEqual(confidence, 'high');
      // Which process holds the sockets cannot be seen; the pod of their namespace can.
      if (countOwner !== null) assert.equal(countOwner.pod, leaks.closeWait.pod.name);
    });
  }
});
