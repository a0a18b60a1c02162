/** The colours of kernel logs, by the tokenizer of VS Code. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';
import type * as Oniguruma from 'vscode-oniguruma';
import type * as TextMate from 'vscode-textmate';

const require = createRequire(import.meta.url);
const oniguruma: typeof Oniguruma = require('vscode-oniguruma');
const textmate: typeof TextMate = require('vscode-textmate');

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(read('media/dmesg.tmLanguage.json'), 'dmesg.tmLanguage.json'),
});
const grammar = await registry.loadGrammar('text.log.dmesg');

/** Each piece of the line that has a colour, with the first part of its scope. */
function colours(line: string): readonly (readonly [kind: string, text: string])[] {
  assert.ok(grammar !== null);
  const { tokens } = grammar.tokenizeLine(line, textmate.INITIAL);
  return tokens.flatMap(({ scopes, startIndex, endIndex }) => {
    const scope = scopes.at(-1)?.replace(/\.dmesg$/, '');
    return scope === undefined || scope === 'text.log' ? [] : [[scope, line.slice(startIndex, endIndex)] as const];
  });
}

const OOM = 'TCP: out of memory -- consider tuning tcp_mem';
const FORMS = [
  ['dmesg.txt', '[   45.006070]'],
  ['dmesg-caller.txt', /^\[ {3}45\.006070\]\[ +[TC]\d+\]$/],
  ['dmesg-r.txt', '[   45.006070]'],
  ['dmesg-x.txt', '[   45.006070]'],
  ['dmesg-d.txt', '[   45.006070 <   35.193725>]'],
  ['dmesg-e.txt', '[ +35.193725]'],
  ['dmesg-delta.txt', '[<   35.193725>]'],
  ['dmesg-ctime.txt', '[Sun Nov 22 23:10:54 2026]'],
  ['dmesg-iso.txt', '2026-11-22T23:10:54,006070+00:00'],
  ['kmsg.txt', '45006070'],
  ['journal-short.txt', 'Nov 22 23:10:54'],
  ['journal-short-precise.txt', /^Nov 22 23:10:54\.\d+$/],
  ['journal-short-iso.txt', '2026-11-22T23:10:54+0000'],
  ['journal-short-full.txt', 'Sun 2026-11-22 23:10:54 UTC'],
  ['journal-short-unix.txt', /^\d+\.\d{6}$/],
  ['journal-short-monotonic.txt', '[   45.006070]'],
  ['rsyslog-old.txt', /^Nov 23 /],
  ['rsyslog-iso.txt', /^2026-11-23T/],
  ['rsyslog-rfc5424.txt', /^2026-11-23T/],
] as const;

for (const [name, time] of FORMS) {
  test(`${name}: the time and the message have their colours, and they are not one`, () => {
    const line =
      read(`test/fixtures/logs/${name}`)
        .split('\n')
        .find((each) => each.includes(OOM)) ?? '';
    const found = colours(line);
    const [, stamp = ''] = found.find(([kind]) => kind === 'constant.numeric.time') ?? [];
    if (typeof time === 'string') assert.equal(stamp, time);
    else assert.match(stamp, time);
    assert.deepEqual(found.at(-1), ['invalid.illegal.message', OOM]);
    const host = found.find(([kind]) => kind === 'comment.host');
    assert.equal(host?.[1], line.includes('worker-7') ? 'worker-7' : undefined);
  });
}

test('who speaks before the first colon is told apart from what is said', () => {
  for (const line of [
    '[    1.351998] cni0: port 5(veth) entered',
    'Nov 22 18:00:00 host kernel: cni0: port 5(veth) entered',
  ])
    assert.ok(
      colours(line).some(([kind, text]) => kind === 'entity.name.section.subsystem' && text === 'cni0'),
      line,
    );
});

test('an ordinary line has nothing of an error', () => {
  const line = '[    1.351998] TCP: Hash tables configured (established 32768 bind 32768)';
  assert.ok(colours(line).every(([kind]) => !kind.startsWith('invalid') && !kind.startsWith('markup')));
});
