import assert from 'node:assert/strict';
import test from 'node:test';
import { parseArp } from '../../../src/core/parsers/proc/net-arp.ts';

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

test('CRLF, a missing final newline and other lines change nothing', () => {
  check(ARP.replaceAll('\n', '\r\n').trimEnd(), 2);
  check(`${ARP}\nincomplete\n10.0.0\n1234.1.1.1 x\n10.0.0.1\n`, 2);
});
