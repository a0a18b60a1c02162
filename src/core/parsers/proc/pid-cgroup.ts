/**
 * /proc/PID/cgroup: to which pod and container a process belongs.
 *
 *   0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod<uid with _>.slice/cri-containerd-<64 hex>.scope
 *   11:memory:/kubepods/burstable/pod<uid with ->/<64 hex>
 *
 * Kubelet writes the uid with `_` under the systemd driver (pkg/kubelet/cm ConvertCgroupNameToSystemd) and with `-`
 * under cgroupfs; static pods have 32 hex digits. The path is relative to the reader's cgroup namespace, so it is
 * matched anywhere. Hybrid hierarchies have both kinds of line; the first that names a pod counts.
 */
import { createProblemList, NO_PROBLEMS, type Parsed, type ParseProblem, splitLines } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('pid-cgroup', {
  malformed: 'The line is not a hierarchy, its controllers and a path.',
});

export interface PidCgroup {
  readonly path: string;
  /** The first line that holds the path, counted from 1; 0 without one. */
  readonly line: number;
  /** With dashes; null outside pods. */
  readonly podUid: string | null;
  readonly containerId: string | null;
  readonly qos: 'guaranteed' | 'burstable' | 'besteffort' | null;
  /** Host services: the last systemd unit of the path, for example `kubelet.service`. */
  readonly unit: string | null;
}

const LINE = /^\d+:[^:]*:(\/.*?)(?: \(deleted\))?$/;
const POD =
  /pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice|[/:]|$)/;
const CONTAINER_ID = /^[0-9a-f]{64}$/;
/** The monitor of a container of CRI-O or podman: its scope has the id of the container, and it is none of it. */
const MONITOR = /conmon-[0-9a-f]{64}(?:\.scope)?(?:\/|$)/;

export function parsePidCgroup(text: string): Parsed<PidCgroup> {
  const whole = splitLines(text);
  const lines = whole.map((line) => LINE.exec(line)?.[1] ?? '');
  const paths = lines.filter((path) => path !== '');
  // The unified line of a hybrid hierarchy is last and may be only the root.
  const path =
    paths.find((candidate) => POD.test(candidate)) ??
    paths.findLast((candidate) => candidate !== '/') ??
    paths[0] ??
    '';
  const pod = POD.exec(path);
  const uid = pod?.[1];
  // Where the node itself is a container, its id precedes the pod.
  const containerId = lastContainer(path.slice(pod?.index ?? 0));
  return {
    value: {
      path,
      line: path === '' ? 0 : lines.indexOf(path) + 1,
      podUid: uid === undefined ? null : uid.replaceAll('_', '-'),
      containerId: containerId === null || MONITOR.test(path) ? null : containerId,
      qos: uid === undefined ? null : qosOf(path),
      unit: uid === undefined ? lastUnit(path) : null,
    },
    problems: paths.length === lines.length ? NO_PROBLEMS : malformed(whole, lines),
  };
}

function malformed(whole: readonly string[], paths: readonly string[]): readonly ParseProblem[] {
  const problems = createProblemList();
  paths.forEach((path, index) => {
    if (path === '' && whole[index]?.trim() !== '') problems.tell(index + 1, say.malformed());
  });
  return problems.end();
}

/** The innermost folder that ends in an id. Cut by folders: an expression would try every digit as its begin. */
function lastContainer(path: string): string | null {
  for (const folder of path.split('/').reverse()) {
    const id = (folder.endsWith('.scope') ? folder.slice(0, -'.scope'.length) : folder).slice(-64);
    if (CONTAINER_ID.test(id)) return id;
  }
  return null;
}

function lastUnit(path: string): string | null {
  const isUnit = (folder: string) => /.\.(?:service|scope)$/.test(folder);
  return path.split('/').findLast(isUnit) ?? null;
}

function qosOf(path: string): PidCgroup['qos'] {
  if (path.includes('burstable')) return 'burstable';
  return path.includes('besteffort') ? 'besteffort' : 'guaranteed';
}
