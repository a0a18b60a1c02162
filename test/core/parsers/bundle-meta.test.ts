import assert from 'node:assert/strict';
import test from 'node:test';
import { parseBundleMeta } from '../../../src/core/parsers/collector/bundle-meta.ts';

const META =
  '{"format":"plain-proc-capture","version":1,"hostname":"worker-f25","kernel":"6.1.0-50-cloud-amd64","captured_at":"2026-11-22T20:22:34Z","page_size":4096,"clk_tck":100}';

test('meta.json gives host, kernel, time of capture, page size and ticks', () => {
  assert.deepEqual(parseBundleMeta(META), {
    value: {
      hostname: 'worker-f25',
      kernel: '6.1.0-50-cloud-amd64',
      capturedAt: '2026-11-22T20:22:34Z',
      pageSizeBytes: 4096,
      ticksPerSecond: 100,
    },
    problems: [],
  });
});

for (const page of [8192, 16384, 65536]) {
  test(`pages of ${page} bytes are known`, () => {
    assert.equal(parseBundleMeta(`{"page_size":${page}}`).value.pageSizeBytes, page);
  });
}

for (const page of ['0', '-4096', '1', '4097', '1e300', '"4096"', 'null', '[4096]']) {
  test(`a page size of ${page} is not believed`, () => {
    assert.equal(parseBundleMeta(`{"page_size":${page}}`).value.pageSizeBytes, null);
  });
}

for (const text of ['', 'not json', '[]', '3', 'null', '{"hostname":']) {
  test(`${JSON.stringify(text)} gives nothing and throws nothing`, () => {
    assert.equal(parseBundleMeta(text).value.hostname, '');
  });
}

test('text that is no time is no time of capture', () => {
  assert.equal(parseBundleMeta('{"captured_at":"yesterday"}').value.capturedAt, '');
});

test('control and direction characters of the host name are shown, not obeyed', () => {
  const { hostname } = parseBundleMeta(JSON.stringify({ hostname: 'a\u001b[31m\u202eb\u0000' })).value;
  assert.equal(hostname, 'a\ufffd[31m\ufffdb\ufffd');
});

test('a very long host name is cut', () => {
  assert.ok(parseBundleMeta(JSON.stringify({ hostname: 'x'.repeat(100_000) })).value.hostname.length <= 256);
});
