import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  lastValue,
  lastWord,
  quoteValue,
  splitValues,
  splitWord,
  splitWords,
} from '../../../src/core/query/filter-words.ts';
import { parseFilter } from '../../../src/core/query/parse-filter.ts';

test('words are parted by spaces, and quotes hold them together', () => {
  assert.deepEqual(splitWords('  state:listen\tpod:"a b" x'), ['state:listen', 'pod:"a b"', 'x']);
  assert.deepEqual(splitWords('pod:"a b'), ['pod:"a b'], 'an open quote goes to the end');
});

test('a word has a sign, a field, an operator and the rest; a bare word has only the rest', () => {
  assert.deepEqual(splitWord('-rxq>=64k'), { sign: '-', field: 'rxq', operator: '>=', rest: '64k' });
  assert.deepEqual(splitWord('state!=a,b'), { sign: '', field: 'state', operator: '!=', rest: 'a,b' });
  assert.deepEqual(splitWord('!java'), { sign: '!', field: '', operator: '', rest: 'java' });
  assert.deepEqual(splitWord('10.0.0.1:80'), { sign: '', field: '', operator: '', rest: '10.0.0.1:80' });
});

test('the last word or value is that which the end stands in', () => {
  assert.equal(lastWord('state:listen pi'), 'pi');
  assert.equal(lastWord('a a '), '');
  assert.equal(lastWord('pod:"a '), 'pod:"a ');
  assert.equal(lastValue('listen,cl'), 'cl');
  assert.equal(lastValue('a,a,'), '');
  assert.equal(lastValue('"a,b'), '"a,b');
  assert.deepEqual(splitValues('"a,b",c'), ['"a,b"', 'c']);
});

test('a value that was quoted is read as that one value', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 50, unit: 'binary' }), (value) => {
      const { terms, problems } = parseFilter(`x pod:${quoteValue(value)} y`);
      assert.deepEqual(problems, []);
      assert.deepEqual(terms[1], {
        kind: 'text',
        field: 'pod',
        patterns: [value.replaceAll('"', '?').toLowerCase()],
        negated: false,
      });
      assert.equal(terms.length, 3);
    }),
  );
});
