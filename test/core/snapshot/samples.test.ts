/** What a bundle samples more than once. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import type { Finding } from '../../../src/core/report/report.ts';
import type { Analysis } from '../../../src/core/snapshot/analysis.ts';
import { type Member, memoryBundle } from '../support/bundles.ts';
import { defined } from '../support/defined.ts';
import { english } from '../support/english.ts';
import { HOST_NETNS, inodes, nodeMembers, rows } from '../support/nodes.ts';
import { block, ROOT, toSockscope } from '../support/sockscope.ts';
import { sockstatText, type TcpRow, tcpTable } from '../support/tables.ts';

const COUNT = 150;
const STUCK = rows(COUNT, 2000, { state: 8, local: '10.0.0.1:8080' });
/** As many as are stuck: without an age nobody could tell a leak from a burst. */
const BUSY = rows(COUNT, 9000, { state: 1, local: '10.0.0.1:8080' });

/** The main capture is at 100 seconds since boot. */
function node(stuck: readonly TcpRow[] = STUCK): readonly Member[] {
  return toSockscope(
    nodeMembers({
      namespaces: [{ netns: HOST_NETNS, tcp: [...stuck, ...BUSY] }],
      processes: [{ pid: 1, comm: 'leaky', namespace: 0, sockets: [...inodes(COUNT, 2000), ...inodes(COUNT, 9000)] }],
    }),
  );
}

function sample(n: number, uptime: number, table: readonly TcpRow[], alloc = 300): readonly Member[] {
  return [
    {
      name: `${ROOT}samples/${n}.txt`,
      text: [
        block('/proc/uptime', `${uptime} 1.0`),
        block('/proc/sys/fs/file-nr', '100 0 1000'),
        block('/proc/1/net/sockstat', sockstatText({ inuse: 300, orphan: 7, alloc, mem: 55 })),
        block('/proc/2/net/sockstat', sockstatText({ inuse: 300, orphan: 7, alloc: alloc + 1, mem: 55 })),
      ].join(''),
    },
    { name: `${ROOT}samples/${n}/proc/1/net/tcp`, text: tcpTable(table) },
  ];
}

function read(...members: readonly (readonly Member[])[]): Promise<Analysis> {
  return analyze(memoryBundle(members.flat()));
}

function leak({ report }: Analysis): Finding | undefined {
  return report.findings.find((finding) => finding.ruleId === 'close-wait-leak');
}

test('samples are those of one node, in their order of time; only those around the tables bound what changed while reading', async () => {
  const { snapshot, report } = await read(
    node(),
    sample(10, 130, [], 290),
    sample(0, 104, [], 312),
    sample(1, 97, [], 310),
  );
  assert.deepEqual(snapshot.samples.samples, [
    { n: 1, uptimeSeconds: 97, alloc: 310, memPages: 55, orphan: 7 },
    { n: 0, uptimeSeconds: 104, alloc: 312, memPages: 55, orphan: 7 },
    { n: 10, uptimeSeconds: 130, alloc: 290, memPages: 55, orphan: 7 },
  ]);
  assert.deepEqual(report.problems, []);
  assert.equal(report.bundle.root, ROOT);
  assert.deepEqual([report.ledger.alloc?.min, report.ledger.alloc?.max], [300, 313]);
  assert.equal(snapshot.sockets.count, 2 * COUNT);
  assert.equal(report.coverage.namespacesKnown, 1);
});

test('survivors are in CLOSE_WAIT at both times, each with the longest time between', async () => {
  const changed: readonly TcpRow[] = [
    { state: 8, inode: 2000 },
    { state: 1, inode: 2001 },
    { state: 8, inode: 9000 },
    { state: 8, inode: 0 },
    { state: 8, inode: 5 },
  ];
  const { snapshot } = await read(
    node(),
    sample(1, 97, changed),
    sample(2, 112, [
      { state: 8, inode: 2000 },
      { state: 8, inode: 2003 },
    ]),
  );
  assert.deepEqual(snapshot.samples.survivors, [
    { inode: 2000, seconds: 12 },
    { inode: 2003, seconds: 12 },
  ]);
});

test('without samples nothing is known of any socket, and nothing is kept for it', async () => {
  const { snapshot } = await read(node());
  assert.deepEqual(snapshot.samples, { samples: [], survivors: [] });
  assert.equal(snapshot.sockets.survivedMs.length, 0);
});

test('connections that stay in CLOSE_WAIT for ten seconds are a leak whatever else is established', async () => {
  assert.equal(leak(await read(node())), undefined);
  const stays = defined(leak(await read(node(), sample(2, 110, STUCK))));
  assert.deepEqual([stays.level, stays.confidence], ['error', 'high']);
  assert.equal(stays.measures['survivingSockets'], COUNT);
  assert.match(english(stays.message), /150 of them were in CLOSE_WAIT in another sample/);
  assert.equal(leak(await read(node(), sample(2, 109, STUCK))), undefined);
  assert.equal(leak(await read(node(), sample(2, 110, STUCK.slice(51)))), undefined);
  assert.equal(leak(await read(node(), sample(2, 110, rows(COUNT, 5000, { state: 8 })))), undefined);
});

test('what waits to be sent may be why a connection is still open: it is no evidence of age without ss', async () => {
  const sending = STUCK.map((row) => ({ ...row, tx: 1 }));
  assert.equal(leak(await read(node(sending), sample(2, 120, STUCK))), undefined);
});

test('the clock of the tables shortens the time, because uptime is read long before those of a large node', async () => {
  const manifest = (at: string) => [
    {
      name: `${ROOT}manifest.json`,
      text: JSON.stringify({
        format: 'sockscope-bundle',
        clock: { captured: '2026-11-22T20:22:34Z' },
        samples: [{ n: 2, at, uptime: 160 }],
      }),
    },
  ];
  const seconds = async (at: string) =>
    (await read(node(), sample(2, 160, STUCK), manifest(at))).snapshot.samples.survivors[0]?.seconds;
  assert.equal(await seconds('2026-11-22T20:22:37Z'), 3);
  assert.equal(await seconds('2026-11-22T21:22:34Z'), 60);
  assert.equal(await seconds('no time'), 60);
});

test('a sample without a time says nothing of age', async () => {
  const [, table] = sample(2, 0, STUCK);
  const { snapshot } = await read(node(), [defined(table)]);
  assert.deepEqual(snapshot.samples.survivors, []);
  assert.deepEqual(snapshot.samples.samples, [
    { n: 2, uptimeSeconds: null, alloc: null, memPages: null, orphan: null },
  ]);
});

test('fds below a sample are of no node', async () => {
  const { report, snapshot } = await read(node(), [
    { name: `${ROOT}samples/2/proc/5/fd/3`, link: 'socket:[1]' },
    { name: `${ROOT}samples/2/proc/5/comm`, text: 'x\n' },
  ]);
  assert.deepEqual(report.problems, []);
  assert.equal(snapshot.join.fds.count, 2 * COUNT);
});

/** Times of ss in milliseconds. A connection that never sent has both from when it was made. */
function ssOf(lastsnd: number, lastrcv: number): readonly Member[] {
  const lines = STUCK.map(
    ({ inode }) =>
      `CLOSE-WAIT 1 0 10.0.0.1:8080 10.0.0.2:4000 ino:${inode} sk:1 skmem:(r832,rb131072,t0,tb46080,f3264,w0,o0,bl0,d0) ts lastsnd:${lastsnd} lastrcv:${lastrcv} lastack:1`,
  );
  return [{ name: `${ROOT}ss/ss-tanemiO.${HOST_NETNS}.txt`, text: `${lines.join('\n')}\n` }];
}

test('ss that was asked seconds after the peers closed does not hide that the connections stay', async () => {
  const later = sample(2, 112, STUCK);
  const stays = defined(leak(await read(node(), later, ssOf(3100, 3100))));
  assert.deepEqual([stays.level, stays.confidence], ['error', 'high']);
  // What is still being sent to half-closed connections is sent after the end of file came.
  const inUse = leak(await read(node(), later, ssOf(20, 9000)));
  assert.notEqual(inUse?.level, 'error');
});
