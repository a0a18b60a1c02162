/** The filter language: what is read of it, and what it picks of real nodes. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { buildFilteredPage } from '../../../src/core/page/filtered-page.ts';
import { buildPage } from '../../../src/core/page/page.ts';
import { MAX_FILTER_LENGTH } from '../../../src/core/query/filter-words.ts';
import { parseFilter } from '../../../src/core/query/parse-filter.ts';
import { itemsOf, select } from '../../../src/core/query/select.ts';
import { SOCKET_COLUMNS } from '../../../src/core/query/socket-row.ts';
import { orderSockets, socketPlace, socketRow } from '../../../src/core/query/socket-table.ts';
import { matchesPattern } from '../../../src/core/query/text-match.ts';
import { ENGLISH } from '../../../src/core/wording/languages.ts';
import { analyzeFixture, FIXTURES } from '../support/corpus.ts';

const LEAK = 'leak-closewait-k6.1';

async function picked(name: string, filter: string): Promise<number> {
  const { snapshot } = await analyzeFixture(name);
  const { problems, selection } = select(snapshot, filter);
  assert.deepEqual(problems, []);
  return selection?.picked.length ?? itemsOf(snapshot).count;
}

test('words are joined by AND, values by OR, and a minus negates', async () => {
  const all = await picked(LEAK, '');
  const closeWait = await picked(LEAK, 'state:close-wait');
  assert.equal(closeWait, 5335);
  assert.equal(await picked(LEAK, '-state:close-wait'), all - closeWait);
  assert.equal(await picked(LEAK, 'state!=close-wait'), all - closeWait);
  assert.equal(await picked(LEAK, 'state:CLOSE_WAIT pid:185'), 5335);
  assert.equal(await picked(LEAK, 'state:close-wait -pid:185'), 0);
  const listen = await picked(LEAK, 'state:listen');
  assert.equal(await picked(LEAK, 'state:listen,close-wait'), listen + closeWait);
});

test('a process is found by pid, name, pod, container and namespace', async () => {
  assert.equal(await picked(LEAK, 'pid:185'), 5337);
  assert.equal(await picked(LEAK, 'pod:live-stream*'), 5337);
  assert.equal(await picked(LEAK, 'pod:default/live-stream-*'), 5337);
  assert.equal(await picked(LEAK, 'pod:live-stream'), 0, 'without a star the whole name is meant');
  assert.equal(await picked(LEAK, 'comm:python3 state:close-wait'), 5335);
  const { snapshot } = await analyzeFixture(LEAK);
  const netns = snapshot.processes.find(({ pid }) => pid === 185)?.netns;
  assert.equal(await picked(LEAK, `ns:${netns} pod:live-*`), 5337);
});

test('a socket is found by ports, addresses, networks, inode and queues', async () => {
  assert.equal(await picked(LEAK, 'port:8888 state:close-wait'), 5335);
  assert.equal(await picked(LEAK, 'peer:10.244.49.15 state:close-wait'), 5335);
  assert.equal(await picked(LEAK, 'peer:10.244.49.0/24 state:close-wait'), 5335);
  assert.equal(await picked(LEAK, 'peer:player-sim* state:close-wait'), 5335, 'the pod that has the address');
  assert.equal(await picked(LEAK, 'peer:10.1.0.0/16 state:close-wait'), 0);
  const unread = await picked(LEAK, 'state:close-wait rxq>0');
  assert.equal(unread, 5335);
  const large = await picked(LEAK, 'state:close-wait rxq>4k');
  assert.equal(large + (await picked(LEAK, 'state:close-wait rxq:0-4k')), 5335);
  assert.ok(large > 0 && large < 5335);
  const { snapshot } = await analyzeFixture(LEAK);
  const inode = snapshot.sockets.inode.find((each) => each > 0) ?? 0;
  assert.equal(await picked(LEAK, `inode:${inode}`), 1);
});

test('a bare word is looked for in names, addresses and numbers', async () => {
  const ends = (await picked(LEAK, 'pod:live-stream*')) + (await picked(LEAK, 'peer:live-stream*'));
  assert.equal(await picked(LEAK, 'live-stream'), ends, 'a word finds both ends');
  assert.equal(await picked(LEAK, 'python3'), 5337);
  assert.equal(await picked(LEAK, '185 state:close-wait'), 5335);
  assert.equal(await picked(LEAK, ':8888 state:close-wait'), 5335);
  assert.equal(await picked(LEAK, 'no-such-thing'), 0);
});

test('closed sockets that are still held are picked by state and by their process', async () => {
  const held = 'leak-closed-held-k6.1';
  const { snapshot } = await analyzeFixture(held);
  const { unmatched } = snapshot.join;
  assert.ok(unmatched.length > 1000);
  assert.equal(await picked(held, 'state:closed-held'), unmatched.length);
  assert.equal(
    await picked(held, 'state:closed-held pid:184'),
    unmatched.filter(({ process }) => snapshot.processes[process]?.pid === 184).length,
  );
});

test('a socket that several processes hold is found by each of them', async () => {
  const { snapshot } = await analyzeFixture('prefork-k6.1');
  const items = itemsOf(snapshot);
  const row = snapshot.sockets.owners.findIndex((owners) => owners > 1);
  const holders = items.othersOf(row);
  assert.ok(holders.length > 1);
  for (const holder of holders) {
    const { selection } = select(snapshot, `pid:${snapshot.processes[holder]?.pid}`);
    assert.equal(selection?.has(row), true);
  }
});

test('what is no filter is told in a sentence and leaves nothing out', async () => {
  const problems = (text: string) => parseFilter(text).problems;
  assert.deepEqual(problems('colour:red'), [{ id: 'parse-filter.unknownField', args: { field: 'colour' } }]);
  assert.deepEqual(problems('pid:abc'), [{ id: 'parse-filter.noNumber', args: { value: 'abc', field: 'pid' } }]);
  assert.deepEqual(problems('comm>3'), [{ id: 'parse-filter.noNumberField', args: { field: 'comm' } }]);
  const { view } = buildFilteredPage(await analyzeFixture(LEAK), 'colour:red', 0);
  assert.deepEqual(view.problems, ['There is no field "colour".']);
  assert.equal(view.views, null);
  assert.deepEqual(view.matched, { sockets: 5409, miniSockets: 5335 });
});

test('an address of IPv6 is a word, and what is still being typed is no error', () => {
  assert.deepEqual(parseFilter('::1').terms, [{ kind: 'word', word: '::1', negated: false }]);
  assert.deepEqual(parseFilter('fe80::1').problems, []);
  for (const text of ['state:', 'rxq>', '-', '"', 'pod:"'])
    assert.deepEqual(parseFilter(text), { terms: [], problems: [] }, text);
});

test('a pattern with many stars against a long text ends', () => {
  assert.equal(matchesPattern(`${'*a'.repeat(200)}b`, 'a'.repeat(20_000)), false);
  assert.equal(matchesPattern('web-*-?', 'web-front-1'), true);
  assert.equal(matchesPattern('web', 'web-front'), false);
});

test('no text breaks the filter', async () => {
  const { snapshot } = await analyzeFixture('healthy-k6.1');
  const word = fc.constantFrom('state', 'pid', ':', '>', '-', '"', ',', '*', '5', 'k', ' ', '::', '10.0.0.0/8', '!=');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((words) => words.join('')),
      ),
      (text) => {
        const { selection } = select(snapshot, text);
        assert.ok((selection?.picked.length ?? 0) <= itemsOf(snapshot).count);
      },
    ),
  );
  assert.ok(parseFilter('a '.repeat(MAX_FILTER_LENGTH)).terms.length <= MAX_FILTER_LENGTH / 2);
});

for (const name of FIXTURES) {
  test(`${name}: the filtered page is that of its sockets, and all parts of a division add up`, async () => {
    const analysis = await analyzeFixture(name);
    const whole = buildPage(analysis).model.states;
    const counts = (filter: string) => buildFilteredPage(analysis, filter, 0).view.views?.states.states ?? [];
    const listening = counts('state:listen');
    const others = counts('-state:listen');
    whole.states.forEach(({ id, count }, place) => {
      // What is counted for the node only has no sockets to pick.
      if (id === 'CLOSED_QUEUED' || id === 'UNCONNECTED' || id === 'CLOSED_HELD') return;
      assert.equal((listening[place]?.count ?? 0) + (others[place]?.count ?? 0), count, id);
    });
  });

  test(`${name}: each column orders the sockets, and each row leads to its proof`, async () => {
    const { snapshot } = await analyzeFixture(name);
    for (const column of SOCKET_COLUMNS) {
      const up = orderSockets(snapshot, null, { column, descending: false });
      const down = orderSockets(snapshot, null, { column, descending: true });
      assert.equal(new Set(up).size, itemsOf(snapshot).count);
      assert.equal(new Set(down).size, up.length);
    }
    const byQueue = orderSockets(snapshot, null, { column: 'rxq', descending: true });
    const queues = [...byQueue].map((item) => socketRow(snapshot, item, ENGLISH).rxQueue ?? -1);
    assert.deepEqual(
      queues,
      [...queues].sort((a, b) => b - a),
    );
    for (const item of byQueue.subarray(0, 50)) {
      const place = socketPlace(snapshot, item);
      assert.ok(place !== null && place.startLine >= 1);
    }
    assert.equal(socketPlace(snapshot, itemsOf(snapshot).count), null);
  });
}

test('a filter that leaves the culprit out shows no fault', async () => {
  const analysis = await analyzeFixture(LEAK);
  const without = buildFilteredPage(analysis, 'comm:java', 0).view.views?.states;
  assert.equal(without?.stuck, null);
  assert.ok(without?.states.every(({ tone }) => tone !== 'bad'));
  const only = buildFilteredPage(analysis, 'pid:185', 0).view.views?.states;
  assert.equal(only?.stuck?.id, 'CLOSE_WAIT');
});

test('a filter by process shows its fds of every kind, one by socket only the sockets', async () => {
  const analysis = await analyzeFixture(LEAK);
  const processes = (filter: string) => buildFilteredPage(analysis, filter, 0).view.views?.processes;
  assert.equal(processes('pid:185')?.openFds, 5343);
  assert.equal(processes('state:close-wait')?.openFds, 5335);
  assert.equal(processes('state:close-wait')?.groups[0]?.processes[0]?.kinds.length, 1);
});

test('links of a filtered page are numbered from where those of the page end', async () => {
  const analysis = await analyzeFixture(LEAK);
  const { view, places } = buildFilteredPage(analysis, 'pid:185', 1000);
  const ids = view.views?.states.states.flatMap(({ evidence }) => evidence.map(({ id }) => id)) ?? [];
  assert.ok(ids.length > 0);
  for (const id of ids) assert.ok(places[id - 1000] !== undefined);
});
