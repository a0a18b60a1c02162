"""What the processes of a scenario can be told to do. Each act runs inside the child; `a` is its Actor."""

import os
import queue
import resource
import select
import socket
import struct
import tempfile
import threading
import time

from remote import CLONE_FILES, Remote, enter_netns, unshare

IPPROTO_MPTCP = 262
RESET_ON_CLOSE = struct.pack('ii', 1, 0)


def sysctl(_a, name, value):
    """Sets a per-namespace value; refuses in the host's namespace, which must stay as it is."""
    if os.readlink('/proc/self/ns/net') == os.readlink('/proc/1/ns/net'):
        raise RuntimeError(f'{name}: not in the host namespace')
    with open('/proc/sys/net/' + name, 'w') as file:
        file.write(str(value))


def limit_fds(_a, count):
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


def listen(a, port, backlog=1024, address='0.0.0.0', proto=0, reuse_port=False):
    listener = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET, socket.SOCK_STREAM, proto)
    if ':' in address:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT if reuse_port else socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(backlog)
    a.listeners.append(listener)


def small_receive_buffer(a, size):
    a.listeners[-1].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)


def connect(a, address, port, count, proto=0, nodelay=False):
    for _ in range(count):
        conn = socket.socket(socket.AF_INET, socket.SOCK_STREAM, proto)
        if nodelay:
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        conn.connect((address, port))
        a.conns.append(conn)


def connect_without_waiting(a, address, port, count):
    for _ in range(count):
        conn = socket.socket()
        conn.setblocking(False)
        conn.connect_ex((address, port))
        a.conns.append(conn)


def connect_in_vain(a, address, port, count):
    """Every attempt is refused and its socket kept, as a retry loop does that forgets close()."""
    for _ in range(count):
        conn = socket.socket()
        if conn.connect_ex((address, port)) == 0:
            raise RuntimeError('somebody listens')
        a.conns.append(conn)


def accept(a, count):
    a.conns += [a.listeners[-1].accept()[0] for _ in range(count)]


def accept_waiting(a):
    """Takes what is in the queue and waits for no more."""
    while select.select(a.listeners[-1:], [], [], 0)[0]:
        accept(a, 1)


def accept_forever(a, pause=0.0):
    """A healthy accept loop, in a thread of its own."""

    def loop():
        while True:
            a.conns.append(a.listeners[-1].accept()[0])
            time.sleep(pause)

    threading.Thread(target=loop, daemon=True).start()


def keep_alive(a, idle, interval, probes):
    for conn in a.conns:
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, idle)
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, interval)
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, probes)


def send(a, size, start=0, stop=None):
    for conn in a.conns[start:stop]:
        conn.sendall(b'x' * size)


def send_bytes_singly(a, count):
    for _ in range(count):
        for conn in a.conns:
            conn.send(b'x')


def large_send_buffer(a, size):
    for conn in a.conns:
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)


def send_until_blocked(a):
    """Fills the queues on both sides; returns the bytes taken per connection."""
    taken = []
    for conn in a.conns:
        conn.setblocking(False)
        total = 0
        while select.select([], [conn], [], 0.05)[1]:
            total += conn.send(b'x' * 65536)
        taken.append(total)
    return taken


def receive(a, size, start=0, stop=None):
    for conn in a.conns[start:stop]:
        left = size
        while left:
            left -= len(conn.recv(left))


def read_to_end(a, start=0, stop=None):
    for conn in a.conns[start:stop]:
        while conn.recv(65536):
            pass


def close(a, start=0, stop=None):
    for conn in a.conns[start:stop]:
        conn.close()
    del a.conns[start:stop]


def reset(a, start=0, stop=None):
    for conn in a.conns[start:stop]:
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    close(a, start, stop)


def reset_everything(a):
    """Ends all connections at once, so that nothing of them is left on the node."""
    for worker in a.workers:
        worker.do(reset_everything)
    for fd in map(int, os.listdir('/proc/self/fd')):
        try:
            with socket.socket(fileno=os.dup(fd)) as sock:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        except OSError:
            pass  # no socket
    for sock in a.conns + a.listeners:
        sock.close()


def half_close(a, start=0, stop=None):
    for conn in a.conns[start:stop]:
        conn.shutdown(socket.SHUT_WR)


def shut_down_both(a):
    for conn in a.conns:
        conn.shutdown(socket.SHUT_RDWR)


def watch(a):
    """Registers everything with epoll, as an event loop does."""
    poll = select.epoll()
    for sock in a.listeners + a.conns:
        poll.register(sock.fileno(), select.EPOLLIN)
    a.others.append(poll)


def create_only(a, count, bind):
    for index in range(count):
        conn = socket.socket()
        if bind:
            conn.bind(('0.0.0.0', 0))
        a.conns.append(conn)


def open_eventfds(a, count):
    a.others += [os.eventfd(0) for _ in range(count)]


def open_file_often(a, count):
    with tempfile.TemporaryFile() as file:
        a.others += [os.dup(file.fileno()) for _ in range(count)]


def open_netlink(a, count):
    for _ in range(count):
        sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        sock.bind((0, 0))
        a.others.append(sock)


def open_socketpairs(a, count):
    for _ in range(count):
        a.others += socket.socketpair()


def put_in_flight(a, per_message=50):
    """Sends every connection through a unix socket that nobody reads, and closes the own fds."""
    near, far = socket.socketpair()
    a.others += [near, far]
    for index in range(0, len(a.conns), per_message):
        socket.send_fds(near, [b'x'], [conn.fileno() for conn in a.conns[index : index + per_message]])
    close(a)


def offer_unix(a, path):
    """Where another process can pass its sockets to this one."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1)
    a.others.append(listener)


def pass_on(a, path, per_message=50):
    """Sends every connection to the process at the unix socket, and closes the own fds."""
    with socket.socket(socket.AF_UNIX) as near:
        near.connect(path)
        for index in range(0, len(a.conns), per_message):
            socket.send_fds(near, [b'x'], [conn.fileno() for conn in a.conns[index : index + per_message]])
    close(a)


def take_sockets(a, per_message=50):
    """Takes what was passed on, until the other process has no more."""
    with a.others.pop() as listener, listener.accept()[0] as far:
        while (message := socket.recv_fds(far, 1, per_message))[0]:
            a.conns += [socket.socket(fileno=fd) for fd in message[1]]


def fork_worker(a, comm, cmdline):
    """A worker that inherits every fd of this process; returns its pid."""
    worker = Remote(comm, cmdline, lambda: None, a, keep_fds=True)
    a.workers.append(worker)
    return worker.pid


def in_worker(a, index, act, *args):
    return a.workers[index].do(act, *args)


def in_own_thread(a, act, *args):
    """Runs an act in a thread with an fd table of its own, which stays alive: only task/TID/fd shows its sockets."""
    done = queue.Queue()

    def loop():
        unshare(CLONE_FILES)
        act(a, *args)
        done.put(True)
        threading.Event().wait()

    threading.Thread(target=loop, daemon=True).start()
    done.get(timeout=20)


def leave_leader(a):
    """The main thread exits, another one goes on: the process's leader becomes a zombie."""
    a.exit_leader = True


def visit(_a, netns_path):
    """Enters a namespace (sockets made from now on belong to it) until `visit` leads elsewhere."""
    enter_netns(netns_path)


def flood(_a, address, port, count):
    """SYNs from addresses that do not exist, so that no answer ever comes."""
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    target = socket.inet_aton(address)
    for index in range(count):
        source = bytes((198, 18 + index % 2, index // 200 % 250 + 1, index % 200 + 1))
        header = struct.pack(
            '!HHIIBBHHH', 1024 + index * 7 % 60000, port, index * 65537 % 2**32, 0, 0x50, 2, 64240, 0, 0
        )
        pseudo = source + target + struct.pack('!BBH', 0, 6, len(header))
        header = header[:16] + struct.pack('!H', checksum(pseudo + header)) + header[18:]
        packet = struct.pack('!BBHHHBBH', 0x45, 0, 40, 0, 0, 64, 6, 0) + source + target + header
        raw.sendto(packet, (address, 0))


def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def read_nothing(_a):
    """Answers as soon as the process is served again."""
