import assert from 'node:assert/strict';
import test from 'node:test';
import { analyze } from '../../../src/core/analyze.ts';
import { type Member, memoryBundle } from '../support/bundles.ts';
import { sockstatText, tcpTable } from '../support/tables.ts';

/** Tables of many processes without ns/net: each pair of them shares its sockets, and no other. */
function copies(count: number): readonly Member[] {
  return Array.from({ length: count }, (_, index): Member[] => {
    const folder = `proc/${index + 2}/net`;
    const inode = 1000 + 2 * Math.floor(index / 2);
    return [
      {
        name: `${folder}/tcp`,
        text: tcpTable([
          { state: 1, inode },
          { state: 1, inode: inode + 1 },
        ]),
      },
      { name: `${folder}/sockstat`, text: sockstatText({ inuse: 2, orphan: 0, tw: 0, alloc: 10 + index, mem: 0 }) },
    ];
  }).flat();
}

test('tables of tens of thousands of processes without ns/net are told apart by their sockets', async () => {
  const { report } = await analyze(memoryBundle(copies(30_000)));
  assert.equal(report.ledger.namespaces.length, 15_000);
});

test('node-wide counts are taken from any number of copies of sockstat', async () => {
  const members = copies(150_000).filter((member) => member.name.endsWith('sockstat'));
  const { report } = await analyze(memoryBundle(members));
  assert.deepEqual([report.ledger.alloc?.min, report.ledger.alloc?.max], [10, 150_009]);
});
