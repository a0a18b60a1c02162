import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { type ConntrackTable, createConntrackParser } from '../../../src/core/parsers/proc/nf-conntrack.ts';
import { splitLines } from '../../../src/core/text.ts';
import { english } from '../support/english.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/conntrack/${name}`, import.meta.url), 'utf8');

function parse(text: string, maxRows?: number): ConntrackTable {
  const parser = createConntrackParser(maxRows);
  for (const line of text.split('\n')) parser.takeLine(line);
  return parser.end();
}

/** As they would be read aloud: caller:port > called:port = answerer:port > seen as:port. */
function translations(table: ConntrackTable): string[] {
  const { columns: c } = table;
  const address = (row: number, value: number | undefined) =>
    c.family[row] === 4
      ? [24, 16, 8, 0].map((shift) => ((value ?? 0) >>> shift) & 255).join('.')
      : [...c.words6.subarray(value, (value ?? 0) + 4)].map((word) => word.toString(16).padStart(8, '0')).join(':');
  return Array.from({ length: c.count }, (_, row) =>
    [
      `${address(row, c.source[row])} ${c.sourcePort[row]}`,
      `${address(row, c.destination[row])} ${c.destinationPort[row]}`,
      `${address(row, c.replySource[row])} ${c.replySourcePort[row]}`,
      `${address(row, c.replyDestination[row])} ${c.replyDestinationPort[row]}`,
    ].join(' > '),
  ).sort();
}

const CLIENT6 = 'fd000010:02440001:00000000:00000005';
const SERVICE6 = 'fd000010:00960000:00000000:0000000a';
const SERVER6 = 'fd000010:02440002:00000000:00000009';
const EXPECTED = [
  '10.244.1.5 42630 > 10.96.0.10 80 > 10.244.2.9 8080 > 10.244.1.5 42630',
  '10.244.1.5 42634 > 10.96.0.10 80 > 10.244.2.9 8080 > 10.244.1.5 42634',
  '10.244.1.5 42650 > 10.96.0.10 80 > 10.244.2.9 8080 > 10.244.1.5 42650',
  '10.244.1.5 51766 > 10.244.2.9 9090 > 10.244.2.9 9090 > 10.244.2.1 51766',
  '10.244.1.5 51778 > 10.244.2.9 9090 > 10.244.2.9 9090 > 10.244.2.1 51778',
  `${CLIENT6} 36738 > ${SERVICE6} 80 > ${SERVER6} 8080 > ${CLIENT6} 36738`,
  `${CLIENT6} 36750 > ${SERVICE6} 80 > ${SERVER6} 8080 > ${CLIENT6} 36750`,
];

for (const name of ['nf_conntrack.txt', 'conntrack-L.txt', 'conntrack-L-extended.txt']) {
  test(`${name}: translated connections are told, others are only counted, udp and the tool's own line are not`, () => {
    const table = parse(fixture(name));
    assert.deepEqual(table.problems, []);
    assert.equal(table.malformedRows, 0);
    assert.equal(table.tcpRows, 9);
    assert.deepEqual(translations(table), EXPECTED);
  });
}

const ROW = splitLines(fixture('nf_conntrack.txt'))[1] ?? '';
const SHORT = EXPECTED.slice(2, 3);

test('a row is read without its counters, with zones of either direction, offloaded and without a timeout', () => {
  const plain = ROW.replace(/packets=\d+ bytes=\d+ /g, '');
  for (const row of [
    plain,
    plain.replace('dport=80 ', 'dport=80 zone-orig=3 [UNREPLIED] '),
    plain.replace('431995 ESTABLISHED ', '').replace('[ASSURED]', '[OFFLOAD]'),
    plain.replace('431995 ESTABLISHED ', '').replace('[ASSURED]', '[HW_OFFLOAD]'),
    plain.replace('dport=42650 ', 'dport=42650 zone-reply=4 '),
    plain.slice(0, plain.indexOf(' [ASSURED]')),
    `${plain}\r`,
  ]) {
    const table = parse(row);
    assert.deepEqual([translations(table), table.problems], [SHORT, []], row);
  }
});

const NEAR_MISSES: Readonly<Record<string, string>> = {
  'a row that was cut in its second tuple': ROW.slice(0, ROW.lastIndexOf('dport=')),
  'a row with one tuple': ROW.slice(0, ROW.lastIndexOf('src=')),
  'a port above 65535': ROW.replace('sport=42650', 'sport=65536'),
  'an address with a part above 255': ROW.replace('10.96.0.10', '10.96.0.256'),
  'an address with three parts': ROW.replace('10.96.0.10', '10.96.10'),
  'an IPv6 address with a group too many': ROW.replace('10.96.0.10', '1:2:3:4:5:6:7:8:9'),
  'an IPv6 address with two gaps': ROW.replace('10.96.0.10', 'fd00::1::2'),
  'tuples of two families': ROW.replace('10.96.0.10', 'fd00::1'),
  'the error of a shell': "cat: can't open '/proc/net/nf_conntrack': No such file or directory",
  'a row of a socket table': '   0: 0501F40A:A686 0A00600A:0050 05 00000000:00000000 03:0000158D',
};

for (const [name, line] of Object.entries(NEAR_MISSES)) {
  test(`${name} is a problem of its line, and the next row is read`, () => {
    const table = parse(`\n${line}\n${ROW}`);
    assert.deepEqual(
      table.problems.map((problem) => problem.line),
      [2],
    );
    assert.equal(table.malformedRows, 1);
    assert.deepEqual(translations(table), SHORT);
  });
}

test('rows beyond the limit are counted, and only the first problems are kept', () => {
  const table = parse(`${ROW}\n`.repeat(20), 4);
  assert.equal(table.columns.count, 4);
  assert.equal(table.malformedRows, 16);
  assert.equal(table.problems.length, 5);
  assert.match(english(table.problems[0]?.message ?? ''), /more than 4/);
});

test('many rows make the columns grow without losing any, IPv6 words too', () => {
  const six = splitLines(fixture('conntrack-L.txt')).filter((line) => line.includes('fd00'));
  const table = parse(`${six.join('\n')}\n`.repeat(500));
  assert.deepEqual([...new Set(translations(table))], EXPECTED.slice(5));
  assert.equal(table.columns.count, 1000);
});
