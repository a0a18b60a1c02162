import assert from 'node:assert/strict';
import test from 'node:test';
import { parseSysctlNumbers } from '../../../src/core/parsers/proc/sysctl.ts';

const VALID: readonly (readonly [string, readonly number[]])[] = [
  ['34374\t45835\t68748\n', [34374, 45835, 68748]],
  ['1024\n', [1024]],
  ['  32768   60999 \r\n', [32768, 60999]],
  ['9007199254740991', [9007199254740991]],
];
for (const [text, values] of VALID) {
  test(`${JSON.stringify(text)} is ${values.join(', ')}`, () => {
    assert.deepEqual(parseSysctlNumbers(text), { value: values, problems: [] });
  });
}

for (const text of ['', '\n', 'cubic\n', '1 2 three', '-1', '9007199254740993', '1.5']) {
  test(`${JSON.stringify(text)} is no list of counts, and never half of one`, () => {
    const { value, problems } = parseSysctlNumbers(text);
    assert.deepEqual(value, []);
    assert.equal(problems.length, 1);
  });
}
