/** Reads a kernel log and looks for everything in the catalogue, as `grep` is timed: reading is part of it. */
import { closeSync, openSync, readSync } from 'node:fs';
import { createLogScanner } from '../../../src/core/kernel-log/kernel-log.ts';
import { stopwatch } from './stopwatch.ts';

const chunk = Buffer.alloc(256 * 1024);
const elapsed = stopwatch();
const scanner = createLogScanner();
const file = openSync(process.argv[2] ?? '', 'r');
for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
  scanner.write(chunk.subarray(0, length));
}
closeSync(file);
const scan = scanner.end();
console.log(JSON.stringify({ ...elapsed(), lines: scan.lines, hits: scan.hits.length + scan.dropped }));
