"""Sockets that their holder never closes."""

import acts
from scenario import Trouble, scenario

PORT = 8080


def server_and_client(node, server=('shop', 'cart-api'), client=('shop', 'storefront'), backlog=1024):
    api, web = (node.pod(*names).process(names[1]) for names in (server, client))
    node.connect(api.pod, web.pod)
    api.do(acts.listen, PORT, backlog)
    return api, web


def connections(api, web, count):
    """Connections in steps, so that no step is larger than the accept queue."""
    while count:
        step = min(count, 500)
        web.do(acts.connect, api.pod.address, PORT, step)
        api.do(acts.accept, step)
        count -= step


@scenario(
    'close-wait-eof-read', 'The server reads end of file on 300 connections and never closes them.', ['close-wait-leak']
)
def close_wait_eof_read(node):
    api, web = server_and_client(node)
    connections(api, web, 310)
    web.do(acts.close, 10)
    api.do(acts.read_to_end, 10)
    return Trouble(api, {'close_wait': 300, 'close_wait_unread': 0, 'established': 10, 'listen': 1, 'closed_held': 0})


@scenario(
    'close-wait-unread',
    'A wedged worker leaves 2000 bytes and end of file unread on each of 250 connections.',
    ['close-wait-leak'],
)
def close_wait_unread(node):
    api, web = server_and_client(node, ('media', 'thumbnailer'), ('media', 'upload-gateway'))
    connections(api, web, 255)
    api.do(acts.watch)
    web.do(acts.send, 2000, 5)
    web.do(acts.close, 5)
    return Trouble(
        api, {'close_wait': 250, 'close_wait_unread': 250, 'established': 5, 'listen': 1, 'closed_held': 0}, api
    )


@scenario(
    'close-wait-worker-pool',
    'Eight workers of one container hold 60 connections in CLOSE_WAIT each: none has a hundred.',
    ['close-wait-leak'],
)
def close_wait_worker_pool(node):
    api, web = server_and_client(node, ('shop', 'checkout'), ('shop', 'storefront'))
    workers = [api.do(acts.fork_worker, 'checkout', ('checkout: worker process',)) for _ in range(8)]
    api.worker_pids = workers
    for index in range(8):
        web.do(acts.connect, api.pod.address, PORT, 60)
        api.do(acts.in_worker, index, acts.accept, 60)
    web.do(acts.close)
    for index in range(8):
        api.do(acts.in_worker, index, acts.read_to_end)
    each = {str(pid): 60 for pid in workers}
    return Trouble(
        api, {'close_wait': 480, 'listen': 1, 'established': 0, 'closed_held': 0}, extra={'close_wait_by_pid': each}
    )


@scenario(
    'closed-held-reset',
    'The peers reset 300 connections; the server keeps the dead sockets open.',
    ['closed-socket-leak'],
)
def closed_held_reset(node):
    api, web = server_and_client(node, ('shop', 'catalog-api'))
    connections(api, web, 310)
    web.do(acts.reset, 10)
    return Trouble(
        api,
        {'closed_held': 300, 'close_wait': 0, 'established': 10, 'listen': 1},
        closed=300,
        counters={api.pod.netns: {'EstabResets': 300}},
    )


@scenario(
    'closed-held-keepalive',
    'Keepalive turns 200 sockets from CLOSE_WAIT into CLOSE after the peers have forgotten them: fds without rows.',
    ['closed-socket-leak'],
)
def closed_held_keepalive(node):
    api, web = server_and_client(node, ('pay', 'ledger'), ('pay', 'billing'))
    web.do(acts.sysctl, 'ipv4/tcp_fin_timeout', 1)
    connections(api, web, 205)
    api.do(acts.keep_alive, 1, 1, 2)
    web.do(acts.close, 5)
    return Trouble(
        api,
        {'closed_held': 200, 'close_wait': 0, 'established': 5, 'listen': 1},
        closed=200,
        counters={api.pod.netns: {'EstabResets': 200}},
    )


@scenario(
    'mixed-close-wait-and-closed',
    'One process holds 180 connections in CLOSE_WAIT and 120 that the peers have reset: one leak.',
    ['close-wait-leak'],
    ['closed-socket-leak'],
)
def mixed_close_wait_and_closed(node):
    api, web = server_and_client(node, ('shop', 'search'))
    connections(api, web, 305)
    web.do(acts.reset, 185)
    web.do(acts.close, 5)
    api.do(acts.read_to_end, 5, 185)
    return Trouble(api, {'close_wait': 180, 'closed_held': 120, 'established': 5, 'listen': 1}, closed=120)


@scenario(
    'failed-connect-leak',
    'A retry loop keeps the socket of each of 400 refused connects to a service that does not listen.',
    ['failed-connect-leak'],
    ['closed-socket-leak'],
)
def failed_connect_leak(node):
    worker = node.pod('shop', 'order-sync').process('order-sync')
    backend = node.pod('shop', 'erp-bridge').process('erp-bridge')
    node.connect(worker.pod, backend.pod)
    worker.do(acts.connect_in_vain, backend.pod.address, 9090, 400)
    return Trouble(
        worker,
        {'closed_held': 400, 'close_wait': 0, 'established': 0},
        closed=400,
        counters={worker.pod.netns: {'AttemptFails': 400, 'EstabResets': 0}},
    )


@scenario(
    'shutdown-without-close',
    'After the peers have closed, the server calls shutdown() on 300 sockets and drops them without close().',
    ['shutdown-without-close'],
    ['closed-socket-leak'],
)
def shutdown_without_close(node):
    api, web = server_and_client(node, ('chat', 'presence'), ('chat', 'mobile-bff'))
    connections(api, web, 300)
    web.do(acts.close)
    api.do(acts.read_to_end)
    api.do(acts.shut_down_both)
    return Trouble(
        api,
        {'closed_held': 300, 'close_wait': 0, 'established': 0, 'listen': 1},
        closed=300,
        counters={api.pod.netns: {'AttemptFails': 0, 'EstabResets': 0}},
    )


@scenario(
    'created-never-connected',
    '800 sockets that were created (half of them bound) and never connected.',
    ['closed-socket-leak'],
    ['unattributed-sockets', 'failed-connect-leak', 'shutdown-without-close'],
)
def created_never_connected(node):
    worker = node.pod('data', 'scraper').process('scraper')
    node.pod('data', 'scheduler').process('scheduler')
    worker.do(acts.create_only, 400, False)
    worker.do(acts.create_only, 400, True)
    return Trouble(worker, {'closed_held': 800, 'close_wait': 0, 'established': 0}, closed=800)


@scenario(
    'half-closed-held',
    'Clients call shutdown(SHUT_WR) and wait with their 300 fds in FIN_WAIT2; the server reads end of file and never'
    ' closes: the server is the leaker.',
    ['close-wait-leak', 'half-closed-held'],
)
def half_closed_held(node):
    api, web = server_and_client(node, ('shop', 'inventory'), ('shop', 'pricing'))
    connections(api, web, 300)
    web.do(acts.half_close)
    api.do(acts.read_to_end)
    return Trouble(
        api, {'close_wait': 300, 'established': 0, 'listen': 1}, others={'waiting_clients': (web, {'fin_wait2': 300})}
    )


@scenario(
    'proxy-mirrored-pairs',
    'Clients close, the proxy half-closes upstream, the backend never closes: 200 mirrored pairs in the proxy, the'
    ' backend is the leaker.',
    ['close-wait-leak'],
    ['half-closed-held'],
)
def proxy_mirrored_pairs(node):
    proxy, web = server_and_client(node, ('edge', 'envoy'), ('edge', 'web-client'))
    backend = node.pod('shop', 'reviews').process('reviews')
    node.connect(proxy.pod, backend.pod)
    backend.do(acts.listen, 9000)
    connections(proxy, web, 200)
    proxy.do(acts.connect, backend.pod.address, 9000, 200)
    backend.do(acts.accept, 200)
    web.do(acts.close)
    proxy.do(acts.read_to_end, 0, 200)
    proxy.do(acts.half_close, 200)
    backend.do(acts.read_to_end)
    return Trouble(
        backend,
        {'close_wait': 200, 'established': 0, 'listen': 1},
        others={'proxy': (proxy, {'close_wait': 200, 'fin_wait2': 200, 'listen': 1})},
    )


@scenario(
    'two-leaks',
    'One pod holds 600 empty connections in CLOSE_WAIT, another 150 sockets with large unread data: count and memory'
    ' have different owners.',
    ['close-wait-leak', 'stalled-reader'],
)
def two_leaks(node):
    api, web = server_and_client(node, ('shop', 'session-store'))
    reader, source = server_and_client(node, ('data', 'event-sink'), ('data', 'event-source'))
    connections(api, web, 600)
    web.do(acts.sysctl, 'ipv4/tcp_fin_timeout', 1)
    web.do(acts.close)
    api.do(acts.read_to_end)
    connections(reader, source, 150)
    source.do(acts.send, 60000)
    return Trouble(
        api,
        {'close_wait': 600, 'close_wait_unread': 0, 'established': 0, 'listen': 1},
        reader,
        others={'memory_holder': (reader, {'established': 150, 'established_rx_bytes': 150 * 60000, 'listen': 1})},
        skip_ss=[web.pod.netns, source.pod.netns],
    )


@scenario(
    'forgotten-copy',
    'The worker closed its copies, the parent that forked it still holds 200 connections in CLOSE_WAIT.',
    ['close-wait-leak'],
)
def forgotten_copy(node):
    api, web = server_and_client(node, ('mail', 'smtp-in'), ('mail', 'relay'))
    connections(api, web, 200)
    worker = api.do(acts.fork_worker, 'smtp-in-worker', ('smtp-in: worker',))
    node.extra_pids.append(worker)
    web.do(acts.close)
    api.do(acts.in_worker, 0, acts.read_to_end)
    api.do(acts.in_worker, 0, acts.close)
    return Trouble(
        api,
        {'close_wait': 200, 'established': 0, 'listen': 1, 'closed_held': 0},
        others={'worker_that_closed': (worker, {'close_wait': 0, 'listen': 1})},
    )


@scenario(
    'thread-own-fds',
    'A thread with an fd table of its own holds 200 connections in CLOSE_WAIT: only task/TID/fd shows them.',
    ['close-wait-leak'],
)
def thread_own_fds(node):
    api, web = server_and_client(node, ('infra', 'log-shipper'), ('infra', 'log-source'))
    web.do(acts.connect, api.pod.address, PORT, 200)
    api.do(acts.in_own_thread, acts.accept, 200)
    web.do(acts.close)
    return Trouble(
        api,
        {'close_wait': 200, 'close_wait_unread': 0, 'established': 0, 'listen': 1, 'closed_held': 0},
        extra={'fds_of_leader_hold_none_of_them': True},
    )


@scenario(
    'zombie-leader',
    'The main thread has exited and another thread holds 200 connections in CLOSE_WAIT: /proc/PID/fd is empty,'
    ' task/TID/fd is not.',
    ['close-wait-leak'],
)
def zombie_leader(node):
    api, web = server_and_client(node, ('ml', 'model-server'), ('ml', 'feature-store'))
    connections(api, web, 200)
    identity = api.identity()
    api.do(acts.leave_leader)
    api.do(acts.read_nothing)
    web.do(acts.close)
    return Trouble(
        api, {'close_wait': 200, 'established': 0, 'listen': 1, 'closed_held': 0}, extra={'identity': identity}
    )


@scenario(
    'foreign-namespace-sockets',
    'A mesh agent of the host namespace entered two pods by setns and holds 75 connections in CLOSE_WAIT in each.',
    ['close-wait-leak', 'foreign-namespace-sockets'],
)
def foreign_namespace_sockets(node):
    agent = node.pod('mesh-system', 'mesh-agent', host_network=True).process('mesh-agent')
    pods = [node.pod('shop', 'storefront'), node.pod('shop', 'orders')]
    client = node.pod('shop', 'mobile-bff').process('mobile-bff')
    node.connect(pods[0], client.pod)
    node.connect(pods[1], client.pod)
    for pod in pods:
        pod.process(pod.app)
        agent.do(acts.visit, f'/proc/{pod.anchor}/ns/net')
        agent.do(acts.listen, 15001)
        client.do(acts.connect, pod.address, 15001, 75)
        agent.do(acts.accept, 75)
    agent.do(acts.visit, '/proc/1/ns/net')
    client.do(acts.close)
    agent.do(acts.read_to_end)
    return Trouble(
        agent,
        {'close_wait': 150, 'listen': 2, 'established': 0, 'closed_held': 0},
        extra={'socket_netns': [pod.netns for pod in pods]},
    )


def pinned_namespace(node):
    agent = node.daemon('cni-agent', '/opt/cni/bin/cni-agent', '--config=/etc/cni/net.d')
    gone, client = node.pod('shop', 'banner'), node.pod('shop', 'storefront').process('storefront')
    node.connect(gone, client.pod)
    agent.do(acts.visit, f'/proc/{gone.anchor}/ns/net')
    agent.do(acts.listen, 15021)
    agent.do(acts.visit, '/proc/1/ns/net')
    client.do(acts.connect, gone.address, 15021, 120)
    agent.do(acts.accept, 120)
    client.do(acts.close)
    agent.do(acts.read_to_end)
    pin = node.pin(gone)
    return agent, pin


@scenario(
    'processless-namespace',
    'A namespace is kept by a bind mount only; its listener and 120 connections in CLOSE_WAIT are held by an agent of'
    ' the host.',
    ['processless-namespace', 'close-wait-leak'],
    ['foreign-namespace-sockets'],
)
def processless_namespace(node):
    agent, pin = pinned_namespace(node)
    return Trouble(
        agent, {'close_wait': 120, 'listen': 1, 'established': 0, 'closed_held': 0}, extra={'socket_netns': [pin.netns]}
    )


@scenario(
    'processless-namespace-not-captured',
    'The same, but the tables of the pinned namespace are not in the bundle: nobody may be accused with high'
    ' confidence.',
    ['bundle-incomplete'],
    [
        'closed-socket-leak',
        'unattributed-sockets',
        'processless-namespace',
        'foreign-namespace-sockets',
        'failed-connect-leak',
        'shutdown-without-close',
    ],
    nameable=False,
    max_confidence='medium',
)
def processless_namespace_not_captured(node):
    agent, pin = pinned_namespace(node)
    node.hidden_pins = True
    return Trouble(agent, {'sockets_in_uncaptured_namespace': 121}, closed=121, extra={'socket_netns': [pin.netns]})


@scenario(
    'scm-rights-hidden',
    '300 reset sockets are in flight inside a unix socket that nobody reads: no process has an fd for them.',
    ['unattributed-sockets'],
    ['closed-socket-leak'],
)
def scm_rights_hidden(node):
    api, web = server_and_client(node, ('edge', 'socket-broker'), ('edge', 'edge-client'))
    connections(api, web, 300)
    web.do(acts.reset)
    api.do(acts.put_in_flight)
    return Trouble(api, {'scm_in_flight': 300, 'closed_held': 0, 'close_wait': 0, 'listen': 1}, closed=300)
