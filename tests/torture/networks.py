"""Networks that cut, stall and flood. A good client keeps its latency, and nothing is stored but whole requests."""

import contextlib
import random
import resource
import selectors
import socket
import socketserver
import struct
import threading
import time

import durability
import hostile_requests
from clients import read_to_the_end
from durability import Acknowledged, Audit, Load, expect, listening, read_from, require, settle, sha256
from hostile_requests import Crowd, chunk, percentile

LINGER = struct.pack("ii", 1, 0)  # closing resets


# --- cut at every byte --------------------------------------------------------------------------


def with_length(body):
    request = hostile_requests.post(body)
    return request, len(request)


def with_chunks(body):
    request = hostile_requests.chunked(chunk(body[:20]), chunk(body[20:]), hostile_requests.LAST_CHUNK)
    return request, len(request)


def acknowledged_in(answer):
    """Ids of the 2xx answers."""
    heads = answer.split(b"HTTP/1.1 ")[1:]
    return [field_of(head) for head in heads if head.startswith(b"2")]


def field_of(head):
    lines = [line.partition(b":") for line in head.split(b"\r\n\r\n")[0].split(b"\r\n")]
    return next(value.strip().decode() for name, _, value in lines if name.lower() == b"farehook-id")


def read_an_answer(connection):
    """Or what comes until the connection's end."""
    answer = b""
    while not hostile_requests.parsed_answers(answer, False)[0] and (piece := connection.recv(65536)):
        answer += piece
    return answer


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
    connection.close()
    return b""


def half_close(connection):
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
    return read_to_the_end(connection)


def close(connection):
    connection.close()
    return b""


def cut_at_every_byte(folder, row, form, way, is_second):
    """`way` None: it stalls, until it is cut for its silence."""
    acknowledged, may_be_stored, stalled = [], set(), []
    with listening(folder, "--request-timeout", "2s") as listener:
        length = len(form(b'{"offset":1000,"note":"every byte of it"}')[0])
        for offset in range(length + 1):
            body = b'{"offset":%d,"note":"every byte of it"}' % (1000 + offset)
            request, whole_at = form(body)
            connection = socket.create_connection(("127.0.0.1", listener.port), durability.PATIENCE)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if is_second:
                first = b'{"first":%d}' % offset
                status, fields = durability.exchange(connection, first)
                expect(status, 200, "status of the first request")
                acknowledged.append(Acknowledged(fields["farehook-id"], sha256(first), 0))
                may_be_stored.add(sha256(first))
            connection.sendall(request[:offset])
            if offset >= whole_at:
                may_be_stored.add(sha256(body))
            if way:
                acknowledged += [Acknowledged(one, sha256(body), 0) for one in acknowledged_in(way(connection))]
                connection.close()
            elif offset > 0 or not is_second:  # who has been answered may be silent for a minute
                stalled.append((connection, body))
            row.rounds += 1
        for connection, body in stalled:
            answer = read_an_answer(connection)
            acknowledged += [Acknowledged(one, sha256(body), 0) for one in acknowledged_in(answer)]
            connection.close()
        listener.stop()
    audit = Audit(read_from(listener.capture))
    settle(row, audit, acknowledged)
    durability.expect_whole(audit)
    expect(set(audit.stored.values()) - may_be_stored, set(), "stored of what did not come whole")


# --- crowds -------------------------------------------------------------------------------------


class Idlers:
    """Connections that say nothing; who is cut comes again. One thread, that sleeps while nothing happens."""

    AT_ONCE = 500  # connecting: whom the system's queue has no place for waits a second, good clients too

    def __init__(self, port, count):
        self.address, self.count = ("127.0.0.1", port), count
        self.selector, self.is_leaving, self.connected, self.cuts = selectors.DefaultSelector(), False, 0, 0
        self.thread = threading.Thread(target=self.run, daemon=True)

    def connect(self):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(self.address)
        self.selector.register(one, selectors.EVENT_WRITE)

    def run(self):
        while not self.is_leaving:
            came = len(self.selector.get_map())
            for _ in range(min(self.count - came, self.AT_ONCE - (came - self.connected))):
                self.connect()
            for key, events in self.selector.select(0.1):
                if events & selectors.EVENT_WRITE and not key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                    self.connected += 1
                    self.selector.modify(key.fileobj, selectors.EVENT_READ)
                    continue
                self.cuts += 1
                self.connected -= key.events == selectors.EVENT_READ
                self.selector.unregister(key.fileobj)
                key.fileobj.close()

    def __enter__(self):
        self.thread.start()
        with contextlib.suppress(TimeoutError):
            durability.wait_until(lambda: self.connected >= self.count * 0.95, "idle connections")
        return self

    def __exit__(self, *exception):
        self.is_leaving = True
        self.thread.join(durability.PATIENCE)
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()


class Deaf:
    """Clients that post on and on, and never read an answer."""

    def __init__(self, port, count):
        self.port, self.count, self.sent, self.connections = port, count, 0, []

    def __enter__(self):
        request = hostile_requests.post(b'{"deaf":1}')
        for _ in range(self.count):
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            one.connect(("127.0.0.1", self.port))
            one.settimeout(0.05)
            with contextlib.suppress(OSError):
                for _ in range(500):
                    one.sendall(request)
                    self.sent += 1
            self.connections.append(one)
        return self

    def __exit__(self, *exception):
        for one in self.connections:
            reset(one)


class Burst:
    """All at once, one request each, again and again."""

    def __init__(self, port, count):
        self.port, self.count, self.outcomes, self.is_leaving = port, count, [], False
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.is_leaving:
            connections = []
            for number in range(self.count):
                one = socket.socket()
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", self.port))
                connections.append(one)
            for number, one in enumerate(connections):
                one.settimeout(durability.PATIENCE)
                with contextlib.suppress(OSError):
                    one.sendall(hostile_requests.post(b'{"burst":%d}' % number, b"Connection: close"))
            for one in connections:
                try:
                    self.outcomes.append(read_to_the_end(one)[9:12])
                except OSError as why:
                    self.outcomes.append(why)
                one.close()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.is_leaving = True
        self.thread.join(durability.PATIENCE)


def milliseconds(seconds):
    return f"{seconds * 1000:.0f} ms"


def attacked(folder, row, attack, count, seconds):
    """Good clients before and during it: each is answered 200, and in time."""
    with listening(folder) as listener:
        before = hostile_requests.deliver_meanwhile(listener.port, 100, seconds)
        with attack(listener.port, count) as crowd:
            if isinstance(crowd, Idlers):
                require(crowd.connected >= 0.9 * count, f"only {crowd.connected} of {count} are connected")
            during = hostile_requests.deliver_meanwhile(listener.port, 100, seconds)
        listener.stop()
    audit = Audit(read_from(listener.capture))
    goods = before + during
    stored = set(audit.stored.values())
    lost = [good for good in goods if good.outcome == 200 and sha256(good.body) not in stored]
    row.rounds, row.acknowledged, row.stored = count, sum(good.outcome == 200 for good in goods), len(audit.stored)
    row.torn, row.lost = len(audit.torn), len(lost)
    quiet, loud = ([percentile([good.seconds for good in some], share) for share in (0.9, 0.99)]
                   for some in (before, during))
    row.remark = f"good clients' p99 {milliseconds(quiet[1])}, under attack {milliseconds(loud[1])}{about(crowd)}"
    expect([good.outcome for good in goods if good.outcome != 200], [], "what good clients got")
    # A machine that is busy by itself is slow in both.
    most = 0.5 * hostile_requests.SLOWNESS + 10 * quiet[0]
    require(loud[0] < most, f"a p90 of {loud[0]:.2f} s for good clients, not below {most:.2f} s")


def about(crowd):
    if isinstance(crowd, Idlers):
        return f"; {crowd.connected} connected at the end, {crowd.cuts} cut"
    if isinstance(crowd, Burst):
        others = [one for one in crowd.outcomes if one != b"200"]
        expect(others, [], "what was answered in bursts")
        return f"; {len(crowd.outcomes)} in bursts"
    if isinstance(crowd, Deaf):
        return f"; {crowd.sent} requests"
    return f"; {crowd.cuts} cut"


def slow(behaviour):
    return lambda port, count: Crowd(port, count, **behaviour)


def descriptors(wanted):
    """How many there may be for each of the two processes, of those that are wanted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), max(hard, wanted)))
    return min(wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def idle_ten_thousand(folder, row, seconds):
    count = min(10_000, descriptors(11_000) - 1000)
    attacked(folder, row, Idlers, count, seconds)  # with one of them or more making room for the good ones
    if count < 10_000:
        row.remark += f"; this machine allows {count}"


# --- a proxy that misbehaves ----------------------------------------------------------------------


class Proxy(socketserver.ThreadingTCPServer):
    """Between clients and a listener: passes bytes on in small pieces, waits, and resets now and then."""

    daemon_threads, block_on_close, request_queue_size, allow_reuse_address = True, False, 128, True

    def __init__(self, listener, seed):
        super().__init__(("127.0.0.1", 0), None)
        self.behind, self.port, self.chance = listener.port, self.server_address[1], random.Random(seed)
        self.resets = 0

    def finish_request(self, front, _):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.behind)) as back:
            lives = [self.chance.randrange(2000, 60_000)]  # bytes, both ways together
            ends = [threading.Thread(target=self.pass_on, args=(*pair, lives), daemon=True)
                    for pair in ((front, back), (back, front))]
            for end in ends:
                end.start()
            for end in ends:
                end.join(durability.PATIENCE)
            if lives[0] <= 0:
                self.resets += 1
                for one in (front, back):
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)

    def pass_on(self, source, target, lives):
        with contextlib.suppress(OSError):
            while lives[0] > 0 and (piece := source.recv(self.chance.randrange(1, 1500))):
                lives[0] -= len(piece)
                if self.chance.random() < 0.02:
                    time.sleep(self.chance.uniform(0, 0.05))  # the network's slowness, nothing is waited for
                target.sendall(piece[: len(piece) + min(0, lives[0])])
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def through_a_bad_proxy(folder, row, count, resets, *options):
    with listening(folder, *options) as listener, Proxy(listener, seed=7) as proxy:
        threading.Thread(target=proxy.serve_forever, args=(0.02,), daemon=True).start()
        load = Load(proxy, connections=16, size=2000)
        load.wait_for_more(count)
        done = lambda: len(load.acknowledged)  # a connection lives for one to thirty of them
        durability.wait_until(lambda: proxy.resets >= resets, "resets", progress=done)
        load.stop()
        proxy.shutdown()
        listener.stop()
    row.rounds = proxy.resets
    audit = Audit(read_from(listener.capture))
    settle(row, audit, load.acknowledged)
    durability.expect_whole(audit)
    row.remark = f"{proxy.resets} connections reset"


def play(table, scale):
    forms = {"a request": (with_length, False), "a chunked request": (with_chunks, False),
             "the second request of a connection": (with_length, True)}
    ways = {"reset": reset, "half-closed": half_close, "closed": close, "stalled": None}
    for form, (build, is_second) in forms.items():
        for way, act in ways.items():
            table.case(f"network: {form} {way} at every byte", cut_at_every_byte, build, act, is_second)
    plain, synced = ((20_000, 20), (20_000, 20)) if scale.is_whole else ((500, 20), (100, 5))
    table.case("network: a proxy that stalls and resets", through_a_bad_proxy, *plain)
    table.case("network: the same, --sync", through_a_bad_proxy, *synced, "--sync")
    seconds = 30 if scale.is_whole else 3
    crowds = {"clients with a slow head": slow(hostile_requests.SLOW_HEAD), "silent clients": Idlers,
              "clients with a slow body": slow(hostile_requests.SLOW_BODY)}
    for kind, crowd in crowds.items():
        case = table.case if scale.is_whole else table.leave  # hostile_requests.py has the like
        case(f"network: 300 {kind}", attacked, crowd, 300, seconds)
    table.case("network: 1,000 silent clients", attacked, Idlers, 1000, seconds)
    table.case("network: 200 clients that never read an answer", attacked, Deaf, 200, seconds)
    table.case("network: bursts of 500 connections", attacked, Burst, 500, seconds)
    table.case("network: 10,000 idle connections", idle_ten_thousand, seconds)
