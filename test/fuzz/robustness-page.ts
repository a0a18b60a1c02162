/** docs/robustness.md: the figures of a long run, and what the corpus and the limits are. No date, no path, no time. */
import { ARCHIVES } from './corpus/archives.ts';
import { TEXTS } from './corpus/texts.ts';
import { HOSTILE_STRINGS } from './hostile-strings.ts';
import { LIMITS } from './limits-table.ts';
import { LONG } from './plan.ts';
import type { KindSum } from './sum-up.ts';

export interface Run {
  readonly sum: readonly KindSum[];
  /** The archive reader and the parsers. */
  readonly targets: number;
}

const count = (value: number) => value.toLocaleString('en');

export function robustnessPage(run: Run): string {
  return `${figures(run)}\n${reference()}`;
}

function figures({ sum, targets }: Run): string {
  const of = (kind: KindSum['kind']) => sum.find((each) => each.kind === kind);
  const [bundles, texts, coverage] = [of('bundles'), of('texts'), of('coverage')];
  const row = (what: string, each: KindSum | undefined) =>
    `| ${what} | ${count(each?.tried ?? 0)} | ${count(each?.faults ?? 0)} |`;
  return [
    '# Robustness',
    '',
    'A bundle comes from somebody else’s machine, by mail. This page is written by `npm run fuzz -- --long`; its figures',
    'follow from fixed seeds. The short form, `npm run fuzz`, is part of `npm test`.',
    '',
    '| what was run | inputs | escapes |',
    '| --- | ---: | ---: |',
    row('mutated bundles, through reader, analysis, every report form and every view', bundles),
    row('mutated texts, through the parsers', texts),
    row(`coverage-guided inputs, for the archive reader and ${targets - 1} parsers`, coverage),
    '',
    `Of the bundles ${count(bundles?.ends.whole ?? 0)} were read to their end, of ${count(bundles?.ends['damage said'] ?? 0)} the report says that they are cut, damaged or over a`,
    `limit, and ${count(bundles?.ends.refused ?? 0)} were refused with a sentence.`,
    '',
  ].join('\n');
}

/** The page with the figures that it has, and everything else as it is now. */
export function withReference(page: string): string {
  return page.slice(0, page.indexOf(ORACLES[0] ?? '')) + reference();
}

/** What does not come from a run: a test holds the page against it. */
export function reference(): string {
  return [
    ...ORACLES,
    '## Limits',
    '',
    'What is beyond one is left out, and the report says so.',
    '',
    '| bound | default | changed by | where |',
    '| --- | ---: | --- | --- |',
    ...LIMITS.map(
      ({ what, value, changedBy, source }) => `| ${what} | ${value} | ${changedBy} | \`src/${source[0]}\` |`,
    ),
    '',
    '## The corpus',
    '',
    'Built in code (`test/fuzz/corpus`), each run by `npm test`.',
    '',
    '| archive with | what comes of it |',
    '| --- | --- |',
    ...ARCHIVES.map(({ name, error, said, isReadOn }) => `| ${name} | ${endOf(error, said !== null, isReadOn)} |`),
    '',
    '| text | in place of | said |',
    '| --- | --- | --- |',
    ...TEXTS.map(({ name, member, said }) => `| ${name} | \`${member}\` | ${said === null ? 'no' : 'yes'} |`),
    '',
    `Beside them: lines of 100 MB in six kinds of files; ${HOSTILE_STRINGS.length} strings that attack terminal, Markdown, HTML, links, Mermaid,`,
    'SARIF, JSON and CSV, each as comm, command line, host, pod, path, log line, cgroup, sysctl, fd target and item of a',
    'manifest; a real bundle cut at every 512 bytes; captures cut at 80 % or with one bit flipped.',
    '',
    ...HOW,
  ].join('\n');
}

function endOf(error: string | undefined, isSaid: boolean, isReadOn: boolean): string {
  if (error !== undefined) return `refused: \`${error}\``;
  if (!isSaid) return 'read to its end';
  return isReadOn ? 'read to its end, and said' : 'read up to there, and said';
}

const ORACLES: readonly string[] = [
  '## What counts as an escape',
  '',
  '- Anything thrown but a `BundleError` of one sentence, a promise that is never settled, a minute without an end.',
  '- A member that tar-stream alone does not see, or sees otherwise; an index that leads to other bytes; a file that is',
  '  not ended; a count of members that is not that of the reading.',
  '- A report that is not of `media/report.schema.json`, a rule that failed, a number that is not finite, a page that its',
  '  own schema refuses, a broken archive without a sentence about it.',
  '- A control character (C0, DEL, C1, bidi) in any text of report and page, or in JSON, Markdown or plain text as they',
  '  are printed; in Markdown a tag, a link, an address, a code span that is open, or a table row of another width.',
  '- Of a parser: more values, text or problems than its input accounts for, a line that is not there, another result in',
  '  other pieces.',
  '- The same seed with another result; more than 96 MiB of memory that stay after garbage was collected.',
  '',
];

const HOW: readonly string[] = [
  '## How',
  '',
  `- A long run is ${count(LONG.bundles)} bundles, ${count(LONG.texts)} texts and ${count(LONG.coverageInputs)} inputs for each target of coverage, in two threads that are`,
  '  watched from outside: one that hangs is ended and its seed told.',
  '- Four small nodes are mutated (captured and made, as plain trees and as the collector writes them): their members',
  '  and texts, headers with and without a right checksum, order and blocks of the tar, the gzip around it.',
  '- `npm run fuzz -- --bundle SEED` and `-- --text SEED` run a case again and write the smallest input that still fails',
  '  into a folder of its own below the temporary one.',
  '- Coverage comes from V8’s block coverage through `node:inspector` (`test/fuzz/coverage.ts`): an input that reaches a',
  '  new block is kept and mutated further. jazzer.js was tried first: 4.0.0 installs, but its library needs glibc 2.38,',
  '  which Debian 12 does not have, and 2.1.0 brings no built library.',
  '- fast-check makes the values for round trips: tables, sockstat, block files, fds.txt, archives, escaped Markdown.',
  '',
];
