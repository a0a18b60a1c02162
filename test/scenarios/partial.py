"""The trouble of close-wait-eof-read, captured by collectors that see less than everything."""

import os
import re

import capture
from leaks import close_wait_eof_read
from remote import run_apart
from scenario import scenario

NOBODY = 65534


def partial(name, what, rules, may=(), **notes):
    """Registers a view of the trouble: a function of the full capture, or one that captures anew."""

    def register(view):
        scenario(name, what, rules, may, view=view, **notes)(close_wait_eof_read)
        return view

    return register


@partial(
    'collector-in-pod',
    'Captured from inside the leaking pod: proc/net is that of the pod, tcp_mem is absent, other pods are not seen.',
    ['collector-in-pod', 'close-wait-leak'],
    ['unattributed-sockets'],
    nameable=True,
    pod_nameable=False,
)
def collector_in_pod(_members, _node, trouble):
    own = trouble.culprit

    def inside():
        capture.as_collector_in_pod(own)
        return capture.gather([own.pod.anchor, own.pid], [own.pod.anchor], [])

    return run_apart(inside)


@partial(
    'host-namespace-only',
    'Only the net files of the host namespace were captured, none of any process.',
    ['bundle-incomplete'],
    ['closed-socket-leak', 'unattributed-sockets'],
    nameable=False,
    max_confidence='medium',
)
def host_namespace_only(members, _node, _trouble):
    return {name: data for name, data in members.items() if not re.match(r'ss/|proc/\d+/net/', name)}


@partial(
    'no-fds',
    'Captured without root: no fd links, no ns/net links, no slabinfo, no ss; the tables of every pod are there.',
    ['bundle-incomplete', 'close-wait-leak'],
    nameable=False,
    pod_nameable=True,
)
def no_fds(_members, node, _trouble):
    pids = [1] + [process.pid for process in node.processes]
    anchors = [1] + [pod.anchor for pod in node.pods]

    def as_nobody():
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        return capture.gather(pids, anchors, [], as_root=False)

    return run_apart(as_nobody)


@partial(
    'only-sockstat',
    'Only sockstat of the host and the sysctls were captured.',
    ['bundle-incomplete'],
    ['unattributed-sockets'],
    nameable=False,
)
def only_sockstat(members, _node, _trouble):
    return {name: data for name, data in members.items() if name.startswith(('proc/net/sockstat', 'proc/sys/'))}


@partial(
    'copied-net-files',
    'The collector read /proc/net once per process: every proc/PID/net file is a copy of the one of the host.',
    ['bundle-incomplete'],
    ['closed-socket-leak', 'unattributed-sockets'],
    nameable=False,
    max_confidence='medium',
)
def copied_net_files(members, _node, _trouble):
    copied = {}
    for name, data in members.items():
        parts = name.split('/')
        own = parts[0] == 'proc' and parts[1].isdigit() and parts[2] == 'net'
        if not name.startswith('ss/'):
            copied[name] = members[f'proc/net/{parts[3]}'] if own else data
    return copied
