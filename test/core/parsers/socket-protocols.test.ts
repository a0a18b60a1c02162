import assert from 'node:assert/strict';
import test from 'node:test';
import { isTcpProtocol, parseSocketProtocols } from '../../../src/core/parsers/commands/socket-protocols.ts';

type Row = readonly [pid: number | null, fd: number, protocol: string];

function check(text: string, expected: readonly Row[], problemLines: readonly number[] = []): void {
  const { value, problems } = parseSocketProtocols(text);
  assert.deepEqual(
    value.map(({ pid, fd, protocol }) => [pid, fd, protocol]),
    expected,
  );
  assert.deepEqual(
    problems.map(({ line }) => line),
    problemLines,
  );
}

const GETFATTR = String.raw`# file: proc/183/fd/12
system.sockprotoname="TCPv6\000"

# file: /proc/7/fd/3
system.sockprotoname="UNIX-STREAM\000"
`;
const PARSED: readonly Row[] = [
  [183, 12, 'TCPv6'],
  [7, 3, 'UNIX-STREAM'],
];

test('what getfattr prints gives pid, fd and protocol', () => check(GETFATTR, PARSED));

test('CRLF, a missing final newline and blank lines change nothing', () => {
  check(GETFATTR.replaceAll('\n', '\r\n').trimEnd(), PARSED);
  check(`\n\n${GETFATTR}\n\n`, PARSED);
});

test('the zero byte at the end may be written in any way, or not at all', () => {
  const zero = String.fromCharCode(0);
  for (const end of ['', String.raw`\0`, String.raw`\000`, zero])
    check(`# file: proc/1/fd/2\nsystem.sockprotoname="TCP${end}"\n`, [[1, 2, 'TCP']]);
});

test('a value without the file above it belongs to nobody, and is told', () => {
  check('system.sockprotoname="TCP"\n', [], [1]);
  check('# file: proc/1/fd/2\n# file: proc/self/fd/3\nsystem.sockprotoname="TCP"\n', [], [2, 3]);
});

test('a socket without a protocol has none, and is no problem', () => {
  check('# file: proc/1/fd/2\nsystem.sockprotoname=""\n', []);
  check(`# file: proc/1/fd/2\nsystem.sockprotoname=${String.raw`"\000"`}\n`, []);
});

test('a file without a value is passed over', () => {
  check('# file: proc/1/fd/2\nuser.other="x"\n# file: proc/1/fd/3\nsystem.sockprotoname="UDP"\n', [[1, 3, 'UDP']]);
});

test('one line a socket, of pid, fd and protocol, is read', () => {
  check('183 12 TCPv6\n7\t3\tNETLINK\n', [
    [183, 12, 'TCPv6'],
    [7, 3, 'NETLINK'],
  ]);
});

test('a line of fd and protocol alone leaves the process to the name of the file', () => {
  check('12 TCP\n13 UNIX\n', [
    [null, 12, 'TCP'],
    [null, 13, 'UNIX'],
  ]);
});

test('remarks of getfattr and an empty text are passed over', () => {
  check('', []);
  check('getfattr: proc/1/fd/9: No such attribute\n', []);
});

test('everything else is told with its line', () => {
  check('12\nTCP\n1 2 3\n1 2 3 TCP\n1 2 -x\n', [], [1, 2, 3, 4, 5]);
  check('12345678901 2 TCP\n# file: proc/x/fd/2\n', [], [1, 2]);
  check(`1 2 ${'A'.repeat(33)}\n3 4 TCP\n`, [[3, 4, 'TCP']], [1]);
  check('# file: proc/1/fd/2\nsystem.sockprotoname=0sVENQAA==\n', [], [2]);
});

test('protocols with a point or a slash in their names are read', () => {
  check('1 2 L2TP/IP\n1 3 IEEE-802.15.4-RAW\n', [
    [1, 2, 'L2TP/IP'],
    [1, 3, 'IEEE-802.15.4-RAW'],
  ]);
});

test('TCP and MPTCP of both families are TCP, and nothing else is', () => {
  for (const name of ['TCP', 'TCPv6', 'MPTCP', 'MPTCPv6']) assert.equal(isTcpProtocol(name), true, name);
  for (const name of ['', 'tcp', 'UDP', 'UDPv6', 'UNIX', 'UNIX-STREAM', 'NETLINK', 'SCTP', 'DCCP', 'TCPv4'])
    assert.equal(isTcpProtocol(name), false, name);
});
