/**
 * A process with a name that tries to be more than a name: a line break, the heading of a block, terminal escape codes.
 * The kernel keeps 15 bytes of it.
 */
import { writeFileSync } from 'node:fs';
import { say, stay } from './arguments.mjs';

writeFileSync('/proc/self/comm', '\n==> /p <==\n\x1b[');
say('ready');
stay();
