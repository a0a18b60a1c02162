"""A node made for one scenario: pods with their own network namespaces and cgroups, and the processes in them."""

import os
import random
import signal
import subprocess
import time
import uuid

from acts import reset_everything
from remote import CLONE_NEWNET, Remote, enter_netns, unshare

CGROUP_MOUNTS = [f'/sys/fs/cgroup/{name}' for name in ('systemd', 'memory', 'pids', 'unified')]
QOS = 'kubepods.slice/kubepods-burstable.slice'
POD_LETTERS = 'bcdfghjklmnpqrstvwxz2456789'


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f'{" ".join(command)}: {done.stderr.strip()}')
    return done.stdout


class Node:
    def __init__(self, scenario):
        self.random = random.Random(scenario)
        self.pods, self.processes, self.pins, self.cgroups, self.extra_pids = [], [], [], [], []
        self.folders, self.stopped = [], []
        self.hidden_pins = False
        self.netns = netns_of(1)
        self.hostname = 'worker-' + ''.join(self.random.choices('0123456789abcdef', k=2))

    def __enter__(self):
        self.daemon('containerd')
        self.daemon('kubelet', '/usr/bin/kubelet', '--config=/etc/kubernetes/kubelet.conf')
        return self

    def __exit__(self, *_):
        for process in self.stopped:
            os.kill(process.pid, signal.SIGCONT)
        # Services first and by reset: sockets that outlive the peer's namespace would stay in alloc for minutes.
        for process in self.processes:
            if process.comm != 'pause':
                process.try_to(reset_everything)
        for process in sorted(self.processes, key=lambda process: process.comm == 'pause'):
            process.kill()
        for pin in self.pins:
            run('umount', pin.path)
            os.unlink(pin.path)
        for folder in self.folders:
            os.rmdir(folder)
        for path in sorted(self.cgroups, key=len, reverse=True):
            remove_cgroup(path)

    def pod(self, namespace, app, host_network=False):
        pod = Pod(self, namespace, app, host_network)
        self.pods.append(pod)
        return pod

    def daemon(self, comm, *cmdline):
        """A process of the host itself, outside Kubernetes."""
        return self._start(comm, cmdline, f'system.slice/{comm}.service', None, None, '')

    def _start(self, comm, cmdline, cgroup, netns, pod, container):
        process = Process(comm, cmdline or (f'/usr/bin/{comm}',), netns, pod, container)
        self.processes.append(process)
        self.join_cgroup(process.pid, cgroup)
        return process

    def join_cgroup(self, pid, cgroup):
        for mount in CGROUP_MOUNTS:
            path = mount
            for part in cgroup.split('/'):
                path += '/' + part
                if not os.path.isdir(path):
                    os.mkdir(path)
                    self.cgroups.append(path)
            with open(f'{path}/cgroup.procs', 'w') as procs:
                procs.write(str(pid))

    def stop(self, process):
        """Stops it by a signal, until the scenario is over: from now on it obeys no act."""
        self.stopped.append(process)
        os.kill(process.pid, signal.SIGSTOP)

    def connect(self, *pods):
        """A veth pair between each two of them, so that the host's own network is never touched."""
        for index, a in enumerate(pods):
            for b in pods[index + 1 :]:
                here, there = a.next_device(), b.next_device()
                a.ip(f'link add {here} type veth peer name {there} netns {b.anchor}')
                for pod, device, peer in ((a, here, b), (b, there, a)):
                    pod.ip(
                        f'address add {pod.address}/32 dev {device}',
                        f'link set {device} up',
                        f'route add {peer.address}/32 dev {device} src {pod.address}',
                    )

    def pin(self, pod):
        """Keeps the namespace of a pod by a bind mount, as a container runtime does, and ends the pod's processes."""
        pin = Pin(f'/run/netns/cni-{uuid.UUID(int=self.random.getrandbits(128), version=4)}', pod.netns)
        if not os.path.isdir('/run/netns'):
            os.mkdir('/run/netns')
            self.folders.append('/run/netns')
        open(pin.path, 'x').close()
        self.pins.append(pin)
        run('mount', '--bind', f'/proc/{pod.anchor}/ns/net', pin.path)
        for process in [process for process in self.processes if process.pod is pod]:
            self.processes.remove(process)
            process.kill()
        self.pods.remove(pod)
        return pin


class Pin:
    def __init__(self, path, netns):
        self.path, self.netns = path, netns


class Pod:
    def __init__(self, node, namespace, app, host_network):
        self.node, self.namespace, self.app = node, namespace, app
        letters = lambda count: ''.join(node.random.choices(POD_LETTERS, k=count))
        self.name = f'{app}-{letters(10)}-{letters(5)}'
        self.uid = str(uuid.UUID(int=node.random.getrandbits(128), version=4))
        self.host_network = host_network
        self.containers = {}
        self.address = f'10.244.7.{10 + len(node.pods)}'
        self._devices = 0
        self._netns_path = None if host_network else 'new'
        pause = self.process('pause', '/pause', container='')
        self.anchor = pause.pid
        self.netns = netns_of(pause.pid)
        if not host_network:
            self._netns_path = f'/proc/{self.anchor}/ns/net'
            self.ip('link set lo up')

    def process(self, comm, *cmdline, container=None):
        """Starts a process in a container of this pod; the container is named after the app unless told otherwise."""
        container = self.app if container is None else container
        identity = self.containers.setdefault(container, f'{self.node.random.getrandbits(256):064x}')
        slice_name = f'kubepods-burstable-pod{self.uid.replace("-", "_")}.slice'
        cgroup = f'{QOS}/{slice_name}/cri-containerd-{identity}.scope'
        return self.node._start(comm, cmdline, cgroup, self._netns_path, self, container)

    def next_device(self):
        self._devices += 1
        return f'eth{self._devices - 1}'

    def ip(self, *commands):
        run('nsenter', '-t', str(self.anchor), '-n', 'ip', '-batch', '-', text='\n'.join(commands) + '\n')

    def tc(self, command):
        run('nsenter', '-t', str(self.anchor), '-n', 'tc', *command.split())


class Process(Remote):
    def __init__(self, comm, cmdline, netns, pod, container):
        self.pod, self.container, self.worker_pids = pod, container, []
        super().__init__(comm, cmdline, lambda: _enter(netns))

    def try_to(self, act):
        try:
            self.do(act)
        except (RuntimeError, OSError):
            pass  # on the way out

    def identity(self):
        workers = {'worker_pids': self.worker_pids, 'parent_pid': self.pid} if self.worker_pids else {}
        return {
            'pid': None if workers else self.pid,
            'comm': self.comm,
            'netns': netns_of(self.pid) or (self.pod and self.pod.netns),
            'pod': self.pod and self.pod.name,
            'namespace': self.pod and self.pod.namespace,
            'container': self.pod and self.container,
            **workers,
        }


def _enter(netns):
    if netns == 'new':
        unshare(CLONE_NEWNET)
    elif netns is not None:
        enter_netns(netns)


def netns_of(pid):
    """Inode of a process's network namespace; None for one that has exited in part (zombie leader)."""
    try:
        return int(os.readlink(f'/proc/{pid}/ns/net')[5:-1])
    except OSError:
        return None


def remove_cgroup(path):
    """The kernel empties a cgroup a moment after its last process has died."""
    for _ in range(50):
        try:
            return os.rmdir(path)
        except OSError:
            time.sleep(0.05)
