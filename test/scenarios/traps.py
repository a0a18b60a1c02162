"""Troubles and healthy nodes that are easily mistaken: the wrong end, the wrong neighbour, the wrong rule."""

import os
import shutil
import socket
import tempfile
import time

import acts
import loops
from benign import benign
from leaks import PORT, connections, server_and_client
from remote import Actor
from scenario import Trouble, scenario

BACKEND_PORT = 9000
HOST_PORT = 28080


def start_replicas(node, client, app, count):
    """Pods of one deployment that all listen, each with a link to the client's pod."""
    replicas = [node.pod('shop', app).process(app) for _ in range(count)]
    for replica in replicas:
        node.connect(client.pod, replica.pod)
        replica.do(acts.listen, BACKEND_PORT)
    return replicas


def connect_to_each(client, replicas, count):
    for replica in replicas:
        client.do(acts.connect, replica.pod.address, BACKEND_PORT, count)
        replica.do(acts.accept, count)


def read_to_end(processes):
    for process in processes:
        process.do(acts.read_to_end)


def forget_closed_clients(client):
    """What the client closes leaves its table at once, as it does where clients are outside the node."""
    client.do(acts.sysctl, 'ipv4/tcp_fin_timeout', 1)


def hand_over(pass_on, taker):
    """`pass_on` sends sockets through a unix socket, at which the taker takes them."""
    folder = tempfile.mkdtemp()
    taker.do(acts.offer_unix, f'{folder}/socket')
    pass_on(f'{folder}/socket')
    taker.do(acts.take_sockets)
    shutil.rmtree(folder)


@scenario(
    'three-replicas',
    'A gateway half-closes 330 connections to three replicas that never close: the replicas leak 110 each.',
    ['close-wait-leak'],
    ['half-closed-held'],
)
def three_replicas(node):
    gateway = node.pod('edge', 'gateway').process('gateway')
    replicas = start_replicas(node, gateway, 'reviews', 3)
    connect_to_each(gateway, replicas, 110)
    gateway.do(acts.half_close)
    read_to_end(replicas)
    return Trouble(
        replicas[0],
        {'close_wait': 110, 'established': 0, 'listen': 1, 'closed_held': 0},
        equals=replicas[1:],
        others={'waiting_gateway': (gateway, {'fin_wait2': 330})},
    )


@scenario(
    'three-replicas-proxy',
    'Clients close 315 connections, the proxy passes that on to three replicas, which never close: the proxy has most'
    ' and waits, the replicas leak 105 each.',
    ['close-wait-leak'],
    ['half-closed-held'],
)
def three_replicas_proxy(node):
    proxy, web = server_and_client(node, ('edge', 'envoy'), ('edge', 'web-client'))
    replicas = start_replicas(node, proxy, 'reviews', 3)
    forget_closed_clients(web)
    connections(proxy, web, 315)
    connect_to_each(proxy, replicas, 105)
    web.do(acts.close)
    proxy.do(acts.read_to_end, 0, 315)
    proxy.do(acts.half_close, 315)
    read_to_end(replicas)
    return Trouble(
        replicas[0],
        {'close_wait': 105, 'established': 0, 'listen': 1, 'closed_held': 0},
        equals=replicas[1:],
        others={'waiting_proxy': (proxy, {'close_wait': 315, 'fin_wait2': 315, 'listen': 1})},
        skip_ss=[proxy.pod.netns, web.pod.netns],
    )


@scenario(
    'loopback-wrong-peer',
    'An app half-closes connections to two sidecars on the loopback of its pod, 120 and 60, which never close; a second'
    ' pod has a healthy sidecar at the same address and port.',
    ['close-wait-leak'],
    ['half-closed-held'],
)
def loopback_wrong_peer(node):
    cart, orders = node.pod('shop', 'cart'), node.pod('shop', 'orders')
    app, healthy_app = cart.process('cart'), orders.process('orders')
    mesh, auth = cart.process('mesh-proxy', container='mesh'), cart.process('auth-proxy', container='auth')
    healthy = orders.process('mesh-proxy', container='mesh')
    for client, sidecar, port, count in (
        (app, mesh, 15001, 120),
        (app, auth, 15006, 60),
        (healthy_app, healthy, 15001, 200),
    ):
        sidecar.do(acts.listen, port, address='127.0.0.1')
        client.do(acts.connect, '127.0.0.1', port, count)
        sidecar.do(acts.accept, count)
    app.do(acts.half_close)
    read_to_end([mesh, auth])
    return Trouble(
        mesh,
        {'close_wait': 120, 'established': 0, 'listen': 1},
        others={
            'smaller_leak': (auth, {'close_wait': 60, 'listen': 1}),
            'waiting_app': (app, {'fin_wait2': 180}),
            'healthy_sidecar': (healthy, {'established': 200, 'close_wait': 0, 'listen': 1}),
        },
        skip_ss=[orders.netns],
    )


@scenario(
    'socket-activated',
    'Process 1 holds the listener of a socket-activated service as the service does; the service does not accept and'
    ' 150 connections wait.',
    ['accept-queue-stalled'],
    is_leak=False,
)
def socket_activated(node):
    init = Actor()
    node.listener = socket.create_server(('127.0.0.1', HOST_PORT), backlog=512)
    init.conns.append(node.listener.dup())
    service, probe = node.daemon('rpc-gateway'), node.daemon('health-probe')
    hand_over(lambda path: acts.pass_on(init, path), service)
    probe.do(acts.connect, '127.0.0.1', HOST_PORT, 150)
    return Trouble(
        service,
        {'listen': 1, 'accept_queue': 150, 'established': 0},
        others={'init': (os.getpid(), {'listen': 1}), 'clients': (probe, {'established': 150})},
    )


@scenario(
    'two-equal-closed',
    'Two pods keep 300 sockets each that the peers have reset: either of them may be named first.',
    ['closed-socket-leak'],
)
def two_equal_closed(node):
    servers = []
    for app, client in (('catalog-api', 'storefront'), ('price-api', 'pricing')):
        api, web = server_and_client(node, ('shop', app), ('shop', client))
        connections(api, web, 305)
        web.do(acts.reset, 5)
        servers.append(api)
    return Trouble(
        servers[0],
        {'closed_held': 300, 'close_wait': 0, 'established': 5, 'listen': 1},
        equals=servers[1:],
        closed=600,
    )


@scenario(
    'ratio-four',
    'A server holds 480 connections in CLOSE_WAIT beside 120 that are in use: only four times as many.',
    ['close-wait-leak'],
)
def ratio_four(node):
    api, web = server_and_client(node)
    forget_closed_clients(web)
    connections(api, web, 600)
    web.do(acts.close, 120)
    api.do(acts.read_to_end, 120)
    api.do(loops.read_what_comes, 0, 120)
    web.do(loops.send_now_and_then, 10, 0.5)
    return Trouble(
        api, {'close_wait': 480, 'established': 120, 'listen': 1, 'closed_held': 0}, skip_ss=[web.pod.netns]
    )


@scenario(
    'reuseport-stopped',
    'Four workers listen at one port by SO_REUSEPORT with a backlog of 24; one is stopped and its queue is full, so'
    ' that one connection in four times out.',
    ['accept-queue-stalled'],
    is_leak=False,
)
def reuseport_stopped(node):
    pod, web = node.pod('shop', 'quotes'), node.pod('shop', 'storefront').process('storefront')
    node.connect(pod, web.pod)
    stopped, *running = [pod.process('quotes') for _ in range(4)]
    for worker in (stopped, *running):
        worker.do(acts.listen, PORT, 24, reuse_port=True)
    for _ in range(8):
        web.do(acts.connect_without_waiting, pod.address, PORT, 24)
        time.sleep(0.2)
        for worker in running:
            worker.do(acts.accept_waiting)
    node.stop(stopped)
    return Trouble(
        stopped,
        {'listen': 1, 'accept_queue': 25, 'established': 0},
        others={f'worker_{index}': (worker, {'listen': 1, 'accept_queue': 0}) for index, worker in enumerate(running)},
    )


@scenario(
    'closed-leak-beside-db',
    'A server keeps 300 sockets that the peers have reset; a database beside it has 450 unix sockets, an agent of the'
    ' host netlink and unix sockets, and both are in order.',
    ['closed-socket-leak'],
)
def closed_leak_beside_db(node):
    api, web = server_and_client(node, ('shop', 'catalog-api'))
    connections(api, web, 310)
    web.do(acts.reset, 10)
    database, orders = server_and_client(node, ('data', 'postgres'), ('shop', 'orders'))
    connections(database, orders, 50)
    database.do(acts.open_socketpairs, 225)
    agent = node.daemon('netd')
    agent.do(acts.open_netlink, 20)
    agent.do(acts.open_socketpairs, 50)
    return Trouble(
        api,
        {'closed_held': 300, 'close_wait': 0, 'established': 10, 'listen': 1},
        closed=300,
        others={
            'database': (database, {'established': 50, 'unix_sockets': 450, 'closed_held': 0, 'listen': 1}),
            'agent': (agent, {'netlink_sockets': 20, 'unix_sockets': 100, 'closed_held': 0}),
        },
    )


@scenario(
    'scm-closed-other-pod',
    'A broker accepts 200 connections and passes them to a worker of another pod, which keeps them after the peers have'
    ' reset them.',
    ['closed-socket-leak'],
)
def scm_closed_other_pod(node):
    broker, web = server_and_client(node, ('edge', 'broker'))
    worker = node.pod('edge', 'worker').process('worker')
    connections(broker, web, 200)
    hand_over(lambda path: broker.do(acts.pass_on, path), worker)
    web.do(acts.reset)
    return Trouble(
        worker,
        {'closed_held': 200, 'close_wait': 0, 'established': 0},
        closed=200,
        others={'broker': (broker, {'listen': 1, 'closed_held': 0})},
    )


@scenario(
    'sigstop-reader',
    'A server is stopped by a signal: 60000 bytes wait on each of its 40 connections, and 20 more wait to be accepted.',
    ['stalled-reader'],
    ['accept-queue-stalled'],
    is_leak=False,
)
def sigstop_reader(node):
    api, web = server_and_client(node, ('data', 'sink'), ('data', 'source'))
    connections(api, web, 40)
    web.do(acts.send, 60000)
    web.do(acts.connect, api.pod.address, PORT, 20)
    node.stop(api)
    time.sleep(11)  # so that ss shows: nobody has come for longer than a busy one takes
    return Trouble(
        api, {'listen': 1, 'established': 40, 'established_rx_bytes': 40 * 60000, 'accept_queue': 20}, api
    )


@scenario(
    'fd-exhausted-leak',
    'A server may open 256 fds and has leaked 250 connections in CLOSE_WAIT: it cannot accept any more, and 101 wait.',
    ['close-wait-leak', 'fd-exhaustion'],
    ['accept-queue-stalled'],
)
def fd_exhausted_leak(node):
    api, web = server_and_client(node, backlog=100)
    forget_closed_clients(web)
    api.do(acts.limit_fds, 256)
    for _ in range(5):
        connections(api, web, 50)
    web.do(acts.close)
    api.do(acts.read_to_end)
    web.do(acts.connect_without_waiting, api.pod.address, PORT, 110)
    return Trouble(
        api, {'close_wait': 250, 'fds': 256, 'listen': 1, 'accept_queue': 101, 'established': 0, 'closed_held': 0}
    )


@scenario(
    'ten-replicas-60',
    'Five replicas of one deployment hold 60 connections in CLOSE_WAIT each: none has a hundred, together they do.',
    ['close-wait-leak'],
)
def ten_replicas_60(node):
    web = node.pod('shop', 'storefront').process('storefront')
    replicas = start_replicas(node, web, 'cart', 5)
    forget_closed_clients(web)
    connect_to_each(web, replicas, 60)
    web.do(acts.close)
    read_to_end(replicas)
    return Trouble(
        replicas[0],
        {'close_wait': 60, 'established': 0, 'listen': 1},
        equals=replicas[1:],
        skip_ss=[web.pod.netns],
    )


@scenario(
    'syn-sent-pile',
    'A client calls connect() again and again towards an address that never answers: 400 sockets in SYN_SENT.',
    ['failed-connect-leak'],
    is_leak=False,
)
def syn_sent_pile(node):
    client = node.pod('shop', 'order-sync').process('order-sync')
    node.connect(client.pod, node.pod('shop', 'erp-bridge'))
    # The address belongs to nobody and yet resolves, so that not even an unreachable host is reported.
    client.pod.ip(
        'route add 10.55.0.1/32 dev eth0', 'neighbour add 10.55.0.1 lladdr 02:00:00:00:00:01 dev eth0 nud permanent'
    )
    client.do(acts.connect_without_waiting, '10.55.0.1', 80, 400)
    return Trouble(client, {'syn_sent': 400, 'established': 0, 'closed_held': 0})


@benign(
    'benign-busy-consumer', 'A consumer reads its 40 connections in turn: all receive queues are long, and they move.'
)
def busy_consumer(node):
    consumer, producer = server_and_client(node, ('data', 'batch-consumer'), ('data', 'producer'))
    connections(consumer, producer, 40)
    producer.do(loops.send_without_end)
    consumer.do(loops.read_in_turn, 32768, 0.003)
    time.sleep(12)  # so that queues which do not move would be old
    return Trouble(None, others={'consumer': (consumer, {'established': 40, 'listen': 1, 'close_wait': 0})})


@benign('benign-slow-moving-clients', 'A file server has full send queues to 30 slow clients, which keep reading.')
def slow_moving_clients(node):
    server, clients = server_and_client(node, ('media', 'file-server'), ('media', 'downloader'))
    connections(server, clients, 30)
    server.do(acts.large_send_buffer, 1 << 20)
    server.do(loops.send_without_end)
    clients.do(loops.read_in_turn, 16384, 0.004)
    time.sleep(12)  # so that queues which do not move would be old
    return Trouble(None, others={'server': (server, {'established': 30, 'listen': 1, 'close_wait': 0})})


@benign('benign-database', 'A database with 3000 open files, 500 unix sockets and 150 clients.')
def database_in_order(node):
    database, clients = server_and_client(node, ('data', 'postgres'), ('shop', 'orders'))
    connections(database, clients, 150)
    database.do(acts.open_file_often, 3000)
    database.do(acts.open_socketpairs, 250)
    return Trouble(
        None,
        others={'server': (database, {'established': 150, 'unix_sockets': 500, 'listen': 1, 'closed_held': 0})},
        skip_ss=[clients.pod.netns],
    )


@benign(
    'benign-queue-that-moves',
    'A server with a backlog of 32 takes 20 connections one by one, and each client comes back when it has been served:'
    ' about 19 always wait, none of them for long, and nobody is turned away.',
)
def queue_that_moves(node):
    server, clients = server_and_client(node, ('shop', 'stats'), backlog=32)
    clients.do(acts.connect, server.pod.address, PORT, 20)
    server.do(loops.serve_one_by_one, 0.02)
    clients.do(loops.connect_anew, server.pod.address, PORT)
    time.sleep(3)
    return Trouble(
        None,
        others={'server': (server, {'listen': 1, 'close_wait': 0})},
        counters={server.pod.netns: {'ListenOverflows': 0}},
    )
