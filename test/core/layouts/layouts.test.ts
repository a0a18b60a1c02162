/** What a layout is, and what a new kind of bundle costs: its file, a line in the list, and a fixture. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { createCollector } from '../../../src/core/collect/collect.ts';
import { FACTS } from '../../../src/core/collect/fact-table.ts';
import type { FactTable } from '../../../src/core/collect/raw-facts.ts';
import { one } from '../../../src/core/collect/row.ts';
import { text } from '../../../src/core/collect/sinks.ts';
import { createRouter, LAYOUTS, type LayoutFact, routeMember } from '../../../src/core/layouts/index.ts';
import type { AnyFact, Layout } from '../../../src/core/layouts/layout.ts';
import { defineMessages } from '../../../src/core/wording/define-messages.ts';
import { memoryBundle } from '../support/bundles.ts';
import { defined } from '../support/defined.ts';

const say = defineMessages('layout-probe', { title: 'bundle of a probe' });

const FOLDER = fileURLToPath(new URL('../../../src/core/layouts/', import.meta.url));
/** Files of the folder that are no layout. */
const SUPPORT = ['entry-path.ts', 'index.ts', 'layout.ts', 'node-files.ts'];

test('each layout has a file of its id, and no other file is there', () => {
  const files = readdirSync(FOLDER).filter((name) => !SUPPORT.includes(name));
  assert.deepEqual(files.sort(), LAYOUTS.map(({ id }) => `${id}.ts`).sort());
});

const ROOTS: readonly (readonly [name: string, layout: string, root: string])[] = [
  ['case/sosreport-a/sos_commands/kernel/dmesg', 'sos-report', 'case/sosreport-a/'],
  ['sos_commands/general/dmesg', 'sos-report', ''],
  ['sos/sos_commands/firewall_tables/conntrack_-L_-o_extended', 'sos-report', 'sos/'],
  ['sos/proc/meminfo', 'proc-tree', 'sos/'],
  ['sos/sockscope-n/manifest.json', 'sockscope', 'sos/sockscope-n/'],
  ['sos/sockscope-n/proc/1/net/tcp', 'proc-tree', 'sos/sockscope-n/'],
  ['a/conntrack-L.txt', 'saved-commands', 'a/'],
  ['eks/networking/conntrack.txt', 'saved-commands', 'eks/'],
  ['a/ss/ss-tan.4026531840.txt', 'saved-commands', 'a/'],
];
for (const [name, layout, root] of ROOTS)
  test(`the root of ${name} is told by a marker of ${layout}`, () => {
    const found = routeMember(name);
    assert.deepEqual([found?.layout.id, found?.root], [layout, root]);
  });

for (const name of [
  'sos/sos_commands/host/hostname',
  'sos/sos_commands/kernel/lsmod',
  'sos/sos_commands/x/proc/1/comm',
])
  test(`${name} is what a command printed, and no node of its own`, () => assert.equal(routeMember(name), undefined));

type Probe = { readonly kind: 'probe' };

/** As a new file in layouts/ would be. */
const probeBundle: Layout<Probe> = {
  id: 'probe-bundle',
  title: say.title(),
  proofs: ['about.txt'],
  detect: (_, heads) => heads.get('about.txt')?.startsWith('probe') ?? false,
  root: (name) => (/(?:^|\/)about\.txt$/.test(name) ? name.length - 'about.txt'.length : -1),
  route: () => ({ fact: { kind: 'probe' }, rank: 0 }),
};

test('a layout and a fact are added by a line in the list and a row in the table', async () => {
  const table: FactTable = { ...FACTS, probe: one(text(1000), 'probe') };
  const collector = createCollector({ layouts: [probeBundle, ...LAYOUTS], table });
  const members = [
    { name: 'n/about.txt', text: 'probe 1\n' },
    { name: 'n/proc/1/comm', text: 'init\n' },
  ];
  await memoryBundle(members).visit(collector.visitor);
  const facts = defined(collector.finish().nodes[0]).facts;
  assert.equal(facts.root, 'n/');
  assert.equal(facts.processes.get(1)?.files.comm?.value, 'init');
  const { probe } = facts as unknown as { readonly probe: { readonly entry: string; readonly text: string } };
  assert.deepEqual([probe.entry, probe.text], ['n/about.txt', 'probe 1\n']);
});

test('a layout that names a fact without a row does not compile', () => {
  const known: Layout<LayoutFact>[] = [...LAYOUTS];
  // @ts-expect-error: 'probe' is no fact of any layout in the list, which are those that the table has rows for.
  known.push(probeBundle);
  assert.equal(known.length, LAYOUTS.length + 1);
  const { meminfo: _meminfo, ...without } = FACTS;
  // @ts-expect-error: a table needs a row for each fact that a layout gives.
  const complete: Readonly<Record<LayoutFact['kind'], unknown>> = without;
  assert.ok(complete !== undefined);
});

test('every row of the table is given by a layout, and every fact of a layout has a row', () => {
  const kinds: Readonly<Record<LayoutFact['kind'], unknown>> = FACTS;
  const listed: Readonly<Record<keyof typeof FACTS, unknown>> = kinds;
  assert.equal(Object.keys(listed).length, Object.keys(FACTS).length);
});

test('the first layout of the list that gives a root decides', () => {
  const taker: Layout<Probe> = { ...probeBundle, root: () => 0 };
  assert.equal(createRouter<AnyFact>([taker, ...LAYOUTS])('proc/1/comm')?.fact.kind, 'probe');
  assert.equal(createRouter<AnyFact>([...LAYOUTS, taker])('proc/1/comm')?.fact.kind, 'pid-comm');
});
