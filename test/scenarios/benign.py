"""Nodes on which nothing is wrong, however odd some of their numbers look."""

import acts
from leaks import PORT, connections, server_and_client
from scenario import Trouble, scenario


def benign(name, what, *may):
    return scenario(name, what, may=may, is_leak=False)


@benign('connection-load', 'A busy and healthy gateway: 1500 established pairs, idle, with empty queues.')
def connection_load(node):
    api, web = server_and_client(node, ('edge', 'gateway'), ('edge', 'mobile-bff'))
    connections(api, web, 1500)
    return Trouble(
        None,
        others={
            'server': (api, {'established': 1500, 'listen': 1, 'close_wait': 0, 'closed_held': 0}),
            'client': (web, {'established': 1500}),
        },
        skip_ss=[api.pod.netns, web.pod.netns],
    )


@benign(
    'mptcp-basic', '50 connections of Multipath TCP, established and idle: MPTCP sockets beside their TCP subflows.'
)
def mptcp_basic(node):
    api, web = (node.pod('net', app).process(app) for app in ('mp-server', 'mp-client'))
    node.connect(api.pod, web.pod)
    api.do(acts.listen, PORT, proto=acts.IPPROTO_MPTCP)
    web.do(acts.connect, api.pod.address, PORT, 50, proto=acts.IPPROTO_MPTCP)
    api.do(acts.accept, 50)
    web.do(acts.send, 100)
    api.do(acts.receive, 100)
    return Trouble(
        None, others={'server': (api, {'established': 50, 'listen': 1}), 'client': (web, {'established': 50})}
    )


@benign(
    'benign-busy-proxy',
    'A proxy that opens a connection upstream per request: 1500 TIME_WAIT, 15 CLOSE_WAIT in passing, 100 established.',
)
def busy_proxy(node):
    proxy, web = server_and_client(node, ('edge', 'haproxy'), ('edge', 'browser'))
    backend = node.pod('shop', 'catalog').process('catalog')
    node.connect(proxy.pod, backend.pod)
    backend.do(acts.listen, 9000)
    # Without this a late RST of the backend ends some TIME_WAIT sockets early (RFC 1337).
    proxy.do(acts.sysctl, 'ipv4/tcp_rfc1337', 1)
    connections(proxy, web, 115)
    for _ in range(3):
        proxy.do(acts.connect, backend.pod.address, 9000, 500)
        backend.do(acts.accept, 500)
        proxy.do(acts.close, 115)
        backend.do(acts.read_to_end)
        backend.do(acts.close)
    web.do(acts.close, 100)
    return Trouble(
        None,
        others={'proxy': (proxy, {'established': 100, 'close_wait': 15, 'listen': 1, 'closed_held': 0})},
        tables={proxy.pod.netns: {'TIME-WAIT': 1500}},
    )


@benign(
    'benign-many-pods',
    'Six pods with 100 healthy connections each: alloc is far above what the namespace of the host shows.',
)
def many_pods(node):
    names = ('cart', 'users', 'search', 'orders', 'stock', 'mail')
    ring = [node.pod('shop', name).process(name) for name in names]
    for index, server in enumerate(ring):
        client = ring[index - 1]
        node.connect(server.pod, client.pod)
        server.do(acts.listen, PORT)
        client.do(acts.connect, server.pod.address, PORT, 50)
        server.do(acts.accept, 50)
    return Trouble(None, others={process.comm: (process, {'established': 100, 'listen': 1}) for process in ring})


@benign(
    'benign-prefork', 'Sixteen workers share the listener and 50 connections with their parent: 51 sockets, 867 fds.'
)
def prefork(node):
    api, web = server_and_client(node, ('legacy', 'httpd'), ('legacy', 'browser'))
    connections(api, web, 50)
    for _ in range(16):
        api.worker_pids.append(api.do(acts.fork_worker, 'httpd', ('/usr/sbin/httpd', '-k', 'start')))
    return Trouble(None, others={'server': (api, {'established': 50, 'listen': 1, 'socket_fds': 17 * 51})})


@benign(
    'benign-dual-stack', 'A listener on [::] with 200 IPv4 peers: the pod has no row in net/tcp, all are in net/tcp6.'
)
def dual_stack(node):
    api, web = (node.pod('shop', app).process(app) for app in ('java-api', 'storefront'))
    node.connect(api.pod, web.pod)
    api.do(acts.listen, PORT, address='::')
    connections(api, web, 200)
    return Trouble(None, others={'server': (api, {'established': 200, 'listen': 1, 'closed_held': 0})})


@benign(
    'benign-close-wait-burst',
    'A client pool has just closed 120 of 520 connections: the server is about to close its side.',
)
def close_wait_burst(node):
    api, web = server_and_client(node, ('shop', 'quote-api'), ('shop', 'pool-client'))
    connections(api, web, 520)
    web.do(acts.close, 400)
    return Trouble(
        None,
        others={'server': (api, {'established': 400, 'close_wait': 120, 'listen': 1, 'closed_held': 0})},
        skip_ss=[web.pod.netns],
    )


@benign('benign-websocket-server', '1000 idle established connections of a push server, watched by epoll.')
def websocket_server(node):
    api, web = server_and_client(node, ('chat', 'push-server'), ('chat', 'web-clients'))
    connections(api, web, 1000)
    api.do(acts.watch)
    return Trouble(
        None,
        others={'server': (api, {'established': 1000, 'listen': 1, 'close_wait': 0})},
        skip_ss=[api.pod.netns, web.pod.netns],
    )
