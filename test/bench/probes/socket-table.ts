/** Parses a socket table as it comes out of an archive, in chunks, in a process that has parsed nothing before. */
import { readFileSync } from 'node:fs';
import { createTcpTableParser } from '../../../src/core/parsers/proc/net-tcp.ts';
import { stopwatch } from './stopwatch.ts';

/** As the archive is unpacked. */
const CHUNK_BYTES = 512 * 1024;
// Plain bytes, as the archive gives them.
const bytes = new Uint8Array(readFileSync(process.argv[2] ?? '').buffer);
const elapsed = stopwatch();
const parser = createTcpTableParser(4, bytes.length);
for (let at = 0; at < bytes.length; at += CHUNK_BYTES) parser.write(bytes.subarray(at, at + CHUNK_BYTES));
const table = parser.end(true);
console.log(JSON.stringify({ ...elapsed(), rows: table.columns.count, malformed: table.malformedRows }));
