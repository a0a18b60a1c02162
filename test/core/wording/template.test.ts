import assert from 'node:assert/strict';
import test from 'node:test';
import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';
import { parseTemplate, type Template, type TemplatePart } from '../../../src/core/wording/template.ts';

/** What FormatJS reads, in the form of our own parts. */
function reference(template: string): Template {
  return toParts(parse(template, { ignoreTag: true }));
}

function toParts(elements: readonly MessageFormatElement[]): Template {
  return elements.map(toPart);
}

function toPart(element: MessageFormatElement): TemplatePart {
  switch (element.type) {
    case TYPE.literal:
      return element.value;
    case TYPE.argument:
      return { kind: 'name', name: element.value };
    case TYPE.number:
      return { kind: 'number', name: element.value, style: styleOf(element.style) };
    case TYPE.date:
      return { kind: 'date', name: element.value };
    case TYPE.pound:
      return { kind: 'count-of-plural' };
    case TYPE.plural:
    case TYPE.select: {
      const branches = Object.entries(element.options).map(([name, { value }]) => [name, toParts(value)] as const);
      return {
        kind: element.type === TYPE.plural ? 'plural' : 'select',
        name: element.value,
        branches: new Map(branches),
      };
    }
    default:
      throw new Error(`no template has an element of type ${element.type}`);
  }
}

function styleOf(style: unknown): 'count' | 'bytes' | 'share' | 'duration' {
  return style === 'bytes' || style === 'share' || style === 'duration' ? style : 'count';
}

const TEMPLATES: readonly string[] = [
  '',
  'plain text',
  '{process} holds {sockets, plural, one {# connection} other {# connections}} in CLOSE_WAIT',
  '{n, plural, =0 {nothing} one {{who} has # of {total, number}} other {{who} have # of {total, number}}}.',
  "the node's memory, and {a}'s",
  "it''s {size, number, bytes} at {at, date, utc}",
  "a brace '{' and '}' and a '{whole} one'",
  '{kind, select, reset {was reset} other {was {how}}} after {t, number, duration}: {part, number, share}',
  '{n, plural, one {is} other {are}}{m, plural, one {} other {s}}',
  "{n, plural, one {the '#' of it} other {# of them}}, # of all",
  '{ spaced , number , bytes } {  name  }',
];

for (const template of TEMPLATES)
  test(`a template is read as FormatJS reads it: ${template}`, () => {
    assert.deepEqual(parseTemplate(template), reference(template));
  });

for (const bad of [
  '{',
  '}',
  '{a',
  '{a,}',
  '{a, b}',
  '{n, plural, one {x}}',
  '{n, plural, other {x}',
  '{a, number, feet}',
])
  test(`what is no template is refused: ${bad}`, () => {
    assert.throws(() => parseTemplate(bad), /at character \d+ of/);
  });
