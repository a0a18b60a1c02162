/** What is asked of the table of sockets, by the page and then by the host. */
import * as v from 'valibot';
import { TABLE_FORMAT_NAMES } from '../core/formats/delimited.ts';
import { MAX_FILTER_LENGTH } from '../core/query/filter-words.ts';
import { SOCKET_COLUMNS } from '../core/query/socket-row.ts';

const filter = v.pipe(v.string(), v.maxLength(MAX_FILTER_LENGTH));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const order = v.object({ column: v.nullable(v.picklist(SOCKET_COLUMNS)), descending: v.boolean() });

/** More rows are never in sight. */
const MAX_WINDOW = 500;

/** The same sockets as text for a spreadsheet. */
export const socketCopy = v.object({ filter, order, format: v.picklist(TABLE_FORMAT_NAMES) });

export const socketWindow = v.object({
  filter,
  order,
  first: whole,
  count: v.pipe(whole, v.maxValue(MAX_WINDOW)),
});
