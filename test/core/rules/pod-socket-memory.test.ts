import assert from 'node:assert/strict';
import test from 'node:test';
import type { MemoryStatus } from '../../../src/core/report/report.ts';
import {
  MIN_SOCK_BYTES,
  podSocketMemory,
  SEVERE_SHARE,
  SHARE_OF_LIMIT,
  SHARE_OF_NODE,
} from '../../../src/core/rules/pod-socket-memory.ts';
import { english } from '../support/english.ts';
import { findings, memory, podMemory, verdicts } from '../support/facts.ts';

const MIB = 1 << 20;
const LIMIT = 100 * MIB;

function check(sockBytes: number, limitBytes: number | null, expected: readonly string[]): void {
  assert.deepEqual(verdicts(podSocketMemory, { podMemory: [podMemory(sockBytes, limitBytes)] }), expected);
}

test('fires above a fifth of the memory limit, not at it', () => {
  check(SHARE_OF_LIMIT * LIMIT + 1, LIMIT, ['warning share-of-limit high']);
  check(SHARE_OF_LIMIT * LIMIT, LIMIT, []);
});

test('it is an error above half of the limit, not at half', () => {
  check(SEVERE_SHARE * LIMIT + 1, LIMIT, ['error share-of-limit high']);
  check(SEVERE_SHARE * LIMIT, LIMIT, ['warning share-of-limit high']);
});

test('fires from a megabyte on, not one byte below', () => {
  check(MIN_SOCK_BYTES, 2 * MIB, ['warning share-of-limit high']);
  check(MIN_SOCK_BYTES - 1, 2 * MIB, []);
  check(MIN_SOCK_BYTES - 1, 1, []);
});

test('quiet about a pod without a limit while the memory of the node is not known', () => {
  check(1000 * LIMIT, null, []);
});

const PAGES = 10_000;
const NODE_BYTES = PAGES * 4096;

function checkNode(sockBytes: number, status: MemoryStatus, expected: readonly string[], memPages = PAGES): void {
  const facts = { podMemory: [podMemory(sockBytes)], memory: memory(memPages, { status }) };
  assert.deepEqual(verdicts(podSocketMemory, facts), expected);
}

test('while TCP memory is short it fires above its share of mem, not at it', () => {
  checkNode(SHARE_OF_NODE * NODE_BYTES + 1, 'exhausted', ['warning share-of-node high']);
  checkNode(SHARE_OF_NODE * NODE_BYTES, 'exhausted', []);
  checkNode(NODE_BYTES, 'pressure', ['warning share-of-node high']);
});

test('a share of mem is no fault while memory is not short, or mem reads zero', () => {
  for (const status of ['healthy', 'elevated', 'unknown'] as const) checkNode(NODE_BYTES, status, []);
  checkNode(NODE_BYTES, 'exhausted', [], 0);
});

test('a pod above both shares gets one finding, about its limit', () => {
  const facts = { podMemory: [podMemory(NODE_BYTES, 2 * NODE_BYTES)], memory: memory(PAGES, { status: 'exhausted' }) };
  assert.deepEqual(verdicts(podSocketMemory, facts), ['warning share-of-limit high']);
  const [finding] = findings(podSocketMemory, facts);
  assert.deepEqual(finding?.measures, { sockBytes: NODE_BYTES, limitBytes: 2 * NODE_BYTES, memPages: PAGES });
  assert.match(english(finding?.message ?? ''), /shop\/web-1.*39\.1 MiB.*50 %.*100 %/);
});

test('a pod that meets its own limit is told that tcp_mem is no part of it, unless that is short too', () => {
  const nonFixes = (status: MemoryStatus) =>
    findings(podSocketMemory, { podMemory: [podMemory(LIMIT, LIMIT)], memory: memory(PAGES, { status }) })[0]?.nonFixes;
  assert.equal(
    nonFixes('healthy')?.some((text) => english(text).includes('tcp_mem')),
    true,
  );
  assert.equal(
    nonFixes('exhausted')?.some((text) => english(text).includes('tcp_mem')),
    false,
  );
});

test('each pod is judged by itself and is the subject', () => {
  const small = podMemory(MIB, LIMIT);
  const large = { ...podMemory(LIMIT, LIMIT), subject: { kind: 'pod', podUid: 'u-2' } as const };
  const found = findings(podSocketMemory, { podMemory: [small, large] });
  assert.deepEqual(
    found.map((finding) => finding.subjects),
    [[large.subject]],
  );
});

test('mem is measured only where it is known and not zero', () => {
  const measures = (memPages: number | null) =>
    findings(podSocketMemory, {
      podMemory: [podMemory(LIMIT, LIMIT)],
      memory: memPages === null ? null : memory(memPages),
    })[0]?.measures;
  assert.deepEqual(measures(null), { sockBytes: LIMIT, limitBytes: LIMIT });
  assert.deepEqual(measures(0), { sockBytes: LIMIT, limitBytes: LIMIT });
  assert.deepEqual(measures(1), { sockBytes: LIMIT, limitBytes: LIMIT, memPages: 1 });
});
