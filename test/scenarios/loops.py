"""Acts that go on in a thread of their own while the bundle is read: servers and clients that are at work."""

import select
import socket
import threading
import time


def go_on(work):
    """Repeats `work` until the process ends."""

    def loop():
        while True:
            work()

    threading.Thread(target=loop, daemon=True).start()


def serve_one_by_one(a, seconds):
    """Accepts a connection, is busy with it for so long and closes it."""

    def work():
        conn = a.listeners[-1].accept()[0]
        time.sleep(seconds)
        conn.close()

    go_on(work)


def connect_anew(a, address, port):
    """Replaces every connection that the server has closed by a new one."""

    def work():
        for conn in select.select(a.conns, [], [], 1)[0]:
            a.conns.remove(conn)
            conn.close()
            a.conns.append(socket.create_connection((address, port)))

    go_on(work)


def read_in_turn(a, size, pause):
    """Takes so many bytes of one connection after the other, with a pause after each."""

    def work():
        for conn in a.conns:
            conn.recv(size)
            time.sleep(pause)

    go_on(work)


def send_without_end(a, size=65536):
    """Keeps the send queues of all connections full."""
    for conn in a.conns:
        conn.setblocking(False)

    def work():
        for conn in select.select([], a.conns, [], 1)[1]:
            conn.send(b'x' * size)

    go_on(work)


def send_now_and_then(a, size, pause, start=0, stop=None):
    conns = a.conns[start:stop]

    def work():
        for conn in conns:
            conn.send(b'x' * size)
        time.sleep(pause)

    go_on(work)


def read_what_comes(a, start=0, stop=None):
    conns = a.conns[start:stop]

    def work():
        for conn in select.select(conns, [], [], 1)[0]:
            conn.recv(65536)

    go_on(work)
