/**
 * A kernel log of so many bytes: what a busy node prints, and every 200 lines or so something that is in the catalogue,
 * or that only looks like it. Each message of the catalogue comes up, in the words of the kernel.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createDraw, type Draw } from './random.ts';

export interface LogTruth {
  readonly lines: number;
  readonly bytes: number;
  /** Lines by the id of their message in the catalogue. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The lines of one event; those with an id are in the catalogue. */
type Event = (draw: Draw) => readonly (readonly [string | null, string])[];

const COMMANDS = ['nginx', 'java', 'envoy', 'postgres', 'node', 'redis-server'] as const;

const NOISE: readonly [(draw: Draw) => string, ...((draw: Draw) => string)[]] = [
  (draw) => `cni0: port ${1 + draw.below(200)}(veth${draw.hex(8)}) entered forwarding state`,
  (draw) => `device veth${draw.hex(8)} entered promiscuous mode`,
  (draw) => `IPv6: ADDRCONF(NETDEV_CHANGE): veth${draw.hex(8)}: link becomes ready`,
  (draw) =>
    `audit: type=1400 audit(1718093702.${100 + draw.below(900)}:${draw.below(99_999)}): avc:  denied  { read } for  pid=${draw.below(99_999)} comm="${draw.pick(COMMANDS)}" name="${draw.hex(8)}" dev="dm-0" ino=${draw.below(9_999_999)} scontext=system_u:system_r:container_t:s0:c${draw.below(999)} tcontext=system_u:object_r:var_lib_t:s0 tclass=file permissive=0`,
  (draw) =>
    `IPTABLES-DROP: IN=eth0 OUT= MAC=02:${draw.hex(2)}:8b:cd:ef:02:00:00:00:00:01:08:00 SRC=10.244.${draw.below(256)}.${draw.below(256)} DST=10.244.${draw.below(256)}.${draw.below(256)} LEN=${40 + draw.below(1400)} TOS=0x00 PREC=0x00 TTL=${32 + draw.below(32)} ID=${draw.below(65_536)} DF PROTO=TCP SPT=${draw.below(65_536)} DPT=443 WINDOW=${draw.below(65_536)} RES=0x00 SYN URGP=0`,
  (draw) => `eth0: renamed from veth${draw.hex(8)}`,
  (draw) => `systemd-journald[${400 + draw.below(400)}]: /dev/kmsg buffer overrun, some messages lost.`,
  (draw) => `IPVS: rr: TCP 10.96.${draw.below(256)}.${draw.below(256)}:443 - no destination available`,
  (draw) =>
    `perf: interrupt took too long (${2500 + draw.below(9999)} > 2500), lowering kernel.perf_event_max_sample_rate`,
];

const EVENTS: readonly [Event, ...Event[]] = [
  () => [['tcp-out-of-memory', 'TCP: out of memory -- consider tuning tcp_mem']],
  () => [['tcp-out-of-socket-memory', 'Out of socket memory']],
  () => [['tcp-too-many-orphans', 'TCP: too many orphaned sockets']],
  (draw) => [['net-ratelimit', `net_ratelimit: ${1 + draw.below(9000)} callbacks suppressed`]],
  () => [
    ['syn-flood', 'TCP: request_sock_TCP: Possible SYN flooding on port 8080. Sending cookies.  Check SNMP counters.'],
  ],
  () => [['conntrack-full', 'nf_conntrack: nf_conntrack: table full, dropping packet']],
  () => [['neighbour-full', 'neighbour: arp_cache: neighbor table overflow!']],
  () => [['file-max', 'VFS: file-max limit 9223372 reached']],
  () => [['time-wait-overflow', 'TCP: time wait bucket table overflow']],
  () => [
    ['slub-failure', 'SLUB: Unable to allocate memory on node -1, gfp=0x92800(GFP_NOWAIT|__GFP_NOWARN)'],
    ['slub-cache', '  cache: TCP, object size: 2304, buffer size: 2432, default order: 3, min order: 0'],
  ],
  (draw) => [
    [
      'page-allocation-failure',
      `${draw.pick(COMMANDS)}: page allocation failure: order:2, mode:0x4020(GFP_ATOMIC|__GFP_COMP), nodemask=(null)`,
    ],
  ],
  killOfCgroup,
  (draw) => [
    ['hung-task', `INFO: task ${draw.pick(COMMANDS)}:${draw.below(99_999)} blocked for more than 122 seconds.`],
    [null, '"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.'],
  ],
  // Not in the catalogue, though a word of it is.
  (draw) => [[null, `systemd[1]: app.service: Main process exited, code=killed, status=${draw.below(15)}/KILL`]],
  (draw) => [
    [null, `${draw.pick(COMMANDS)}[${draw.below(99_999)}]: segfault at ${draw.hex(8)} ip 00007f${draw.hex(10)}`],
  ],
];

function killOfCgroup(draw: Draw): readonly (readonly [string | null, string])[] {
  const comm = draw.pick(COMMANDS);
  const pid = 1000 + draw.below(90_000);
  const tasks = Array.from(
    { length: 12 },
    () =>
      [
        null,
        `[${String(draw.below(99_999)).padStart(7)}]  1000 ${String(draw.below(99_999)).padStart(5)} ${String(draw.below(999_999)).padStart(8)}   204800        0           985 ${draw.pick(COMMANDS)}`,
      ] as const,
  );
  const scope = `/kubepods.slice/cri-containerd-${draw.hex(64)}.scope`;
  return [
    ['oom-killer-invoked', `${comm} invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=985`],
    [null, `CPU: ${draw.below(64)} PID: ${pid} Comm: ${comm} Not tainted 5.14.0-362.24.1.el9_3.x86_64 #1`],
    [null, 'Call Trace:'],
    [null, ' oom_kill_process.cold+0xb/0x10'],
    [null, ' mem_cgroup_out_of_memory+0x13a/0x150'],
    [null, `memory: usage 524288kB, limit 524288kB, failcnt ${draw.below(99_999)}`],
    [null, 'Tasks state (memory values in pages):'],
    [null, '[  pid  ]   uid  tgid total_vm pgtables_bytes swapents oom_score_adj name'],
    ...tasks,
    [
      'oom-kill-cgroup',
      `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=${scope},task_memcg=${scope},task=${comm},pid=${pid},uid=1000`,
    ],
    [
      'oom-kill',
      `Memory cgroup out of memory: Killed process ${pid} (${comm}) total-vm:${draw.below(9_999_999)}kB, anon-rss:${draw.below(999_999)}kB, file-rss:0kB, shmem-rss:0kB, UID:1000 pgtables:992kB oom_score_adj:985`,
    ],
  ];
}

const PART_CHARACTERS = 1024 * 1024;

/** Writes the log, part by part, and says what is in it. */
export async function makeKernelLog(path: string, bytes: number): Promise<LogTruth> {
  const file = createWriteStream(path, 'latin1');
  const draw = createDraw(bytes);
  const counts: Record<string, number> = {};
  let seconds = 0;
  let lines = 0;
  let written = 0;
  let part: string[] = [];
  let partLength = 0;
  const put = (text: string) => {
    const line = `[${seconds.toFixed(6).padStart(12)}] ${text}\n`;
    part.push(line);
    partLength += line.length;
    written += line.length;
    lines++;
  };
  put('Linux version 5.14.0-362.24.1.el9_3.x86_64 (builder@host) (gcc 11.4.1) #1 SMP PREEMPT_DYNAMIC');
  while (written < bytes) {
    seconds += draw.below(900_000) / 1e6;
    if (!draw.oneIn(200)) put(draw.pick(NOISE)(draw));
    else {
      for (const [id, text] of draw.pick(EVENTS)(draw)) {
        put(text);
        if (id !== null) counts[id] = (counts[id] ?? 0) + 1;
      }
    }
    if (partLength < PART_CHARACTERS) continue;
    if (!file.write(part.join(''))) await once(file, 'drain');
    part = [];
    partLength = 0;
  }
  file.end(part.join(''));
  await finished(file);
  return { lines, bytes: written, counts };
}
