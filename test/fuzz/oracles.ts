/** What must hold of every output, whatever the input was. Each gives the first thing that does not, or null. */

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { BundleError } from '../../src/archive/bundle-error.ts';
import type { Excerpt } from '../../src/core/formats/format.ts';
import { FORMATS, type FormatId } from '../../src/core/formats/index.ts';
import { buildFilteredPage } from '../../src/core/page/filtered-page.ts';
import { buildPage } from '../../src/core/page/page.ts';
import type { SocketRow } from '../../src/core/query/socket-row.ts';
import { orderSockets, socketPlace, socketRow } from '../../src/core/query/socket-table.ts';
import type { Report } from '../../src/core/report/report.ts';
import type { Analysis } from '../../src/core/snapshot/analysis.ts';
import { ENGLISH } from '../../src/core/wording/languages.ts';
import { parseToPage } from '../../src/protocol/check.ts';
import { english } from '../core/support/english.ts';
import { rendered } from '../core/support/rendered.ts';

const SCHEMA: object = JSON.parse(
  readFileSync(new URL('../../media/report.schema.json', import.meta.url), 'utf8'),
) as object;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(SCHEMA);

// C0 but tab and newline, DEL, C1, and what changes the direction of text.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const MAX_TEXT = 5000;

export type Outputs = Readonly<Record<FormatId | 'page' | 'filtered' | 'sockets', string>>;

/** One that every node has something for, and one that leaves nothing out. */
const FILTER = 'state:* -pid:1 a';
const MOST_ROWS = 200;

/** All forms of one analysis; throws what they throw, which is an escape. */
export function renderAll(analysis: Analysis, excerpts: readonly Excerpt[] = []): Outputs {
  const forms = FORMATS.map(({ id }) => [id, rendered(id, analysis.report, { excerpts })] as const);
  return {
    ...(Object.fromEntries(forms) as Record<FormatId, string>),
    page: JSON.stringify(buildPage(analysis).model),
    filtered: JSON.stringify(buildFilteredPage(analysis, FILTER, 0).view),
    sockets: JSON.stringify(socketRows(analysis)),
  };
}

function socketRows({ snapshot }: Analysis): readonly SocketRow[] {
  const items = orderSockets(snapshot, null, { column: 'peer', descending: true }).subarray(0, MOST_ROWS);
  for (const item of items) socketPlace(snapshot, item);
  return Array.from(items, (item) => socketRow(snapshot, item, ENGLISH));
}

/** The first thing that is wrong with an analysis and its forms, or null. */
export function findFault(analysis: Analysis, outputs: Outputs): string | null {
  return (
    reportFault(analysis.report, outputs.json) ??
    pageFault(outputs.page) ??
    messageFault('filtered', `{"type":"filtered","view":${outputs.filtered}}`) ??
    messageFault('sockets', `{"type":"sockets","request":1,"total":1,"first":0,"rows":${outputs.sockets}}`) ??
    markdownFault(outputs.markdown) ??
    FORMATS.map(({ id }) => controlFault(id, outputs[id])).find((fault) => fault !== null) ??
    null
  );
}

function reportFault(report: Report, json: string): string | null {
  const parsed: unknown = JSON.parse(json);
  if (!validate(parsed)) {
    const error = validate.errors?.[0];
    return `schema: ${error?.instancePath.replaceAll(/\d+/g, 'N')} ${error?.message}`;
  }
  const failed = report.notRun.find((rule) => english(rule.reason).startsWith('failed'));
  if (failed !== undefined) return `rule failed: ${failed.ruleId} ${english(failed.reason)}`;
  const text = badText(report, 'report');
  if (text !== null) return text;
  if (!report.coverage.truncated) return null;
  return report.problems.length > 0 ? null : 'silence: the archive is not whole and no problem says so';
}

/** What the page would refuse, or show as it should not. */
function messageFault(form: string, message: string): string | null {
  const value: unknown = JSON.parse(message);
  return parseToPage(value) === undefined ? `${form}: the page refuses it` : badText(value, form);
}

function pageFault(page: string): string | null {
  const model: unknown = JSON.parse(page);
  if (parseToPage({ type: 'page', model }) === undefined) return 'page: the model does not fit its schema';
  return badText(model, 'page');
}

/** Names of members are what they are, so that they can be opened; whoever shows them cleans them. */
const EXACT: ReadonlySet<string> = new Set(['entry', 'root']);

function badText(value: unknown, path: string, key = ''): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : `number: ${path} is ${value}`;
  if (typeof value === 'string') {
    if (EXACT.has(key)) return null;
    if (CONTROL.test(value) || value.includes('\n')) return `control character: ${path}`;
    return value.length <= MAX_TEXT ? null : `long text: ${path}`;
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, child] of Object.entries(value)) {
    const fault = badText(child, `${path}/${Array.isArray(value) ? 'N' : name}`, name);
    if (fault !== null) return fault;
  }
  return null;
}

function controlFault(form: string, text: string): string | null {
  const at = text.search(CONTROL);
  return at < 0 ? null : `control character: U+${text.charCodeAt(at).toString(16).padStart(4, '0')} in ${form}`;
}

const TAG = /(?<!\\)<[a-z/!?]/i;
const LINK = /(?<!\\)\]\(|(?<!\\)\]:|(?<!\\)\]\[/;
const ADDRESS = /https?:\/\/|www\.[a-z]|(?<!\\)<(?:command|javascript):/i;

/** Nothing that came out of a bundle is markup: no tag, no link, no image, and tables have the cells of their head. */
export function markdownFault(markdown: string): string | null {
  let fence = '';
  let cells = 0;
  for (const line of markdown.split('\n')) {
    const mark = /^ *(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence !== '') {
      if (mark?.[1]?.startsWith(fence) && mark[2] === '') fence = '';
      continue;
    }
    if (mark?.[1] !== undefined) {
      fence = mark[1];
      continue;
    }
    // What stands in backticks is shown as it is; rule ids are the only such text.
    const shown = line.replaceAll(/(?<!\\)`[\w-]+`/g, '');
    if (TAG.test(shown)) return `markdown: a tag: ${excerptOf(line)}`;
    if (LINK.test(shown)) return `markdown: a link: ${excerptOf(line)}`;
    if (ADDRESS.test(shown)) return `markdown: an address: ${excerptOf(line)}`;
    if (/(?<!\\)`/.test(shown)) return `markdown: an open code span: ${excerptOf(line)}`;
    if (!line.startsWith('|')) {
      cells = 0;
      continue;
    }
    const count = line.split(/(?<=(?<!\\)(?:\\\\)*)\|/).length;
    if (cells !== 0 && count !== cells) return `markdown: a row of ${count} cells in a table of ${cells}`;
    cells = count;
  }
  return fence === '' ? null : 'markdown: a fence that is not closed';
}

function excerptOf(line: string): string {
  return JSON.stringify(line.slice(0, 80));
}

/** One clear sentence: a line of words that ends. */
export function errorFault(error: BundleError): string | null {
  const { message } = error;
  const isSentence = /^[A-Z].*\.$/.test(message) && message.length < 400 && !CONTROL.test(message);
  return isSentence ? null : `sentence: ${JSON.stringify(message.slice(0, 120))}`;
}
