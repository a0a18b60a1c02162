import assert from 'node:assert/strict';
import test from 'node:test';
import {
  parseFileNr,
  parseKernelVersion,
  parseProcStat,
  parseUptime,
} from '../../../src/core/parsers/proc/node-files.ts';

test('stat gives the CPUs that are online and the time of the boot', () => {
  const { value, problems } = parseProcStat(
    'cpu  1 2 3\ncpu0 1 2 3\ncpu2 1 2 3\nintr 5\nctxt 9\nbtime 1795377200\nprocesses 4\n',
  );
  assert.deepEqual(value, { cpus: 2, bootUnixSeconds: 1795377200 });
  assert.deepEqual(problems, []);
});

test('stat without CPU lines is a problem, and a missing btime is null', () => {
  const { value, problems } = parseProcStat('intr 5\n');
  assert.deepEqual(value, { cpus: 0, bootUnixSeconds: null });
  assert.equal(problems.length, 1);
});

test('a time of the boot and lines that are no counts are told, each with its line', () => {
  const { value, problems } = parseProcStat('cpu  1 2\ncpu0 1 2\nbtime soon\noops\nsoftirq x\n');
  assert.deepEqual(value, { cpus: 1, bootUnixSeconds: null });
  assert.deepEqual(
    problems.map(({ line }) => line),
    [3, 4, 5],
  );
});

test('uptime is the first number, in seconds', () => {
  assert.equal(parseUptime('63.52 118.02\r\n').value, 63.52);
});

for (const text of ['', 'abc', '-5 3', 'Infinity', '12abc 3', '1e3 4', '5 x', '1 2 3']) {
  test(`"${text}" is no uptime`, () => {
    const { value, problems } = parseUptime(text);
    assert.equal(value, null);
    assert.equal(problems.length, 1);
  });
}

const VERSIONS: readonly (readonly [string, string, number, number])[] = [
  [
    'Linux version 6.1.0-50-cloud-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0) #1 SMP',
    '6.1.0-50-cloud-amd64',
    6,
    1,
  ],
  ['Linux node-7 5.14.0-284.11.1.el9_2.x86_64 #1 SMP x86_64 GNU/Linux', '5.14.0-284.11.1.el9_2.x86_64', 5, 14],
  ['3.10.0-1160.el7.x86_64\n', '3.10.0-1160.el7.x86_64', 3, 10],
  ['7.2', '7.2', 7, 2],
];
for (const [text, release, major, minor] of VERSIONS) {
  test(`the kernel release of "${text.slice(0, 40)}" is ${release}`, () => {
    assert.deepEqual(parseKernelVersion(text).value, { release, major, minor });
  });
}

test('no release in a text is null and a problem', () => {
  assert.equal(parseKernelVersion('Linux version ?').value, null);
  assert.equal(parseKernelVersion('').problems.length, 1);
});

test('file-nr gives the first and the third number', () => {
  assert.deepEqual(parseFileNr('1216\t0\t9223372036854775807\n').value?.allocated, 1216);
  assert.deepEqual(parseFileNr('1216 0 300000').value, { allocated: 1216, max: 300000 });
  for (const text of ['', '1216 0', '1216 x 300000', '-1 0 3', '1 2 3 4']) {
    assert.equal(parseFileNr(text).value, null, text);
    assert.equal(parseFileNr(text).problems.length, 1, text);
  }
});
