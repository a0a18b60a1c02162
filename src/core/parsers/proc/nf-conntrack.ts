/**
 * /proc/net/nf_conntrack and the output of `conntrack -L`: connections that the node tracks, and how it translates them.
 * Kernel: net/netfilter/nf_conntrack_standalone.c `ct_seq_show`; conntrack-tools: libnetfilter_conntrack snprintf_default.c.
 *
 *   ipv4     2 tcp      6 431995 ESTABLISHED src=10.244.1.5 dst=10.96.0.10 sport=42650 dport=80 src=10.244.2.9 dst=10.244.1.5 sport=8080 dport=42650 [ASSURED] mark=0 zone=0 use=2
 *
 * The first tuple is that of the first packet, the second one that of the answers. An answer that does not mirror the
 * first packet was translated: from where it comes is who really answers (a pod behind a ClusterIP), to where it goes
 * is as whom the client is seen. Between the tuples stand `zone-orig=`, `packets= bytes=` and `[UNREPLIED]`, where
 * they apply; offloaded flows have no timeout. `conntrack -L` leaves the first two columns out, prints IPv6 short,
 * and ends with a line of its own. The kernel writes IPv6 in full.
 */

import type { Message } from '../../report/message.ts';
import type { ParseProblem } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import { parseV4 } from '../ip-address.ts';

const say = defineMessages('nf-conntrack', {
  notARow: 'not a row of conntrack',
  noTuples: 'The row of TCP lacks its two tuples.',
  tooMany: 'more than {rows, number} translated connections: the rest was not read',
  notAnAddress: 'not an address',
});

/** Translated TCP connections; row i of every column belongs together. Addresses are in the byte order of a human. */
export interface ConntrackColumns {
  count: number;
  family: Uint8Array;
  /** Who opened it, as it knows itself and whom it calls. IPv4: the address; IPv6: index of four words in `words6`. */
  source: Uint32Array;
  destination: Uint32Array;
  sourcePort: Uint16Array;
  destinationPort: Uint16Array;
  /** Who answers, as it knows itself and its caller. */
  replySource: Uint32Array;
  replyDestination: Uint32Array;
  replySourcePort: Uint16Array;
  replyDestinationPort: Uint16Array;
  words6: Uint32Array;
  words6Count: number;
}

export interface ConntrackTable {
  readonly columns: ConntrackColumns;
  /** All TCP connections, also those that are not translated: what they tell is in net/tcp. */
  readonly tcpRows: number;
  readonly problems: readonly ParseProblem[];
  readonly malformedRows: number;
}

export interface ConntrackParser {
  takeLine(line: string): void;
  end(): ConntrackTable;
}

interface Tuple {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

const TCP = /^(?:ipv[46] +(?:2|10) +)?tcp +6 /;
/** Other protocols, and what the tool says at the end. */
const OTHER = /^(?:(?:ipv[46] +(?:2|10) +)?[a-z][a-z0-9-]* +\d{1,3} |conntrack v\d)/;
const TUPLE = /src=([0-9a-fA-F.:]{2,45}) dst=([0-9a-fA-F.:]{2,45}) sport=(\d{1,5}) dport=(\d{1,5})(?= |\r?$)/y;
/** Far above nf_conntrack_max of any node that works. */
const MAX_ROWS = 2 ** 20;
/** A row has 150 to 400 characters. */
const MAX_LINE = 4096;
const MAX_PROBLEMS = 5;

/** Takes the lines one by one; translated rows beyond maxRows are counted as a problem, not stored. */
export function createConntrackParser(maxRows = MAX_ROWS): ConntrackParser {
  const columns = createColumns(64);
  const problems: ParseProblem[] = [];
  let line = 0;
  let tcpRows = 0;
  let malformed = 0;
  const fail = (message: Message) => {
    malformed++;
    if (problems.length < MAX_PROBLEMS) problems.push({ line, message });
  };
  return {
    takeLine(whole) {
      line++;
      const text = whole.length > MAX_LINE ? whole.slice(0, MAX_LINE) : whole;
      if (text.trim() === '') return;
      if (!TCP.test(text)) {
        if (!OTHER.test(text)) fail(say.notARow());
        return;
      }
      const first = text.indexOf('src=');
      const second = first < 0 ? -1 : text.indexOf(' src=', first) + 1;
      const opened = tupleAt(text, first);
      const answered = second <= 0 ? null : tupleAt(text, second);
      if (opened === null || answered === null) return fail(say.noTuples());
      tcpRows++;
      if (isMirror(opened, answered)) return;
      if (columns.count >= maxRows) return fail(say.tooMany({ rows: maxRows }));
      if (!addRow(columns, opened, answered)) fail(say.notAnAddress());
    },
    end: () => ({ columns, tcpRows, problems, malformedRows: malformed }),
  };
}

function tupleAt(text: string, at: number): Tuple | null {
  if (at < 0) return null;
  TUPLE.lastIndex = at;
  const [, source = '', destination = '', sport, dport] = TUPLE.exec(text) ?? [];
  const sourcePort = Number(sport ?? Number.NaN);
  const destinationPort = Number(dport ?? Number.NaN);
  return sourcePort <= 65535 && destinationPort <= 65535 ? { source, destination, sourcePort, destinationPort } : null;
}

function isMirror(a: Tuple, b: Tuple): boolean {
  return (
    a.source === b.destination &&
    a.destination === b.source &&
    a.sourcePort === b.destinationPort &&
    a.destinationPort === b.sourcePort
  );
}

/** False, and nothing is added, when an address is none or they are not of one family. */
function addRow(columns: ConntrackColumns, opened: Tuple, answered: Tuple): boolean {
  const addresses = [opened.source, opened.destination, answered.source, answered.destination].map(parseAddress);
  const length = addresses[0]?.length;
  if (length === 0 || addresses.some((address) => address.length !== length)) return false;
  const row = columns.count++;
  if (row === columns.family.length) growColumns(columns);
  const [source = 0, destination = 0, replySource = 0, replyDestination = 0] = addresses.map((words) =>
    words.length === 1 ? (words[0] ?? 0) : addWords(columns, words),
  );
  columns.family[row] = length === 1 ? 4 : 6;
  columns.source[row] = source;
  columns.destination[row] = destination;
  columns.sourcePort[row] = opened.sourcePort;
  columns.destinationPort[row] = opened.destinationPort;
  columns.replySource[row] = replySource;
  columns.replyDestination[row] = replyDestination;
  columns.replySourcePort[row] = answered.sourcePort;
  columns.replyDestinationPort[row] = answered.destinationPort;
  return true;
}

function addWords(columns: ConntrackColumns, words: readonly number[]): number {
  const first = columns.words6Count;
  if (first + 4 > columns.words6.length) columns.words6 = grown(columns.words6, Math.max(64, first * 2));
  columns.words6.set(words, first);
  columns.words6Count = first + 4;
  return first;
}

/** One word for IPv4, four for IPv6, none when it is no address. */
function parseAddress(text: string): readonly number[] {
  if (text.includes(':')) return parseV6(text);
  const address = parseV4(text);
  return address === null ? [] : [address];
}

function parseV6(text: string): readonly number[] {
  const halves = text.split('::');
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - left.length - right.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return [];
  const groups = [...left, ...new Array<string>(missing).fill('0'), ...right];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return [];
  const group = (index: number) => Number.parseInt(groups[index] ?? '0', 16);
  return [0, 2, 4, 6].map((index) => group(index) * 65536 + group(index + 1));
}

function createColumns(capacity: number): ConntrackColumns {
  return {
    count: 0,
    family: new Uint8Array(capacity),
    source: new Uint32Array(capacity),
    destination: new Uint32Array(capacity),
    sourcePort: new Uint16Array(capacity),
    destinationPort: new Uint16Array(capacity),
    replySource: new Uint32Array(capacity),
    replyDestination: new Uint32Array(capacity),
    replySourcePort: new Uint16Array(capacity),
    replyDestinationPort: new Uint16Array(capacity),
    words6: new Uint32Array(0),
    words6Count: 0,
  };
}

function growColumns(columns: ConntrackColumns): void {
  const length = columns.family.length * 2;
  columns.family = grown(columns.family, length);
  columns.source = grown(columns.source, length);
  columns.destination = grown(columns.destination, length);
  columns.sourcePort = grown(columns.sourcePort, length);
  columns.destinationPort = grown(columns.destinationPort, length);
  columns.replySource = grown(columns.replySource, length);
  columns.replyDestination = grown(columns.replyDestination, length);
  columns.replySourcePort = grown(columns.replySourcePort, length);
  columns.replyDestinationPort = grown(columns.replyDestinationPort, length);
}

function grown<T extends Uint8Array | Uint16Array | Uint32Array>(column: T, length: number): T {
  const larger = new (column.constructor as new (length: number) => T)(length);
  larger.set(column);
  return larger;
}
