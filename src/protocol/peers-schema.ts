/** The section "Who talks to whom" as a schema. */
import * as v from 'valibot';
import { PEER_KINDS, type PeersView } from '../core/page/peers-model.ts';

const count = v.pipe(v.number(), v.finite());
const text = v.string();

const node = v.object({ id: count, kind: v.picklist(PEER_KINDS), label: text, detail: text });
const side = v.object({
  seen: v.boolean(),
  sockets: count,
  states: v.array(v.object({ state: text, count })),
  rxQueueBytes: count,
  txQueueBytes: count,
  minisocks: count,
  handshakes: count,
});
const link = v.object({ id: v.pipe(count, v.integer(), v.minValue(0)), label: text, note: text });

/** Fails to compile when it and the type of the view disagree. */
export const peersSchema: v.GenericSchema<unknown, PeersView> = v.object({
  summary: text,
  links: v.array(
    v.object({
      from: node,
      to: node,
      fromSide: side,
      toSide: side,
      port: count,
      otherPorts: count,
      joined: count,
      throughConntrack: count,
      note: text,
      tone: v.picklist(['bad', 'warn', 'good', 'tcp', 'plain', 'faint']),
      evidence: v.nullable(link),
      filter: text,
    }),
  ),
  more: v.nullable(v.object({ links: count, sockets: count })),
  caveat: text,
});
