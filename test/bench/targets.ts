/** What was promised, and whether it is kept. */
export interface Target {
  readonly name: string;
  /** How a value is shown, unit included. */
  readonly show: (value: number) => string;
  readonly must: number;
  readonly aim: number;
}

export interface Row {
  readonly target: Target;
  readonly measured: number;
  /** What else is to be known of it. */
  readonly note?: string;
}

export const ratio = (value: number) => value.toFixed(2);
const milliseconds = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
export const megabytes = (value: number) => `${Math.round(value)} MB`;
const times = (value: number) => `× ${value.toFixed(1)}`;

const target = (name: string, show: Target['show'], must: number, aim: number): Target => ({ name, show, must, aim });

export const TARGETS = {
  cpuM: target('M: CPU as a ratio to the floor', ratio, 1.5, 1.1),
  cpuL: target('L: CPU as a ratio to the floor', ratio, 0.8, 0.55),
  peakL: target('L: peak memory of the process', megabytes, 150, 130),
  table: target('Socket table of 500,000 lines', milliseconds, 150, 100),
  log: target('Log scan, whole catalogue, 50 MB, as a ratio to `grep -c -E`', ratio, 1.5, 0.7),
  firstHit: target(
    'First finding after open, log first in the archive, the slowest of S, M and L',
    milliseconds,
    60,
    30,
  ),
  host: target('Extension host blocked at a stretch while L loads', milliseconds, 50, 16),
  hover: target(
    'Hover on a line of a log of 50 MB, in VS Code, the slowest of its begin, middle and end',
    milliseconds,
    50,
    20,
  ),
  entry: target('Open any entry of L, the slowest', milliseconds, 500, 200),
  paint: target('L in a browser: graphs drawn, as a ratio to the analysis itself', ratio, 1.5, 1.2),
  frames: target(
    'L in a browser without a graphics card: frames while filtering and zooming, 95th percentile',
    milliseconds,
    33,
    17,
  ),
  page: target('L in a browser: memory of the page', megabytes, 150, 100),
} as const;

/** Work grows with members or with rows: between the two factors is as good as it gets. */
export function growthTargets(members: number, rows: number) {
  return {
    cpu: target('CPU from M to L, start-up left out', times, Math.max(members, rows), Math.min(members, rows)),
    peak: target('Memory from M to L, start-up left out', times, Math.max(members, rows), Math.min(members, rows)),
  };
}

/** Inodes and copies that an attacker chooses must not make the work for a member more than it is in M. */
export function hostileTarget(name: string): Target {
  return target(`${name}: its ratio to the floor, against that of M`, ratio, 1.5, 1.1);
}

export function verdict({ target: { must, aim }, measured }: Row): string {
  if (measured <= aim) return 'yes, and the aim';
  return measured <= must ? 'yes' : '**missed**';
}
