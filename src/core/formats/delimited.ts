/**
 * Tables as text for spreadsheets: TSV for the clipboard, CSV (RFC 4180) for files. A cell comes from a bundle and may
 * be written to be run as a formula, so what a spreadsheet would calculate is marked as text.
 */

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
export function toTsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(tsvCell).join('\t')}\n`).join('');
}

/** A record for each row, ended by CR LF as RFC 4180 has it; a row of one empty cell is written as `""`. */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.length === 1 && row[0] === '' ? '""' : row.map(csvCell).join(',')}\r\n`).join('');
}
