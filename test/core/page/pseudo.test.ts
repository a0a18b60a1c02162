/** Every sentence of the page has a template: in the pseudo language what is not marked is text of the bundle. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { buildFilteredPage } from '../../../src/core/page/filtered-page.ts';
import { buildPage } from '../../../src/core/page/page.ts';
import { orderSockets, socketCells, socketRow } from '../../../src/core/query/socket-table.ts';
import type { Analysis } from '../../../src/core/snapshot/analysis.ts';
import { analyzeScenario, SCENARIOS } from '../../accuracy/scenarios.ts';
import { memoryBundle } from '../support/bundles.ts';
import { analyzeFixture, FIXTURES } from '../support/corpus.ts';
import { isProse, PSEUDO, unmarked } from '../support/pseudo.ts';

/** Fields whose text may be several words of no language, each with the reason. */
const NOT_PROSE: readonly (readonly [field: RegExp, reason: string])[] = [
  [/\bfilter$/, 'terms of the filter language, which are typed'],
  [/^verdict\.collect\.command$/, 'a command'],
  [/\bcomm$/, 'the name of a process, which may have blanks'],
];

/** To be emptied: what is handed to the page as text already, until the parts that say it have templates too. */
const NOT_YET_MESSAGES: readonly RegExp[] = [
  // The verdict.
  /^verdict\.(?:sentence|because|next)$/,
  /^verdict\.collect\.(?:what|gain)$/,
  // The rules from non-tcp-fd-leak on, and what the verdict repeats of them.
  /^findings\.(?:title|message|doubts|fixes|nonFixes|next|evidence\.note)$/,
  /^verdict\.(?:fixes|nonFixes|evidence\.note)$/,
  /^notRun\.(?:reason|capture)$/,
  /^places\.note$/,
  // Problems of the archive and of parsers.
  /^problems$/,
];

interface Found {
  /** `peers.links.label`: without the places in lists. */
  readonly field: string;
  readonly text: string;
}

function proseOf(value: unknown, field: string): readonly Found[] {
  if (typeof value === 'string') return isProse(unmarked(value)) ? [{ field, text: value }] : [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => proseOf(item, field));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => proseOf(item, field === '' ? key : `${field}.${key}`));
}

function isAllowed({ field }: Found): boolean {
  return NOT_PROSE.some(([allowed]) => allowed.test(field)) || NOT_YET_MESSAGES.some((allowed) => allowed.test(field));
}

function demandMarked(value: unknown, field: string): void {
  assert.ok(JSON.stringify(value).includes('[!! '), field);
  assert.deepEqual(
    proseOf(value, field).filter((found) => !isAllowed(found)),
    [],
  );
}

/** Rows and headings of the table of sockets: the first ones and the last ones. */
function socketTable({ snapshot }: Analysis): unknown {
  const order = orderSockets(snapshot, null, { column: 'state', descending: true });
  const items = Uint32Array.of(...order.subarray(0, 20), ...order.subarray(-20));
  return {
    cells: socketCells(snapshot, items, PSEUDO),
    rows: Array.from(items, (item) => socketRow(snapshot, item, PSEUDO)),
  };
}

const analyses: readonly (readonly [name: string, read: () => Promise<Analysis>])[] = [
  ...FIXTURES.map((name) => [name, () => analyzeFixture(name)] as const),
  ...SCENARIOS.map((name) => [name, () => analyzeScenario(name)] as const),
  ['a bundle of nothing', () => analyze(memoryBundle([]))],
];
for (const [name, read] of analyses)
  test(`${name}: every sentence of the page is marked in the pseudo language`, async () => {
    const analysis = await read();
    const { model, places } = buildPage(analysis, PSEUDO);
    demandMarked(model, '');
    assert.deepEqual(
      proseOf(places, 'places').filter((found) => !isAllowed(found)),
      [],
    );
    demandMarked(buildFilteredPage(analysis, 'state:* -pid:1', places.length, PSEUDO).view.views, 'filtered');
    demandMarked(buildFilteredPage(analysis, 'colour:red', places.length, PSEUDO).view, 'filtered');
    demandMarked(socketTable(analysis), 'table');
  });

test('a sentence that is not marked is found wherever it stands', () => {
  const value = { verdict: { list: [{ label: 'two words' }, { label: '[!! two words !!]' }] } };
  assert.deepEqual(proseOf(value, ''), [{ field: 'verdict.list.label', text: 'two words' }]);
});
