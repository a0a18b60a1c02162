/** Every bound on what a bundle may cost, with where it stands; a test holds the text against the sources. */
import { LIMIT_OPTIONS } from '../../src/cli/arguments.ts';
import { LIMIT_SETTINGS, type LimitName, settingOf } from '../../src/protocol/limits.ts';

export interface Limit {
  readonly what: string;
  readonly value: string;
  /** The setting and the option that change it; empty where nothing does. */
  readonly changedBy: string;
  /** File below src, and what stands in it. */
  readonly source: readonly [file: string, text: string];
}

const OPTIONS: Readonly<Partial<Record<LimitName, string>>> = LIMIT_OPTIONS;

/** One of those that are settings. */
function setting(name: LimitName, what: string, unit: string): Limit {
  const option = OPTIONS[name];
  return {
    what,
    value: `${LIMIT_SETTINGS[name].default.toLocaleString('en')}${unit}`,
    changedBy: `\`${settingOf(name)}\`${option === undefined ? '' : `, \`${option}\``}`,
    source: ['protocol/limits.ts', `${name}: {`],
  };
}

function fixed(what: string, value: string, file: string, text: string): Limit {
  return { what, value, changedBy: '', source: [file, text] };
}

export const LIMITS: readonly Limit[] = [
  setting('maxBytes', 'unpacked archive', ' MiB'),
  setting('maxEntries', 'members of an archive', ''),
  setting('maxRatio', 'unpacked bytes for each packed one, above 256 MiB', ''),
  setting('maxMemberBytes', 'a member that is opened in the editor', ' MiB'),
  setting('maxMemoryBytes', 'memory of an analysis in VS Code', ' MiB'),
  fixed('one place that is quoted in the Markdown report', '64 KiB', 'archive/excerpts.ts', 'MAX_BYTES = 64 * 1024'),
  fixed(
    'the unpacked archive that is kept in memory, packed in blocks',
    '96 MiB',
    'archive/block-store.ts',
    'MAX_BYTES = 96 << 20',
  ),
  fixed('a name', '4,096 characters', 'core/collect/collect.ts', 'MAX_NAME_LENGTH = 4096'),
  fixed('a small file of /proc', '1 MiB', 'core/collect/sinks.ts', 'MAX_SMALL_BYTES = 1 << 20'),
  fixed('a JSON file', '16 MiB', 'core/collect/sinks.ts', 'MAX_JSON_BYTES = 16 << 20'),
  fixed('a table that is kept as text', '64 MiB', 'core/collect/sinks.ts', 'MAX_TABLE_BYTES = 64 << 20'),
  fixed('rows of one net/tcp', '2,097,151', 'core/parsers/proc/net-tcp.ts', 'MAX_ROWS = 2 ** 21 - 1'),
  fixed('a line of net/tcp', '4 KiB', 'core/parsers/proc/net-tcp-row.ts', 'MAX_ROW_BYTES = 4096'),
  fixed('a line of a log', '64 KiB', 'core/kernel-log/kernel-log.ts', 'MAX_LINE_BYTES = 64 * 1024'),
  fixed('a line of a block file', '256 KiB', 'core/parsers/collector/block-file.ts', 'MAX_LINE_BYTES = 256 * 1024'),
  fixed('lines of a log that are kept', '200,000', 'core/kernel-log/kernel-log.ts', 'MAX_HITS = 200_000'),
  fixed('items of a manifest', '10,000', 'core/parsers/collector/bundle-manifest.ts', 'MAX_ITEMS = 10_000'),
  fixed('pods and containers of a runtime', '50,000', 'core/parsers/commands/crictl.ts', 'MAX_LISTED = 50_000'),
  fixed('socket fds of threads', '1,000,000', 'core/collect/task-fds.ts', 'MAX_TASK_FDS = 1_000_000'),
  fixed('findings of one rule', '100', 'core/rules/run-rules.ts', 'MAX_FINDINGS = 100'),
];
