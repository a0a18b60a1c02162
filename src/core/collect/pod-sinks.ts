/** What the collector asked the node and its runtime about pods: paths of kubelet, and lists of crictl. */
import type { ByteSink } from '../bundle.ts';
import { normaliseName, routeEntry } from '../layouts/proc-tree.ts';
import { parseCrictlContainers, parseCrictlPods } from '../parsers/commands/crictl.ts';
import { parseKubeletPath, podDirectory } from '../parsers/pod-logs.ts';
import type { TextFact } from '../text.ts';
import type { RawFacts } from './raw-facts.ts';
import { createLineSink } from './sinks.ts';

/** PATH_MAX of Linux. */
const MAX_PATH_LENGTH = 4096;
const KUBELET = 'var/lib/kubelet/';

/** pods.txt: a path a line, each of which tells what a member of that name would. */
export function podPathsSink(facts: RawFacts, entry: string): ByteSink {
  return createLineSink(
    (line) => {
      if (line.length <= MAX_PATH_LENGTH) takePodPath(facts, normaliseName(line.trimEnd()));
    },
    (complete) => {
      if (!complete) facts.problems.push({ entry, message: 'is cut: the names of later pods are missing' });
    },
  );
}

function takePodPath(facts: RawFacts, path: string): void {
  if (path.startsWith(KUBELET)) {
    const found = parseKubeletPath(path.slice(KUBELET.length));
    if (found === null) return;
    const names = facts.kubeletContainers.get(found.uid) ?? new Set();
    facts.kubeletContainers.set(found.uid, names.add(found.container));
    return;
  }
  const routed = routeEntry(path);
  if (routed?.root !== '') return;
  if (routed.route.kind === 'pod-log') facts.podLogPaths.add(podDirectory(routed.route.path));
  if (routed.route.kind === 'container-log') facts.containerLogNames.add(routed.route.name);
}

export function takeCrictl(facts: RawFacts, list: 'pods' | 'containers', fact: TextFact): void {
  // Half of a list is no JSON, and an empty one is a runtime that did not answer.
  if (fact.cut || fact.text.trim() === '') return;
  const { entry } = fact;
  const report = (problems: ReturnType<typeof parseCrictlPods>['problems']) => {
    for (const problem of problems) facts.problems.push({ entry, ...problem });
  };
  if (list === 'pods') {
    const { value, problems } = parseCrictlPods(fact.text);
    for (const pod of value) facts.crictlPods.push(pod);
    report(problems);
  } else {
    const { value, problems } = parseCrictlContainers(fact.text);
    for (const container of value) facts.crictlContainers.push(container);
    report(problems);
  }
}
