/** docs/robustness.md has the corpus and the limits as they are, and the figures of a whole long run. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { LIMITS } from './limits-table.ts';
import { LONG } from './plan.ts';
import { reference } from './robustness-page.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('each limit of the page stands in the source', () => {
  for (const { what, source } of LIMITS) assert.ok(read(`src/${source[0]}`).includes(source[1]), what);
});

test('docs/robustness.md is what npm run fuzz -- --long writes, without an escape', () => {
  const page = read('docs/robustness.md');
  assert.ok(page.endsWith(reference()), 'run npm run fuzz -- --page');
  for (const inputs of [LONG.bundles, LONG.texts]) assert.ok(page.includes(`| ${inputs.toLocaleString('en')} | 0 |`));
});
