/**
 * A tar as GNU tar writes it, into gzip, member by member: of a bundle of 600 MB only what was not yet taken is in
 * memory. tar-stream's pack would write pax headers for long links, and a promise for each of 850,000 members.
 */
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface TarWriter {
  folder(name: string): void;
  file(name: string, body: string | Uint8Array): void;
  /** A file of this machine as a member. */
  copy(name: string, path: string): Promise<void>;
  link(name: string, target: string): void;
  /** To be awaited now and then: resolves when gzip has room again. */
  drained(): Promise<void>;
  /** Writes the end mark; resolves when the archive is on disk. */
  end(): Promise<WrittenTar>;
}

export interface WrittenTar {
  readonly members: number;
  readonly longLinks: number;
  /** Unpacked. */
  readonly bytes: number;
}

const BLOCK = 512;
const CHUNK_BYTES = 1024 * 1024;
const NAME_BYTES = 100;
/** tar writes records of twenty blocks. */
const RECORD_BYTES = 20 * BLOCK;
const MODIFIED = 1_718_093_702;

/** What every header has in common. */
const TEMPLATE = Buffer.alloc(BLOCK);
TEMPLATE.write('0000000\0'.repeat(2), 108, 'latin1');
TEMPLATE.write('ustar  \0root', 257, 'latin1');
TEMPLATE.write('root', 297, 'latin1');
TEMPLATE.fill(' ', 148, 156);

const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');

export function createTarWriter(path: string): TarWriter {
  const gzip = createGzip({ level: 6, chunkSize: CHUNK_BYTES });
  const done = finished(gzip.pipe(createWriteStream(path)));
  let buffer = Buffer.alloc(CHUNK_BYTES);
  let used = 0;
  let members = 0;
  let longLinks = 0;
  let bytes = 0;

  const flush = () => {
    if (used === 0) return;
    gzip.write(buffer.subarray(0, used));
    bytes += used;
    buffer = Buffer.alloc(CHUNK_BYTES);
    used = 0;
  };
  const put = (data: Uint8Array) => {
    for (let at = 0; at < data.length; ) {
      if (used === buffer.length) flush();
      const part = data.subarray(at, at + buffer.length - used);
      buffer.set(part, used);
      used += part.length;
      at += part.length;
    }
  };
  const pad = (size: number) => put(Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK));
  const header = (name: string, type: string, size: number, target: string, mode: number) => {
    if (buffer.length - used < BLOCK) flush();
    const at = used;
    TEMPLATE.copy(buffer, at);
    buffer.write(name, at, NAME_BYTES, 'latin1');
    buffer.write(octal(mode, 7), at + 100, 'latin1');
    buffer.write(octal(size, 11), at + 124, 'latin1');
    buffer.write(octal(MODIFIED + (members % 60), 11), at + 136, 'latin1');
    buffer.write(type, at + 156, 'latin1');
    buffer.write(target, at + 157, NAME_BYTES, 'latin1');
    let sum = 0;
    for (let i = at; i < at + BLOCK; i++) sum += buffer[i] ?? 0;
    buffer.write(`${octal(sum, 6)}\0 `, at + 148, 'latin1');
    used += BLOCK;
  };
  /** GNU's way to say what does not fit into a header: a member of its own in front. */
  const long = (type: string, text: string) => {
    if (text.length <= NAME_BYTES) return;
    header('././@LongLink', type, text.length + 1, '', 0o644);
    put(Buffer.from(`${text}\0`, 'latin1'));
    pad(text.length + 1);
  };
  const member = (name: string, type: string, size: number, target: string, mode: number) => {
    if (target.length > NAME_BYTES) longLinks++;
    long('K', target);
    long('L', name);
    header(name, type, size, target, mode);
    members++;
  };
  const drained = async () => {
    if (gzip.writableNeedDrain) await new Promise((resolve) => gzip.once('drain', resolve));
  };
  return {
    folder: (name) => member(`${name}/`, '5', 0, '', 0o755),
    file(name, body) {
      const data = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
      member(name, '0', data.length, '', 0o644);
      put(data);
      pad(data.length);
    },
    async copy(name, path) {
      const { size } = statSync(path);
      member(name, '0', size, '', 0o644);
      for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
        put(chunk);
        await drained();
      }
      pad(size);
    },
    link: (name, target) => member(name, '2', 0, target, 0o777),
    drained,
    async end() {
      put(Buffer.alloc(2 * BLOCK));
      put(Buffer.alloc((RECORD_BYTES - ((bytes + used) % RECORD_BYTES)) % RECORD_BYTES));
      flush();
      gzip.end();
      await done;
      return { members, longLinks, bytes };
    },
  };
}
