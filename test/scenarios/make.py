#!/usr/bin/env python3
"""Makes socket troubles on a live kernel and captures each as a bundle with its truth.

    sudo python3 test/scenarios/make.py [NAME…] [--out test/fixtures/scenarios]

Needs root, ip, ss, nsenter and cgroup hierarchies of version 1; makes and removes its own namespaces and cgroups only.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import benign  # noqa: F401  registers its scenarios, as the other four do
import capture
import count
import leaks  # noqa: F401
import partial  # noqa: F401
import queues  # noqa: F401
import traps  # noqa: F401
from capture import Folder
from node import Node
from remote import run_apart, run_as_init
from scenario import SCENARIOS

ATTEMPTS, PAUSE_SECONDS = 12, 1
# Leaks are old when somebody looks; ss tells the age, and what is younger may be in passing.
AGE_SECONDS = 11
# Sockets that other work on this machine may open or close while a bundle is read.
MAX_LEFT_OVER = 12


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('names', nargs='*', metavar='NAME')
    parser.add_argument('--out', default='test/fixtures/scenarios')
    parser.add_argument('--pad', help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.pad is None:
        # The processes of a scenario write their names over argv, so it must be long enough.
        os.execv(sys.executable, [sys.executable, *sys.argv, '--pad', 'x' * 120])
    os.makedirs(args.out, exist_ok=True)
    failed = [name for name in args.names or SCENARIOS if not run_as_init(lambda: make(SCENARIOS[name], args.out))]
    if failed:
        sys.exit(f'failed: {", ".join(failed)}')


def make(scenario, out):
    """Makes the trouble and captures until the independent counts agree (the kernel needs a moment to settle)."""
    with Node(scenario.name) as node:
        since = time.clock_gettime(time.CLOCK_BOOTTIME)
        trouble = scenario.make(node)
        if scenario.is_leak:
            time.sleep(AGE_SECONDS)
        bundle = f'{out}/.{scenario.name}.tar.gz'
        for _ in range(ATTEMPTS):
            members = gather_all(node, trouble)
            write(bundle, members, scenario, node, since)
            truth, contradictions = count_again(bundle, lambda tree: describe(scenario, node, trouble, tree))
            if not contradictions and scenario.view:
                write(bundle, scenario.view(members, node, trouble), scenario, node, since)
                truth['in_this_bundle'], contradictions = count_again(bundle, describe_view)
            if not contradictions:
                break
            time.sleep(PAUSE_SECONDS)
    if contradictions:
        os.unlink(bundle)
        print(f'{scenario.name}: {"; ".join(contradictions)}', file=sys.stderr)
        return False
    with open(f'{out}/{scenario.name}.truth.json', 'w') as file:
        file.write(json.dumps(truth, indent=1) + '\n')
    os.rename(bundle, f'{out}/{scenario.name}.tar.gz')
    print(f'{scenario.name}: {os.path.getsize(f"{out}/{scenario.name}.tar.gz") // 1024} KB {truth["counts"]}')
    return True


def gather_all(node, trouble):
    pids = sorted(
        [1, *node.extra_pids] + [pid for process in node.processes for pid in (process.pid, *process.worker_pids)]
    )
    anchors = [1] + [pod.anchor for pod in node.pods if not pod.host_network]
    pins = [] if node.hidden_pins else node.pins
    return run_apart(lambda: capture.gather(pids, anchors, pins, trouble.skip_ss))


def write(bundle, members, scenario, node, since):
    pod_logs = {
        f'var/log/pods/{pod.namespace}_{pod.name}_{pod.uid}/{container}': Folder
        for pod in node.pods
        for container in pod.containers
        if container
    }
    sees_host_files = scenario.name != 'collector-in-pod'
    capture.write_bundle(
        bundle, capture.neutralise(members, since) | (pod_logs if sees_host_files else {}), node.hostname
    )


def count_again(bundle, describe_tree):
    tree = tempfile.mkdtemp(prefix='scenario-')
    try:
        subprocess.run(['tar', '-xzf', bundle, '-C', tree], check=True)
        return describe_tree(tree)
    finally:
        shutil.rmtree(tree)


def describe_view(tree):
    seen = {
        'by_namespace': count.count_namespaces(tree),
        'by_process': count.count_by_process(tree),
        'members': count.count_members(tree),
    }
    return seen, count.own_words(tree)[:5]


def describe(scenario, node, trouble, tree):
    rows = count.rows(tree)
    equals = {f'equal_{number}': (each, trouble.counts) for number, each in enumerate(trouble.equals, 2)}
    others = trouble.others | equals
    holders = {'culprit': (trouble.culprit, trouble.counts)} | others
    counted = {role: count.count_holder(tree, pids_of(holder), rows) for role, (holder, _) in holders.items() if holder}
    contradictions = [
        f'{role} {key}: made {made[key]}, counted {counted[role].get(key, 0)}'
        for role, (holder, made) in holders.items()
        if holder
        for key in made
        if key in count.KNOWN and made[key] != counted[role].get(key, 0)
    ]
    ledger = count.ledger(tree, rows, trouble.closed)
    if abs(ledger.get('left_over', 0)) > MAX_LEFT_OVER:
        contradictions.append(f'ledger {ledger}')
    by_namespace = count.count_namespaces(tree)
    for netns, made in trouble.tables.items():
        seen = {state: by_namespace.get(str(netns), {}).get(state, 0) for state in made}
        contradictions += [f'{netns}: made {made}, counted {seen}'] if seen != made else []
    for netns, made in trouble.counters.items():
        seen = count.counters(tree, netns, made)
        contradictions += [f'{netns}: made {made}, counted {seen}'] if seen != made else []
    contradictions += count.own_words(tree)[:5]
    truth = {
        'scenario': scenario.name,
        'hostname': node.hostname,
        'what': scenario.what,
        'is_leak': scenario.is_leak,
        'rules': scenario.rules,
        'forbidden_rules': scenario.forbidden(),
        **scenario.notes,
        'culprit': identity_of(trouble.culprit, trouble),
        'memory_holder': identity_of(trouble.memory_holder, trouble),
        'counts': trouble.counts or next(iter(trouble.others.values()), (None, {}))[1],
        'rows_by_netns': trouble.tables,
        'counters_by_netns': trouble.counters,
        'others': {
            role: {**identity_of(holder, trouble), 'counts': made} for role, (holder, made) in others.items()
        },
        **equals_of(trouble),
        **{key: value for key, value in trouble.extra.items() if key != 'identity'},
        'independent': {
            'by_holder': counted,
            'by_namespace': by_namespace,
            'by_process': count.count_by_process(tree),
            'ledger': ledger,
        },
    }
    return truth, contradictions


def equals_of(trouble):
    """Where several have as much: all of them, and what they have together."""
    culprits = [trouble.culprit, *trouble.equals]
    if len(culprits) == 1:
        return {}
    return {
        'culprits': [identity_of(each, trouble) for each in culprits],
        'counts_together': {key: count * len(culprits) for key, count in trouble.counts.items()},
    }


def pids_of(holder):
    return [holder] if isinstance(holder, int) else [holder.pid, *holder.worker_pids]


def identity_of(holder, trouble):
    if holder is None or isinstance(holder, int):
        return holder and {'pid': holder}
    own = trouble.extra.get('identity') if holder is trouble.culprit else None
    return own or holder.identity()


if __name__ == '__main__':
    main()
