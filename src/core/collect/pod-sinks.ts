/** What the collector asked the node and its runtime about pods: paths of kubelet, and lists of crictl. */
import type { ByteSink } from '../bundle.ts';
import { normaliseName, routeEntry } from '../layouts/proc-tree.ts';
import { parseCrictlContainers, parseCrictlPods } from '../parsers/commands/crictl.ts';
import {
  isKubeletPod,
  parseContainerLogName,
  parseKubeletPath,
  parsePodLogPath,
  podDirectory,
} from '../parsers/pod-logs.ts';
import { createProblemList, type TextFact } from '../text.ts';
import { tellProblems } from './problems.ts';
import type { RawFacts } from './raw-facts.ts';
import { createLineSink } from './sinks.ts';

/** PATH_MAX of Linux. */
const MAX_PATH_LENGTH = 4096;
const KUBELET = 'var/lib/kubelet/';
/** find tells of these too. */
const FOLDERS: ReadonlySet<string> = new Set(['var/log/pods', 'var/log/containers', 'var/lib/kubelet/pods']);
const NO_POD_PATH = 'The line is not a path that kubelet makes for a pod or a container.';

/** pods.txt: a path a line, each of which tells what a member of that name would. */
export function podPathsSink(facts: RawFacts, entry: string): ByteSink {
  const problems = createProblemList();
  let number = 0;
  return createLineSink(
    (line) => {
      number++;
      const isPath = line.length <= MAX_PATH_LENGTH && takePodPath(facts, normaliseName(withoutSlash(line.trimEnd())));
      if (!isPath && line.trim() !== '') problems.tell(number, NO_POD_PATH);
    },
    (complete) => {
      tellProblems(facts.problems, { entry, lineOffset: 0 }, problems.end());
      if (!complete) facts.problems.push({ entry, message: 'is cut: the names of later pods are missing' });
    },
  );
}

/** As find writes a folder that was named with a slash. */
function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/** False when the path is none of kubelet's. */
function takePodPath(facts: RawFacts, path: string): boolean {
  if (FOLDERS.has(path)) return true;
  if (path.startsWith(KUBELET)) {
    const found = parseKubeletPath(path.slice(KUBELET.length));
    if (found === null) return isKubeletPod(path.slice(KUBELET.length));
    const names = facts.kubeletContainers.get(found.uid) ?? new Set();
    facts.kubeletContainers.set(found.uid, names.add(found.container));
    return true;
  }
  const { root, route } = routeEntry(path) ?? {};
  if (root !== '') return false;
  if (route?.kind === 'pod-log') {
    facts.podLogPaths.add(podDirectory(route.path));
    return parsePodLogPath(route.path) !== null;
  }
  if (route?.kind !== 'container-log') return false;
  facts.containerLogNames.add(route.name);
  return parseContainerLogName(route.name) !== null;
}

export function takeCrictl(facts: RawFacts, list: 'pods' | 'containers', fact: TextFact): void {
  // Half of a list is no JSON, and an empty one is a runtime that did not answer.
  if (fact.cut || fact.text.trim() === '') return;
  if (list === 'pods') {
    const { value, problems } = parseCrictlPods(fact.text);
    for (const pod of value) facts.crictlPods.push(pod);
    tellProblems(facts.problems, fact, problems);
  } else {
    const { value, problems } = parseCrictlContainers(fact.text);
    for (const container of value) facts.crictlContainers.push(container);
    tellProblems(facts.problems, fact, problems);
  }
}
