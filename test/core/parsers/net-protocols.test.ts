import assert from 'node:assert/strict';
import test from 'node:test';
import { parseProtocols } from '../../../src/core/parsers/proc/net-protocols.ts';

const TEXT = `protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re bi br ha uh gp em
MPTCPv6   2048      0      -1   NI       0   yes  kernel      y  n  y  y  y  y  y  y  y  y  n  n  n  y  y  y  y  n
UNIX-STREAM 1088     42      -1   NI       0   yes  kernel      y  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  y  n
TCPv6     2560      9     205   no     320   yes  kernel      y  y  y  y  y  y  y  y  y  y  y  y  y  n  y  y  y  y
TCP       2368     13     205   no     320   yes  kernel      y  y  y  y  y  y  y  y  y  y  y  y  y  n  y  y  y  y
`;

test('A15: sockets are by protocol, and press of TCP is the pressure flag', () => {
  const { value } = parseProtocols(TEXT);
  assert.equal(value.socketsByProtocol.get('TCP'), 13);
  assert.equal(value.socketsByProtocol.get('UNIX-STREAM'), 42);
  assert.equal(value.tcpPressure, false);
});

test('press yes of TCP is pressure; NI of another protocol is not', () => {
  assert.equal(parseProtocols(TEXT.replace(/^(TCP .*205 {3})no /m, '$1yes')).value.tcpPressure, true);
  assert.equal(parseProtocols(TEXT.replace(/^TCP .*\n/m, '')).value.tcpPressure, null);
});

test('the table as kernels print it, with CRLF and without its heading too, and an empty text have no problem', () => {
  for (const text of [TEXT, TEXT.replaceAll('\n', '\r\n').trimEnd(), TEXT.replace(/^protocol.*\n/, ''), ''])
    assert.deepEqual(parseProtocols(text).problems, []);
  assert.equal(parseProtocols(TEXT.replace(/^protocol.*\n/, '')).value.socketsByProtocol.size, 4);
  assert.equal(parseProtocols('').value.tcpPressure, null);
});

test('a protocol that does not count its sockets has none, and is no problem', () => {
  const { value, problems } = parseProtocols('PACKET    1344     -1      -1   NI       0   no   kernel\n');
  assert.deepEqual([value.socketsByProtocol.size, problems], [0, []]);
});

for (const [from, to] of [
  ['UNIX-STREAM 1088     42', 'UNIX-STREAM 1088'],
  ['UNIX-STREAM 1088     42', 'UNIX-STREAM 1088     many'],
  ['UNIX-STREAM 1088     42', 'UNIX-STREAM 1088     -7'],
  ['42      -1   NI', '42      -1   maybe'],
  ['42      -1   NI', '42       x   NI'],
] as const) {
  test(`a row with ${to.slice(-12)} in place of ${from.slice(-12)} is told with its line and left out`, () => {
    const { value, problems } = parseProtocols(TEXT.replace(from, to));
    assert.deepEqual([...value.socketsByProtocol.keys()], ['MPTCPv6', 'TCPv6', 'TCP']);
    assert.deepEqual(
      problems.map(({ line }) => line),
      [3],
    );
  });
}

test('whether there is pressure is not known from a malformed row', () => {
  assert.equal(parseProtocols(TEXT.replace(/^(TCP .*205 {3})no /m, '$1x ')).value.tcpPressure, null);
});
