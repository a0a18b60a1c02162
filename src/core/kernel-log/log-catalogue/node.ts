/** Files, tasks and storage of the node: why processes do not read or close. */
import { defineLogMessage, type LogMessage, shared } from './message.ts';

export const NODE_MESSAGES: readonly LogMessage[] = [
  defineLogMessage({
    // fs/file_table.c alloc_empty_file
    id: 'file-max',
    level: 'error',
    anchors: ['VFS: file-max limit '],
    patterns: { all: { era: shared.allKernels(), pattern: /VFS: file-max limit \d+ reached/ } },
    title: 'The node has no more file handles',
    meaning:
      'All processes together reached fs.file-max. The kernel prints this only at a new high-water mark, so rarely.',
    causes: { leak: 'A process opens files or sockets and does not close them.' },
    confirm: 'The first against the third number of /proc/sys/fs/file-nr.',
    counters: [],
    fixes: { find: 'Find the process whose fds grow.' },
    nonFixes: {
      limit: 'Raising fs.file-max while a process leaks. Processes with CAP_SYS_ADMIN pass the limit anyway.',
    },
  }),
  defineLogMessage({
    // Not of the kernel: what programs say, where their output is in the same log
    id: 'too-many-open-files',
    level: 'warning',
    anchors: ['oo many open files'],
    patterns: {
      go: { era: 'Programs in Go', pattern: /\b(?:accept4|socket): too many open files/ },
      java: { era: 'Programs in Java', pattern: /java\.net\.SocketException: Too many open files/ },
    },
    title: 'A process has no more file descriptors',
    meaning:
      'A process could not open or accept a socket, because it is at its limit of open files. Connections that it does not accept stay in the queue of the listening socket.',
    causes: {
      leak: 'The process does not close its sockets or files.',
      limit: 'Its limit is too low for the load.',
    },
    confirm: 'The fds of the process against "Max open files" in /proc/PID/limits; fs.file-nr against fs.file-max.',
    counters: [],
    fixes: { find: 'Find what the process does not close; raise its limit if the load is real.' },
    nonFixes: { tcpMem: shared.tcpMemHasNoPart() },
  }),
  defineLogMessage({
    // net/socket.c sock_alloc; the prefix varies
    id: 'no-more-sockets',
    level: 'error',
    anchors: ['socket: no more sockets'],
    patterns: { all: { era: shared.allKernels(), pattern: /socket: no more sockets/ } },
    title: 'No socket could be made',
    meaning: 'The kernel could not allocate the inode of a new socket: RAM ran out, not the memory of TCP.',
    causes: { usedUp: 'RAM or inodes are used up.' },
    confirm: 'MemAvailable of meminfo, and sock_inode_cache in slabinfo.',
    counters: [],
    fixes: { find: 'Find what fills RAM, or the process whose sockets grow.' },
    nonFixes: { tcpMem: shared.raiseTcpMem() },
  }),
  defineLogMessage({
    // kernel/hung_task.c
    id: 'hung-task',
    level: 'warning',
    anchors: [' blocked for more than '],
    patterns: {
      all: {
        era: shared.allKernels(),
        pattern: /INFO: task .{1,40}:\d+ blocked for more than \d+ seconds\./,
      },
    },
    title: 'A process is stuck in the kernel',
    meaning:
      'It neither reads nor closes its sockets while it waits. A process that is stuck while it exits keeps its fds open.',
    causes: {
      storage: 'Storage does not answer.',
      lock: 'Another task holds a lock in the kernel.',
    },
    confirm: 'State D in /proc/PID/status of that process, and receive queues of its sockets.',
    counters: [],
    fixes: { find: 'Find what it waits for; the call trace below the line tells.' },
    nonFixes: { tcpMem: 'Raising tcp_mem: the queues stay unread.' },
  }),
  defineLogMessage({
    // net/sunrpc/clnt.c
    id: 'nfs-not-responding',
    level: 'warning',
    anchors: [' not responding, still trying', ' not responding, timed out'],
    patterns: {
      hard: { era: 'All, hard mount', pattern: /nfs: server \S{1,255} not responding, still trying/ },
      soft: { era: 'All, soft mount', pattern: /nfs: server \S{1,255} not responding, timed out/ },
    },
    title: 'An NFS server does not answer',
    meaning:
      'The kernel has its own connections to the server, and their send queues fill. Processes that use the mount are stuck with it.',
    causes: { server: 'The server, or the way to it.' },
    confirm: 'Rows of /proc/net/tcp to port 2049 with a send queue and an inode that no fd has.',
    counters: [],
    fixes: { server: 'Look at the server and at the network to it.' },
    nonFixes: { process: shared.socketsOfKernel() },
  }),
  defineLogMessage({
    id: 'ceph-socket-closed',
    level: 'note',
    anchors: [' socket closed'],
    patterns: { libceph: { era: 'Kernels with libceph', pattern: /libceph: .{1,120} socket closed/ } },
    title: 'A connection to Ceph was closed',
    meaning: 'The kernel has its own connections to Ceph, and one of them ended.',
    causes: { server: 'A Ceph server restarts, or the way to it is broken.' },
    confirm: 'Rows of /proc/net/tcp to port 3300 or 6789 with a send queue and an inode that no fd has.',
    counters: [],
    fixes: { storage: 'If the line comes again and again, look at the storage.' },
    nonFixes: { process: shared.socketsOfKernel() },
  }),
];
