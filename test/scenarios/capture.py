"""Reads /proc of the live node into the members of a bundle, in the format of test/fixtures/bundles.

`gather` copies what the kernel says; `neutralise` then takes out what would tell about the machine of the maker.
"""

import gzip
import io
import json
import os
import re
import subprocess
import tarfile
import time

from node import netns_of
from remote import CLONE_NEWCGROUP, enter_netns, run_apart, unshare

KERNEL = os.uname().release.split('-')[0]
NODE_FILES = 'stat uptime loadavg meminfo vmstat slabinfo buddyinfo'.split()
NET_FILES = (
    'tcp tcp6 udp udp6 raw raw6 unix netlink packet sockstat sockstat6 snmp snmp6 netstat protocols dev arp'.split()
)
PID_FILES = 'comm cmdline status stat limits cgroup'.split()
SYSCTLS = [
    f'net/ipv4/{name}'
    for name in (
        'tcp_mem tcp_rmem tcp_wmem udp_mem tcp_max_orphans tcp_max_tw_buckets tcp_fin_timeout tcp_syncookies '
        'tcp_max_syn_backlog tcp_orphan_retries tcp_retries2 tcp_synack_retries tcp_keepalive_time '
        'tcp_keepalive_intvl tcp_keepalive_probes ip_local_port_range '
        'neigh/default/gc_thresh1 neigh/default/gc_thresh2 neigh/default/gc_thresh3'
    ).split()
] + [
    'net/core/somaxconn',
    'net/core/mem_pcpu_rsv',
    'net/netfilter/nf_conntrack_count',
    'net/netfilter/nf_conntrack_max',
    'fs/file-nr',
    'fs/file-max',
    'fs/nr_open',
]
BOOT_LOG = """\
Linux version {kernel} (builder@host) (gcc) #1 SMP
Command line: console=ttyS0 quiet
x86/fpu: x87 FPU will use FXSAVE
Memory: 24633212K/25165824K available
rcu: Hierarchical RCU implementation.
NET: Registered PF_INET protocol family
tcp_listen_portaddr_hash hash table entries: 16384 (order: 6, 262144 bytes, linear)
TCP established hash table entries: 262144 (order: 9, 2097152 bytes, linear)
TCP: Hash tables configured (established 262144 bind 65536)
NET: Registered PF_INET6 protocol family
NET: Registered PF_UNIX/PF_LOCAL protocol family
EXT4-fs (vda1): mounted filesystem with ordered data mode.
systemd[1]: Started container runtime."""
OWN_PATH = re.compile(rb'^(socket|pipe|anon_inode|net|mnt|pid):|^anon_inode:|^/dev/[\w/]+$')


class Link(str):
    """A symlink member, by its target."""


class Folder:
    """An empty directory member."""


def read(path):
    try:
        with open(path, 'rb') as file:
            return file.read()
    except OSError:
        return None


def link(path):
    try:
        return Link(os.readlink(path))
    except OSError:
        return None


def listing(path):
    try:
        return sorted(os.listdir(path), key=lambda name: (len(name), name))
    except OSError:
        return []


def gather(pids, anchors, pins, skip_ss=(), as_root=True):
    """Members by name; runs in a child that already sees what the collector of the scenario shall see."""
    members = {f'proc/net/{name}': read(f'/proc/self/net/{name}') for name in NET_FILES}
    members |= {f'proc/sys/{name}': read(f'/proc/sys/{name}') for name in SYSCTLS}
    members |= {f'proc/{name}': read(f'/proc/{name}') for name in NODE_FILES}
    for pid in pids:
        members |= gather_process(pid)
    for pid in anchors:
        members |= {f'proc/{pid}/net/{name}': read(f'/proc/{pid}/net/{name}') for name in NET_FILES}
        if netns_of(pid) not in skip_ss and as_root:
            members |= gather_ss(netns_of(pid), '-t', str(pid), '-n')
    for pin in pins:
        members[f'netns/{pin.netns}/path'] = f'{pin.path}\n'.encode()
        tables = run_apart(
            lambda: (enter_netns(pin.path), {name: read(f'/proc/self/net/{name}') for name in NET_FILES})[1]
        )
        members |= {f'netns/{pin.netns}/net/{name}': data for name, data in tables.items()}
        members |= gather_ss(pin.netns, f'--net={pin.path}')
    return {name: data for name, data in members.items() if data is not None}


def gather_process(pid):
    members = {f'proc/{pid}/{name}': read(f'/proc/{pid}/{name}') for name in PID_FILES}
    if members[f'proc/{pid}/comm'] is None:
        return {}
    members[f'proc/{pid}/ns/net'] = link(f'/proc/{pid}/ns/net')
    leader = gather_fds(f'proc/{pid}')
    members |= leader | gather_fdinfo(pid, leader)
    for tid in listing(f'/proc/{pid}/task'):
        own = gather_fds(f'proc/{pid}/task/{tid}')
        if int(tid) != pid and list(own.values()) != list(leader.values()):
            members |= own | gather_thread(f'proc/{pid}/task/{tid}')
    return members


def gather_thread(folder):
    """A leader that has exited has lost its cgroup and namespace; its threads still tell them."""
    return {f'{folder}/{name}': read(f'/{folder}/{name}') for name in ('comm', 'cgroup')} | {
        f'{folder}/ns/net': link(f'/{folder}/ns/net')
    }


def gather_fds(folder):
    return {f'{folder}/fd/{fd}': link(f'/{folder}/fd/{fd}') for fd in listing(f'/{folder}/fd')}


def gather_fdinfo(pid, fds):
    """Of epoll fds (what is still watched) and unix sockets (how many fds are in flight inside)."""
    unix = {line.split()[6].decode() for line in (read(f'/proc/{pid}/net/unix') or b'').splitlines()[1:]}
    wanted = [
        name
        for name, target in fds.items()
        if target and (target == 'anon_inode:[eventpoll]' or target.startswith('socket:[') and target[8:-1] in unix)
    ]
    if len(wanted) > 100:
        wanted = []
    return {name.replace('/fd/', '/fdinfo/'): read('/' + name.replace('/fd/', '/fdinfo/')) for name in wanted}


def gather_ss(netns, *enter):
    done = subprocess.run(['nsenter', *enter, 'ss', '-tanpeimO'], capture_output=True)
    return {f'ss/ss-tanpeim.{netns}.txt': done.stdout}


def neutralise(members, since):
    """What is left names the scenario, the kernel, or nobody."""
    clean = {}
    for name, data in members.items():
        if isinstance(data, Link):
            data = clean_link(data, name)
        elif name == 'proc/1/cgroup':
            data = re.sub(rb'(?m)^(\d+:\S*?:).*$', rb'\1/init.scope', data)
        elif name.endswith('/cmdline'):
            data = data.rstrip(b'\0') + b'\0' if data else data
        elif name.endswith('net/unix'):
            data = clean_unix(data)
        elif name.startswith('ss/'):
            data = re.sub(rb'cgroup:(?!/kubepods|/system\.slice/[\w-]+\.service)\S+', b'cgroup:/', data)
        elif name == 'proc/net/arp' or name == 'proc/1/net/arp':
            data = data.splitlines(keepends=True)[0]
        clean[name] = data
    clean['proc/version'] = f'Linux version {KERNEL} (builder@host) (gcc) #1 SMP\n'.encode()
    clean['dmesg'] = boot_log(since)
    return clean


def clean_link(target, name):
    """Files that a process has open say where the maker's programs lie."""
    if OWN_PATH.match(target.encode()):
        return target
    return Link(f'/var/lib/app/file-{name.rsplit("/", 1)[1]}')


def clean_unix(data):
    return re.sub(rb'(?m)^(\S+: (?:\S+ ){4}\S+ +\d+) ((?:/|@(?!app)).*)$', rb'\1 /run/host/socket', data)


def boot_log(since):
    """An ordinary boot, then what TCP itself logged while the scenario ran."""
    lines = [
        f'[{number * 0.217 + (0.1 if number else 0):12.6f}] {text.format(kernel=KERNEL)}'
        for number, text in enumerate(BOOT_LOG.split('\n'))
    ]
    kernel = subprocess.run(['dmesg'], capture_output=True, text=True).stdout.splitlines()
    for line in kernel:
        match = re.match(r'\[ *(\d+\.\d+)\] TCP: ', line)
        if match and float(match[1]) >= since:
            lines.append(line)
    return ('\n'.join(lines) + '\n').encode()


def as_collector_in_pod(process):
    """The collector runs inside the container: its namespaces are those of the pod."""
    with open(f'/proc/{process.pid}/cgroup') as file:
        paths = dict(line.strip().split(':', 2)[1:] for line in file)
    mine = os.getpid()
    for controller, mount in (('name=systemd', 'systemd'), ('memory', 'memory'), ('pids', 'pids'), ('', 'unified')):
        with open(f'/sys/fs/cgroup/{mount}{paths[controller]}/cgroup.procs', 'w') as procs:
            procs.write(str(mine))
    unshare(CLONE_NEWCGROUP)
    enter_netns(f'/proc/{process.pid}/ns/net')


def write_bundle(path, members, hostname):
    """One gzip tar, without the name of the file or the time of writing in its header."""
    now = int(time.time())
    meta = {
        'format': 'plain-proc-capture',
        'version': 1,
        'hostname': hostname,
        'kernel': KERNEL,
        'captured_at': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(now)),
        'page_size': os.sysconf('SC_PAGE_SIZE'),
        'clk_tck': os.sysconf('SC_CLK_TCK'),
    }
    members = {'meta.json': (json.dumps(meta, indent=1) + '\n').encode()} | members
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode='w', format=tarfile.USTAR_FORMAT) as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.mtime, info.mode = now, 0o644
            if isinstance(data, Link):
                info.type, info.linkname, info.mode = tarfile.SYMTYPE, data, 0o777
            elif data is Folder:
                info.type, info.mode = tarfile.DIRTYPE, 0o755
            else:
                info.size = len(data)
            tar.addfile(info, io.BytesIO(data) if info.isreg() else None)
    with open(path, 'wb') as file, gzip.GzipFile(
        filename='', fileobj=file, mode='wb', compresslevel=9, mtime=now
    ) as packed:
        packed.write(buffer.getvalue())
