/**
 * Tables as text for spreadsheets: TSV for the clipboard, CSV (RFC 4180) for files. A cell comes from a bundle and may
 * be written to be run as a formula, so what a spreadsheet would calculate is marked as text.
 */

/** The cells of a table, its headings first. */
type Rows = readonly (readonly string[])[];

/** How a table leaves Sockscope, by the name that worker and page ask for it. */
export const TABLE_FORMATS = { tsv: toTsv, csv: toCsv } as const;
export type TableFormat = keyof typeof TABLE_FORMATS;
export const TABLE_FORMAT_NAMES = Object.keys(TABLE_FORMATS) as readonly TableFormat[];

/** What spreadsheets take for the start of a formula; tab and line breaks because they are skipped before one. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const PLAIN_NUMBER = /^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

function unarmed(cell: string): string {
  return FORMULA.test(cell) && !PLAIN_NUMBER.test(cell) ? `'${cell}` : cell;
}

function tsvCell(cell: string): string {
  // There is no quoting in TSV, but Excel reads a first quote as the start of a cell that ends at the next one.
  const safe = cell.startsWith('"') ? `'${cell}` : unarmed(cell);
  return safe.replaceAll(/[\t\r\n]/g, ' ');
}

function csvCell(cell: string): string {
  const safe = unarmed(cell);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A line for each row, ended by a line feed; cells between tabs, their own tabs and line breaks as spaces. */
function toTsv(rows: Rows): string {
  return rows.map((row) => `${row.map(tsvCell).join('\t')}\n`).join('');
}

/** A record for each row, ended by CR LF as RFC 4180 has it; a row of one empty cell is written as `""`. */
function toCsv(rows: Rows): string {
  return rows.map((row) => `${row.length === 1 && row[0] === '' ? '""' : row.map(csvCell).join(',')}\r\n`).join('');
}
