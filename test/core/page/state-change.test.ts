/** Two moments of one bundle, state by state. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { buildPage } from '../../../src/core/page/page.ts';
import { type Member, memoryBundle } from '../support/bundles.ts';
import { analyzeFixture } from '../support/corpus.ts';
import { HOST_NETNS, inodes, nodeMembers, rows } from '../support/nodes.ts';
import { block, ROOT, toSockscope } from '../support/sockscope.ts';
import { type TcpRow, tcpTable } from '../support/tables.ts';

const STUCK = rows(150, 2000, { state: 8, local: '10.0.0.1:8080' });

function node(): readonly Member[] {
  return toSockscope(
    nodeMembers({
      namespaces: [{ netns: HOST_NETNS, tcp: STUCK }],
      processes: [{ pid: 1, comm: 'leaky', namespace: 0, sockets: inodes(150, 2000) }],
    }),
  );
}

function sample(n: number, uptime: number, table: readonly TcpRow[]): readonly Member[] {
  return [
    { name: `${ROOT}samples/${n}.txt`, text: block('/proc/uptime', `${uptime} 1.0`) },
    { name: `${ROOT}samples/${n}/proc/1/net/tcp`, text: tcpTable(table) },
  ];
}

async function statesOf(...members: readonly (readonly Member[])[]) {
  return buildPage(await analyze(memoryBundle(members.flat()))).model.states.states;
}

test('a state grows or shrinks between the main tables and the sample that is furthest from them', async () => {
  const states = await statesOf(
    node(),
    sample(0, 98, STUCK),
    sample(1, 112, [...STUCK.slice(0, 100), ...rows(80, 7000, { state: 8 }), ...rows(4, 8000, { state: 1 })]),
  );
  const closeWait = states.find(({ id }) => id === 'CLOSE_WAIT');
  assert.deepEqual(closeWait?.change, { before: 150, after: 180, seconds: 12, survived: 100, namespaces: 1 });
  assert.match(closeWait?.reading.at(-1)?.text ?? '', /^Over 12 s: 30 more .*100 of the 150 are the same sockets\.$/);
  const established = states.find(({ id }) => id === 'ESTABLISHED');
  assert.deepEqual(established?.change, { before: 0, after: 4, seconds: 12, survived: 0, namespaces: 1 });
});

test('a sample from before the tables is the earlier moment', async () => {
  const states = await statesOf(node(), sample(0, 90, STUCK.slice(0, 60)));
  const { change } = states.find(({ id }) => id === 'CLOSE_WAIT') ?? {};
  assert.deepEqual(change, { before: 60, after: 150, seconds: 10, survived: 60, namespaces: 1 });
});

test('without a second moment nothing has changed, and nothing is said to have stayed', async () => {
  const { states } = buildPage(await analyzeFixture('healthy-k6.1')).model.states;
  assert.ok(states.every(({ change }) => change === null));
});
