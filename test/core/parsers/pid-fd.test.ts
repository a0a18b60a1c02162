import assert from 'node:assert/strict';
import test from 'node:test';
import {
  type FdKind,
  formatLinkLine,
  type LinkListing,
  parseFdTarget,
  parseLinkListing,
} from '../../../src/core/parsers/proc/pid-fd.ts';

const TARGETS: readonly (readonly [string, FdKind, number | null])[] = [
  ['socket:[12390]', 'socket', 12390],
  ['socket:[4294967295]', 'socket', 4294967295],
  ['pipe:[9]', 'pipe', null],
  ['anon_inode:[eventpoll]', 'eventpoll', null],
  ['anon_inode:[eventfd]', 'eventfd', null],
  ['anon_inode:[timerfd]', 'timerfd', null],
  ['anon_inode:[signalfd]', 'signalfd', null],
  ['anon_inode:[io_uring]', 'io_uring', null],
  ['anon_inode:inotify', 'inotify', null],
  ['anon_inode:[pidfd]', 'anon', null],
  ['anon_inode:bpf-map', 'anon', null],
  ['anon_inode:[constructor]', 'anon', null],
  ['/dev/null', 'device', null],
  ['/memfd:doublemapper (deleted)', 'memfd', null],
  ['/var/log/app.log (deleted)', 'file', null],
  ['/tmp/socket:[12390]', 'file', null],
  ['socket:[]', 'file', null],
  ['socket:[12390] (deleted)', 'file', null],
  ['socket:[99999999999]', 'file', null],
  ['', 'file', null],
];
for (const [target, kind, inode] of TARGETS) {
  test(`a link to ${JSON.stringify(target)} is of kind ${kind}`, () => {
    assert.deepEqual(parseFdTarget(target), { kind, inode });
  });
}

/** The listings of a text in which every line is one that ls prints, but for these. */
function linksOf(text: string, problemLines: readonly number[] = []): readonly LinkListing[] {
  const { value, problems } = parseLinkListing(text);
  assert.deepEqual(
    problems.map(({ line }) => line),
    problemLines,
  );
  return value;
}

const GNU = `/proc/185/fd:
total 0
lrwx------ 1 root root 64 Nov 22 20:22 0 -> /dev/null
lrwx------ 1 root root 64 Nov 22 20:22 7 -> socket:[12390]
lr-x------ 1 root root 64 Nov 22 20:22 8 -> /var/log/with -> arrow

/proc/9/fd:
total 0
l-wx------. 1 1000 1000 64 2026-11-22 20:22 1 -> 'pipe:[77]'
`;

test('GNU ls of several directories is read, with headings, SELinux dots, quotes and lines', () => {
  assert.deepEqual(linksOf(GNU), [
    {
      directory: '/proc/185/fd',
      line: 1,
      denied: false,
      links: [
        { line: 3, name: '0', target: '/dev/null' },
        { line: 4, name: '7', target: 'socket:[12390]' },
        { line: 5, name: '8', target: '/var/log/with -> arrow' },
      ],
    },
    { directory: '/proc/9/fd', line: 7, denied: false, links: [{ line: 9, name: '1', target: 'pipe:[77]' }] },
  ]);
});

test('busybox ls is read', () => {
  const [listing] = linksOf(
    'total 0\nlrwx------    1 root     root            64 Nov 22 20:22 3 -> socket:[5]\nlrwx------    1 root     root            64 Nov 22 20:22 4 -> anon_inode:[eventpoll]\n',
  );
  assert.equal(listing?.directory, '');
  assert.deepEqual(
    listing?.links.map((link) => [link.name, link.target]),
    [
      ['3', 'socket:[5]'],
      ['4', 'anon_inode:[eventpoll]'],
    ],
  );
});

test('CRLF and a missing final newline change nothing but the line ends', () => {
  assert.deepEqual(linksOf(GNU.replaceAll('\n', '\r\n').trimEnd()), linksOf(GNU));
});

for (const error of [
  "ls: cannot open directory '/proc/55/fd': Permission denied",
  "ls: cannot open directory '/proc/55/fd/': Permission denied",
  'ls: cannot access /proc/55/fd: Permission denied',
  "ls: can't open '/proc/55/fd': Permission denied",
  'ls: /proc/55/fd: Permission denied',
]) {
  test(`"${error}" says that the directory was not readable`, () => {
    const listings = linksOf(`${error}\n${GNU}`);
    assert.equal(listings[0]?.denied, true);
    assert.match(listings[0]?.directory ?? '', /^\/proc\/55\/fd\/?$/);
    assert.equal(listings.length, 3);
  });
}

test('a single link that could not be read does not deny its directory', () => {
  const listings = linksOf(`ls: cannot read symbolic link '/proc/9/fd/3': Permission denied\n${GNU}`);
  assert.equal(listings.find((listing) => listing.directory === '/proc/9/fd')?.links.length, 1);
  assert.equal(
    listings.some((listing) => listing.denied && /\/fd\/?$/.test(listing.directory)),
    false,
  );
});

test('other text and an empty text hold no listing', () => {
  assert.deepEqual(linksOf(''), []);
  assert.deepEqual(linksOf('total 0\n-rw-r--r-- 1 root root 3 Nov 22 20:22 file\nnonsense -> x\n', [3]), []);
});

test('a malformed line in the middle keeps the rest', () => {
  const lines = GNU.split('\n');
  lines.splice(3, 0, 'lrwx------ 1 root root 64 Nov 22 20:22 6', '\u0000\u0001');
  assert.equal(linksOf(lines.join('\n'), [5])[0]?.links.length, 3);
});

for (const [what, line] of [
  ['blanks', `lrwx------ ${' '.repeat(1_000_000)}`],
  ['letters', `lrwx------ ${'a'.repeat(1_000_000)}`],
  ['words', `lrwx------ ${'a '.repeat(500_000)}`],
  ['arrows', `lrwx------ ${' -> '.repeat(250_000)}`],
  ['slashes', `ls: cannot open ${'/'.repeat(1_000_000)}`],
  ['errors', 'cannot open '.repeat(80_000)],
] as const) {
  test(`a line of a megabyte of ${what} takes no time and hides no other line`, () => {
    const listings = linksOf(`${line}\n${GNU}`, what === 'errors' ? [1] : []);
    assert.equal(listings.at(-1)?.directory, '/proc/9/fd');
    assert.equal(listings.find((listing) => listing.directory === '/proc/185/fd')?.links.length, 3);
  });
}

test('ls -i, whose lines begin with a number, is not understood, and that is said', () => {
  const { value, problems } = parseLinkListing(GNU.replace(/^l/gm, '  12345 l'));
  assert.equal(value.flatMap(({ links }) => links).length, 0);
  assert.deepEqual(
    problems.map(({ line }) => line),
    [3, 4, 5, 9],
  );
});

test('other lines of ls are no malformed ones', () => {
  const others = [
    'lrwx------ 1 root root 64 Nov 22 20:22 3',
    'l????????? ? ?    ?     ?            ? 4',
    'dr-xr-xr-x  2 root root 0 Nov 22 20:22 net',
    "ls: cannot access '/proc/9/fd/3': No such file or directory",
    '/proc/9/task/9/fd with blanks:',
    './fd:',
    'total 0',
    '',
  ];
  assert.deepEqual(
    linksOf(others.join('\n')).flatMap(({ links }) => links),
    [],
  );
});

test('a link is shown without control and direction characters', () => {
  assert.equal(formatLinkLine('7', 'a\u202eb\u001b[2J'), '7 -> a\ufffdb\ufffd[2J');
});
