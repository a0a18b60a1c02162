/** The page's model as a schema, so that the page draws nothing that it did not check. */
import * as v from 'valibot';
import type { FilteredView } from '../core/page/filtered-page.ts';
import type { IcicleNode, PageModel } from '../core/page/page-model.ts';
import type { SocketRow } from '../core/query/socket-row.ts';
import { STATE_IDS } from '../core/report/state-ids.ts';
import { peersSchema } from './peers-schema.ts';

const count = v.pipe(v.number(), v.finite());
const countOrNull = v.nullable(count);
const text = v.string();
const texts = v.array(text);
const tone = v.picklist(['bad', 'warn', 'good', 'tcp', 'plain', 'faint']);
const level = v.picklist(['error', 'warning', 'note']);
const confidence = v.picklist(['high', 'medium', 'low']);

const link = v.object({ id: v.pipe(count, v.integer(), v.minValue(0)), label: text, note: text });
const links = v.array(link);
const linkOrNull = v.nullable(link);

const header = v.object({
  title: text,
  nodes: v.array(
    v.object({ name: text, verdict: text, tone: v.picklist(['bad', 'warn', 'good']), isShown: v.boolean() }),
  ),
  facts: texts,
  captured: text,
  coverageTone: v.picklist(['good', 'warn']),
  coverage: text,
});

const verdict = v.object({
  tone: v.picklist(['bad', 'warn', 'good']),
  sentence: text,
  confidence,
  because: text,
  next: text,
  evidence: links,
  fixes: texts,
  nonFixes: texts,
  collect: v.array(v.object({ what: text, command: text, gain: text })),
});

const podMemory = v.nullable(
  v.object({
    rows: v.array(v.object({ label: text, sockBytes: count, limitBytes: countOrNull, tone, evidence: linkOrNull })),
    more: v.nullable(v.object({ pods: count, sockBytes: count })),
  }),
);

const memory = v.object({
  status: v.picklist(['healthy', 'elevated', 'pressure', 'exhausted', 'unknown']),
  summary: text,
  pageSizeBytes: count,
  memPages: countOrNull,
  errorPages: count,
  minPages: countOrNull,
  pressurePages: countOrNull,
  maxPages: countOrNull,
  parts: v.array(
    v.object({
      label: text,
      pages: count,
      tone,
      kind: v.picklist(['queued', 'reserved', 'other', 'unexplained']),
      source: text,
    }),
  ),
  pods: podMemory,
  evidence: links,
});

const socketPart = v.object({ label: text, detail: text, count, tone });
const sumTerm = v.object({
  role: v.picklist(['total', 'plus', 'part']),
  label: text,
  detail: text,
  count: countOrNull,
  scope: text,
  tone,
  evidence: linkOrNull,
});
const gaps = v.object({
  summary: text,
  rows: v.array(v.object({ label: text, detail: text, used: count, gap: count, found: count, evidence: linkOrNull })),
  more: v.nullable(v.object({ namespaces: count, gap: count, found: count })),
});
const sockets = v.object({
  alloc: countOrNull,
  unexplained: countOrNull,
  parts: v.array(socketPart),
  outside: v.array(socketPart),
  sum: v.array(sumTerm),
  gaps: v.nullable(gaps),
  shortcuts: v.array(
    v.object({ formula: text, value: count, truth: count, truthIsBound: v.boolean(), explanation: text }),
  ),
  notes: texts,
  evidence: links,
});

const stateId = v.picklist(STATE_IDS);
const ranked = v.array(v.object({ label: text, detail: text, count, evidence: linkOrNull, filter: text }));
const states = v.object({
  total: count,
  namespaces: count,
  states: v.array(
    v.object({
      id: stateId,
      count,
      change: v.nullable(
        v.object({ before: count, after: count, seconds: count, survived: countOrNull, namespaces: count }),
      ),
      v6: count,
      tone,
      unreadBytes: count,
      unsentBytes: count,
      hint: text,
      holders: ranked,
      ports: ranked,
      peers: ranked,
      unread: v.array(v.object({ from: count, to: count, count })),
      reading: v.array(v.object({ tone, text })),
      filter: text,
      evidence: links,
    }),
  ),
  stuck: v.nullable(v.object({ id: stateId, text })),
});

const icicle: v.GenericSchema<unknown, IcicleNode> = v.object({
  label: text,
  detail: text,
  value: count,
  tone,
  evidence: linkOrNull,
  filter: text,
  children: v.array(v.lazy(() => icicle)),
});

const pods = v.object({
  rows: v.array(
    v.object({
      label: text,
      processes: count,
      openFds: count,
      socketFds: count,
      distinctSockets: count,
      tcpSockets: count,
      closedHeld: count,
      hostNetwork: v.boolean(),
      tone,
      evidence: linkOrNull,
    }),
  ),
  more: v.nullable(v.object({ pods: count, openFds: count, socketFds: count })),
  wrong: text,
});

const processes = v.object({
  openFds: count,
  processes: count,
  sharedSockets: count,
  groups: v.array(
    v.object({
      label: text,
      fds: count,
      processes: v.array(
        v.object({
          pid: count,
          comm: text,
          fds: count,
          tcp: count,
          kinds: v.array(v.object({ label: text, count, tone })),
          softLimit: countOrNull,
          sharedSockets: count,
          tone,
          evidence: linkOrNull,
        }),
      ),
      more: v.nullable(v.object({ processes: count, fds: count, tcp: count })),
    }),
  ),
  moreGroups: v.nullable(v.object({ groups: count, fds: count })),
  tree: icicle,
  pods: v.nullable(pods),
  caveat: text,
});

const log = v.object({
  summary: text,
  startSeconds: count,
  endSeconds: count,
  binSeconds: count,
  captureSeconds: countOrNull,
  sinceBoot: v.boolean(),
  zeroUnixSeconds: countOrNull,
  clockNote: text,
  lanes: v.array(
    v.object({
      id: text,
      label: text,
      detail: text,
      tone,
      bins: v.array(v.object({ seconds: count, lines: count, evidence: linkOrNull })),
    }),
  ),
  evidence: links,
});

const vocabulary = v.object({
  fields: v.array(v.object({ name: text, kind: text, help: text })),
  values: v.array(v.object({ field: text, values: v.array(v.object({ text, detail: text })) })),
});

const socketCount = v.object({ sockets: count, miniSockets: count });

/** What a filter makes of the page. */
export const filteredViewSchema: v.GenericSchema<unknown, FilteredView> = v.object({
  filter: text,
  problems: texts,
  matched: socketCount,
  views: v.nullable(v.object({ states, processes })),
});

const socketRow = v.object({
  item: count,
  state: text,
  comm: text,
  pid: countOrNull,
  pod: text,
  holders: count,
  local: text,
  peer: text,
  peerPod: text,
  rxQueue: countOrNull,
  txQueue: countOrNull,
  idleSeconds: countOrNull,
  netns: countOrNull,
  inode: count,
});
export const socketRowsSchema: v.GenericSchema<unknown, readonly SocketRow[]> = v.array(socketRow);

/** Fails to compile when it and the type of the model disagree. */
export const pageModelSchema: v.GenericSchema<unknown, PageModel> = v.object({
  header,
  verdict,
  memory,
  sockets,
  states,
  processes,
  peers: v.nullable(peersSchema),
  log: v.nullable(log),
  findings: v.array(
    v.object({
      ruleId: text,
      level,
      confidence,
      title: text,
      subject: text,
      message: text,
      measures: texts,
      doubts: texts,
      fixes: texts,
      nonFixes: texts,
      next: text,
      evidence: links,
    }),
  ),
  notRun: v.array(v.object({ ruleId: text, reason: text, capture: text })),
  facts: v.array(v.object({ label: text, detail: text, present: v.boolean() })),
  problems: texts,
  pickable: socketCount,
  vocabulary,
});
