import assert from 'node:assert/strict';
import test from 'node:test';
import type { Message } from '../../../src/core/report/message.ts';
import { defineMessages } from '../../../src/core/wording/define-messages.ts';
import { ENGLISH, wordingFor } from '../../../src/core/wording/languages.ts';

const say = defineMessages('test', {
  plain: 'Nothing is wrong.',
  holds: '{who} holds {sockets, plural, =0 {nothing} one {# socket} other {# sockets}} at port {port}',
  queued: '{size, number, bytes} in {part, number, share} of them for {age, number, duration} since {at, date, utc}',
  route: '{route, select, reset {It was reset} other {It was closed}}: {rest}',
  verb: '{n, plural, one {is} other {are}}',
});

function check(message: Message, expected: string): void {
  test(`it says: ${expected}`, () => assert.equal(ENGLISH.text(message), expected));
}

const python = { kind: 'process', pid: 185, comm: 'python3', pod: 'live-1', podNamespace: 'default' } as const;

check(say.plain(), 'Nothing is wrong.');
check(
  say.holds({ who: python, sockets: 0, port: 8080 }),
  'python3 (pid 185) in pod default/live-1 holds nothing at port 8080',
);
check(say.holds({ who: { kind: 'node' }, sockets: 1, port: 8080 }), 'the node holds 1 socket at port 8080');
check(say.holds({ who: 'nginx', sockets: 5335, port: 8080 }), 'nginx holds 5,335 sockets at port 8080');
check(
  say.holds({ who: ['a', 'b', python], sockets: 2, port: 1 }),
  'a, b, python3 (pid 185) in pod default/live-1 holds 2 sockets at port 1',
);
check(
  say.queued({ size: 4096, part: 0.986, age: 63.5, at: 1_764_556_800 }),
  '4 KiB in 98.6 % of them for 63.5 s since 2025-12-01 02:40:00 UTC',
);
check(say.route({ route: 'reset', rest: say.plain() }), 'It was reset: Nothing is wrong.');
check(say.route({ route: 'unknown', rest: '{who} # {n, plural' }), 'It was closed: {who} # {n, plural');
check(say.verb({ n: 1 }), 'is');

test('a message has the id of its scope and name, and its arguments as they were given', () => {
  assert.deepEqual(say.verb({ n: 2 }), { id: 'test.verb', args: { n: 2 } });
});

test('the compiler asks for every argument of a template, of the right type, and for no other', () => {
  // @ts-expect-error an argument is missing
  say.holds({ who: python, sockets: 1 });
  // @ts-expect-error a plural takes a number
  say.holds({ who: python, sockets: '1', port: 1 });
  // @ts-expect-error the template has no such argument
  say.verb({ n: 1, m: 2 });
  // @ts-expect-error the template has no arguments
  say.plain({ n: 1 });
  // @ts-expect-error there is no such message
  assert.equal(say.unknown, undefined);
});

test('a scope and name is taken once', () => {
  assert.throws(() => defineMessages('test', { plain: 'Another text.' }), /test\.plain is declared twice/);
});

test('the pseudo language marks every text, those inside of others too', () => {
  const pseudo = wordingFor('qps');
  const marked = pseudo.text(say.route({ route: 'reset', rest: say.plain() }));
  assert.equal(marked, '[!! It was reset: [!! Nothing is wrong. !!] !!]');
});

test('a language that the product does not have is shown in English', () => {
  assert.equal(wordingFor('tlh'), ENGLISH);
  assert.equal(wordingFor('EN'), ENGLISH);
});
