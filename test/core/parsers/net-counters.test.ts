import assert from 'node:assert/strict';
import test from 'node:test';
import { parseCounterPairs } from '../../../src/core/parsers/proc/net-counters.ts';
import { english } from '../support/english.ts';

const NETSTAT = `TcpExt: SyncookiesSent ListenOverflows TCPAbortOnMemory TCPTimeWaitOverflow
TcpExt: 0 2 36 1472
IpExt: InNoRoutes InOctets
IpExt: 0 18446744073709551615
MPTcpExt: MPCapableSYNRX
MPTcpExt: 0
`;

test('names and values are paired by group, with the line of the values', () => {
  const { value, problems } = parseCounterPairs(NETSTAT);
  assert.deepEqual(problems, []);
  assert.equal(value.values.get('TcpExt.TCPAbortOnMemory'), 36);
  assert.equal(value.values.get('TcpExt.TCPTimeWaitOverflow'), 1472);
  assert.equal(value.lines.get('TcpExt'), 2);
  assert.equal(value.lines.get('IpExt'), 4);
});

test('a counter above 2^53 is left out: it cannot be exact', () => {
  assert.equal(parseCounterPairs(NETSTAT).value.values.has('IpExt.InOctets'), false);
});

test('a counter that the kernel does not have is absent, which is not zero', () => {
  assert.equal(parseCounterPairs(NETSTAT).value.values.get('TcpExt.TCPRcvQDrop'), undefined);
});

test('Tcp.MaxConn of snmp is -1 on every kernel and left out', () => {
  const { value, problems } = parseCounterPairs(
    'Tcp: RtoAlgorithm MaxConn ActiveOpens EstabResets\nTcp: 1 -1 7 1618\n',
  );
  assert.deepEqual(problems, []);
  assert.equal(value.values.has('Tcp.MaxConn'), false);
  assert.equal(value.values.get('Tcp.EstabResets'), 1618);
});

test('fewer values than names are reported with the line, and what pairs up is kept', () => {
  const { value, problems } = parseCounterPairs('TcpExt: A B C\nTcpExt: 1 2\nIpExt: X\nIpExt: 9\n');
  assert.deepEqual(
    problems.map((problem) => problem.line),
    [2],
  );
  assert.equal(value.values.get('TcpExt.A'), 1);
  assert.equal(value.values.get('TcpExt.C'), undefined);
  assert.equal(value.values.get('IpExt.X'), 9);
});

test('a group whose values are cut off gives nothing and spoils no other', () => {
  const { value, problems } = parseCounterPairs('TcpExt: A B\nIpExt: X\nIpExt: 9\nUdp: Y\n');
  assert.deepEqual([...value.values], [['IpExt.X', 9]]);
  assert.deepEqual(
    problems.map(({ line }) => line),
    [1, 4],
  );
});

test('values without names above them, and a line of no group, are told and spoil no other', () => {
  const { value, problems } = parseCounterPairs('Ip: 1 64\nTcpExt: A\noops 3\nTcpExt: 4\nTcpExt: 5\n');
  assert.deepEqual([...value.values], [['TcpExt.A', 4]]);
  assert.deepEqual(
    problems.map(({ line }) => line),
    [1, 3, 5],
  );
});

test('a malformed value in the middle is told and leaves its neighbours', () => {
  const { value, problems } = parseCounterPairs('TcpExt: A B C\nTcpExt: 1 two 3\n');
  assert.deepEqual(english(problems), [{ line: 2, message: 'The value of "TcpExt.B" is not a count.' }]);
  assert.deepEqual(
    [...value.values],
    [
      ['TcpExt.A', 1],
      ['TcpExt.C', 3],
    ],
  );
});

test('CRLF and a missing final newline change nothing; an empty text is empty', () => {
  const values = parseCounterPairs(NETSTAT.replaceAll('\n', '\r\n').trimEnd()).value.values;
  assert.deepEqual(values, parseCounterPairs(NETSTAT).value.values);
  assert.equal(parseCounterPairs('').value.values.size, 0);
});

test('a name that is also a property of every object is an ordinary counter', () => {
  const { value } = parseCounterPairs('TcpExt: __proto__ constructor\nTcpExt: 4 5\n');
  assert.equal(value.values.get('TcpExt.__proto__'), 4);
  assert.equal(value.values.get('TcpExt.constructor'), 5);
});
