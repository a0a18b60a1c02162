/** Every number that a rule can give a finding has a message. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { sayMeasure } from '../../../src/core/page/measure-text.ts';
import { analyzeScenario, SCENARIOS } from '../../accuracy/scenarios.ts';
import { analyzeFixture, FIXTURES } from '../support/corpus.ts';
import { english } from '../support/english.ts';

const RULES = new URL('../../../src/core/rules/', import.meta.url);

/** From the brace at `start` to the one that closes it. */
function braced(source: string, start: number): string {
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    if (source[at] === '{') depth++;
    else if (source[at] === '}' && --depth === 0) return source.slice(start, at + 1);
  }
  return '';
}

/** Keys of objects that are `measures`, or that a function called …Measures returns, those of spread objects too. */
function measureNames(source: string): readonly string[] {
  const objects = [
    ...source.matchAll(/\bmeasures: (?=\{)|Measures\([^)]*\)[^{]*\{[\s\S]*?\breturn (?=\{ *\n? *[a-z]+[A-Z])/g),
  ];
  return objects.flatMap(({ 0: found, index }) => {
    // What stands in brackets or parentheses of a call is no key.
    const text = braced(source, index + found.length).replace(/\w\([^()]*\([^()]*\)[^()]*\)|\w\([^()]*\)/g, 'x');
    const keys = [...text.matchAll(/[{,]\s*([a-z]\w*)(?=\s*[:,}])/g)].map(([, key = '']) => key);
    const called = [...braced(source, index + found.length).matchAll(/\bmeasure\('(\w+)'/g)].map(([, key = '']) => key);
    return [...keys, ...called];
  });
}

test('the names of measures are found in the source of a rule', () => {
  const source = `
    measures: { fds: count(a, { b: 1 }), openFds, ...(limit === null ? {} : { softLimit: limit.value }) },
    export function xMeasures(holder: Holder): Readonly<Record<string, number>> {
      return {
        closedHeld: holder.closed,
        ...measure('estabResets', 'Tcp.EstabResets'),
      };
    }`;
  assert.deepEqual(measureNames(source), ['fds', 'openFds', 'softLimit', 'closedHeld', 'estabResets']);
});

const NAMES = new Set(readdirSync(RULES).flatMap((name) => measureNames(readFileSync(new URL(name, RULES), 'utf8'))));

test('every measure of every rule has a message of its own', () => {
  assert.ok(NAMES.size > 80, `${NAMES.size}`);
  assert.deepEqual(
    [...NAMES].filter((name) => sayMeasure(name, 1).id !== `measure.${name}`),
    [],
  );
});

test('the measures of real nodes are among those that were found in the rules', async () => {
  const analyses = [...FIXTURES.map(analyzeFixture), ...SCENARIOS.map(analyzeScenario)];
  for (const { report } of await Promise.all(analyses))
    for (const { ruleId, measures } of report.findings)
      for (const name of Object.keys(measures)) assert.ok(NAMES.has(name), `${ruleId}: ${name}`);
});

test('a measure tells its unit, a port is not grouped, and an unknown name stands for itself', () => {
  assert.equal(english(sayMeasure('rxQueueBytes', 4096)), 'in receive queues: 4 KiB');
  assert.equal(english(sayMeasure('lastOomSeconds', 57.5)), 'last out of memory at: 57.5 s');
  assert.equal(english(sayMeasure('localPort', 8080)), 'port: 8080');
  assert.equal(english(sayMeasure('newMeasure', 5335)), 'newMeasure: 5,335');
  assert.equal(english(sayMeasure('constructor', 1)), 'constructor: 1');
});
