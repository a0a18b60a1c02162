/** In the pseudo language every word of a format is marked, so what is not marked has no template. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { quoteLogLines } from '../../../src/core/formats/log-markdown.ts';
import type { Message, Text } from '../../../src/core/report/message.ts';
import type { Report } from '../../../src/core/report/report.ts';
import { analyzeFixture, FIXTURES } from '../support/corpus.ts';
import { isProse, PSEUDO, unmarked } from '../support/pseudo.ts';
import { rendered } from '../support/rendered.ts';

/** Who still says strings. Remove a name when its sentences are messages. */
const UNCONVERTED = ['verdict', 'findings', 'problems', 'toCollect', 'notRun'] as const;

/** The report without the strings of the parts that are not converted yet. */
function withoutStrings(report: Report): Report {
  const parts = Object.fromEntries(UNCONVERTED.map((part) => [part, emptied(report[part])]));
  return { ...report, ...parts };
}

const TEXTS = new Set(
  'sentence paragraph because next title message note doubts fixes nonFixes reason capture what gain'.split(' '),
);

function emptied(value: unknown, isText = false): unknown {
  if (typeof value === 'string') return isText ? '' : value;
  if (typeof value !== 'object' || value === null || 'args' in value) return value;
  if (Array.isArray(value)) return value.map((item) => emptied(item, isText));
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, emptied(child, TEXTS.has(key))]));
}

/** Lines of words that no template has; commands, and lines of the bundle, stand in fences. */
function wordsOf(text: string): string[] {
  const outside = text.replace(/^( *)(`{3,})\w+\n(?:.*\n)*?\1\2$/gm, '').replaceAll(/\\([\\`*[\]<>|~_#+=.)-])/g, '$1');
  return unmarked(outside).split('\n').filter(isProse);
}

for (const id of ['markdown', 'text'])
  for (const name of FIXTURES)
    test(`${id} says nothing of ${name} without a template`, async () => {
      const { report } = await analyzeFixture(name);
      const text = rendered(id, withoutStrings(report), { wording: PSEUDO });
      assert.ok(text.includes('[!!') || text.includes('\\[!!'));
      assert.deepEqual(wordsOf(text), []);
      assert.doesNotMatch(text, /\[object /);
    });

test('a sentence without a template would be found', async () => {
  const { report } = await analyzeFixture('leak-closewait-k6.1');
  const notes: readonly Text[] = ['Two words of English.', { id: 'markdown.none', args: {} } satisfies Message];
  const text = rendered('markdown', { ...report, ledger: { ...report.ledger, notes } }, { wording: PSEUDO });
  assert.ok(wordsOf(text).includes('Two words of English.'));
  assert.ok(!text.includes('\nNone.'));
});

test('lines of the log are quoted in the language of the reader', () => {
  const text = quoteLogLines({ title: 'T', name: 'dmesg.txt', line: 3, lines: ['a line', 'b'] }, PSEUDO);
  assert.equal(text.split('\n')[0], '**T** \\[!! (dmesg.txt, \\[!! lines 3–4 !!\\]) !!\\]');
});
