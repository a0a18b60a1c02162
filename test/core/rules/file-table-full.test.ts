import assert from 'node:assert/strict';
import test from 'node:test';
import type { AvailableFacts } from '../../../src/core/facts/facts.ts';
import { fileTableFull } from '../../../src/core/rules/file-table-full.ts';
import { FULL } from '../../../src/core/rules/thresholds.ts';
import { english } from '../support/english.ts';
import { findings, kernelLog, processFact, verdicts } from '../support/facts.ts';

const MAX = 1000;
const LOGGED = kernelLog('file-max', [10]);

function table(allocated: number, max = MAX): NonNullable<AvailableFacts['files']> {
  return { entry: 'proc/sys/fs/file-nr', allocated, max };
}

function check(facts: Partial<AvailableFacts>, expected: readonly string[]): void {
  assert.deepEqual(verdicts(fileTableFull, facts), expected);
}

test('fires when this share of the handles is in use, not one below', () => {
  check({ files: table(FULL * MAX) }, ['error full-now high']);
  check({ files: table(FULL * MAX - 1) }, []);
});

test('lines alone say that it was full, with or without file-nr', () => {
  check({ kernelLog: LOGGED }, ['warning was-full medium']);
  check({ files: table(3), kernelLog: LOGGED }, ['warning was-full medium']);
  check({ files: table(MAX), kernelLog: LOGGED }, ['error full-now high']);
});

test('quiet on the huge limit that systemd sets, on a limit of zero and on other lines', () => {
  check({ files: table(50_000, Number('9223372036854775807')) }, []);
  check({ files: table(0, 0) }, []);
  check({ files: table(3), kernelLog: kernelLog('oom-kill', [1]) }, []);
});

test('the process with most fds is the second subject, wherever it stands', () => {
  const large = processFact({ tcp: 900 }, { pid: 9 });
  for (const processes of [
    [large, processFact({ file: 5 })],
    [processFact({ file: 5 }), large],
  ]) {
    const [finding] = findings(fileTableFull, { files: table(MAX), processes });
    assert.deepEqual(finding?.subjects, [{ kind: 'node' }, large.subject]);
    assert.deepEqual(finding?.measures, { lines: 0, fileHandles: MAX, fileMax: MAX, topProcessFds: 900 });
    assert.match(english(finding?.message ?? ''), /1,000 of 1,000.*\(900\)/);
    assert.equal(finding?.evidence.length, 2);
  }
});

test('without the fds of processes only the node is named', () => {
  for (const processes of [null, []])
    assert.deepEqual(findings(fileTableFull, { files: table(MAX), processes })[0]?.subjects, [{ kind: 'node' }]);
});

test('handles that are free at the capture are a doubt, and file-nr that is missing is not zero', () => {
  const [finding] = findings(fileTableFull, { kernelLog: LOGGED });
  assert.deepEqual(finding?.measures, { lines: 1 });
  assert.equal(finding?.doubts.length, 1);
  assert.equal(findings(fileTableFull, { files: table(MAX) })[0]?.doubts.length, 0);
});
