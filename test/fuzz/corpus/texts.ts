/** Hostile texts by name: in place of which file, what is said of it, and nothing of the rest of the node is lost. */

export interface TextCase {
  readonly name: string;
  /** The member of a node (test/core/support/nodes.ts) that has this text instead of its own. */
  readonly member: string;
  make(): string | Uint8Array;
  /** What the report says of it; null when it is just not there, or reads as it should. */
  readonly said: RegExp | null;
}

const TCP = 'proc/700/net/tcp';
const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const ROW =
  '   0: 0100000A:0050 0200000A:0FA0 08 00000000:00000001 00:00000000 00000000     0        0 2000 1 00 20 4 30 10 -1\n';
const SHELL = /error of the shell/;

export const TEXTS: readonly TextCase[] = [
  {
    name: 'a table without line ends',
    member: TCP,
    make: () => 'x'.repeat(8 << 20),
    said: /could not be read|not a row/,
  },
  { name: 'a log without line ends', member: 'dmesg', make: () => 'x'.repeat(8 << 20), said: null },
  { name: 'a status without line ends', member: 'proc/700/status', make: () => 'x'.repeat(8 << 20), said: /is cut/ },
  { name: 'NUL bytes in a table', member: TCP, make: () => `${HEAD}${'\0'.repeat(5000)}\n${ROW}`, said: /not a row/ },
  { name: 'invalid UTF-8', member: 'proc/700/comm', make: () => Uint8Array.of(0xff, 0xfe, 0xc0, 0x80, 10), said: null },
  { name: 'line ends of Windows', member: TCP, make: () => `${HEAD}${ROW}`.replaceAll('\n', '\r\n'), said: null },
  {
    name: 'a table of another family',
    member: TCP,
    make: () => `${HEAD}${ROW.replaceAll('0100000A', '0'.repeat(32))}`,
    said: /not a row/,
  },
  {
    name: 'an inode beyond 2^63',
    member: TCP,
    make: () => HEAD + ROW.replace('2000', '18446744073709551616'),
    said: /not a row/,
  },
  { name: 'an inode below zero', member: TCP, make: () => HEAD + ROW.replace('2000', '-1'), said: /not a row/ },
  { name: 'a column missing', member: TCP, make: () => HEAD + ROW.replace(' 08 ', ' '), said: /not a row/ },
  { name: 'columns added', member: TCP, make: () => HEAD + ROW.replace('\n', ' 1 2 3 4 5 6 7 8 9\n'), said: null },
  {
    name: 'a count beyond 2^63',
    member: 'proc/700/net/sockstat',
    make: () => 'TCP: inuse 99999999999999999999 alloc 1\n',
    said: /not a count/,
  },
  {
    name: 'a count below zero',
    member: 'proc/700/net/sockstat',
    make: () => 'sockets: used -3\nTCP: inuse -1 orphan 0 tw 0 alloc -5 mem -7\n',
    said: null,
  },
  {
    name: 'a count that is a word',
    member: 'proc/700/net/sockstat',
    make: () => 'TCP: inuse many\n',
    said: /not a count/,
  },
  { name: 'tcp_mem of words', member: 'proc/sys/net/ipv4/tcp_mem', make: () => 'a b c\n', said: /not numbers/ },
  {
    name: 'tcp_mem beyond 2^63',
    member: 'proc/sys/net/ipv4/tcp_mem',
    make: () => '1 2 9223372036854775808\n',
    said: /not numbers/,
  },
  { name: 'an empty meminfo', member: 'proc/meminfo', make: () => '', said: /MemTotal/ },
  { name: 'what cat said', member: TCP, make: () => 'cat: /proc/700/net/tcp: No such file or directory\n', said: null },
  {
    name: 'what cat said of sockstat',
    member: 'proc/net/sockstat',
    make: () => 'cat: /proc/net/sockstat: No such file or directory\n',
    said: SHELL,
  },
  { name: 'a command that is not there', member: 'dmesg', make: () => 'bash: dmesg: command not found\n', said: SHELL },
  {
    name: 'a log that may not be read',
    member: 'dmesg',
    make: () => 'dmesg: read kernel buffer failed: Operation not permitted\n',
    said: SHELL,
  },
  {
    name: 'a status in place of limits',
    member: 'proc/700/limits',
    make: () => 'Name:\tleaky\nThreads:\t1\n',
    said: /The line "Max open files" is missing/,
  },
  {
    name: 'limits in place of sockstat',
    member: 'proc/net/sockstat',
    make: () => 'Limit   Soft Limit\nMax open files 1024 1024 files\n',
    said: /not a line of sockstat/,
  },
  { name: 'a manifest that is no JSON', member: 'meta.json', make: () => '{"hostname": ', said: /not JSON/ },
  { name: 'a manifest of brackets', member: 'meta.json', make: () => '['.repeat(1 << 19), said: /not JSON|is cut/ },
  { name: 'a manifest of numbers', member: 'meta.json', make: () => '7', said: /not an object/ },
  { name: 'a heading of a block in a name', member: 'proc/700/comm', make: () => '==> /proc/1/fd <==\n', said: null },
];
