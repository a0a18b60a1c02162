"""Real processes that do what the maker of a scenario tells them, one call at a time.

A child is told over a pair of pipes, never over sockets: its socket fds shall be the scenario's and nothing else.
"""

import ctypes
import os
import pickle
import resource
import signal
import struct
import threading
import traceback

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_FILES, CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWPID, CLONE_NEWNET = (
    0x400,
    0x20000,
    0x02000000,
    0x20000000,
    0x40000000,
)
MS_REC, MS_PRIVATE = 0x4000, 0x40000
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
SYS_EXIT = 60
MAX_FDS = 16384


def check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def enter_netns(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        check(LIBC.setns(fd, CLONE_NEWNET))
    finally:
        os.close(fd)


def unshare(flags):
    check(LIBC.unshare(flags))


class Actor:
    """What one child owns; acts (see acts.py) work on it."""

    def __init__(self):
        self.listeners, self.conns, self.others, self.workers = [], [], [], []
        self.in_thread = False
        self.exit_leader = False


def dress(comm, cmdline):
    """Gives the process its service's name. The kernel shows the memory of argv itself, so it is written in place."""
    LIBC.prctl(PR_SET_NAME, comm.encode()[:15], 0, 0, 0)
    start, end = (int(field) for field in open('/proc/self/stat').read().rsplit(')', 1)[1].split()[45:47])
    text = '\0'.join(cmdline).encode()[: end - start - 1]
    ctypes.memmove(start, text.ljust(end - start, b'\0'), end - start)


def _write(fd, value):
    data = pickle.dumps(value)
    data = struct.pack('<I', len(data)) + data
    while data:
        data = data[os.write(fd, data) :]


def _read(fd):
    head = _read_exactly(fd, 4)
    return None if head is None else pickle.loads(_read_exactly(fd, struct.unpack('<I', head)[0]))


def _read_exactly(fd, size):
    data = b''
    while len(data) < size:
        part = os.read(fd, size - len(data))
        if not part:
            return None
        data += part
    return data


def _serve(actor, orders, answers):
    while (order := _read(orders)) is not None:
        act, args, kwargs = order
        try:
            _write(answers, (True, act(actor, *args, **kwargs)))
        except BaseException:
            _write(answers, (False, traceback.format_exc()))
        if actor.exit_leader:
            actor.exit_leader = False
            threading.Thread(target=_serve, args=(actor, orders, answers)).start()
            LIBC.syscall(SYS_EXIT, 0)
    os._exit(0)


class Remote:
    """A forked child; `do(act, …)` runs `act(actor, …)` there and returns its result."""

    def __init__(self, comm, cmdline, enter, actor=None, keep_fds=False):
        self.comm = comm
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self._become(comm, cmdline, enter, orders, answers, keep_fds)
                _serve(actor or Actor(), orders, answers)
            except BaseException:
                _write(answers, (False, traceback.format_exc()))
            os._exit(1)
        os.close(orders)
        os.close(answers)
        self.do(_nothing)

    def _become(self, comm, cmdline, enter, orders, answers, keep_fds):
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        null = os.open('/dev/null', os.O_RDWR)
        for fd in range(3):
            os.dup2(null, fd)
        os.close(null)
        if keep_fds:
            os.close(self._orders)
            os.close(self._answers)
        else:
            for fd in map(int, os.listdir('/proc/self/fd')):
                if fd > 2 and fd not in (orders, answers):
                    try:
                        os.close(fd)
                    except OSError:
                        pass  # the fd of listdir itself
        resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_FDS, MAX_FDS))
        enter()
        dress(comm, cmdline)

    def do(self, act, *args, **kwargs):
        _write(self._orders, (act, args, kwargs))
        answer = _read(self._answers)
        if answer is None or not answer[0]:
            raise RuntimeError(f'{self.comm} (pid {self.pid}): {answer and answer[1]}')
        return answer[1]

    def kill(self):
        os.close(self._orders)
        os.close(self._answers)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def _nothing(_actor):
    pass


def run_apart(function):
    """The result of a function run in a child that may change its namespaces and its user."""
    source, sink = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _write(sink, (True, function()))
        except BaseException:
            _write(sink, (False, traceback.format_exc()))
        os._exit(0)
    os.close(sink)
    answer = _read(source)
    os.close(source)
    os.waitpid(pid, 0)
    if answer is None or not answer[0]:
        raise RuntimeError(answer and answer[1])
    return answer[1]


def run_as_init(function):
    """Runs a function as process 1 of a new PID namespace with its own /proc.

    The bundle then shows the node's processes and no others, and whatever goes wrong, they all die with process 1.
    """

    def outer():
        unshare(CLONE_NEWPID | CLONE_NEWNS)
        return run_apart(inner)

    def inner():
        check(LIBC.mount(b'none', b'/', None, MS_REC | MS_PRIVATE, None))
        check(LIBC.mount(b'proc', b'/proc', b'proc', 0, None))
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        dress('systemd', ('/sbin/init',))
        return function()

    return run_apart(outer)
