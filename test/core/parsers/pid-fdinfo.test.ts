import assert from 'node:assert/strict';
import test from 'node:test';
import { parseScmFds } from '../../../src/core/parsers/proc/pid-fdinfo.ts';

function check(text: string, expected: number): void {
  assert.deepEqual(parseScmFds(text), { value: expected, problems: [] });
}

const UNIX = 'pos:\t0\nflags:\t02000002\nmnt_id:\t10\nino:\t82892\nscm_fds: 3\n';

test('the files in flight to a unix socket are read', () => {
  check(UNIX, 3);
  check(UNIX.replace('scm_fds: 3', 'scm_fds:\t250'), 250);
});

test('a kernel without ino (before 5.14) is read as well', () => {
  check(UNIX.replace(/^ino:.*\n/m, ''), 3);
});

test('a socket of another family has none in flight', () => {
  check(UNIX.replace(/^scm_fds:.*\n/m, ''), 0);
});

test('only the line of that name counts', () => {
  check('x scm_fds: 3\n', 0);
  check('scm_fds_max: 3\n', 0);
  check('tfd:        4 events:       19 data:                4  pos:0 ino:2a6e9 sdev:9\n', 0);
});

test('what is no count is not known, which is not none, and is told', () => {
  for (const text of ['', 'many', '-3', '3 4', '9007199254740993']) {
    const { value, problems } = parseScmFds(`pos:\t0\nscm_fds: ${text}\n`);
    assert.equal(value, null, text);
    assert.deepEqual(
      problems.map(({ line }) => line),
      [2],
    );
  }
  check('', 0);
});

test('CRLF and a missing final newline change nothing', () => {
  check(UNIX.replaceAll('\n', '\r\n'), 3);
  check(UNIX.trimEnd(), 3);
});
