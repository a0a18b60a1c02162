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
export function isKubernetesName(name: string): boolean {
  return /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(name);
}

/** Keeps `<ns>_<pod>_<uid>/<container>` of a path below var/log/pods/, and drops the log files below. */
export function podDirectory(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

/** Takes a path below var/log/pods/. */
export function parsePodLogPath(path: string): PodLogDirectory | null {
  const [directory, container] = path.split('/');
  const parts = (directory ?? '').split('_');
  const [namespace, pod, uid] = parts;
  if (parts.length !== 3 || !namespace || !pod || !uid || !isPodUid(uid)) return null;
  if (![namespace, pod].every(isKubernetesName)) return null;
  return { namespace, pod, uid, container: container && isKubernetesName(container) ? container : null };
}

/** A UUID, or the 32 digits of a static pod. */
export function isPodUid(uid: string): boolean {
  return /^[0-9a-f-]{32,36}$/.test(uid);
}

/** The folder that kubelet has for each container, below var/lib/kubelet: the only trace of one that never logged. */
export function parseKubeletPath(path: string): { readonly uid: string; readonly container: string } | null {
  const [, uid, container] = /^pods\/([^/]+)\/containers\/([^/]+)$/.exec(path) ?? [];
  if (uid === undefined || container === undefined || !isPodUid(uid) || !isKubernetesName(container)) return null;
  return { uid, container };
}

/** The folder that kubelet has for each pod, in which those of its containers are. */
export function isKubeletPod(path: string): boolean {
  const uid = /^pods\/([^/]+)$/.exec(path)?.[1];
  return uid !== undefined && isPodUid(uid);
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
