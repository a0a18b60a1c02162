/** The truths of the whole nodes, in the form of the scenarios. */
import { truthOf } from '../core/support/corpus.ts';
import type { ScenarioTruth } from './judge.ts';

/** Which rule has to find what root_cause says in words. */
const RULE: Readonly<Record<string, string | null>> = {
  'healthy-k6.1': null,
  'leak-closed-held-k6.1': 'closed-socket-leak',
  'leak-closewait-k6.1': 'close-wait-leak',
  'orphans-k6.1': 'orphan-flood',
  'prefork-k6.1': null,
  'slow-peer-k6.1': 'stalled-peer',
  'tcpmem-misconfig-k6.1': 'tcp-mem-misconfigured',
  'timewait-k6.1': 'time-wait-flood',
};
const LEAKS = [
  'close-wait-leak',
  'closed-socket-leak',
  'failed-connect-leak',
  'shutdown-without-close',
  'half-closed-held',
];

export function nodeTruth(name: string): ScenarioTruth {
  const truth = truthOf(name);
  const rule = RULE[name];
  if (rule === undefined) throw new Error(`No expectation for ${name}.`);
  return {
    scenario: name,
    what: truth.root_cause.kind,
    is_leak: truth.root_cause.is_leak,
    rules: rule === null ? [] : [rule],
    forbidden_rules: [...LEAKS, 'orphan-flood', 'unattributed-sockets', 'accept-queue-stalled'].filter(
      (id) => id !== rule,
    ),
    culprit: rule === null ? null : personOf(truth.culprit),
    memory_holder: personOf(truth.memory_holder),
    counts: {},
  };
}

function personOf(who: ReturnType<typeof truthOf>['culprit']): ScenarioTruth['culprit'] {
  if (who?.pid === undefined) return null;
  return {
    pid: who.pid,
    comm: who.comm ?? '',
    netns: Number(/\d+/.exec(who.netns ?? '')?.[0]),
    pod: who.pod ?? null,
    namespace: who.namespace ?? null,
    container: who.container ?? null,
  };
}
