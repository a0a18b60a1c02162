"""Counts a finished bundle with tools that know nothing of how it was made: ss, awk and find on the extracted tree."""

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter

STATES = {
    '01': 'established',
    '02': 'syn_sent',
    '03': 'syn_recv',
    '04': 'fin_wait1',
    '05': 'fin_wait2',
    '06': 'time_wait',
    '08': 'close_wait',
    '09': 'last_ack',
    '0A': 'listen',
    '0B': 'closing',
}


def words_of_this_machine():
    """Paths, kernel build and first process of the machine that makes the bundles: none of them belongs in one."""
    release, init = os.uname().release, open('/proc/1/comm').read().strip()
    words = {os.getcwd(), os.path.expanduser('~'), tempfile.gettempdir(), sys.prefix, os.path.basename(sys.argv[0])}
    words |= {release} if '-' in release else set()
    words |= {init} if init not in ('systemd', 'init') else set()
    return sorted(words - {'/', ''})


# Read at import: later this program is in a PID namespace of its own.
FORBIDDEN_TEXT = re.compile('|'.join(map(re.escape, words_of_this_machine())).encode())


def shell(command, **environment):
    done = subprocess.run(['bash', '-c', command], capture_output=True, text=True, env=os.environ | environment)
    return done.stdout.split('\n')[:-1]


def folders(tree):
    """One folder of net tables per namespace, by the namespace's inode."""
    found = {}
    for folder in shell(f'ls -d {tree}/proc/[0-9]*/net {tree}/netns/*/net {tree}/proc/net 2>/dev/null'):
        found.setdefault(namespace_of(tree, folder), folder)
    return found


def namespace_of(tree, folder):
    """Told by ns/net of the process, by the folder's name for a pinned one; proc/net is the one of the collector."""
    owner = folder[len(tree) + 1 : -len('/net')]
    if owner.startswith('netns/'):
        return int(owner[len('netns/') :])
    links = (
        [f'{tree}/{owner}/ns/net']
        if owner != 'proc'
        else shell(f'ls {tree}/proc/1/ns/net {tree}/proc/*/ns/net 2>/dev/null')
    )
    if links and os.path.islink(links[0]):
        return int(os.readlink(links[0])[5:-1])
    return int(owner[len('proc/') :] or 0)


def tables(tree, *names):
    paths = [f'{folder}/{name}' for folder in folders(tree).values() for name in names]
    return [path for path in paths if os.path.exists(path)]


def rows(tree):
    """(state, inode, port, rx, timer, namespace) of every row of the TCP tables."""
    found = []
    script = '{ split($2, a, ":"); split($5, q, ":"); split($6, t, ":"); print $4, $10, a[2], q[2], t[1] }'
    for namespace, folder in folders(tree).items():
        for line in shell(f"awk 'FNR>1 {script}' {folder}/tcp {folder}/tcp6 2>/dev/null"):
            state, inode, port, rx, timer = line.split()
            found.append((STATES[state], int(inode), int(port, 16), int(rx, 16), timer, namespace))
    return found


def fds(tree, pids):
    """Link targets of all fds of these processes and of their threads with tables of their own."""
    places = ' '.join(f'{tree}/proc/{pid}/fd {tree}/proc/{pid}/task' for pid in pids)
    return shell(f"find {places} -path '*/fd/*' -type l -printf '%l\\n' 2>/dev/null")


def inodes_in(files, column):
    files = ' '.join(files)
    return {int(word) for word in shell(f"awk 'FNR>1 {{print ${column}}}' {files}")} if files else set()


def sockets(targets):
    return {int(target[8:-1]) for target in targets if target.startswith('socket:[')}


def count_holder(tree, pids, all_rows):
    """What one holder has, by state of its rows and by what has no row at all."""
    targets = fds(tree, pids)
    held = sockets(targets)
    counts = Counter()
    listening = []
    for state, inode, port, rx, _, namespace in all_rows:
        if inode in held:
            counts[state] += 1
            if state == 'listen':
                counts['accept_queue'] += rx
                listening.append((namespace, port))
            elif state == 'close_wait':
                counts['close_wait_unread'] += rx > 1
            if state == 'established':
                counts['established_rx_bytes'] += rx
    waiting = [
        row
        for row in all_rows
        if row[1] == 0 and row[0] in ('established', 'close_wait') and (row[5], row[2]) in listening
    ]
    counts['closed_in_queue'] = max(counts['accept_queue'] - len(waiting), 0)
    unix, netlink = inodes_in(tables(tree, 'unix'), 7), inodes_in(tables(tree, 'netlink'), 10)
    other = inodes_in(tables(tree, 'udp', 'udp6', 'raw', 'raw6'), 10) | inodes_in(tables(tree, 'packet'), 9)
    counts['unix_sockets'], counts['netlink_sockets'] = len(held & unix), len(held & netlink)
    counts['closed_held'] = len(held - {row[1] for row in all_rows} - unix - netlink - other)
    counts['eventfds'] = sum('[eventfd]' in target for target in targets)
    counts['socket_fds'], counts['fds'] = sum(target.startswith('socket:') for target in targets), len(targets)
    counts['scm_in_flight'] = sum(
        int(line.split()[1])
        for pid in pids
        for line in shell(f'grep -h ^scm_fds: {tree}/proc/{pid}/fdinfo/* 2>/dev/null')
    )
    return dict(counts)


def count_namespaces(tree):
    """States per namespace, told by ss from the saved tables."""
    result = {}
    for namespace, folder in folders(tree).items():
        if os.path.exists(f'{folder}/tcp'):
            states = Counter(line.split()[0] for line in shell('ss -tanH', PROC_ROOT=folder[: -len('/net')]))
            result[str(namespace)] = dict(sorted(states.items()))
    return result


def count_by_process(tree):
    """States per process, told by ss from tables and fd links together."""
    tcp, tcp6 = (' '.join(tables(tree, name)) for name in ('tcp', 'tcp6'))
    if not tcp:
        return {}
    all4, all6 = f'{tree}.tcp', f'{tree}.tcp6'
    join = (
        f"awk 'FNR>1 || NR==1' {tcp} > {all4}; awk 'FNR>1 || NR==1' {tcp6 or '/dev/null'} > {all6}; ss -tanpH; rm"
        f" {all4} {all6}"
    )
    found = Counter()
    for line in set(shell(join, PROC_ROOT=f'{tree}/proc', PROC_NET_TCP=all4, PROC_NET_TCP6=all6)):
        for comm, pid in set(re.findall(r'\("([^"]*)",pid=(\d+)', line)):
            found[f'{pid} {comm} {line.split()[0]}'] += 1
    return dict(sorted(found.items()))


def counters(tree, netns, names):
    """Counters of one namespace: in netstat and snmp a line of names comes before each line of values."""
    folder = folders(tree)[netns]
    script = (
        '{ if ($1 == key) { for (i = 2; i <= NF; i++) print name[i], $i; key = "" } else { key = $1; split($0,'
        ' name) } }'
    )
    values = dict(line.split() for line in shell(f"awk '{script}' {folder}/netstat {folder}/snmp"))
    return {name: int(values[name]) for name in names}


def ledger(tree, all_rows, made_closed):
    """alloc against all that was counted; what is left over is other work on the node during the capture."""
    line = ''.join(shell(f'grep -h ^TCP: {tree}/proc/net/sockstat 2>/dev/null'))
    alloc = re.search(r'alloc (\d+)', line)
    if not alloc:
        return {}
    full = sum(
        not (state == 'time_wait' or timer == '03' or (state == 'syn_recv' and inode == 0))
        for state, inode, _, _, timer, _ in all_rows
    )
    return {
        'alloc': int(alloc[1]),
        'rows_with_a_socket': full,
        'closed_made': made_closed,
        'left_over': int(alloc[1]) - full - made_closed,
    }


def count_members(tree):
    return {
        'members': len(shell(f"find {tree} -type f -o -type l")),
        'fd_links': len(shell(f"find {tree} -path '*/fd/*' -type l")),
    }


def own_words(tree):
    """Text that would tell about the machine of the maker."""
    found = []
    for folder, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(folder, name)
            data = os.readlink(path).encode() if os.path.islink(path) else open(path, 'rb').read()
            found += [f'{path[len(tree):]}: {match[0].decode()}' for match in FORBIDDEN_TEXT.finditer(data)]
    return found


# What count_holder can tell of a holder; a number made under another name is not compared.
KNOWN = frozenset(STATES.values()) | frozenset(
    'close_wait_unread established_rx_bytes accept_queue closed_in_queue unix_sockets netlink_sockets closed_held'
    ' eventfds socket_fds fds scm_in_flight'.split()
)
