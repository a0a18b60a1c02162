/** Command line of `sockscope`. */
import { parseArgs } from 'node:util';
import { type ArchiveLimits, DEFAULT_LIMITS, type LimitNames } from '../archive/limits.ts';
import type { Format } from '../core/formats/format.ts';
import { FORMATS, findFormat } from '../core/formats/index.ts';
import type { Level } from '../core/report/report.ts';

export type FailOn = Level | 'never';

export interface AnalyzeCommand {
  readonly bundle: string;
  /** The name or the root of the node to show; undefined: the worst. */
  readonly node: string | undefined;
  readonly format: Format;
  /** Null: standard output. */
  readonly output: string | null;
  readonly failOn: FailOn;
  readonly limits: ArchiveLimits;
}

export type Command =
  | { readonly kind: 'analyze'; readonly command: AnalyzeCommand }
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'wrong'; readonly message: string };

/** What the limits are called here. */
export const LIMIT_OPTIONS = {
  maxBytes: '--max-unpacked-mb',
  maxEntries: '--max-members',
  maxRatio: '--max-ratio',
} as const satisfies LimitNames;

const MIB = 2 ** 20;
const DEFAULT_FORMAT = 'text';
const FORMAT_IDS = FORMATS.map(({ id }) => id);

export const USAGE = `Usage: sockscope analyze BUNDLE [--format ${FORMAT_IDS.join('|')}] [--output FILE] [--node NAME]
                                [--fail-on error|warning|note|never] [--max-unpacked-mb N] [--max-members N]
                                [--max-ratio N]

Reads a support bundle (.tar, .tar.gz, .tgz) of a Linux node and says who holds its TCP sockets and memory.
Nothing is unpacked to disk, nothing leaves the machine.

  --format FORMAT    ${listFormats()}
  --output FILE      write there instead of standard output
  --node NAME        of an archive with several nodes show this one, by its name or its folder (default the worst)
  --fail-on LEVEL    exit with 1 when a finding is at or above LEVEL (default never): of the node that --node names, or
                     of any node

Limits against hostile archives; reading ends at the first that is reached, and what came before is analysed:

  --max-unpacked-mb N    unpacked MB (default ${DEFAULT_LIMITS.maxBytes / MIB})
  --max-members N        members of the archive (default ${DEFAULT_LIMITS.maxEntries})
  --max-ratio N          unpacked bytes for each packed one, beyond ${DEFAULT_LIMITS.ratioFloorBytes / MIB} MB (default ${DEFAULT_LIMITS.maxRatio})

Exit status: 0 analysed, 1 a finding at or above --fail-on, 2 wrong usage, 3 the bundle cannot be read.
`;

const LEVELS: readonly string[] = ['error', 'warning', 'note', 'never'] satisfies FailOn[];

/** `text (default), markdown or json`. */
function listFormats(): string {
  const names = FORMAT_IDS.map((id) => (id === DEFAULT_FORMAT ? `${id} (default)` : id));
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

export function parseCommand(argv: readonly string[]): Command {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? (error.message.split('.')[0] ?? '') : 'wrong arguments' };
  }
  const { values, positionals } = parsed;
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const [name, bundle, ...more] = positionals;
  if (name === undefined) return { kind: 'wrong', message: 'no command' };
  if (name !== 'analyze') return { kind: 'wrong', message: `unknown command ${JSON.stringify(name)}` };
  if (bundle === undefined) return { kind: 'wrong', message: 'analyze needs a bundle' };
  if (more.length > 0) return { kind: 'wrong', message: 'analyze takes one bundle' };
  const { format: id = DEFAULT_FORMAT, 'fail-on': failOn = 'never', output, node } = values;
  const format = findFormat(id);
  if (format === undefined) return { kind: 'wrong', message: `--format must be one of ${FORMAT_IDS.join(', ')}` };
  if (!LEVELS.includes(failOn)) return { kind: 'wrong', message: `--fail-on must be one of ${LEVELS.join(', ')}` };
  const limits = parseLimits(values);
  if (typeof limits === 'string') return { kind: 'wrong', message: limits };
  return {
    kind: 'analyze',
    command: { bundle, node, format, output: output ?? null, failOn: failOn as FailOn, limits },
  };
}

/** The limits, or what is wrong with them. */
function parseLimits(values: ReturnType<typeof parse>['values']): ArchiveLimits | string {
  const given = {
    maxBytes: values['max-unpacked-mb'],
    maxEntries: values['max-members'],
    maxRatio: values['max-ratio'],
  };
  for (const name of ['maxBytes', 'maxEntries', 'maxRatio'] as const) {
    if (given[name] !== undefined && !/^[1-9]\d{0,11}$/.test(given[name]))
      return `${LIMIT_OPTIONS[name]} must be a whole number above zero`;
  }
  const { maxBytes, maxEntries, maxRatio } = DEFAULT_LIMITS;
  return {
    ...DEFAULT_LIMITS,
    maxBytes: given.maxBytes === undefined ? maxBytes : Number(given.maxBytes) * MIB,
    maxEntries: Number(given.maxEntries ?? maxEntries),
    maxRatio: Number(given.maxRatio ?? maxRatio),
  };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      format: { type: 'string' },
      output: { type: 'string' },
      node: { type: 'string' },
      'fail-on': { type: 'string' },
      'max-unpacked-mb': { type: 'string' },
      'max-members': { type: 'string' },
      'max-ratio': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean' },
    },
  });
}
