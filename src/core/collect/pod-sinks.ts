/** What the collector asked the node and its runtime about pods: paths of kubelet, and lists of crictl. */
import { normaliseName } from '../layouts/entry-path.ts';
import { routeNodePath } from '../layouts/node-files.ts';
import { isKubeletPod, parseContainerLogName, parseKubeletPath, parsePodLogPath } from '../parsers/pod-logs.ts';
import { createProblemList, type Parsed } from '../text.ts';
import { defineMessages } from '../wording/define-messages.ts';
import type { Source } from './node-store.ts';
import { tellProblems } from './problems.ts';
import type { Keep, Sink } from './row.ts';
import { createLineSink, MAX_JSON_BYTES, text } from './sinks.ts';

const say = defineMessages('pod-sinks', {
  noPodPath: 'The line is not a path that kubelet makes for a pod or a container.',
  cut: 'is cut: the names of later pods are missing',
});

/** PATH_MAX of Linux. */
const MAX_PATH_LENGTH = 4096;
const KUBELET = 'var/lib/kubelet/';
/** find tells of these too. */
const FOLDERS: ReadonlySet<string> = new Set(['var/log/pods', 'var/log/containers', 'var/lib/kubelet/pods']);

interface KubeletContainer {
  readonly uid: string;
  readonly container: string;
}

/** Names of the containers that kubelet keeps a folder for, by uid of the pod. */
type KubeletContainers = Map<string, Set<string>>;

export const kubeletContainers: Keep<unknown, KubeletContainer, 'kubeletContainers', KubeletContainers> = {
  field: 'kubeletContainers',
  create: () => new Map(),
  add({ facts }, { uid, container }) {
    const { kubeletContainers: kept } = facts as typeof facts & { readonly kubeletContainers: KubeletContainers };
    kept.set(uid, (kept.get(uid) ?? new Set()).add(container));
  },
};

/** pods.txt: a path a line, each of which tells what a member of that name would. */
export const podPathsSink: Sink<unknown, KubeletContainer> = (member, add) => {
  const { facts, entry, rank } = member;
  const problems = createProblemList();
  let number = 0;
  /** False when the path is none of kubelet's. */
  const takePath = (path: string): boolean => {
    if (FOLDERS.has(path)) return true;
    if (path.startsWith(KUBELET)) {
      const container = parseKubeletPath(path.slice(KUBELET.length));
      if (container === null) return isKubeletPod(path.slice(KUBELET.length));
      add(member, container);
      return true;
    }
    const fact = routeNodePath(path)?.fact;
    if (fact?.kind !== 'pod-log' && fact?.kind !== 'container-log') return false;
    facts.sinkFor(fact, { entry, rank, lineOffset: 0, sizeBytes: 0 });
    return (fact.kind === 'pod-log' ? parsePodLogPath(fact.path) : parseContainerLogName(fact.name)) !== null;
  };
  return createLineSink(
    (line) => {
      number++;
      const isPath = line.length <= MAX_PATH_LENGTH && takePath(normaliseName(withoutSlash(line.trimEnd())));
      if (!isPath && line.trim() !== '') problems.tell(number, say.noPodPath());
    },
    (complete) => {
      tellProblems(facts.problems, { entry, lineOffset: 0 }, problems.end());
      if (!complete) facts.problems.push({ entry, message: say.cut() });
    },
  );
};

/** As find writes a folder that was named with a slash. */
function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

export interface CrictlList<T> extends Source {
  readonly value: readonly T[];
}

/** Half of a list is no JSON, and an empty one is a runtime that did not answer. */
export function crictlSink<T>(parse: (list: string) => Parsed<readonly T[]>): Sink<unknown, CrictlList<T>> {
  const wholeText = text(MAX_JSON_BYTES);
  return (member, add) =>
    wholeText(member, (_, fact) => {
      if (fact.cut || fact.isEmpty) return;
      const { entry, rank } = fact;
      const { value, problems } = parse(fact.text);
      tellProblems(member.facts.problems, fact, problems);
      add(member, { entry, rank, isEmpty: value.length === 0, value });
    });
}
