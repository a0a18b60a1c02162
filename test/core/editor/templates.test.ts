/** Every template of the kernel log, of the models of the editor and of the extension's own modules without VS Code. */
import assert from 'node:assert/strict';
import test from 'node:test';
import '../../../src/core/editor/entry-hints.ts';
import '../../../src/core/editor/entry-hover.ts';
import '../../../src/core/editor/log-line-facts.ts';
import '../../../src/core/kernel-log/log-catalogue.ts';
import '../../../src/core/kernel-log/log-summary.ts';
import '../../../src/extension/editor/log-hint.ts';
import '../../../src/extension/open/bundle-reader.ts';
import { englishTemplates } from '../../../src/core/wording/define-messages.ts';
import { ENGLISH, wordingFor } from '../../../src/core/wording/languages.ts';
import { argsFor } from '../support/template-args.ts';

/** A brace, or what JavaScript makes of a missing or a wrong argument. */
const BROKEN = /[{}]|undefined|NaN|\[object/;

test('every template can be read, and filled in on each of its branches', () => {
  const scopes = new Set<string>();
  for (const [id, template] of englishTemplates()) {
    scopes.add(id.slice(0, id.indexOf('.')));
    for (const args of argsFor(template))
      for (const wording of [ENGLISH, wordingFor('qps')]) {
        const text = wording.text({ id, args });
        assert.doesNotMatch(text, BROKEN, id);
        assert.doesNotMatch(text, /^\s|\s$| {2}|\s[.,;:]/, id);
      }
  }
  for (const scope of [
    'log',
    'log-clock',
    'net-tcp',
    'tcp-state',
    'sockstat',
    'sysctl',
    'counter',
    'log-line',
    'log-hint',
  ])
    assert.ok(scopes.has(scope), scope);
});

test('each branch of a template is reached', () => {
  const texts = argsFor('{n, plural, =0 {none} one {# {kind, select, a {A} other {B}}} other {#}} of {who}').map(
    (args) => [args['n'], args['kind'], args['who']].join(),
  );
  for (const each of ['0,a,x', '1,a,x', '1,other,x', '2,a,x']) assert.ok(texts.includes(each), each);
});
