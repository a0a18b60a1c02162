/** What the kernel says about messages that it did not print. */
import { defineLogMessage, type LogMessage } from './message.ts';

export const RATE_LIMIT_MESSAGES: readonly LogMessage[] = [
  defineLogMessage({
    // lib/ratelimit.c ___ratelimit, called through net/core/utils.c net_ratelimit
    id: 'net-ratelimit',
    level: 'note',
    anchors: ['callbacks suppressed'],
    patterns: { since3: { era: 'Linux 3 and later', pattern: /\bnet_ratelimit: (\d+) callbacks suppressed/ } },
    title: 'Network messages were suppressed',
    meaning:
      'The kernel prints at most 10 network messages in 5 seconds, all kinds together, and drops the rest. The number counts every kind, so it must not be added to one message; counts of lines are lower bounds. The line comes with the next message after the burst, so its time is later than what it counts.',
    causes: { flood: 'Any network message that comes in a flood: TCP out of memory, a full table, martian packets.' },
    confirm: 'Counters such as TCPAbortOnMemory in /proc/PID/net/netstat, summed over all namespaces.',
    counters: [],
    fixes: { flood: 'End what floods the log; net.core.message_cost and message_burst hold the limit.' },
    nonFixes: { add: 'Adding the number to the lines of one message.' },
  }),
  defineLogMessage({
    id: 'printk-ratelimit',
    level: 'note',
    anchors: ['callbacks suppressed', 'messages suppressed.'],
    patterns: {
      caller: {
        era: 'The limit of one caller',
        pattern: /\b(?!net_ratelimit:|__ratelimit:)\w{1,80}: \d+ callbacks suppressed/,
      },
      linux26: { era: 'Linux 2.6.2x and 2.6.3x', pattern: /\b__ratelimit: \d+ callbacks suppressed/ },
      printk: { era: 'The limit of printk itself', pattern: /\bprintk: \d+ messages suppressed\./ },
    },
    title: 'Other messages were suppressed',
    meaning:
      'One caller, or printk, reached its limit; the name before the colon says which. It is not the limit that network messages share.',
    causes: { caller: 'That caller printed too much in a short time.' },
    confirm: 'The name before the colon.',
    counters: [],
    fixes: {},
    nonFixes: { add: 'Adding the number to the lines of TCP: it does not count them.' },
  }),
];
