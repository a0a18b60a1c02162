import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { type ProcessPlace, processPlaces } from '../../../src/core/editor/log-processes.ts';
import { type Member, type Members, memoryBundle, toBytes, toMembers } from '../support/bundles.ts';
import { fixtureMembers } from '../support/corpus.ts';
import { defined } from '../support/defined.ts';
import { shuffled } from '../support/random.ts';
import { block, ROOT, toSockscope } from '../support/sockscope.ts';

async function placesIn(members: readonly Member[], pids: readonly number[]): Promise<readonly ProcessPlace[]> {
  return processPlaces((await analyze(memoryBundle(members))).snapshot, pids);
}

function lineOf(members: readonly Member[], { entry, line }: ProcessPlace): string | undefined {
  const member = members.find(({ name }) => name === entry);
  return member !== undefined && 'text' in member
    ? new TextDecoder().decode(toBytes(member.text)).split('\n')[line - 1]
    : undefined;
}

test('every process of a real node has its place, at its name, in a plain tree and in the format of the collector', async () => {
  const plain = await fixtureMembers('leak-closewait-k6.1');
  const collected = toSockscope(plain);
  const { snapshot } = await analyze(memoryBundle(plain));
  const pids = snapshot.processes.map(({ pid }) => pid);
  for (const members of [plain, collected]) {
    const places = await placesIn(members, pids);
    assert.deepEqual(
      places.map(({ pid }) => pid),
      pids,
    );
    for (const place of places) {
      const comm = snapshot.processes.find(({ pid }) => pid === place.pid)?.comm;
      assert.equal(lineOf(members, place), `Name:\t${comm}`);
    }
  }
});

const ALL = 'comm cmdline status stat limits cgroup'.split(' ');

test('the file that tells most of a process is its place, whatever the order of the files', async () => {
  const stat = `7 (x) S 1 ${'0 '.repeat(30)}\n`;
  const texts: Readonly<Record<string, string>> = { status: 'Name:\tx\n', stat, cgroup: '0::/\n' };
  for (const [missing, expected] of [
    [[], 'status'],
    [['status'], 'stat'],
    [['status', 'stat'], 'limits'],
    [['status', 'stat', 'limits'], 'cgroup'],
    [['status', 'stat', 'limits', 'cgroup'], 'comm'],
    [['status', 'stat', 'limits', 'cgroup', 'comm'], 'cmdline'],
  ] as const) {
    const files = ALL.filter((file) => !missing.some((name) => name === file));
    const members = files.map((file) => ({ name: `proc/7/${file}`, text: texts[file] ?? 'x\n' }));
    for (const seed of [1, 2, 3])
      assert.deepEqual(await placesIn(shuffled(members, seed), [7]), [
        { pid: 7, entry: `proc/7/${expected}`, line: 1 },
      ]);
  }
});

const OTHERS: readonly (readonly [what: string, members: Members, place: Omit<ProcessPlace, 'pid'> | null])[] = [
  [
    'a name in a block file',
    { [`${ROOT}processes.txt`]: `${block('/proc/1/comm', 'init')}${block('/proc/7/comm', 'x')}` },
    { entry: `${ROOT}processes.txt`, line: 4 },
  ],
  [
    'fds in a block file',
    { [`${ROOT}fds.txt`]: block('/proc/7/fd', '0 -> /dev/null\n3 -> socket:[9]') },
    { entry: `${ROOT}fds.txt`, line: 3 },
  ],
  ['links of fds', { 'n/proc/7/fd/3': { link: 'socket:[9]' } }, { entry: 'n/proc/7/fd/3', line: 1 }],
  ['a namespace', { 'proc/7/ns/net': { link: 'net:[5]' } }, null],
  ['nothing', { 'proc/uptime': '1 1\n' }, null],
];

for (const [what, members, place] of OTHERS) {
  test(`a process of which ${what} was captured ${place === null ? 'has no place' : 'has its place there'}`, async () => {
    const [found] = await placesIn(toMembers(members), [7]);
    assert.deepEqual(found ?? null, place === null ? null : { pid: 7, ...place });
    if (place !== null) assert.ok(toMembers(members).some(({ name }) => name === defined(found).entry));
  });
}
