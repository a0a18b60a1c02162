/** Every sentence of the models of the editor has a template: in the pseudo language each of them is marked. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { hintsOfEntry } from '../../../src/core/editor/entry-hints.ts';
import { hoverEntry } from '../../../src/core/editor/entry-hover.ts';
import type { HoverContext } from '../../../src/core/editor/hover/hover-model.ts';
import { countersOfMessages } from '../../../src/core/editor/log-counters.ts';
import { describeLogMessage } from '../../../src/core/editor/log-line-facts.ts';
import { LOG_CATALOGUE } from '../../../src/core/kernel-log/log-catalogue.ts';
import { worded } from '../../../src/core/wording/worded.ts';
import { analyzeFixture, FIXTURES, fixtureMembers } from '../support/corpus.ts';
import { isProse, PSEUDO, unmarked } from '../support/pseudo.ts';

/** One entry of each kind in each fixture, and of long ones the first lines. */
const KINDS: readonly RegExp[] = [
  /(?:^|\/)proc\/net\/tcp$/,
  /\d\/net\/tcp$/,
  /net\/tcp6$/,
  /net\/sockstat$/,
  /net\/sockstat6$/,
  /net\/netstat$/,
  /net\/snmp$/,
  /\/limits$/,
  /sys\/net\/.*\/[^/]+$/,
  /sys\/fs\/[^/]+$/,
];
const MAX_LINES = 40;
/** What fixtures do not have: net/protocols, settings of other names, cut and odd values, states and kinds of rows. */
const MADE: readonly (readonly [entry: string, lines: readonly string[]])[] = [
  [
    'sysctl_-a',
    ['net.ipv4.tcp_mem = 1 2 3', 'fs.file-nr = 1 0 9', 'net.netfilter.nf_conntrack_max = 4', 'kernel.x = 1'],
  ],
  ['proc/sys/net/ipv4/tcp_mem', ['1 2']],
  ['proc/net/sockstat', ['TCP: inuse -3 orphan x tw 1 alloc', 'sockets: used 7', 'FRAG: inuse 1 memory 2048']],
  ['proc/net/protocols', ['NAME x', 'TCP 2000 5 3 no 320 yes', 'UDP 1 1 -1 NI 1 yes', 'RAW 1 1 1 yes 1 yes']],
  ['proc/7/limits', ['Max open files            unlimited            4096                 files']],
  [
    'proc/net/tcp',
    [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      ...['01', '02', '03', '04', '05', '06', '07', '08', '09', '0A', '0B', '0C', '0D'].flatMap((state) =>
        ['0', '77'].map(
          (inode) =>
            `   0: 0100007F:1F90 00000000:0000 ${state} 00000001:00000002 0${inode.length}:00000010 00000000  1000        0 ${inode} 1 0000000000000000 100 0 0 10 -1`,
        ),
      ),
    ],
  ],
];

interface Prose {
  readonly from: string;
  readonly text: string;
}

function demandMarked(texts: readonly Prose[]): void {
  assert.ok(texts.some(({ text }) => text.includes('[!! ')));
  assert.deepEqual(
    texts.filter(({ text }) => isProse(unmarked(text))),
    [],
  );
}

/** Whatever is told under any field of these lines, and behind it. */
function textsOf(entry: string, lines: readonly string[], context: HoverContext): readonly Prose[] {
  const textOf = (line: number) => lines[line];
  const hovers = lines.flatMap((text, line) =>
    [...text.matchAll(/[^\s:]+/g)].flatMap(({ index: column }) => {
      const hover = hoverEntry({ entry, line, column, textOf }, context, PSEUDO);
      return hover === null ? [] : [hover.title, ...hover.paragraphs, hover.unit];
    }),
  );
  const hints = hintsOfEntry({ path: entry, first: 0, last: lines.length - 1, textOf }, context, PSEUDO);
  return [...hovers, ...hints.flatMap(({ label, tooltip }) => [label, tooltip])].map((text) => ({ from: entry, text }));
}

const seen = new Set<string>();

for (const name of FIXTURES) {
  test(`${name}: all that is told of a field of a file has a template`, async () => {
    const { report, snapshot } = await analyzeFixture(name);
    const context = { report: worded(report, PSEUDO), littleEndian: snapshot.sockets.littleEndian };
    const texts: Prose[] = [];
    for (const kind of KINDS) {
      const members = (await fixtureMembers(name)).filter((member) => 'text' in member && kind.test(member.name));
      // Settings are a file each.
      for (const member of kind.source.includes('sys') ? members : members.slice(0, 1)) {
        const lines = 'text' in member ? Buffer.from(member.text).toString().split('\n').slice(0, MAX_LINES) : [];
        const told = textsOf(member.name, lines, context);
        if (told.length > 0) seen.add(kind.source);
        texts.push(...told);
      }
    }
    for (const [entry, lines] of MADE) texts.push(...textsOf(entry, lines, context));
    demandMarked(texts);
  });

  test(`${name}: all that is told of a line of the log has a template, but what the report says`, async () => {
    const { report, snapshot } = await analyzeFixture(name);
    const said = worded(report, PSEUDO);
    const ofReport = new Set([said.verdict.sentence, ...said.findings.map(({ message }) => message)]);
    const unsure = { ...said, verdict: { ...said.verdict, memoryOwner: null } };
    const texts = LOG_CATALOGUE.flatMap((message) => [
      ...[
        message.title,
        message.meaning,
        message.confirm,
        ...message.causes,
        ...message.fixes,
        ...message.nonFixes,
      ].map((each) => PSEUDO.text(each)),
      ...[said, unsure].flatMap((each) => {
        const { count, facts } = describeLogMessage(message, each, countersOfMessages(snapshot), PSEUDO);
        return [count, ...facts];
      }),
    ]);
    demandMarked(texts.filter((text) => !ofReport.has(text)).map((text) => ({ from: name, text })));
  });
}

test('a file outside of any bundle is told of in templates too', () => {
  const alone = { report: null, littleEndian: null };
  demandMarked(MADE.flatMap(([entry, lines]) => textsOf(entry, lines, alone)));
});

test('the fixtures have a file of each kind, and something is told of it', () => {
  assert.deepEqual([...seen].sort(), KINDS.map(({ source }) => source).sort());
});

test('what has no template is found, and names of a bundle are no sentence', () => {
  for (const bad of ['[!! x !!] of the node', 'The node is fine.', 'pages, each'])
    assert.ok(isProse(unmarked(bad)), bad);
  for (const good of ['[!! a [!! b c !!] d e !!]', 'CLOSE_WAIT', '10.0.0.1:80', 'net:[4026531840] [!! of the node !!]'])
    assert.ok(!isProse(unmarked(good)), good);
});
