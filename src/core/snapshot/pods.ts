/** Names of pods and containers, from the log directories that kubelet keeps on the node. */
import { parseContainerLogName, parsePodLogPath } from '../parsers/pod-logs.ts';
import { cleanText } from '../text.ts';
import type { RawFacts } from './raw-facts.ts';

interface PodName {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly containers: readonly string[];
}

export interface PodNames {
  readonly byUid: ReadonlyMap<string, PodName>;
  readonly containerById: ReadonlyMap<string, string>;
}

export function buildPodNames(facts: RawFacts): PodNames {
  const byUid = new Map<string, { uid: string; namespace: string; name: string; containers: string[] }>();
  for (const path of [...facts.podLogPaths].sort()) {
    const parsed = parsePodLogPath(path);
    if (parsed === null) continue;
    let pod = byUid.get(parsed.uid);
    if (pod === undefined) {
      pod = {
        uid: parsed.uid,
        namespace: cleanText(parsed.namespace),
        name: cleanText(parsed.pod),
        containers: [],
      };
      byUid.set(parsed.uid, pod);
    }
    if (parsed.container !== null) pod.containers.push(cleanText(parsed.container));
  }
  const containerById = new Map<string, string>();
  for (const name of facts.containerLogNames) {
    const parsed = parseContainerLogName(name);
    if (parsed !== null) containerById.set(parsed.containerId, cleanText(parsed.container));
  }
  return { byUid, containerById };
}
