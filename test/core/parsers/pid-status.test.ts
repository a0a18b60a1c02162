import assert from 'node:assert/strict';
import test from 'node:test';
import { parsePidStatus } from '../../../src/core/parsers/proc/pid-status.ts';

const TEXT =
  'Name:\tpython3\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t185\nPid:\t185\nPPid:\t181\nUid:\t1000\t0\t0\t0\nFDSize:\t8192\nVmSize:\t   21384 kB\nThreads:\t4\n';

test('status gives name, state and parent', () => {
  assert.deepEqual(parsePidStatus(TEXT).value, {
    name: 'python3',
    state: 'S',
    parentPid: 181,
    hasMemory: true,
  });
});

test('a kernel thread has no Vm lines', () => {
  assert.equal(parsePidStatus(TEXT.replace(/^VmSize.*\n/m, '')).value.hasMemory, false);
});

test('CRLF, a missing final newline and malformed lines change nothing', () => {
  const value = parsePidStatus(`${TEXT.replaceAll('\n', '\r\n')}nonsense`).value;
  assert.deepEqual(value, parsePidStatus(TEXT).value);
});

test('an empty text gives nulls, not zeros', () => {
  assert.deepEqual(parsePidStatus('').value, {
    name: '',
    state: '',
    parentPid: null,
    hasMemory: false,
  });
});
