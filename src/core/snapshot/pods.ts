/** Names of pods and containers, from the log directories that kubelet keeps on the node, and from the runtime. */

import type { RawFacts } from '../collect/raw-facts.ts';
import { parseContainerLogName, parsePodLogPath } from '../parsers/pod-logs.ts';
import { cleanText } from '../text.ts';

interface PodName {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Each once, whoever tells of it. */
  readonly containers: readonly string[];
}

export interface PodNames {
  readonly byUid: ReadonlyMap<string, PodName>;
  readonly containerById: ReadonlyMap<string, string>;
}

interface NamedPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly containers: Set<string>;
}

export function buildPodNames(facts: RawFacts): PodNames {
  const pods = new Map<string, NamedPod>();
  const podOf = ({ uid, namespace, name }: Omit<PodName, 'containers'>): NamedPod => {
    let pod = pods.get(uid);
    if (pod === undefined) {
      pod = { uid, namespace: cleanText(namespace), name: cleanText(name), containers: new Set() };
      pods.set(uid, pod);
    }
    return pod;
  };
  for (const path of [...facts.podLogPaths].sort()) {
    const parsed = parsePodLogPath(path);
    if (parsed === null) continue;
    const pod = podOf({ uid: parsed.uid, namespace: parsed.namespace, name: parsed.pod });
    if (parsed.container !== null) pod.containers.add(cleanText(parsed.container));
  }
  const containerById = new Map<string, string>();
  addFromRuntime(facts, podOf, containerById);
  for (const [uid, names] of facts.kubeletContainers) for (const name of names) pods.get(uid)?.containers.add(name);
  for (const name of [...facts.containerLogNames].sort()) {
    const parsed = parseContainerLogName(name);
    if (parsed !== null) containerById.set(parsed.containerId, cleanText(parsed.container));
  }
  return {
    byUid: new Map([...pods].map(([uid, pod]) => [uid, { ...pod, containers: [...pod.containers] }])),
    containerById,
  };
}

function addFromRuntime(
  facts: RawFacts,
  podOf: (pod: Omit<PodName, 'containers'>) => NamedPod,
  containerById: Map<string, string>,
): void {
  const bySandbox = new Map<string, NamedPod>();
  for (const { id, ...pod } of facts.crictlPods?.value ?? []) bySandbox.set(id, podOf(pod));
  for (const { id, name, sandboxId, pod } of facts.crictlContainers?.value ?? []) {
    containerById.set(id, name);
    (pod === null ? bySandbox.get(sandboxId) : podOf(pod))?.containers.add(name);
  }
}
