/** Holds a report against the truth that the maker of a scenario wrote, and says what disagrees. */
import type { Finding, Report, Subject } from '../../src/core/report/report.ts';

interface Person {
  readonly pid: number | null;
  readonly comm: string;
  readonly netns: number;
  readonly pod: string | null;
  readonly namespace: string | null;
  readonly container: string | null;
  /** Where several processes of one container share the guilt: any of them, or their parent. */
  readonly worker_pids?: readonly number[];
  readonly parent_pid?: number;
}

/** test/scenarios/README.md has the meaning of every key. */
export interface ScenarioTruth {
  readonly scenario: string;
  readonly what: string;
  readonly is_leak: boolean;
  readonly rules: readonly string[];
  readonly forbidden_rules: readonly string[];
  readonly culprit: Person | null;
  /** Where several have as much: the culprit and the others; any of them may be named. */
  readonly culprits?: readonly Person[];
  readonly memory_holder: Person | null;
  readonly counts: Readonly<Record<string, number>>;
  /** What all `culprits` have, for a finding about all of them. */
  readonly counts_together?: Readonly<Record<string, number>>;
  readonly nameable?: boolean;
  readonly pod_nameable?: boolean;
  readonly max_confidence?: 'high' | 'medium' | 'low';
}

/** What a finding measures under the name that the truth has for it. */
const MEASURES: Readonly<Record<string, string>> = {
  close_wait: 'closeWaitSockets',
  closed_held: 'closedHeldSockets',
  established: 'establishedSockets',
  listen: 'listenSockets',
  accept_queue: 'acceptQueue',
  closed_in_queue: 'closedInQueue',
  established_rx_bytes: 'rxQueueBytes',
};
const RANK = { low: 0, medium: 1, high: 2 } as const;

/** Sentences about what is wrong; empty when the report agrees with the truth. */
export function disagreements(report: Report, truth: ScenarioTruth): readonly string[] {
  const main = report.findings.find((finding) => finding.ruleId === truth.rules[0] && isAbout(finding, truth));
  return [
    ...truth.rules
      .filter((rule) => !report.findings.some((finding) => finding.ruleId === rule))
      .map((rule) => `${rule} does not fire`),
    ...report.findings
      .filter((finding) => finding.level !== 'note' && truth.forbidden_rules.includes(finding.ruleId))
      .map((finding) => `${finding.ruleId} fires as ${finding.level}`),
    ...healthFaults(report, truth),
    ...culpritFaults(report, truth, main),
    ...memoryFaults(report, truth),
    ...countFaults(main, truth),
  ];
}

function isAbout(finding: Finding, truth: ScenarioTruth): boolean {
  return truth.culprit === null || finding.subjects.some((subject) => isCulprit(subject, truth));
}

function isCulprit(subject: Subject, { culprit, culprits }: ScenarioTruth): boolean {
  return (culprits ?? [culprit]).some((person) => person !== null && isPerson(subject, person));
}

export function isPerson(subject: Subject, person: Person): boolean {
  const pids = person.pid === null ? [...(person.worker_pids ?? []), person.parent_pid] : [person.pid];
  if (subject.pid !== undefined) return pids.includes(subject.pid);
  return subject.kind === 'pod' && subject.pod === person.pod;
}

function healthFaults({ verdict }: Report, truth: ScenarioTruth): readonly string[] {
  const benign = truth.rules.length === 0;
  if (benign && verdict.status !== 'healthy') return [`the verdict is ${verdict.status}`];
  return !benign && verdict.status === 'healthy' ? ['the verdict is healthy'] : [];
}

function culpritFaults(
  { verdict, coverage }: Report,
  truth: ScenarioTruth,
  main: Finding | undefined,
): readonly string[] {
  const { culprit } = truth;
  const owner = verdict.countOwner;
  if (culprit === null) return owner === null ? [] : [`${name(owner)} is accused`];
  if (truth.nameable === false) {
    const faults: string[] = [];
    const most = truth.max_confidence ?? 'medium';
    if (owner !== null && RANK[verdict.confidence] > RANK[most])
      faults.push(`${name(owner)} is accused with ${verdict.confidence} confidence`);
    if (truth.pod_nameable === true && owner !== null && owner.pod !== culprit.pod && coverage.processesReadable > 0)
      faults.push(`${name(owner)} is accused, not pod ${culprit.pod}`);
    return faults;
  }
  if (owner !== null) return isCulprit(owner, truth) ? [] : [`${name(owner)} is accused, not ${culprit.comm}`];
  const named = [verdict.memoryOwner, ...(main?.subjects ?? [])];
  return named.some((subject) => subject !== null && isCulprit(subject, truth)) ? [] : ['the culprit is not named'];
}

function memoryFaults({ verdict }: Report, truth: ScenarioTruth): readonly string[] {
  const { memory_holder: holder } = truth;
  const owner = verdict.memoryOwner;
  if (holder !== null) {
    if (owner === null) return ['nobody is named for the memory'];
    return isPerson(owner, holder) ? [] : [`${name(owner)} is named for the memory, not ${holder.comm}`];
  }
  return owner === null || isCulprit(owner, truth) ? [] : [`${name(owner)} is named for the memory`];
}

function countFaults(main: Finding | undefined, { counts, counts_together }: ScenarioTruth): readonly string[] {
  return Object.entries(counts).flatMap(([key, expected]) => {
    const actual = main?.measures[MEASURES[key] ?? ''];
    return actual === undefined || actual === expected || actual === counts_together?.[key]
      ? []
      : [`${key} is ${actual}, not ${expected}`];
  });
}

function name(subject: Subject): string {
  return subject.comm ?? subject.pod ?? `${subject.kind} ${subject.netns ?? ''}`;
}
