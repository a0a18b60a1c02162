/**
 * Pod names from what kubelet keeps on the node. Kubernetes: pkg/kubelet/kuberuntime/helpers.go
 * `BuildPodLogsDirectory`, legacy.go `logSymlink`.
 *
 *   var/log/pods/<namespace>_<pod>_<uid>/<container>/0.log       (neither name may hold "_")
 *   var/log/containers/<pod>_<namespace>_<container>-<64 hex>.log
 */
export interface PodLogDirectory {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  /** Null for the directory of the pod itself. */
  readonly container: string | null;
}

/** RFC 1123, which the API server demands of all three names; anything else was not written by kubelet. */
function isKubernetesName(name: string): boolean {
  return /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(name);
}

/** Takes a path below var/log/pods/. */
export function parsePodLogPath(path: string): PodLogDirectory | null {
  const [directory, container] = path.split('/');
  const parts = (directory ?? '').split('_');
  const [namespace, pod, uid] = parts;
  if (parts.length !== 3 || !namespace || !pod || !uid || !/^[0-9a-f-]{32,36}$/.test(uid)) return null;
  if (![namespace, pod].every(isKubernetesName)) return null;
  return { namespace, pod, uid, container: container && isKubernetesName(container) ? container : null };
}

export interface ContainerLogName {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly containerId: string;
}

/** Takes a file name of var/log/containers/. */
export function parseContainerLogName(name: string): ContainerLogName | null {
  const match = /^([^_/]+)_([^_/]+)_([^_/]+)-([0-9a-f]{64})\.log$/.exec(name);
  if (!match?.[1] || !match[2] || !match[3] || !match[4]) return null;
  if (![match[1], match[2], match[3]].every(isKubernetesName)) return null;
  return { pod: match[1], namespace: match[2], container: match[3], containerId: match[4] };
}
