/** Hostile archives by name, built in code, each with what must come of it. */
import { gzipSync } from 'node:zlib';
import type { BundleErrorCode } from '../../../src/archive/bundle-error.ts';
import { type ArchiveLimits, DEFAULT_LIMITS } from '../../../src/archive/limits.ts';
import {
  body,
  END_MARKER,
  gnuLong,
  joinBytes,
  octal,
  paxHeader,
  rawFile,
  rawHeader,
  rawLink,
  withChecksum,
} from '../../core/support/raw-tar.ts';

export interface ArchiveCase {
  readonly name: string;
  make(): Uint8Array;
  readonly limits?: ArchiveLimits;
  /** Refused with this code; everything else is read as far as it goes. */
  readonly error?: BundleErrorCode;
  /** The sentence that says what is wrong; null when nothing is. */
  readonly said: RegExp | null;
  /** Members between the first and the last good one that are shown: kind and name. */
  readonly shown?: readonly string[];
  /** The last good member, behind the hostile one, is shown too. */
  readonly isReadOn: boolean;
}

const FIRST = rawFile('proc/uptime', '100.00 1.00\n');
const LAST = rawFile('proc/loadavg', '1 1 1 1/1 1\n');
const around =
  (...parts: readonly Uint8Array[]) =>
  () =>
    joinBytes([FIRST, ...parts, LAST, END_MARKER]);

/** Read to the end, and nothing to be said of the archive. */
function read(name: string, parts: readonly Uint8Array[], shown: readonly string[]): ArchiveCase {
  return { name, make: around(...parts), said: null, shown, isReadOn: true };
}

/** What comes behind it is lost, and that is said. */
function broken(name: string, parts: readonly Uint8Array[], said: RegExp, shown: readonly string[] = []): ArchiveCase {
  return { name, make: around(...parts), said, shown, isReadOn: false };
}

function refused(name: string, make: () => Uint8Array, error: BundleErrorCode, said: RegExp): ArchiveCase {
  return { name, make, error, said, isReadOn: false };
}

function limited(name: string, make: () => Uint8Array, limits: Partial<ArchiveLimits>, said: RegExp): ArchiveCase {
  return { name, make, limits: { ...DEFAULT_LIMITS, ...limits }, said, isReadOn: false };
}

const text = (size: string | Uint8Array) => [rawHeader({ name: 'proc/lie', size }), body('x')];
const base256 = (...bytes: readonly number[]) =>
  Uint8Array.of(0x80, ...new Array<number>(11 - bytes.length).fill(0), ...bytes);
const packed = (tar: Uint8Array) => new Uint8Array(gzipSync(tar));
const whole = around();

const NAMES: readonly ArchiveCase[] = [
  read('a name that climbs out', [rawFile('../../../etc/cron.d/x', 'x')], ['file ../../../etc/cron.d/x']),
  read('an absolute name', [rawFile('/etc/passwd', 'x')], ['file /etc/passwd']),
  read('a Windows name', [rawFile('C:\\Windows\\system32\\x', 'x')], ['file C:\\Windows\\system32\\x']),
  read('a Windows share', [rawFile('\\\\host\\share\\x', 'x')], ['file \\\\host\\share\\x']),
  read('a device of Windows', [rawFile('proc/CON', 'x')], ['file proc/CON']),
  read('a name of dots', [rawFile('..', 'x')], ['file ..']),
  read('a file without a name', [rawFile('', 'x')], ['file ']),
  read('a name that clears the screen', [rawFile('\u001b[2J\u202e', 'x')], ['file \u001b[2J\u202e']),
  read('a name of a prototype', [rawFile('__proto__', 'x')], ['file __proto__']),
  read(
    'a name a thousand folders deep',
    [gnuLong('L', 'd/'.repeat(1000)), rawHeader({ name: 'x', type: '5' })],
    [`directory ${'d/'.repeat(1000)}`],
  ),
  read(
    'a GNU name of a megabyte',
    [gnuLong('L', 'n'.repeat(1 << 20)), rawFile('x', '1', { format: 'gnu' })],
    [`file ${'n'.repeat(1 << 20)}`],
  ),
  broken(
    'a GNU name of gigabytes',
    [rawHeader({ name: '././@LongLink', type: 'L', size: octal(2 ** 32) })],
    /exceeds max size/,
  ),
  read('a pax name', [paxHeader({ path: 'long/name' }), rawFile('x', '1')], ['file long/name']),
  read('a pax record that is none', [rawFile('p', 'nonsense\n', { type: 'x' }), rawFile('x', '1')], ['file x']),
  read('pax records of a negative length', [rawFile('p', '-9 a=b\n', { type: 'x' }), rawFile('x', '1')], ['file x']),
];

const LINKS: readonly ArchiveCase[] = [
  read('a symlink to a file of the reader', [rawLink('proc/1/fd/3', '/etc/shadow')], ['link proc/1/fd/3']),
  read(
    'a symlink to itself',
    [rawLink('proc/1', 'proc/1'), rawFile('proc/1/comm', 'x\n')],
    ['link proc/1', 'file proc/1/comm'],
  ),
  read('two symlinks that go round', [rawLink('a', 'b'), rawLink('b', 'a')], ['link a', 'link b']),
  read('a symlink, then a file through it', [rawLink('d', '/tmp'), rawFile('d/x', 'x')], ['link d', 'file d/x']),
  read(
    'a hard link to a file of the reader',
    [rawHeader({ name: 'h', type: '1', linkName: '/etc/passwd' })],
    ['link h'],
  ),
  read(
    'a hard link with a body',
    [rawHeader({ name: 'h', type: '1', linkName: 'x', size: octal(3) }), body('abc')],
    ['link h'],
  ),
  read(
    'devices and a pipe',
    ['3', '4', '6'].map((type) => rawHeader({ name: 'dev/x', type })),
    [],
  ),
];

const ENTRIES: readonly ArchiveCase[] = [
  read(
    'one name twice',
    [rawFile('proc/1/comm', 'a\n'), rawFile('proc/1/comm', 'b\n')],
    ['file proc/1/comm', 'file proc/1/comm'],
  ),
  read(
    'one name as a file, a folder and a link',
    [rawFile('n', 'x'), rawHeader({ name: 'n', type: '5' }), rawLink('n', 'x')],
    ['file n', 'directory n', 'link n'],
  ),
  read(
    'an archive in an archive',
    [rawFile('a.tar', joinBytes([rawLink('proc/1/fd/1', 'x'), END_MARKER]))],
    ['file a.tar'],
  ),
  read('a member of an unknown type', [rawHeader({ name: 'x', type: 'Z' })], []),
  read('a sparse file of GNU', [rawFile('s', 'x'.repeat(600), { type: 'S', format: 'gnu' })], []),
  read(
    'a header of zeros with a checksum',
    [withChecksum(new Uint8Array(512)), paxHeader({ path: 'a' }), rawFile('x', '1')],
    ['file a'],
  ),
  {
    name: 'two archives in one file',
    make: () => joinBytes([FIRST, END_MARKER, LAST, END_MARKER]),
    said: null,
    shown: [],
    isReadOn: true,
  },
];

const SIZES: readonly ArchiveCase[] = [
  broken('a size below zero', text(new Uint8Array(12).fill(0xff)), /damaged/),
  broken('a size below zero in octal', text('-0000000001\0'), /damaged/),
  broken('a size of terabytes', text(base256(1, 0, 0, 0, 0, 0)), /cut|damaged/),
  broken('a size of eight gigabytes', text('77777777777\0'), /cut|damaged/),
  broken('a size that is no number', text('abcdefghijk\0'), /damaged/),
  broken('a size in two numbers', [rawHeader({ name: 'proc/lie', size: '0 0000000012' }), body('x')], /damaged/, [
    'file proc/lie',
  ]),
  read('a size in base 256', text(base256(1)), ['file proc/lie']),
  read(
    'a pax size above that of the header',
    [paxHeader({ path: 'p', size: '600' }), rawHeader({ name: 'x' }), body('x'.repeat(600))],
    ['file p'],
  ),
  read(
    'a pax size that takes the members behind it for its body',
    [paxHeader({ path: 'p', size: '1024' }), rawHeader({ name: 'x' }), rawFile('proc/1/comm', 'a\n')],
    ['file p'],
  ),
  read(
    'a pax size below that of the header',
    [paxHeader({ path: 'p', size: '1' }), rawHeader({ name: 'x', size: octal(5000) }), body('x')],
    ['file p'],
  ),
  broken('a pax size that is no number', [paxHeader({ size: 'abc' }), rawFile('x', '1')], /damaged/),
  broken('a wrong checksum', [rawFile('x', '1').fill(0x41, 0, 4)], /damaged/),
  broken('a checksum that begins with a letter', [garbledChecksum()], /damaged/),
];

function garbledChecksum(): Uint8Array {
  const file = rawFile('x', '1');
  // The letter is not in the sum, because the checksum counts as blanks.
  file.set(Buffer.from(`x${Buffer.from(file.subarray(148, 154)).toString()} `.slice(0, 8)), 148);
  return file;
}

const FORMATS: readonly ArchiveCase[] = [
  read(
    'headers of POSIX and of GNU mixed',
    [rawFile('a', '1'), rawFile('b', '2', { format: 'gnu' })],
    ['file a', 'file b'],
  ),
  broken(
    'a header of neither',
    [withChecksum(rawFile('x', '1').fill(0, 257, 265).subarray(0, 512)), body('1')],
    /damaged/,
  ),
  refused('no archive', () => Buffer.from('x'.repeat(2000)), 'not-a-tar', /neither a tar archive nor gzip/),
  refused('nothing', () => new Uint8Array(0), 'empty', /empty/),
  refused(
    'a gzip of nothing',
    () => packed(new Uint8Array(0)),
    'not-a-tar',
    /damaged from its start|no readable member/,
  ),
  refused('a gzip in a gzip', () => packed(packed(whole())), 'not-a-tar', /no readable member/),
  refused('a zip', () => Buffer.from('PK\u0003\u0004'.padEnd(600)), 'unsupported-compression', /zip/),
  refused('zeros', () => new Uint8Array(4096), 'not-a-tar', /neither a tar archive nor gzip/),
  { name: 'a gzip in two members', make: () => inTwo(whole()), said: null, shown: [], isReadOn: true },
  {
    name: 'garbage behind a gzip',
    make: () => joinBytes([packed(whole()), Buffer.from('garbage')]),
    said: /gzip data is damaged/,
    shown: [],
    isReadOn: true,
  },
  { name: 'a gzip that is cut', make: () => packed(whole()).slice(0, -20), said: /cut/, isReadOn: false },
];

function inTwo(tar: Uint8Array): Uint8Array {
  return joinBytes([packed(tar.subarray(0, 700)), packed(tar.subarray(700))]);
}

const zeros = (bytes: number) => [rawHeader({ name: 'proc/zeros', size: octal(bytes) }), new Uint8Array(bytes)];
const links = (count: number) => Array.from({ length: count }, (_, i) => rawLink(`proc/7/fd/${i}`, 'x'));

const BOMBS: readonly ArchiveCase[] = [
  limited(
    'a bomb by its ratio',
    () => packed(around(...zeros(4 << 20))()),
    { ratioFloorBytes: 1 << 20 },
    /packed bytes, which no bundle does/,
  ),
  limited(
    'a bomb by its total',
    () => packed(around(...zeros(4 << 20))()),
    { maxBytes: 1 << 20 },
    /limit of .* of unpacked data/,
  ),
  limited('a bomb by its count', around(...links(2000)), { maxEntries: 1000 }, /limit of 1,000 members/),
];

export const ARCHIVES: readonly ArchiveCase[] = [...NAMES, ...LINKS, ...ENTRIES, ...SIZES, ...FORMATS, ...BOMBS];
