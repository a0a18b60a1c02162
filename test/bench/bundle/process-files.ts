/** The files of one process: fs/proc/array.c, fs/proc/base.c `proc_pid_limits`, kernel/cgroup/cgroup.c. */
import { isKernelThread, type ModelProcess } from './node-model.ts';
import type { Draw } from './random.ts';

export function processFiles(process: ModelProcess, draw: Draw): ReadonlyMap<string, string> {
  const virtualKb = isKernelThread(process) ? 0 : 20_000 + draw.below(9_000_000);
  return new Map([
    ['comm', `${process.comm}\n`],
    ['cmdline', process.commandLine],
    ['cgroup', `0::${cgroupPath(process)}\n`],
    ['status', status(process, virtualKb, draw)],
    ['stat', stat(process, virtualKb, draw)],
    ['limits', limits(openFds(process) < 900 ? 1024 : 1_048_576)],
  ]);
}

function openFds(process: ModelProcess): number {
  return process.sockets.length + process.otherFds;
}

/** cgroup v2 with the systemd driver of a kubelet. */
function cgroupPath(process: ModelProcess): string {
  const { namespace, containerId } = process;
  if (isKernelThread(process)) return '/';
  if (namespace.index === 0) return process.pid === 1 ? '/init.scope' : `/system.slice/${process.comm}.service`;
  const uid = namespace.podUid.replaceAll('-', '_');
  const slice = 'kubepods-burstable';
  return `/kubepods.slice/${slice}.slice/${slice}-pod${uid}.slice/cri-containerd-${containerId}.scope`;
}

function status(process: ModelProcess, virtualKb: number, draw: Draw): string {
  const kb = (key: string, value: number) => `${key}:\t${String(value).padStart(8)} kB\n`;
  const memory = isKernelThread(process)
    ? ''
    : kb('VmPeak', virtualKb + 512) +
      kb('VmSize', virtualKb) +
      kb('VmLck', 0) +
      kb('VmPin', 0) +
      kb('VmHWM', virtualKb >> 2) +
      kb('VmRSS', virtualKb >> 3) +
      kb('RssAnon', virtualKb >> 4) +
      kb('RssFile', virtualKb >> 4) +
      kb('RssShmem', 0) +
      kb('VmData', virtualKb >> 1) +
      kb('VmStk', 132) +
      kb('VmExe', 4) +
      kb('VmLib', 9120) +
      kb('VmPTE', 992) +
      kb('VmSwap', 0);
  const signals = ['SigPnd', 'ShdPnd', 'SigBlk', 'SigIgn', 'SigCgt', 'CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'];
  return (
    `Name:\t${process.comm}\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t${process.pid}\nNgid:\t0\n` +
    `Pid:\t${process.pid}\nPPid:\t${process.parentPid}\nTracerPid:\t0\nUid:\t1000\t1000\t1000\t1000\n` +
    `Gid:\t1000\t1000\t1000\t1000\nFDSize:\t${2 ** Math.ceil(Math.log2(openFds(process) + 64))}\nGroups:\t1000 \n` +
    `NStgid:\t${process.pid}\nNSpid:\t${process.pid}\nNSpgid:\t${process.pid}\nNSsid:\t${process.pid}\n${memory}` +
    `CoreDumping:\t0\nTHP_enabled:\t1\nThreads:\t${1 + draw.below(80)}\nSigQ:\t0/257089\n` +
    `${signals.map((name) => `${name}:\t${draw.hex(8).padStart(16, '0')}\n`).join('')}` +
    'NoNewPrivs:\t0\nSeccomp:\t2\nSeccomp_filters:\t1\nSpeculation_Store_Bypass:\tthread vulnerable\n' +
    'Cpus_allowed:\tffffffff,ffffffff\nCpus_allowed_list:\t0-63\nMems_allowed_list:\t0-1\n' +
    `voluntary_ctxt_switches:\t${draw.below(9_000_000)}\nnonvoluntary_ctxt_switches:\t${draw.below(900_000)}\n`
  );
}

function stat(process: ModelProcess, virtualKb: number, draw: Draw): string {
  const { pid, parentPid, comm } = process;
  const times = `${draw.below(90_000)} ${draw.below(90_000)} 0 0 20 0 ${1 + draw.below(80)} 0`;
  const start = `${pid} (${comm}) S ${parentPid} ${pid} ${pid} 0 -1 4194560 ${draw.below(90_000)} 0 0 0 ${times}`;
  const addresses = isKernelThread(process) ? '0 0 0' : '94000000000000 94000000900000 140720000000000';
  return `${start} ${1000 + pid} ${virtualKb * 1024} ${virtualKb >> 5} 18446744073709551615 ${addresses} 0 0 0 4096 81920 0 0 0 17 3 0 0 0 0 0 0 0 0 0 0 0 0 0\n`;
}

const LIMITS: readonly (readonly [string, string, string])[] = [
  ['Max cpu time', 'unlimited', 'seconds'],
  ['Max file size', 'unlimited', 'bytes'],
  ['Max data size', 'unlimited', 'bytes'],
  ['Max stack size', '8388608', 'bytes'],
  ['Max core file size', 'unlimited', 'bytes'],
  ['Max resident set', 'unlimited', 'bytes'],
  ['Max processes', 'unlimited', 'processes'],
  ['Max open files', '', 'files'],
  ['Max locked memory', '65536', 'bytes'],
  ['Max address space', 'unlimited', 'bytes'],
  ['Max file locks', 'unlimited', 'locks'],
  ['Max pending signals', '257089', 'signals'],
  ['Max msgqueue size', '819200', 'bytes'],
  ['Max nice priority', '0', ''],
  ['Max realtime priority', '0', ''],
  ['Max realtime timeout', 'unlimited', 'us'],
];

function limits(openFiles: number): string {
  const line = (name: string, soft: string, hard: string, unit: string) =>
    `${name.padEnd(26)}${soft.padEnd(21)}${hard.padEnd(21)}${unit.padEnd(10)}\n`;
  const lines = LIMITS.map(([name, value, unit]) =>
    name === 'Max open files' ? line(name, String(openFiles), '1048576', unit) : line(name, value, value, unit),
  );
  return line('Limit', 'Soft Limit', 'Hard Limit', 'Units') + lines.join('');
}
