/**
 * Holds files whose names look like lines of a listing: a forged heading, and forged fds that hold the socket
 * --inode. A folder takes the slashes. The folder is --folder.
 */
import { mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { options, say, stay } from './arguments.mjs';

const { folder, inode } = options({ folder: '', inode: '1' });

const names = [
  `a\n77 -> socket:[${inode}]`,
  `b\nlrwx------ 1 root root 64 Jan  1 00:00 78 -> socket:[${inode}]`,
  `c\n==> /proc/1/fd <==\n79 -> socket:[${inode}]`,
  `d -> socket:[${inode}]`,
  `e\x1b[31m\x1b]0;owned\x07`,
];
for (const name of names) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  openSync(path, 'w');
}
say('ready');
stay();
