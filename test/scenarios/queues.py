"""Connections and data that wait in a queue, and limits that are reached."""

import time

import acts
from leaks import PORT, connections, server_and_client
from scenario import Trouble, scenario


@scenario(
    'accept-queue-stalled',
    'The server listens with a backlog of 200 and never accepts: 201 connections wait, 29 more cannot get in.',
    ['accept-queue-stalled'],
    ['syn-backlog-overflow'],
    is_leak=False,
)
def accept_queue_stalled(node):
    api, web = server_and_client(node, ('shop', 'recommender'), backlog=200)
    web.do(acts.connect_without_waiting, api.pod.address, PORT, 230)
    return Trouble(
        api,
        {'listen': 1, 'accept_queue': 201, 'closed_in_queue': 0, 'established': 0},
        others={'clients': (web, {'established': 201, 'syn_sent': 29})},
    )


@scenario(
    'accept-queue-reset',
    '150 connections were reset before the server accepted them: no row, no fd, only the listener still counts them.',
    ['accept-queue-stalled'],
    ['unattributed-sockets'],
    is_leak=False,
)
def accept_queue_reset(node):
    api, web = server_and_client(node, ('shop', 'tax-calc'))
    web.do(acts.connect, api.pod.address, PORT, 150)
    web.do(acts.reset)
    return Trouble(api, {'listen': 1, 'accept_queue': 150, 'closed_in_queue': 150, 'established': 0}, closed=150)


@scenario(
    'accept-queue-unread-data',
    '100 connections wait to be accepted, each with 20000 bytes already received.',
    ['accept-queue-stalled'],
    is_leak=False,
)
def accept_queue_unread_data(node):
    api, web = server_and_client(node, ('media', 'ingest'), ('media', 'camera-hub'))
    web.do(acts.connect, api.pod.address, PORT, 100)
    web.do(acts.send, 20000)
    return Trouble(
        api,
        {'listen': 1, 'accept_queue': 100, 'closed_in_queue': 0, 'established': 0},
        api,
        tables={api.pod.netns: {'ESTAB': 100}},
        others={'clients': (web, {'established': 100})},
        extra={'rx_bytes_in_queue': 2_000_000},
    )


@scenario(
    'stalled-reader',
    'The server accepts 60 connections and reads nothing: 60000 bytes wait on each.',
    ['stalled-reader'],
    is_leak=False,
)
def stalled_reader(node):
    api, web = server_and_client(node, ('data', 'report-builder'), ('data', 'exporter'))
    connections(api, web, 60)
    web.do(acts.send, 60000)
    time.sleep(11)  # so that ss shows: nobody has come for longer than a busy one takes
    return Trouble(api, {'listen': 1, 'established': 60, 'established_rx_bytes': 60 * 60000, 'close_wait': 0}, api)


@scenario(
    'stalled-peer',
    'A feed server has megabytes to send on each of 20 connections; the peers, all in one other pod, do not read.',
    ['stalled-peer'],
    ['stalled-reader'],
    is_leak=False,
)
def stalled_peer(node):
    peer = node.pod('shop', 'price-watcher').process('price-watcher')
    feed = node.pod('data', 'price-feed').process('price-feed')
    node.connect(peer.pod, feed.pod)
    peer.do(acts.listen, PORT)
    peer.do(acts.small_receive_buffer, 8192)
    connections(peer, feed, 20)
    feed.do(acts.large_send_buffer, 1 << 20)
    feed.do(acts.send_until_blocked)
    time.sleep(11)  # so that ss shows: nobody has come for longer than a busy one takes
    return Trouble(peer, {'listen': 1, 'established': 20}, feed, others={'blocked_sender': (feed, {'established': 20})})


@scenario(
    'time-wait-flood',
    'A client opens and closes 1000 connections in a namespace that allows 200 TIME_WAIT sockets: the other 800 are'
    ' closed without.',
    ['time-wait-flood'],
    is_leak=False,
)
def time_wait_flood(node):
    api, web = server_and_client(node, ('shop', 'geo-api'), ('shop', 'geo-client'))
    web.do(acts.sysctl, 'ipv4/tcp_max_tw_buckets', 200)
    connections(api, web, 1000)
    web.do(acts.close)
    api.do(acts.read_to_end)
    api.do(acts.close)
    return Trouble(
        web,
        {'established': 0},
        tables={web.pod.netns: {'TIME-WAIT': 200}},
        counters={web.pod.netns: {'TCPTimeWaitOverflow': 800}},
    )


@scenario(
    'syn-backlog-overflow-burst',
    'A burst of 600 clients over a slow link meets a listener with a backlog of 4: handshakes overflow its SYN queue.',
    ['syn-backlog-overflow'],
    ['accept-queue-stalled'],
    is_leak=False,
)
def syn_backlog_overflow_burst(node):
    api, web = server_and_client(node, ('shop', 'flash-sale'), ('shop', 'mobile-bff'), backlog=4)
    api.do(acts.accept_forever)
    web.pod.tc('qdisc add dev eth0 root tbf rate 300kbit burst 1600 latency 100s')
    web.do(acts.connect_without_waiting, api.pod.address, PORT, 600)
    time.sleep(1)
    return Trouble(None, others={'victim': (api, {'listen': 1})}, extra={'victim_port': PORT})


@scenario(
    'syn-flood',
    '3000 SYNs from as many addresses that never answer, against one listener with a backlog of 256.',
    ['syn-backlog-overflow'],
    is_leak=False,
)
def syn_flood(node):
    api, source = server_and_client(node, ('edge', 'public-api'), ('edge', 'uplink'), backlog=256)
    api.pod.ip(f'route add default via {source.pod.address} dev eth0 onlink')
    source.do(acts.flood, api.pod.address, PORT, 3000)
    return Trouble(
        None,
        others={'victim': (api, {'listen': 1, 'accept_queue': 0, 'established': 0})},
        tables={api.pod.netns: {'SYN-RECV': 257}},
        counters={api.pod.netns: {'TCPReqQFullDoCookies': 2743}},
        extra={'victim_port': PORT},
    )


@scenario(
    'fd-exhaustion',
    'A gateway holds 499 idle established connections, 505 fds of the 512 that it may open.',
    ['fd-exhaustion'],
    is_leak=False,
)
def fd_exhaustion(node):
    api, web = server_and_client(node, ('edge', 'gateway'), ('edge', 'partner'))
    api.do(acts.limit_fds, 512)
    connections(api, web, 499)
    return Trouble(
        api, {'established': 499, 'listen': 1, 'fds': 505, 'close_wait': 0, 'closed_held': 0}, skip_ss=[web.pod.netns]
    )


@scenario('non-tcp-fd-leak-eventfd', 'A process leaks 3000 eventfds; its sockets are in order.', ['non-tcp-fd-leak'])
def non_tcp_fd_leak_eventfd(node):
    api, web = server_and_client(node, ('data', 'stream-proc'))
    connections(api, web, 20)
    api.do(acts.open_eventfds, 3000)
    return Trouble(api, {'eventfds': 3000, 'established': 20, 'listen': 1, 'closed_held': 0})


@scenario('non-tcp-fd-leak-netlink', 'A network agent leaks 1500 netlink sockets.', ['non-tcp-fd-leak'])
def non_tcp_fd_leak_netlink(node):
    agent = node.pod('kube-system', 'route-agent').process('route-agent')
    agent.do(acts.open_netlink, 1500)
    return Trouble(agent, {'netlink_sockets': 1500, 'closed_held': 0})


@scenario('non-tcp-fd-leak-unix', 'A supervisor leaks 3000 ends of unix socket pairs.', ['non-tcp-fd-leak'])
def non_tcp_fd_leak_unix(node):
    agent = node.pod('infra', 'supervisor').process('supervisor')
    agent.do(acts.open_socketpairs, 1500)
    return Trouble(agent, {'unix_sockets': 3000, 'closed_held': 0})


@scenario(
    'small-packet-bloat',
    'A peer sends single bytes that nobody reads: each costs a whole buffer.',
    ['small-packet-bloat'],
    ['stalled-reader'],
    is_leak=False,
)
def small_packet_bloat(node):
    api, web = server_and_client(node, ('iot', 'telemetry-sink'), ('iot', 'device-hub'))
    web.do(acts.connect, api.pod.address, PORT, 100, nodelay=True)
    api.do(acts.accept, 100)
    web.do(acts.send_bytes_singly, 400)
    return Trouble(api, {'established': 100, 'listen': 1, 'established_rx_bytes': 40000}, api, skip_ss=[web.pod.netns])
