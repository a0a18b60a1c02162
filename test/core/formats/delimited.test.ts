import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TABLE_FORMATS } from '../../../src/core/formats/delimited.ts';

const { csv: toCsv, tsv: toTsv } = TABLE_FORMATS;

/** RFC 4180, letter by letter: what a spreadsheet makes of the text. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (text[at] === '"') at++;
        cell += text[at];
      }
      at++;
    } else {
      while (at < text.length && text[at] !== ',' && text[at] !== '\r') cell += text[at++];
    }
    row.push(cell);
    if (text[at] === ',') {
      at++;
      if (at === text.length) row.push('');
      continue;
    }
    assert.equal(text.slice(at, at + 2), '\r\n');
    at += 2;
    rows.push(row);
    row = [];
  }
  return rows;
}

const cell = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '"', "'", ',', '\t', '\r', '\n', ' ', '1', 'a', '代') }),
);
const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 6 });
/** As the page shows it, with the mark before what would be a formula. */
const marked = (text: string) => (text.startsWith("'") ? text.slice(1) : text);
const same = (read: string, written: string) => read === written || marked(read) === written;

test('CSV read back has the same cells, but for the mark before a formula', () => {
  fc.assert(
    fc.property(table, (rows) => {
      const back = parseCsv(toCsv(rows));
      assert.equal(back.length, rows.length);
      for (const [index, row] of rows.entries()) {
        assert.equal(back[index]?.length, row.length);
        for (const [column, text] of row.entries()) assert.ok(same(back[index]?.[column] ?? '', text), text);
      }
    }),
  );
});

test('TSV has a line for each row and a cell for each column, whatever is in the cells', () => {
  fc.assert(
    fc.property(table, (rows) => {
      const lines = toTsv(rows).split('\n');
      assert.equal(lines.pop(), '');
      assert.deepEqual(
        lines.map((line) => line.split('\t').length),
        rows.map((row) => row.length),
      );
      for (const [index, row] of rows.entries()) {
        for (const [column, text] of row.entries()) {
          assert.ok(same(lines[index]?.split('\t')[column] ?? '', text.replaceAll(/[\t\r\n]/g, ' ')), text);
        }
      }
    }),
  );
});

test('no cell of either form starts as a formula, unless it is a plain number', () => {
  fc.assert(
    fc.property(table, (rows) => {
      const cells = [...parseCsv(toCsv(rows)).flat(), ...toTsv(rows).split(/[\t\n]/)];
      for (const text of cells) {
        if (/^[=+\-@\t\r]/.test(text)) assert.match(text, /^[+-]?[\d,.]+(?:e[+-]?\d+)?$/i);
      }
    }),
  );
});

for (const [written, csv, tsv] of [
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`, `'=HYPERLINK("http://x","y")`],
  ['@SUM(1)', "'@SUM(1)", "'@SUM(1)"],
  ['-2+3', "'-2+3", "'-2+3"],
  ['-12', '-12', '-12'],
  ['+1.5e9', '+1.5e9', '+1.5e9'],
  ['-1,234', '"-1,234"', '-1,234'],
  ['\t=1', "'\t=1", "' =1"],
  ['a\r\nb', '"a\r\nb"', 'a  b'],
  ['say "hi"', '"say ""hi"""', 'say "hi"'],
  ['"start', '"""start"', `'"start`],
  ['10.0.0.1:80', '10.0.0.1:80', '10.0.0.1:80'],
] as const) {
  test(`${JSON.stringify(written)} is ${JSON.stringify(csv)} in CSV and ${JSON.stringify(tsv)} in TSV`, () => {
    assert.equal(toCsv([[written]]), `${csv}\r\n`);
    assert.equal(toTsv([[written]]), `${tsv}\n`);
  });
}

test('a table without rows is an empty text, one empty cell is not an empty line', () => {
  assert.equal(toCsv([]), '');
  assert.equal(toCsv([['']]), '""\r\n');
});
