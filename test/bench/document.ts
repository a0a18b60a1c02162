/** docs/performance.md: the figures of one run. Nothing of the machine or of the day, so that only figures change. */
import { availableParallelism } from 'node:os';
import type { Comparison } from './check-report.ts';
import type { BenchBundle } from './inputs.ts';
import { megabytes, type Row, ratio, verdict } from './targets.ts';

export interface BundleFigures {
  readonly bundle: BenchBundle;
  readonly floorSeconds: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMb: number;
  readonly check: Comparison;
}

export interface PeerFigures {
  readonly what: string;
  readonly cpuSeconds: number | null;
  /** To Sockscope's CPU of the same bundle. */
  readonly toOurs: number | null;
  readonly job: string;
}

export interface Figures {
  readonly rounds: number;
  readonly slowRounds: number;
  readonly rows: readonly Row[];
  readonly growth: readonly Row[];
  readonly hostile: readonly Row[];
  readonly bundles: readonly BundleFigures[];
  readonly peers: readonly PeerFigures[];
}

const count = (value: number) => value.toLocaleString('en-US');
const seconds = (value: number) => value.toFixed(2);
const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(line).join('\n');
}

function targetTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => {
    const { target, measured, note } = row;
    const bound = (value: number) => `≤ ${target.show(value)}`;
    const shown = note === undefined ? target.show(measured) : `${target.show(measured)} (${note})`;
    return [target.name, bound(target.must), bound(target.aim), shown, verdict(row)];
  });
  return table(['', 'must', 'aim', 'measured', 'met'], cells);
}

function bundleTable(bundles: readonly BundleFigures[]): string {
  return table(
    [
      'bundle',
      'members',
      'socket rows',
      'tar MB',
      'floor CPU s',
      'Sockscope CPU s',
      'ratio',
      'wall s',
      'peak',
      'against the truth',
    ],
    bundles.map(({ bundle: { name, truth }, floorSeconds, cpuSeconds, wallSeconds, peakMb, check }) => [
      name,
      count(truth.members),
      count(Object.values(truth.rows).reduce((sum, rows) => sum + rows, 0)),
      count(Math.round(truth.tarBytes / 1e6)),
      seconds(floorSeconds),
      seconds(cpuSeconds),
      ratio(cpuSeconds / floorSeconds),
      seconds(wallSeconds),
      megabytes(peakMb),
      check.wrong.length === 0 ? `${check.compared} of ${check.compared} equal` : `**${check.wrong.join('; ')}**`,
    ]),
  );
}

function peerTable(peers: readonly PeerFigures[]): string {
  return table(
    ['', 'CPU s', 'Sockscope is faster by', 'does'],
    peers.map(({ what, cpuSeconds, toOurs, job }) => [
      what,
      cpuSeconds === null ? 'not installed' : seconds(cpuSeconds),
      toOurs === null ? '' : `× ${toOurs.toFixed(1)}`,
      job,
    ]),
  );
}

export function toMarkdown({ rounds, slowRounds, rows, growth, hostile, bundles, peers }: Figures): string {
  return `# Performance

Written by \`npm run bench\`: Node ${process.versions.node}, ${availableParallelism()} cores shared with others. The floor is
\`gzip -dc b.tar.gz | tar t\` on the same bundle in the same run: what it takes to unpack the archive and look at each
header, with nothing understood. CPU seconds are of the whole process, its start included; medians of ${rounds} rounds
(${slowRounds} where it is slow), all programs in turn. Ratios are to be trusted; seconds are of the machine and of
whatever else it did.

${targetTable(rows)}

The extension host is measured without VS Code, by the same classes and the real worker, from opening to the text of the
page's message and the first listing of the tree; its figure is the CPU of the longest stretch, and what timers felt of
it. The first finding is the first message of the worker that tells of a line in the kernel log, by a thread that was
started before: the extension starts one when VS Code wakes it up. Opening an entry is a call to the worker that has read
the bundle: a file of the last process, one of the middle, the largest, and the links of the last process. A second after
its answer the worker begins to keep the unpacked archive in memory, in blocks that are packed each by itself; until they
are there, all that lies before an entry has to be unpacked.

A hover is asked for by \`vscode.executeHoverProvider\` in a real VS Code, so the time is that of the way to the extension
and back as well. The first one after a text of that size is shown waits for VS Code, whatever the text is.

## Growth

${targetTable(growth)}

"Must" is the larger of the factors by which members and socket rows grow, "aim" the smaller.

## Bundles of an attacker

${targetTable(hostile)}

The work for a member must be that of M, within the noise. \`M-few-inodes\`: seven inodes for all sockets and fds of a
namespace. \`M-colliding\`: inodes that are multiples of 2¹⁶. \`M-same-tables\`: every process with its own copy of the
tables of its namespace.

## All bundles

${bundleTable(bundles)}

The generator (\`test/bench/make-bundle.ts\`) counts what it writes; the report of the same run is compared with that:
members, bytes, processes, namespaces, rows, each state, fds, distinct and closed sockets and who holds them, alloc, and
every message of the log.

## Beside others

${peerTable(peers)}
`;
}
