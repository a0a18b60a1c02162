/** Of which kind a row of net/tcp is: the ledger, the page, the filter and the hover must say the same of each. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { tokensOf } from '../../src/core/editor/hover/hover-model.ts';
import { kindOf as hoveredKind, rowFacts } from '../../src/core/editor/hover/tcp-state.ts';
import { buildStatesView } from '../../src/core/page/states-view.ts';
import { select } from '../../src/core/query/select.ts';
import type { Analysis } from '../../src/core/snapshot/analysis.ts';
import { kindOf } from '../../src/core/snapshot/sockets.ts';
import { type RowKind, rowKind } from '../../src/core/snapshot/tcp-states.ts';
import { analyzeScenario, SCENARIOS, scenarioPath } from '../accuracy/scenarios.ts';
import { analyzeFixture, FIXTURES, fixturePath, readTar } from './support/corpus.ts';
import { pageContext } from './support/page-context.ts';

type Counts = Record<RowKind, number>;

function noRows(): Counts {
  return { minisock: 0, request: 0, listener: 0, waiting: 0, orphan: 0, socket: 0, unknown: 0 };
}

async function linesOfEntries(path: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const members = await readTar(gunzipSync(readFileSync(path)));
  return new Map(
    members.flatMap((member) =>
      'text' in member
        ? [[member.name.replace(/^\.\//, ''), Buffer.from(member.text).toString('latin1').split('\n')]]
        : [],
    ),
  );
}

/** The hover reads the text of the row, everything else its columns. Returns how many rows of each kind there are. */
async function compareRows(path: string, analysis: Analysis): Promise<Counts> {
  const { report, snapshot } = analysis;
  const { sockets } = snapshot;
  const entries = await linesOfEntries(path);
  const counts = noRows();
  for (const source of sockets.sources) {
    for (let row = source.firstRow; row < source.firstRow + source.rows; row++) {
      const line = entries.get(source.entry)?.[(sockets.line[row] ?? 0) - 1] ?? '';
      const kind = kindOf(sockets, row);
      assert.equal(hoveredKind(rowFacts(tokensOf(line))), kind, `${source.entry}: ${line}`);
      counts[kind]++;
    }
  }
  const namespaces = report.ledger.namespaces;
  const sum = (read: (states: Readonly<Record<string, number>>) => number) =>
    namespaces.reduce((total, { states }) => total + read(states), 0);
  assert.equal(
    sum((states) => (states['TIME_WAIT'] ?? 0) + (states['FIN_WAIT2_MINISOCK'] ?? 0)),
    counts.minisock,
  );
  assert.equal(
    sum((states) => states['SYN_RECV_REQUEST'] ?? 0),
    counts.request,
  );
  assert.equal(
    namespaces.reduce((total, { tcpRows }) => total + tcpRows, 0),
    sockets.count - counts.minisock - counts.request,
  );
  const { states } = buildStatesView(pageContext(analysis));
  for (const kind of ['minisock', 'request', 'orphan'] as const)
    assert.equal(states.find(({ id }) => id === kind.toUpperCase())?.count, counts[kind], kind);
  for (const kind of ['minisock', 'request', 'orphan', 'waiting'] as const)
    assert.equal(select(snapshot, `state:${kind}`).selection?.picked.length, counts[kind], kind);
  return counts;
}

test('ledger, page, filter and hover agree on every row of every fixture', async () => {
  const all = noRows();
  const add = (counts: Counts) => {
    for (const kind of Object.keys(all) as RowKind[]) all[kind] += counts[kind];
  };
  for (const name of FIXTURES) add(await compareRows(fixturePath(name), await analyzeFixture(name)));
  for (const name of SCENARIOS) add(await compareRows(scenarioPath(name), await analyzeScenario(name)));
  const { unknown, ...found } = all;
  for (const [kind, rows] of Object.entries(found)) assert.ok(rows > 0, `no fixture has a ${kind}`);
  assert.equal(unknown, 0);
});

test('state, timer and inode together tell of which kind a row is', () => {
  const kinds: readonly (readonly [kind: RowKind, state: number, timer: number, inode: number])[] = [
    ['minisock', 6, 3, 0],
    ['minisock', 5, 3, 0],
    ['orphan', 5, 0, 0],
    ['socket', 5, 2, 9],
    ['request', 3, 1, 0],
    ['request', 12, 1, 0],
    ['socket', 3, 1, 9],
    ['waiting', 1, 0, 0],
    ['waiting', 8, 0, 0],
    ['socket', 8, 0, 9],
    ['orphan', 4, 4, 0],
    ['orphan', 9, 1, 0],
    ['orphan', 11, 1, 0],
    ['listener', 10, 0, 9],
    ['unknown', 2, 1, 0],
    ['unknown', 7, 0, 0],
    ['unknown', 200, 0, 0],
  ];
  for (const [kind, state, timer, inode] of kinds)
    assert.equal(rowKind(state, timer, inode), kind, `${state} ${timer} ${inode}`);
});

test('of a row that is cut the hover tells only what the rest cannot change', () => {
  const row =
    '0: 0100007F:1F95 0100007F:C572 08 00000000:00000258 00:00000000 00000000     0        0 0 1 000000004baafaf7';
  const cut = (length: number, text = row) => hoveredKind(rowFacts(tokensOf(text.slice(0, length))));
  assert.equal(cut(row.length), 'waiting');
  assert.equal(cut(row.indexOf(' 0 1 ')), 'unknown', 'without the inode');
  assert.equal(cut(34), 'unknown');
  assert.equal(cut(34, row.replace(' 08 ', ' 06 ')), 'minisock');
  assert.equal(cut(34, row.replace(' 08 ', ' 0A ')), 'listener');
});
