import assert from 'node:assert/strict';
import test from 'node:test';
import { createSsParser } from '../../../src/core/parsers/commands/ss-sockets.ts';
import { english } from '../support/english.ts';

interface Memory {
  inode: number;
  queued: number;
  reserved: number;
  idle: number;
}

function parse(text: string): readonly Memory[] {
  const parser = createSsParser();
  for (const line of text.split('\n')) parser.takeLine(line);
  const columns = parser.end();
  return Array.from({ length: columns.count }, (_, i) => ({
    inode: columns.inode[i] ?? -1,
    queued: columns.queuedBytes[i] ?? -1,
    reserved: columns.reservedBytes[i] ?? -1,
    idle: columns.idleMs[i] ?? -1,
  }));
}

/** Lines that are told. */
function wrongLines(text: string): readonly number[] {
  const parser = createSsParser();
  for (const line of text.split('\n')) parser.takeLine(line);
  return parser.problems().map(({ line }) => line);
}

const HEADER = 'State      Recv-Q Send-Q Local Address:Port Peer Address:Port Process   ';
const LISTEN =
  'LISTEN     0      1024         0.0.0.0:8888      0.0.0.0:*     users:(("python3",pid=185,fd=5)) ino:12390 sk:102a cgroup:/kubepods.slice <-> skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d0) cubic cwnd:10';
const CLOSE_WAIT =
  'CLOSE-WAIT 3782   0       10.244.49.14:8888 10.244.49.15:14044 users:(("python3",pid=185,fd=4051)) ino:24541 sk:102b --> skmem:(r5061,rb131072,t0,tb46080,f3131,w7,o0,bl0,d0) ts sack cubic lastsnd:40260 lastrcv:40261 lastack:40260';

test('memory, reserve and idle time of each socket are kept by inode', () => {
  assert.deepEqual(parse(`${HEADER}\n${LISTEN}\n${CLOSE_WAIT}\n`), [
    { inode: 12390, queued: 0, reserved: 0, idle: -1 },
    { inode: 24541, queued: 5068, reserved: 3131, idle: 40261 },
  ]);
});

test('details on an indented second line belong to the socket above', () => {
  const [head = '', tail = ''] = CLOSE_WAIT.split(' --> ');
  const two = `${head} -->\n\t skmem:${tail.slice('skmem:'.length)}`;
  assert.deepEqual(parse(`${HEADER}\n${two}\n${LISTEN}`), [
    { inode: 24541, queued: 5068, reserved: 3131, idle: 40261 },
    { inode: 12390, queued: 0, reserved: 0, idle: -1 },
  ]);
});

test('a socket without an inode takes none from its neighbour', () => {
  const orphan =
    'FIN-WAIT-1 0 1 10.0.0.1:1 10.0.0.2:2 timer:(on,1min,5) sk:1 --> skmem:(r0,rb1,t0,tb1,f256,w3840,o0,bl0,d0)';
  assert.deepEqual(
    parse(`${LISTEN.replace(/skmem.*/, '')}\n${orphan}\n`).map((row) => row.inode),
    [0],
  );
});

test('a name that imitates the fields of ss does not change them', () => {
  const evil = CLOSE_WAIT.replace('"python3"', '"x ino:1 y"');
  assert.equal(parse(evil)[0]?.inode, 24541);
});

/** Limits of the accept queues, in the order of the lines. */
function backlogs(text: string): readonly number[] {
  const parser = createSsParser();
  for (const line of text.split('\n')) parser.takeLine(line);
  const columns = parser.end();
  return Array.from(columns.backlog.subarray(0, columns.count));
}

test('Send-Q of a listener is the limit of its accept queue, of others it is data', () => {
  assert.deepEqual(backlogs(`${HEADER}\n${LISTEN}\n${CLOSE_WAIT}\n${LISTEN.replace('1024', '0   ')}`), [1024, -1, 0]);
});

test('a listener is known with the protocol before its state, and with details on the second line', () => {
  const [head = '', tail = ''] = LISTEN.split(' <-> ');
  assert.deepEqual(backlogs(`tcp   ${LISTEN}`), [1024]);
  assert.deepEqual(backlogs(`${head} <->\n\t ${tail}\n${CLOSE_WAIT}`), [1024, -1]);
  assert.deepEqual(backlogs(`tcp   ${head} <->\n\t ${tail}`), [1024]);
});

test('a name that imitates a listener, or another protocol, gives no limit', () => {
  assert.deepEqual(backlogs(CLOSE_WAIT.replace('"python3"', '"LISTEN 0 77 "')), [-1]);
  assert.deepEqual(backlogs(`udp   ${LISTEN}`), [-1]);
});

test('the limits of any number of listeners are kept', () => {
  const lines = Array.from({ length: 300 }, (_, i) => LISTEN.replace('1024', `${i}   `));
  assert.deepEqual(
    backlogs(lines.join('\n')),
    Array.from({ length: 300 }, (_, i) => i),
  );
});

test('malformed and empty lines are passed over', () => {
  assert.deepEqual(parse(`\n${HEADER}\nskmem:(r1)\nsh: 1: ss: not found\n${CLOSE_WAIT}`).length, 1);
  assert.deepEqual(parse(''), []);
});

test('an inode above 32 bits is not taken', () => {
  assert.deepEqual(parse(CLOSE_WAIT.replace('ino:24541', 'ino:4294967296')), []);
});

test('a kernel without o and bl (before 4.4) is read', () => {
  assert.deepEqual(parse('ESTAB 0 0 1.1.1.1:1 2.2.2.2:2 ino:5 skmem:(r4608,rb369280,t0,tb87040,f3584,w0)')[0], {
    inode: 5,
    queued: 4608,
    reserved: 3584,
    idle: -1,
  });
});

test('any number of sockets is kept', () => {
  const lines = Array.from({ length: 1000 }, (_, i) => CLOSE_WAIT.replace('ino:24541', `ino:${i + 1}`));
  const rows = parse(lines.join('\n'));
  assert.equal(rows.length, 1000);
  assert.deepEqual(rows[999], { inode: 1000, queued: 5068, reserved: 3131, idle: 40261 });
});

test('rows of all states, with the kind of socket or without the state, and the heading are no problem', () => {
  const time_wait = 'TIME-WAIT  0      0          10.0.0.1:80      10.0.0.2:4000 timer:(timewait,59sec,0) ino:0 sk:6';
  const rows = [
    HEADER,
    `Netid ${HEADER}`,
    time_wait,
    `tcp   ${time_wait}`,
    LISTEN,
    CLOSE_WAIT,
    '',
    '0 0 10.0.0.1:80 *:*',
  ];
  assert.deepEqual(wrongLines(rows.join('\n')), []);
  assert.deepEqual(wrongLines(`${time_wait}\n\t cubic rto:204\n  uid:1000`), []);
});

test('lines that are no sockets, and memory that is malformed, are told', () => {
  const broken = CLOSE_WAIT.replace('r5061', 'rmany');
  assert.deepEqual(wrongLines(`RTNETLINK answers: Invalid argument\n${HEADER}\n${broken}\noops\n${LISTEN}`), [1, 3, 4]);
  assert.deepEqual(wrongLines(CLOSE_WAIT.replace('ino:24541', 'ino:4294967296')), [1]);
});

test('of any number of lines that are none the first are told, and how many more there are', () => {
  const parser = createSsParser();
  for (let i = 0; i < 1000; i++) parser.takeLine('oops');
  assert.equal(parser.problems().length, 6);
  assert.equal(english(parser.problems().at(-1)?.message), '995 more problems are not listed for this file.');
});
