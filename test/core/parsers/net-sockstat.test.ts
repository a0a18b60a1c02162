import assert from 'node:assert/strict';
import test from 'node:test';
import { parseSockstat, type Sockstat } from '../../../src/core/parsers/proc/net-sockstat.ts';

const SOCKSTAT = `sockets: used 20
TCP: inuse 7 orphan 0 tw 0 alloc 5409 mem 12302
UDP: inuse 1 mem 0
UDPLITE: inuse 0
RAW: inuse 0
FRAG: inuse 0 memory 0
`;
const SOCKSTAT6 = `TCP6: inuse 9
UDP6: inuse 3
UDPLITE6: inuse 0
RAW6: inuse 1
FRAG6: inuse 0 memory 0
`;

function check(text: string, expected: Partial<Sockstat>, problemLines: readonly number[] = []): void {
  const { value, problems } = parseSockstat(text);
  assert.deepEqual({ ...value, ...expected }, value);
  assert.deepEqual(
    problems.map((problem) => problem.line),
    problemLines,
  );
}

test('sockstat gives the counts of TCP, UDP and RAW and the line of TCP', () => {
  check(SOCKSTAT, {
    socketsUsed: 20,
    tcpInuse: 7,
    tcpOrphan: 0,
    tcpTimeWait: 0,
    tcpAlloc: 5409,
    tcpMemPages: 12302,
    udpInuse: 1,
    rawInuse: 0,
    tcp6Inuse: null,
    tcpLine: 2,
  });
});

test('sockstat6 gives TCP6 and has neither alloc nor mem', () => {
  check(SOCKSTAT6, { tcp6Inuse: 9, udp6Inuse: 3, tcpInuse: null, tcpAlloc: null, tcpMemPages: null, tcpLine: 1 });
});

test('a kernel without UDPLITE (7.2) is read as well', () => {
  check(SOCKSTAT.replace(/^UDPLITE.*\n/m, ''), { tcpAlloc: 5409, rawInuse: 0 });
});

// A12 of the appendix: one leak in five steps, host and pod.
const LEAK: readonly (readonly [line: string, inuse: number, tw: number, alloc: number])[] = [
  ['TCP: inuse 0 orphan 0 tw 0 alloc 8 mem 903', 0, 0, 8],
  ['TCP: inuse 0 orphan 0 tw 0 alloc 13 mem 903', 0, 0, 13],
  ['TCP: inuse 13 orphan 0 tw 0 alloc 14 mem 903', 13, 0, 14],
  ['TCP: inuse 6 orphan 0 tw 3 alloc 9 mem 903', 6, 3, 9],
];
for (const [line, inuse, tw, alloc] of LEAK) {
  test(`A12: "${line}" is read as printed`, () => {
    check(`sockets: used 8\n${line}\n`, { socketsUsed: 8, tcpInuse: inuse, tcpTimeWait: tw, tcpAlloc: alloc });
  });
}

test('a negative count, printed while CPUs disagree, is zero', () => {
  check('sockets: used -3\nTCP: inuse -1 orphan 0 tw 0 alloc 8 mem -2\n', {
    socketsUsed: 0,
    tcpInuse: 0,
    tcpAlloc: 8,
    tcpMemPages: 0,
  });
});

test('a negative sign before something else is no count', () => {
  check('TCP: inuse -x alloc 8\n', { tcpInuse: null, tcpAlloc: 8 }, [1]);
});

test('what is missing is null, not zero', () => {
  check('TCP: inuse 3\n', { tcpInuse: 3, tcpAlloc: null, tcpOrphan: null, tcpMemPages: null });
  check('', { tcpInuse: null, tcpAlloc: null, tcpLine: 0 });
});

test('a malformed value is reported with its line and the others are kept', () => {
  check('sockets: used 20\nTCP: inuse seven orphan 0 tw 0 alloc 9 mem 1\n', { tcpInuse: null, tcpAlloc: 9 }, [2]);
});

test('a line that is none of sockstat is reported and the rest is kept', () => {
  check(`WARNING\n${SOCKSTAT}`, { tcpAlloc: 5409, tcpLine: 3 }, [1]);
});

test('CRLF, a missing final newline and blank lines change nothing', () => {
  check(`${SOCKSTAT.replaceAll('\n', '\r\n').trimEnd()}`, { tcpAlloc: 5409, tcpMemPages: 12302 });
  check(`\n${SOCKSTAT}\n\n`, { tcpAlloc: 5409 });
});

test('a count above 2^53 is refused rather than rounded', () => {
  check('TCP: inuse 1 alloc 9007199254740993\n', { tcpInuse: 1, tcpAlloc: null }, [1]);
});

test('a name without a value is told', () => {
  check('TCP: inuse 1 orphan\n', { tcpInuse: 1, tcpOrphan: null }, [1]);
});
