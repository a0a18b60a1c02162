import assert from 'node:assert/strict';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { createSource } from '../../src/archive/source.node.ts';
import { itemsOf } from '../../src/core/query/select.ts';
import type { SocketOrder } from '../../src/core/query/socket-row.ts';
import { ENGLISH } from '../../src/core/wording/languages.ts';
import { openBundle } from '../../src/worker/open-bundle.ts';
import { answerQuery } from '../../src/worker/query.ts';
import { limits } from './support/limits.ts';

const LEAK = fileURLToPath(new URL('../fixtures/bundles/leak-closewait-k6.1.tar.gz', import.meta.url));
const HOST = { createSource, packer: null, offHeapBytes: () => 0 };

test('a filter is applied once for the views, the table and its text, and again only when others came between', async () => {
  const { held } = await openBundle(
    { name: 'leak', source: { path: LEAK }, limits: limits() },
    HOST,
    ENGLISH,
    () => {},
  );
  const items = itemsOf(held.analysis.snapshot);
  const { statesOf } = items;
  let asked = 0;
  const counting = {
    statesOf(item: number) {
      asked++;
      return statesOf(item);
    },
  };
  Object.assign(items, counting);
  const orders: readonly SocketOrder[] = [
    { column: 'rxq', descending: true },
    { column: null, descending: false },
  ];
  const look = (filter: string): number => {
    asked = 0;
    answerQuery(held, { id: 1, method: 'filter', params: { filter } });
    for (const order of orders) {
      answerQuery(held, { id: 2, method: 'sockets', params: { filter, order, first: 0, count: 10 } });
      answerQuery(held, { id: 3, method: 'socketText', params: { filter, order, format: 'csv' } });
    }
    return asked;
  };
  assert.equal(look('state:close-wait'), items.count);
  assert.equal(look('state:close-wait'), 0);
  assert.equal(look('state:listen'), items.count);
  assert.equal(look('state:close-wait'), 0, 'a step back');
  for (const port of [1, 2, 3]) look(`port:${port}`);
  assert.equal(look('state:close-wait'), items.count);
});
