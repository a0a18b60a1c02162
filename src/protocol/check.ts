/** Run-time checks of the messages between host and page: what does not fit its type is refused. */
import * as v from 'valibot';
import type { FromPage, ToPage } from './page-messages.ts';
import { filteredViewSchema, pageModelSchema, socketRowsSchema } from './page-schema.ts';
import { socketCopy, socketWindow } from './socket-window.ts';

const count = v.pipe(v.number(), v.finite(), v.minValue(0));

const whole = v.pipe(count, v.integer());
const step = v.picklist(['back', 'forward']);

const toPage: v.GenericSchema<unknown, ToPage> = v.variant('type', [
  v.object({
    type: v.literal('loading'),
    name: v.string(),
    step: v.string(),
    bytesRead: count,
    bytesTotal: count,
    finding: v.string(),
  }),
  v.object({ type: v.literal('page'), model: pageModelSchema }),
  v.object({ type: v.literal('failed'), message: v.string(), next: v.string(), cancelled: v.boolean() }),
  v.object({ type: v.literal('filtered'), view: filteredViewSchema }),
  v.object({ type: v.literal('sockets'), request: count, total: count, first: count, rows: socketRowsSchema }),
  v.object({ type: v.literal('history'), step }),
  v.object({ type: v.literal('copied'), ok: v.boolean(), message: v.string() }),
]);

/** Larger than the longest list of processes gives, at two pixels for each of the page. */
export const MAX_PICTURE_BYTES = 16 * 2 ** 20;

/** Of a table: 8 MB as ASCII, which is what tables are. */
export const MAX_COPIED_LETTERS = 8 * 2 ** 20;

const fromPage: v.GenericSchema<unknown, FromPage> = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('openEvidence'), id: whole }),
  v.object({ type: v.literal('showNode'), index: whole }),
  v.object({ type: v.literal('filter'), filter: socketWindow.entries.filter }),
  v.object({ type: v.literal('sockets'), request: whole, ...socketWindow.entries }),
  v.object({ type: v.literal('copySockets'), ...socketCopy.entries }),
  v.object({ type: v.literal('openSocket'), item: whole }),
  v.object({ type: v.literal('navigate'), step }),
  v.object({ type: v.literal('exportMarkdown') }),
  v.object({ type: v.literal('copySummary') }),
  v.object({ type: v.literal('copyVerdict') }),
  v.object({
    type: v.literal('savePicture'),
    kind: v.picklist(['svg', 'png']),
    name: v.pipe(v.string(), v.regex(/^[a-z][a-z-]{0,30}$/)),
    data: v.pipe(
      v.instance(Uint8Array),
      v.check(({ length }) => length > 0 && length <= MAX_PICTURE_BYTES),
    ),
  }),
  v.object({ type: v.literal('copyText'), text: v.pipe(v.string(), v.maxLength(MAX_COPIED_LETTERS)) }),
  v.object({ type: v.literal('cancel') }),
  v.object({ type: v.literal('retry') }),
  v.object({ type: v.literal('trouble'), message: v.pipe(v.string(), v.maxLength(2000)) }),
]);

/** The message, or undefined when it is none. */
export function parseToPage(value: unknown): ToPage | undefined {
  const result = v.safeParse(toPage, value);
  return result.success ? result.output : undefined;
}

/** The message, or undefined when it is none. */
export function parseFromPage(value: unknown): FromPage | undefined {
  const result = v.safeParse(fromPage, value);
  return result.success ? result.output : undefined;
}
