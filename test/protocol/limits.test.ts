import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { DEFAULT_LIMITS } from '../../src/archive/limits.ts';
import { LIMIT_SETTINGS, type LimitName, readLimits, settingOf } from '../../src/protocol/limits.ts';

interface Property {
  readonly type: string;
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly scope: string;
  readonly markdownDescription: string;
}

interface Manifest {
  readonly contributes: { readonly configuration: { readonly properties: Readonly<Record<string, Property>> } };
}

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')) as T;
}

const { properties } = readJson<Manifest>('package.json').contributes.configuration;
const names = Object.keys(LIMIT_SETTINGS) as LimitName[];

test('the manifest has each limit as a setting of the machine, with the bounds and defaults of the code', () => {
  const limits = Object.keys(properties).filter((name) => name.startsWith('sockscope.limits.'));
  assert.deepEqual(limits.sort(), names.map(settingOf).sort());
  for (const name of names) {
    const property = properties[settingOf(name)];
    const { default: standard, minimum, maximum } = LIMIT_SETTINGS[name];
    assert.equal(property?.default, standard, name);
    assert.equal(property.minimum, minimum, name);
    assert.equal(property.maximum, maximum, name);
    // A workspace, which somebody may have sent, cannot raise it.
    assert.equal(property.scope, 'machine', name);
    assert.equal(property.type, 'integer', name);
  }
});

test('each setting is described in both languages', () => {
  for (const file of ['package.nls.json', 'package.nls.zh-cn.json']) {
    const texts = readJson<Readonly<Record<string, string>>>(file);
    for (const { markdownDescription } of Object.values(properties)) {
      const text = texts[markdownDescription.replaceAll('%', '')];
      assert.ok(text !== undefined && text.length > 10, `${file}: ${markdownDescription}`);
    }
  }
});

test('unset, the limits are those of the archive', () => {
  const { maxMemoryBytes, ...limits } = readLimits(() => undefined);
  const { ratioFloorBytes: _floor, ...expected } = DEFAULT_LIMITS;
  assert.deepEqual(limits, expected);
  assert.equal(maxMemoryBytes, 2 ** 31);
});

test('what is no number is as if it were not set', () => {
  const standard = readLimits(() => undefined);
  for (const odd of ['many', null, true, {}, [], Number.NaN, Number.POSITIVE_INFINITY])
    assert.deepEqual(
      readLimits(() => odd),
      standard,
    );
});

test('a number outside its bounds is taken to the nearest bound', () => {
  for (const name of names) {
    const { unit, minimum, maximum } = LIMIT_SETTINGS[name];
    assert.equal(readLimits(() => -5)[name], minimum * unit);
    assert.equal(readLimits(() => 1e300)[name], maximum * unit);
    assert.equal(readLimits(() => minimum)[name], minimum * unit);
  }
});
