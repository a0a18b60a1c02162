/**
 * Messages of the kernel log that bear on TCP memory, or that are taken for its cause, as data. Literals are the
 * kernel's printf strings; the source is named at each. `media/log/<id>.md` is the page of each entry.
 */
import { KERNEL_MESSAGES } from './log-catalogue/kernel.ts';
import { MEMORY_MESSAGES } from './log-catalogue/memory.ts';
import type { LogLevel, LogMessage } from './log-catalogue/message.ts';
import { NETWORK_MESSAGES } from './log-catalogue/network.ts';
import { NODE_MESSAGES } from './log-catalogue/node.ts';
import { RATE_LIMIT_MESSAGES } from './log-catalogue/rate-limit.ts';
import { TCP_MESSAGES } from './log-catalogue/tcp.ts';

export type { LogLevel, LogMessage };

export const LOG_CATALOGUE: readonly LogMessage[] = [
  ...TCP_MESSAGES,
  ...RATE_LIMIT_MESSAGES,
  ...MEMORY_MESSAGES,
  ...NETWORK_MESSAGES,
  ...NODE_MESSAGES,
  ...KERNEL_MESSAGES,
];

/** What to look for in a log before any pattern is tried: each literal once. */
export const LOG_ANCHORS: readonly string[] = [...new Set(LOG_CATALOGUE.flatMap((message) => message.anchors))];

const BY_ID: ReadonlyMap<string, LogMessage> = new Map(LOG_CATALOGUE.map((message) => [message.id, message]));

/** The catalogue entry of an id, if there is one. */
export function logMessage(id: string): LogMessage | undefined {
  return BY_ID.get(id);
}

/** What a line of the kernel log says, if it is in the catalogue. */
export function matchLogLine(line: string): LogMessage | undefined {
  return LOG_CATALOGUE.find(
    ({ anchors, patterns }) =>
      anchors.some((anchor) => line.includes(anchor)) && patterns.some(({ pattern }) => pattern.test(line)),
  );
}

/** One expression that finds any anchor in a block of text. */
export function createAnchorPattern(): RegExp {
  const escaped = LOG_ANCHORS.map((anchor) => anchor.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(escaped.join('|'), 'g');
}
