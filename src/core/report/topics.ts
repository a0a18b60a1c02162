/** What a finding can be about. Pages, hovers and messages of the log find the findings that concern them by topic. */
export type Topic =
  // Memory
  /** TCP memory of the node against its limit. */
  | 'tcp-memory'
  /** What net.ipv4.tcp_mem is set to. */
  | 'tcp-mem-limit'
  /** The kernel says that it dropped connections for lack of TCP memory. */
  | 'tcp-oom'
  | 'unread-data'
  | 'unsent-data'
  | 'small-packets'
  /** Many connections that work. */
  | 'load'
  /** RAM that the kernel could not get for itself. */
  | 'kernel-memory'
  | 'oom-killer'
  /** Memory of sockets that a cgroup of a pod counts. */
  | 'pod-memory'
  // Sockets
  | 'close-wait'
  | 'fin-wait2'
  /** Sockets that TCP has closed and a process still holds. */
  | 'closed-sockets'
  /** Those of them that were reset or timed out. */
  | 'resets'
  /** Those of them whose connect() failed. */
  | 'failed-connects'
  | 'orphans'
  | 'time-wait'
  | 'accept-queue'
  /** Connections whose handshake is not finished. */
  | 'handshakes'
  /** Sockets of a network namespace other than that of a process. */
  | 'namespaces'
  /** Sockets that nobody is known to hold. */
  | 'unexplained-sockets'
  // Tables and limits
  /** Open files of a process against its limit. */
  | 'fd-limit'
  | 'open-fds'
  /** Open files of the node against fs.file-max. */
  | 'file-handles'
  | 'conntrack'
  | 'neighbours'
  // The bundle
  /** What the bundle does not hold. */
  | 'coverage'
  /** How, where and when the bundle was taken. */
  | 'capture';
