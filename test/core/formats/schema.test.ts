/** media/report.schema.json against the interfaces and against the reports of all captured bundles. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { createArchiveBundle } from '../../../src/archive/archive-bundle.ts';
import { createSource } from '../../../src/archive/source.node.ts';
import { analyze } from '../../../src/core/analyze.ts';
import { withTexts } from '../../../src/core/formats/json-texts.ts';
import { RULES } from '../../../src/core/rules/index.ts';
import { rendered } from '../support/rendered.ts';

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: false | Schema;
  readonly prefixItems?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

const BUNDLES = new URL('../../fixtures/bundles/', import.meta.url);
const SCHEMA = JSON.parse(
  readFileSync(new URL('../../../media/report.schema.json', import.meta.url), 'utf8'),
) as Schema & { readonly $id?: string; readonly $schema?: string };

interface Fields {
  readonly all: readonly string[];
  readonly required: readonly string[];
}

/**
 * The interfaces of the report: their fields, inherited ones too, and which of them are always there. Beside a text
 * stands the message that it was made of, if it was made of one.
 */
function readInterfaces(): ReadonlyMap<string, Fields> {
  const files = [
    'report/subject.ts',
    'report/bundle-facts.ts',
    'report/report.ts',
    'report/log-report.ts',
    'formats/json-texts.ts',
  ];
  const sources = files.map((name) => readFileSync(new URL(`../../../src/core/${name}`, import.meta.url), 'utf8'));
  const found = new Map<string, Fields>();
  for (const match of sources.join('\n').matchAll(/^(?:export )?interface (\w+)(?: extends (\w+))? \{\n(.*?)^\}/gms)) {
    const [, name = '', base = '', body = ''] = match;
    const fields = [...body.matchAll(/^ {2}readonly (\w+)(\??): (.+);$/gm)];
    const required = fields.filter(([, , optional]) => optional === '');
    const inherited = found.get(base) ?? { all: [], required: [] };
    found.set(name, {
      all: [...inherited.all, ...fields.flatMap(([, key = '', , type = '']) => [key, ...besideText(name, key, type)])],
      required: [...inherited.required, ...required.map(([, key = '']) => key)],
    });
  }
  return found;
}

/** The name of a finding's message is a field of its own, which is older than messages. */
function besideText(owner: string, key: string, type: string): string[] {
  if (owner === 'Finding' && key === 'message') return ['args'];
  if (/^(?:Text|Message)\b(?!\[)/.test(type)) return [`${key}Message`];
  return /^readonly (?:Text|Message)\[\]$/.test(type) ? [`${key}Messages`] : [];
}

test('the schema is draft 2020-12 and has the fields of the interfaces, each with a description', () => {
  assert.equal(SCHEMA.$schema, 'https://json-schema.org/draft/2020-12/schema');
  assert.equal(SCHEMA.$id, 'sockscope-report');
  const objects = Object.entries(SCHEMA.$defs ?? {}).filter(([, schema]) => schema.properties !== undefined);
  const interfaces = readInterfaces();
  assert.ok(interfaces.get('Report')?.required.includes('verdict'), 'report.ts was understood');
  assert.deepEqual(interfaces.get('ClosedHeldCount')?.required, ['subject', 'count', 'route', 'certain']);
  assert.deepEqual(objects.map(([name]) => name).sort(), [...interfaces.keys()].sort());
  for (const [name, schema] of objects) {
    const { all = [], required = [] } = interfaces.get(name) ?? {};
    assert.deepEqual(Object.keys(schema.properties ?? {}).sort(), [...all].sort(), name);
    assert.deepEqual([...(schema.required ?? [])].sort(), [...required].sort(), `required of ${name}`);
    assert.equal(schema.additionalProperties, false, `additionalProperties of ${name}`);
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      assert.match(property.description ?? '', /\.$/, `description of ${name}.${key}`);
    }
  }
});

const validate = compile();
const names = readdirSync(BUNDLES).filter((name) => name.endsWith('.tar.gz'));

test('there are captured bundles to check', () => assert.ok(names.length >= 8));

test('docs/json-report.md lists every rule', () => {
  assert.deepEqual(
    [...readMeasures().keys()],
    RULES.map((rule) => rule.id),
  );
});

const paths = new Set<string>();
const documented = readMeasures();
for (const name of names) {
  test(`the report of ${name} is valid, and with any field missing, retyped or added it is not`, async () => {
    const path = new URL(name, BUNDLES).pathname;
    const { report } = await analyze(createArchiveBundle(name, createSource({ path })));
    const json = rendered('json', report);
    assert.equal(json, `${JSON.stringify(withTexts(report), null, 2)}\n`);
    const value: unknown = JSON.parse(json);
    for (const { ruleId, messageId, measures } of report.findings) {
      const row = documented.get(ruleId);
      for (const word of [messageId, ...Object.keys(measures)])
        assert.ok(row?.has(word), `docs/json-report.md lacks ${word} of ${ruleId}`);
    }
    assert.ok(validate(value), JSON.stringify(validate.errors));
    const seen = new Set<string>();
    mutateAll(value, SCHEMA, '', seen, (what) => {
      if (validate(value)) assert.fail(`accepted: ${what}`);
    });
    assert.ok(validate(value), 'the mutations are undone');
    for (const each of seen) paths.add(each);
  });
}

test('the mutations reached the parts of the report that captured bundles have', () => {
  for (const path of [
    '/schema',
    '/bundle/kernel',
    '/coverage/facts/*/present',
    '/ledger/alloc/value',
    '/ledger/closedHeldByOwner/*/subject/pid',
    '/ledger/closedHeldByOwner/*/route',
    '/ledger/gap',
    '/ledger/elsewhere',
    '/ledger/neverConnected',
    '/ledger/pods/*/distinctSockets',
    '/ledger/shortcuts/*/truth',
    '/ledger/namespaces/*/gap',
    '/ledger/namespaces/*/complete',
    '/memory/pods',
    '/ledger/namespaces/*/netns',
    '/memory/owners/*/pages',
    '/memory/memPages/max',
    '/verdict/countOwner/comm',
    '/findings/*/measures/*',
    '/findings/*/evidence/*/startLine',
    '/log/events/*/startSeconds',
    '/log/bins/*/*',
    '/findings/*/titleMessage/messageId',
    '/findings/*/evidence/*/noteMessage/args/*',
    '/findings/*/args/*',
    '/findings/*/fixesMessages/*/messageId',
  ])
    assert.ok(paths.has(path), path);
});

/** The words in code style of each row of the table of measures, by rule. */
function readMeasures(): ReadonlyMap<string, ReadonlySet<string>> {
  const page = readFileSync(new URL('../../../docs/json-report.md', import.meta.url), 'utf8');
  const rows = page.split('### Measures')[1]?.match(/^\| `.*$/gm) ?? [];
  return new Map(
    rows.map((row) => {
      const [rule = '', ...words] = [...row.matchAll(/`([\w-]+)`/g)].map(([, word = '']) => word);
      return [rule, new Set(words)];
    }),
  );
}

function compile(): ValidateFunction {
  return new Ajv2020({ strict: true, allowUnionTypes: true }).compile(SCHEMA);
}

/**
 * Breaks `value` in place, one way at a time, calls `check` and repairs it. Every distinct path is broken once, with
 * array positions and the keys of records as `*`.
 */
function mutateAll(
  value: unknown,
  schema: Schema,
  path: string,
  seen: Set<string>,
  check: (what: string) => void,
): void {
  if (typeof value !== 'object' || value === null) return;
  const { properties, required = [] } = resolve(schema, value);
  // Reflect keeps arrays and objects alike; the report is plain data.
  if (properties !== undefined && !seen.has(`${path}/+`)) {
    seen.add(`${path}/+`);
    Reflect.set(value, 'unexpected', 1);
    check(`${path} with a field more`);
    Reflect.deleteProperty(value, 'unexpected');
  }
  for (const key of Object.keys(value)) {
    const at = `${path}/${properties === undefined ? '*' : key}`;
    const child: unknown = Reflect.get(value, key);
    const ofChild = childSchema(schema, key, value);
    if (!seen.has(at)) {
      seen.add(at);
      // An argument of a message may be a text, a number, a list or an object; nothing of JSON else.
      Reflect.set(value, key, ofChild.$ref === '#/$defs/MessageArg' ? null : retyped(child));
      check(`${at} retyped`);
      if (required.includes(key)) {
        Reflect.deleteProperty(value, key);
        check(`${at} missing`);
      }
      Reflect.set(value, key, child);
    }
    mutateAll(child, ofChild, at, seen, check);
  }
}

function retyped(value: unknown): unknown {
  if (typeof value === 'string') return 7;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return {};
  return typeof value === 'object' && value !== null ? [] : 'text';
}

function childSchema(schema: Schema, key: string, value: object): Schema {
  const { properties, prefixItems, items, additionalProperties } = resolve(schema, value);
  const record = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  const found = properties?.[key] ?? prefixItems?.[Number(key)] ?? (items === false ? undefined : items) ?? record;
  assert.ok(found, `the schema has no ${key}`);
  return found;
}

/** What a reference, or the part of `oneOf` that has the form of the value, stands for. */
function resolve(schema: Schema, value: unknown): Schema {
  if (schema.$ref !== undefined) {
    const target = SCHEMA.$defs?.[schema.$ref.replace('#/$defs/', '')];
    assert.ok(target, `the schema has no ${schema.$ref}`);
    return resolve(target, value);
  }
  if (schema.oneOf === undefined) return schema;
  const forms = schema.oneOf.map((form) => resolve(form, value));
  return forms.find((form) => hasForm(form, value)) ?? schema;
}

function hasForm({ type, required = [] }: Schema, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? type === 'array' : type === 'object' && required.every((key) => key in value);
}
