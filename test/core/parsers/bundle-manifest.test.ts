import assert from 'node:assert/strict';
import test from 'node:test';
import { isManifest, parseBundleManifest } from '../../../src/core/parsers/collector/bundle-manifest.ts';
import { mergeMeta, parseBundleMeta } from '../../../src/core/parsers/collector/bundle-meta.ts';
import { manifestProblems } from '../../../src/core/snapshot/manifest-problems.ts';
import { english } from '../support/english.ts';

/** The example of docs/bundle-format.md. */
const MANIFEST = `{
  "format": "sockscope-bundle",
  "version": 1,
  "collector": { "version": "1.0.0", "shell": "sh", "uid": 0, "redacted": false },
  "host": { "hostname": "node-7", "kernel": "6.1.0-18-amd64", "machine": "x86_64", "page_size": 4096, "clk_tck": 100 },
  "clock": { "started": "2026-11-23T05:20:01Z", "captured": "2026-11-23T05:20:04Z", "finished": "2026-11-23T05:20:15Z" },
  "view": { "root": "", "netns": 4026531840, "host_netns": 4026531840, "sees_host": true },
  "budget": { "max_seconds": 300, "max_bytes": 536870912 },
  "samples": [{ "n": 1, "at": "2026-11-23T05:20:01Z", "uptime": 81234.11 }],
  "namespaces": [{ "netns": 4026531840, "pid": 1 }],
  "items": [
    { "item": "dmesg", "files": ["dmesg"], "started": "2026-11-23T05:20:01Z", "seconds": 0, "bytes": 91234,
      "exit": 0, "state": "ok", "note": "" }
  ]
}`;

test('the manifest of the specification is read field by field', () => {
  assert.deepEqual(parseBundleManifest(MANIFEST), {
    value: {
      meta: {
        hostname: 'node-7',
        kernel: '6.1.0-18-amd64',
        capturedAt: '2026-11-23T05:20:04Z',
        pageSizeBytes: 4096,
        ticksPerSecond: 100,
      },
      version: 1,
      collector: { version: '1.0.0', shell: 'sh', uid: 0, redacted: false },
      view: { seesHost: true, seesHostLine: 7, netns: 4026531840, hostNetns: 4026531840 },
      budget: { maxSeconds: 300, maxBytes: 536870912 },
      samples: [{ n: 1, at: '2026-11-23T05:20:01Z', uptimeSeconds: 81234.11 }],
      items: [{ item: 'dmesg', file: 'dmesg', state: 'ok', note: '' }],
    },
    problems: [],
  });
});

const EMPTY = parseBundleManifest('{}').value;

for (const text of [
  '{"view":3,"host":null,"items":{"length":9},"samples":"x","budget":[],"collector":"","clock":true}',
  '{"items":[null,3,"x",[],{}],"samples":[null,{},{"n":-1},{"n":"1"}],"version":-1}',
  '{"__proto__":{"version":2},"constructor":1,"hasOwnProperty":0}',
  '{"view":{"sees_host":0,"host_netns":0,"netns":1e400},"version":1.5}',
  '[]',
]) {
  test(`${text.slice(0, 50)} says nothing, and throws nothing`, () => {
    const { value } = parseBundleManifest(text);
    const { view } = value;
    assert.deepEqual({ ...value, view, items: [] }, { ...EMPTY, view });
    assert.deepEqual([view.seesHost, view.netns, view.hostNetns, value.version], [true, null, null, 1]);
    assert.deepEqual(value.samples, []);
    assert.deepEqual(manifestProblems(value, 'm', ''), []);
  });
}

for (const text of ['', '{', 'null', '3', `${'['.repeat(100_000)}`]) {
  test(`${JSON.stringify(text.slice(0, 10))} is no manifest, and said to be none`, () => {
    const { value, problems } = parseBundleManifest(text);
    assert.equal(problems.length, 1);
    assert.equal(value.meta.hostname, '');
  });
}

test('a file of the same name that another program wrote is left alone', () => {
  assert.ok(isManifest(MANIFEST));
  assert.ok(!isManifest('[{"Config":"x.json","RepoTags":["a:b"]}]'));
});

test('items that are denied, cut or failed are problems with their note, at their file', () => {
  const items = ['ok', 'absent', 'skipped', 'denied', 'cut', 'failed', 'new', ''].map((state) => ({
    item: `item-${state}`,
    files: state === 'cut' ? [] : [`${state}.txt`, 'other'],
    state,
    note: state === 'failed' ? '' : `why ${state}`,
  }));
  const { value } = parseBundleManifest(JSON.stringify({ items }));
  assert.deepEqual(english(manifestProblems(value, 'x/manifest.json', 'x/')), [
    { entry: 'x/denied.txt', message: 'not complete: item-denied (denied): why denied' },
    { entry: 'x/manifest.json', message: 'not complete: item-cut (cut): why cut' },
    { entry: 'x/failed.txt', message: 'not complete: item-failed (failed)' },
  ]);
});

test('a hundred thousand items are summed up, and their texts are short and harmless', () => {
  const items = Array.from({ length: 100_000 }, () => ({ item: 'i\u001b', state: 'cut', note: '\u202e'.repeat(999) }));
  const problems = manifestProblems(parseBundleManifest(JSON.stringify({ items })).value, 'm', '');
  assert.equal(problems.length, 201);
  assert.match(english(problems.at(-1)?.message ?? ''), /9,800 more/);
  for (const { message } of problems) {
    assert.ok(english(message).length < 600);
    assert.doesNotMatch(english(message), /[\u001b\u202e]/);
  }
});

test('a newer format is told of, an older one is not', () => {
  const problems = (version: unknown) =>
    manifestProblems(parseBundleManifest(JSON.stringify({ version })).value, 'm', '').map((each) =>
      english(each.message),
    );
  assert.deepEqual(problems(2), [
    'This bundle was made by a newer collector (format 2): what this version does not know was left out',
  ]);
  assert.deepEqual([...problems(1), ...problems(undefined), ...problems('2')], []);
});

test('the manifest wins over meta.json, which fills what it leaves out', () => {
  const manifest = parseBundleManifest('{"host":{"hostname":"new","clk_tck":250}}').value.meta;
  const meta = parseBundleMeta('{"hostname":"old","kernel":"6.1.0","clk_tck":100,"page_size":65536}').value;
  assert.deepEqual(mergeMeta(manifest, meta), {
    hostname: 'new',
    kernel: '6.1.0',
    capturedAt: '',
    pageSizeBytes: 65536,
    ticksPerSecond: 250,
  });
  assert.deepEqual(mergeMeta(null, meta), meta);
  assert.deepEqual(mergeMeta(manifest, null), manifest);
});

test('a field of another type than it should have is told with its line, and not believed', () => {
  const text = MANIFEST.replace('"node-7"', '7')
    .replace('"page_size": 4096', '"page_size": 4097')
    .replace('"sees_host": true', '"sees_host": "yes"')
    .replace('"uptime": 81234.11', '"uptime": "long"')
    .replace('"state": "ok"', '"state": 0');
  const { value, problems } = parseBundleManifest(text);
  assert.deepEqual([value.meta.hostname, value.meta.pageSizeBytes, value.view.seesHost], ['', null, true]);
  assert.deepEqual(
    problems.map(({ line, message }) => `${line} ${english(message)}`),
    [
      '5 The field "host.hostname" is not a text.',
      '5 The field "host.page_size" is not a size that pages of Linux have.',
      '7 The field "view.sees_host" is not true or false.',
      '9 The field "samples.0.uptime" is not a number that is not negative.',
      '13 The field "items.0.state" is not a text.',
    ],
  );
});

test('what is not known is null, or zero where the collector writes that, and no problem', () => {
  const text = MANIFEST.replace('"clk_tck": 100', '"clk_tck": null').replace(
    '"host_netns": 4026531840',
    '"host_netns": 0',
  );
  const { value, problems } = parseBundleManifest(text);
  assert.deepEqual([value.meta.ticksPerSecond, value.view.hostNetns, problems], [null, null, []]);
});

test('of any number of wrong fields the first are told', () => {
  const items = Array.from({ length: 9000 }, () => ({ item: 'x]"[{'.repeat(20), state: 7, note: [] }));
  const { problems } = parseBundleManifest(JSON.stringify({ items }, null, 1));
  assert.deepEqual(
    problems.map(({ line }) => line),
    [5, 6, 10, 11, 15, 16],
  );
  assert.equal(english(problems.at(-1)?.message), '17,995 more problems are not listed for this file.');
});
