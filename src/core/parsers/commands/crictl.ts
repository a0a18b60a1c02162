/**
 * Pods and containers as the runtime knows them: `crictl pods -o json`, `crictl ps -o json` (the messages
 * PodSandbox and Container of the CRI, k8s.io/cri-api/pkg/apis/runtime/v1).
 *
 *   {"items":[{"id":"<64 hex>","metadata":{"name":"web-0","uid":"…","namespace":"default"}}]}
 *   {"containers":[{"id":"<64 hex>","podSandboxId":"…","metadata":{"name":"web"},
 *     "labels":{"io.kubernetes.pod.name":"web-0","io.kubernetes.pod.namespace":"default","io.kubernetes.pod.uid":"…"}}]}
 *
 * The uid of a static pod is the hash of its file, 32 digits, as in its cgroup.
 */
import type { Parsed } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';
import { type Fields, type JsonKind, objectIn, objectsIn, parseJsonObject, stringIn } from '../json-fields.ts';
import { isKubernetesName, isPodUid } from '../pod-logs.ts';

const say = defineMessages('crictl', {
  noList: 'The list "{key}" is missing.',
});

export interface CrictlPod {
  /** Of the sandbox. */
  readonly id: string;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

export interface CrictlContainer {
  readonly id: string;
  readonly sandboxId: string;
  readonly name: string;
  /** What its labels say of the pod; null when they do not. */
  readonly pod: Omit<CrictlPod, 'id'> | null;
}

/** A node runs some hundred pods. */
const MAX_LISTED = 50_000;

export function parseCrictlPods(text: string): Parsed<readonly CrictlPod[]> {
  return parseList(text, 'items', 'pod', (fields) => {
    const pod = podOf(objectIn(fields, 'metadata'), '');
    return pod === null ? null : { id: stringIn(fields, 'id'), ...pod };
  });
}

export function parseCrictlContainers(text: string): Parsed<readonly CrictlContainer[]> {
  return parseList(text, 'containers', 'container', (fields) => {
    const id = stringIn(fields, 'id');
    const labels = objectIn(fields, 'labels');
    const name = stringIn(objectIn(fields, 'metadata'), 'name') || stringIn(labels, 'io.kubernetes.container.name');
    if (!/^[0-9a-f]{64}$/.test(id) || !isKubernetesName(name)) return null;
    return { id, sandboxId: stringIn(fields, 'podSandboxId'), name, pod: podOf(labels, 'io.kubernetes.pod.') };
  });
}

/** `what` an item should be; `read` gives null for one that is none. */
function parseList<T>(
  text: string,
  key: string,
  what: JsonKind,
  read: (fields: Fields) => T | null,
): Parsed<readonly T[]> {
  const { fields, problems } = parseJsonObject(text);
  const value = objectsIn(fields, key, MAX_LISTED).flatMap((item) => {
    const found = read(item);
    // What is no object was told already.
    if (found === null && item.values.size > 0) item.document.tell(item.path, what);
    return found ?? [];
  });
  const found = problems();
  const isMissing = found.length === 0 && (fields.values.get(key) ?? null) === null;
  return { value, problems: isMissing ? [{ line: 1, message: say.noList({ key }) }] : found };
}

function podOf(fields: Fields, prefix: string): Omit<CrictlPod, 'id'> | null {
  const uid = stringIn(fields, `${prefix}uid`);
  const namespace = stringIn(fields, `${prefix}namespace`);
  const name = stringIn(fields, `${prefix}name`);
  return isPodUid(uid) && isKubernetesName(namespace) && isKubernetesName(name) ? { uid, namespace, name } : null;
}
