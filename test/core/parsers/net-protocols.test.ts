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

test('malformed rows, CRLF and an empty text are survived', () => {
  const broken = TEXT.replace('UNIX-STREAM 1088     42', 'UNIX-STREAM 1088').replaceAll('\n', '\r\n');
  assert.equal(parseProtocols(broken).value.socketsByProtocol.get('TCP'), 13);
  assert.equal(parseProtocols('').value.tcpPressure, null);
});
