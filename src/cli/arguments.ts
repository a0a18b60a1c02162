/** Command line of `sockscope`. */

import { parseArgs } from 'node:util';
import { type ArchiveLimits, DEFAULT_LIMITS, type LimitNames } from '../archive/limits.ts';
import type { Format } from '../core/formats/format.ts';
import { FORMATS, findFormat } from '../core/formats/index.ts';
import type { Message } from '../core/report/message.ts';
import type { Level } from '../core/report/report.ts';
import { defineMessages } from '../core/wording/define-messages.ts';
import type { Wording } from '../core/wording/wording.ts';

type FailOn = Level | 'never';

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
  | { readonly kind: 'wrong'; readonly message: Message };

/** What the limits are called here. */
export const LIMIT_OPTIONS = {
  maxBytes: '--max-unpacked-mb',
  maxEntries: '--max-members',
  maxRatio: '--max-ratio',
} as const satisfies LimitNames;

const MIB = 2 ** 20;
const DEFAULT_FORMAT = 'text';
const FORMAT_IDS = FORMATS.map(({ id }) => id);

const say = defineMessages('cli', {
  usage: 'Usage: {command}',
  does: 'Reads a support bundle (.tar, .tar.gz, .tgz) of a Linux node and says who holds its TCP sockets and memory.',
  keeps: 'Nothing is unpacked to disk, nothing leaves the machine.',
  defaultFormat: '{id} (default)',
  lastFormat: '{first} or {last}',
  output: 'write there instead of standard output',
  node: 'of an archive with several nodes show this one, by its name or its folder (default the worst)',
  failOn: 'exit with 1 when a finding is at or above LEVEL (default never), of the node shown or of any node',
  limits:
    'Limits against hostile archives; reading ends at the first that is reached, and what came before is analysed:',
  maxBytes: 'unpacked MB (default {value})',
  maxEntries: 'members of the archive (default {value})',
  maxRatio: 'unpacked bytes for each packed one, beyond {floor} MB (default {value})',
  exitStatus: 'Exit status: 0 analysed, 1 a finding at or above --fail-on, 2 wrong usage, 3 the bundle cannot be read.',
  noCommand: 'no command',
  unknownCommand: 'unknown command {name}',
  noBundle: 'analyze needs a bundle',
  manyBundles: 'analyze takes one bundle',
  oneOf: '{option} must be one of {values}',
  notWhole: '{option} must be a whole number above zero',
  wrongArguments: 'wrong arguments',
  nodeSays: '{text}',
  wrong: 'sockscope: {reason}',
  failed: 'sockscope: {path}: {reason}',
  notWritten: 'sockscope: {path} cannot be written: {reason}',
  internal: 'sockscope: internal error: {reason}',
  unknownError: 'unknown error',
  noNode: 'sockscope: no node is called {name}. By name and folder there are:',
  manyNodes: 'sockscope: several nodes are called {name}. By name and folder there are:',
});

export { say };

/** The words of the command line are those that one types; only what stands beside them is in a language. */
export function usage(wording: Wording): string {
  const text = (message: Message) => wording.text(message);
  const command = `sockscope analyze BUNDLE [--format ${FORMAT_IDS.join('|')}] [--output FILE] [--node NAME]
                                [--fail-on error|warning|note|never] [--max-unpacked-mb N] [--max-members N]
                                [--max-ratio N]`;
  return `${text(say.usage({ command }))}

${text(say.does())}
${text(say.keeps())}

  --format FORMAT    ${text(sayFormats())}
  --output FILE      ${text(say.output())}
  --node NAME        ${text(say.node())}
  --fail-on LEVEL    ${text(say.failOn())}

${text(say.limits())}

  --max-unpacked-mb N    ${text(say.maxBytes({ value: DEFAULT_LIMITS.maxBytes / MIB }))}
  --max-members N        ${text(say.maxEntries({ value: DEFAULT_LIMITS.maxEntries }))}
  --max-ratio N          ${text(say.maxRatio({ value: DEFAULT_LIMITS.maxRatio, floor: DEFAULT_LIMITS.ratioFloorBytes / MIB }))}

${text(say.exitStatus())}
`;
}

const LEVELS: readonly string[] = ['error', 'warning', 'note', 'never'] satisfies FailOn[];

/** `text (default), markdown or json`. */
function sayFormats(): Message {
  const names = FORMAT_IDS.map((id) => (id === DEFAULT_FORMAT ? say.defaultFormat({ id }) : id));
  return say.lastFormat({ first: names.slice(0, -1), last: names.at(-1) ?? '' });
}

export function parseCommand(argv: readonly string[]): Command {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return {
      kind: 'wrong',
      message:
        error instanceof Error ? say.nodeSays({ text: error.message.split('.')[0] ?? '' }) : say.wrongArguments(),
    };
  }
  const { values, positionals } = parsed;
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const [name, bundle, ...more] = positionals;
  if (name === undefined) return { kind: 'wrong', message: say.noCommand() };
  if (name !== 'analyze') return { kind: 'wrong', message: say.unknownCommand({ name: JSON.stringify(name) }) };
  if (bundle === undefined) return { kind: 'wrong', message: say.noBundle() };
  if (more.length > 0) return { kind: 'wrong', message: say.manyBundles() };
  const { format: id = DEFAULT_FORMAT, 'fail-on': failOn = 'never', output, node } = values;
  const format = findFormat(id);
  if (format === undefined) return { kind: 'wrong', message: say.oneOf({ option: '--format', values: FORMAT_IDS }) };
  if (!LEVELS.includes(failOn)) return { kind: 'wrong', message: say.oneOf({ option: '--fail-on', values: LEVELS }) };
  const limits = parseLimits(values);
  if ('id' in limits) return { kind: 'wrong', message: limits };
  return {
    kind: 'analyze',
    command: { bundle, node, format, output: output ?? null, failOn: failOn as FailOn, limits },
  };
}

/** The limits, or what is wrong with them. */
function parseLimits(values: ReturnType<typeof parse>['values']): ArchiveLimits | Message {
  const given = {
    maxBytes: values['max-unpacked-mb'],
    maxEntries: values['max-members'],
    maxRatio: values['max-ratio'],
  };
  for (const name of ['maxBytes', 'maxEntries', 'maxRatio'] as const) {
    if (given[name] !== undefined && !/^[1-9]\d{0,11}$/.test(given[name]))
      return say.notWhole({ option: LIMIT_OPTIONS[name] });
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
