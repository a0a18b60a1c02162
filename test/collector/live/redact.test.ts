import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { analyzeArchive } from '../support/analysis.ts';
import { contradictions, type Unpacked, unpack } from '../support/bundle.ts';
import { brief, busybox, collect, dash } from '../support/collector.ts';
import { type Leaks, sharedLeaks } from '../support/leaks.ts';
import { needsNode } from '../support/node.ts';
import type { Pod } from '../support/pod.ts';

const skip = needsNode();
const hostname = 'sockscope-test-node';

/** An address as net/tcp has it: 32-bit words in the order of this machine (little-endian). */
function kernelHex(bytes: readonly number[]): string {
  const words = Array.from({ length: bytes.length / 4 }, (_, word) => bytes.slice(word * 4, word * 4 + 4).reverse());
  return words
    .flat()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

/** All that would give an address away, in all its spellings. */
function spellings(pod: Pod): readonly string[] {
  const v4 = pod.address.split('.').map(Number);
  const last = Number.parseInt(pod.address6.split('::')[1] ?? '', 16);
  const v6 = [0xfd, 0, 2, 0x44, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
  const inOrder = v4.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [pod.address, pod.address6, kernelHex(v4), kernelHex(v6), inOrder];
}

function occurrences({ root, members }: Unpacked, words: readonly string[]): readonly string[] {
  return members.flatMap((member) => {
    const text = `${member}\n${readFileSync(join(root, member), 'latin1')}`.toLowerCase();
    return words.filter((word) => holds(text, word.toLowerCase())).map((word) => `${word} in ${member}`);
  });
}

/** As a word of its own, or at the end of a longer one as in a mapped address. */
function holds(text: string, word: string): boolean {
  return new RegExp(`${word.replace(/[.]/g, '\\.')}(?![0-9a-f])`).test(text);
}

describe('redaction', { skip }, () => {
  let leaks: Leaks;
  before(async () => {
    leaks = await sharedLeaks();
  });

  for (const shell of [dash, busybox]) {
    let bundle: Unpacked;

    test(`${shell.name}: --redact leaves no address and no host name, and the same verdict`, async () => {
      const plain = await collect(brief, { shell });
      const run = await collect([...brief, '--redact'], { shell });
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.files[0] ?? '', /^sockscope-redacted-\d{8}T\d{6}Z\.tar\.gz$/);
      bundle = unpack(run.archive);
      assert.equal(bundle.manifest.collector.redacted, true);

      const pods = [leaks.client, leaks.closeWait.pod, leaks.closedHeld.pod, leaks.shared.pod];
      const words = [hostname, ...pods.flatMap(spellings)];
      // The search finds them where they are: otherwise it would prove nothing.
      const found = occurrences(unpack(plain.archive), words).map((place) => place.split(' ')[0]);
      assert.ok([hostname, ...spellings(leaks.closeWait.pod).slice(0, 4)].every((word) => found.includes(word)));
      assert.deepEqual(occurrences(bundle, words), []);

      const [before, after] = [await analyzeArchive(plain.archive), await analyzeArchive(run.archive)];
      assert.deepEqual(after.problems, []);
      assert.equal(after.verdict.countOwner?.pid, leaks.closeWait.server.pid);
      assert.deepEqual(after.verdict.countOwner, before.verdict.countOwner);
      const counts = (report: typeof after) =>
        report.findings.map(({ ruleId, subjects, measures }) => ({
          ruleId,
          pids: subjects.map((subject) => subject.pid),
          sockets: measures['closeWaitSockets'] ?? measures['closedHeldSockets'],
        }));
      const leaky = ({ ruleId }: { readonly ruleId: string }) => /^(close-wait|closed-socket)-leak$/.test(ruleId);
      assert.deepEqual(counts(after).filter(leaky), counts(before).filter(leaky));
      assert.deepEqual(after.ledger.states['CLOSE_WAIT'], before.ledger.states['CLOSE_WAIT']);
    });

    test(`${shell.name}: the manifest of a redacted archive is true`, () => {
      assert.deepEqual(contradictions(bundle), []);
    });
  }
});
