/** What the collector asked the node and its runtime about pods: paths of kubelet, and lists of crictl. */
import { normaliseName } from '../layouts/entry-path.ts';
import { routeNodePath } from '../layouts/proc-tree.ts';
import { parseKubeletPath } from '../parsers/pod-logs.ts';
import type { Parsed } from '../text.ts';
import type { Source } from './node-store.ts';
import type { Keep, Sink } from './row.ts';
import { createLineSink, MAX_JSON_BYTES, text } from './sinks.ts';

/** PATH_MAX of Linux. */
const MAX_PATH_LENGTH = 4096;
const KUBELET = 'var/lib/kubelet/';

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
  return createLineSink(
    (line) => {
      if (line.length > MAX_PATH_LENGTH) return;
      const path = normaliseName(line.trimEnd());
      const container = path.startsWith(KUBELET) ? parseKubeletPath(path.slice(KUBELET.length)) : null;
      if (container !== null) return add(member, container);
      const fact = routeNodePath(path)?.fact;
      if (fact?.kind === 'pod-log' || fact?.kind === 'container-log')
        facts.sinkFor(fact, { entry, rank, lineOffset: 0, sizeBytes: 0 });
    },
    (complete) => {
      if (!complete) facts.problems.push({ entry, message: 'is cut: the names of later pods are missing' });
    },
  );
};

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
      for (const problem of problems) member.facts.problems.push({ entry, ...problem });
      add(member, { entry, rank, isEmpty: value.length === 0, value });
    });
}
