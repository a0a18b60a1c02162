import assert from 'node:assert/strict';
import test from 'node:test';
import { parseArp } from '../../../src/core/parsers/proc/net-arp.ts';
import { english } from '../support/english.ts';

const HEADER = 'IP address       HW type     Flags       HW address            Mask     Device\n';
const ARP = `${HEADER}10.244.49.1      0x1         0x2         8a:3e:b2:00:11:22     *        eth0
10.244.49.200    0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.100.100  0x1         0x6         8a:3e:b2:00:11:33     *        flannel.1
`;

function check(text: string, expected: number): void {
  assert.deepEqual(parseArp(text), { value: expected, problems: [] });
}

test('entries are counted, incomplete ones too; permanent ones and the heading are not', () => check(ARP, 2));

test('a table with the heading alone, or an empty file, has none', () => {
  check(HEADER, 0);
  check('', 0);
});

test('CRLF, a missing final newline and blank lines change nothing', () => {
  check(ARP.replaceAll('\n', '\r\n').trimEnd(), 2);
  check(`${ARP}\n\n`, 2);
});

test('an entry of a card without addresses and one of InfiniBand are entries', () => {
  check(`${HEADER}10.0.0.1         0x200       0x2                               *        wg0\n`, 1);
  check(`${HEADER}10.0.0.1         0x20        0x2         ${'80:'.repeat(19)}80     *        ib0\n`, 1);
});

test('other lines are told, each with its own, and not counted', () => {
  const { value, problems } = parseArp(`${ARP}incomplete\n10.0.0\n1234.1.1.1 x\n10.0.0.1 0x1 0xzz 00 * eth0\n`);
  assert.equal(value, 2);
  assert.deepEqual(
    problems.map(({ line }) => line),
    [5, 6, 7, 8],
  );
});

test('of ten thousand malformed lines the first are told, and how many more there are', () => {
  const { problems } = parseArp(`${HEADER}${'oops\n'.repeat(10_000)}`);
  assert.deepEqual(
    problems.map(({ line }) => line),
    [2, 3, 4, 5, 6, 7],
  );
  assert.equal(english(problems.at(-1)?.message), '9,995 more problems are not listed for this file.');
});
