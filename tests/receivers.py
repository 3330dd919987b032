#!/usr/bin/env python3
"""`farehook replay` against real receivers (farehook itself, node:http, http.server, nginx, TLS) and bad ones on raw
sockets: what arrives is what was recorded, and exit status, lines, pace and memory are what they promise.

    python3 tests/receivers.py PATH_TO_FAREHOOK [WORDS]

WORDS: only the checks whose name holds them. FAREHOOK_SLOW=1 waits four times as long, for builds with sanitizers.
"""

import base64
import collections
import contextlib
import fcntl
import gzip
import hashlib
import http.client
import http.server
import itertools
import json
import os
import pathlib
import pty
import random
import re
import select
import shutil
import signal
import socket
import socketserver
import ssl
import statistics
import struct
import subprocess
import sys
import termios
import threading
import time
import types
import xml.etree.ElementTree

sys.dont_write_bytecode = True
import clients
from clients import MIB, PATIENCE, expect, wait_until

SLOWNESS, KIB = PATIENCE // 15, 1 << 10
WORDS = {"refused", "dns", "tls", "timeout", "closed", "garbled", "too-large"}
GOOD, REMEDIES = {200, 202, 204}, {"tls": "--cacert", "timeout": "--timeout", 401: "FAREHOOK_AUTH", 301: "edirect"}
SOON_KNOWN = {"RES_OPTIONS": "timeout:1 attempts:1"}  # for names of nobody, where no name server answers
CHECKS, HERE = [], types.SimpleNamespace(folder=None, ends=None)  # the running check's files, and what ends with it

def check(name, rows=None):
    """Makes a function a check; with rows one for each: what completes its name, and the arguments."""
    return lambda action: CHECKS.extend((name.format(row), action, given) for row, given in (rows or {"": ()}).items())

def in_its_scene(action, *arguments):
    with contextlib.ExitStack() as HERE.ends:
        HERE.folder = HERE.ends.enter_context(clients.new_folder())
        action(*arguments)

def tool(name):
    if not (path := shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")):
        raise clients.Skipped(f"{name} is not there")
    return path

def start(*command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **more):
    """A process that ends with the check, if not before."""
    process = subprocess.Popen(command, stdin=stdin, stdout=stdout, **more)
    HERE.ends.callback(process.wait, PATIENCE)
    HERE.ends.callback(process.kill)
    return process

class Run:
    """`farehook replay` or `simulate`, its streams in files. `source`: lines, or a path."""
    numbers, program = itertools.count(), "farehook"

    def __init__(self, source, to, *options, command="replay", variables=None, **streams):
        self.out, self.err, given = (HERE.folder / f"{next(self.numbers)}.jsonl" for _ in range(3))
        if isinstance(source, bytes):
            given.write_bytes(source)
        self.source = given if isinstance(source, bytes) else source
        environment = {name: value for name, value in os.environ.items() if name != "FAREHOOK_AUTH"}
        self.began, self.peak = time.monotonic(), 0
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            streams = {"stdout": out, "stderr": err, "env": environment | (variables or {}), **streams}
            self.process = start(self.program, command, self.source, "--to", to, *options, **streams)

    def end(self, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            with contextlib.suppress(OSError, TypeError):
                status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
                self.peak = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])  # KiB of memory, at most
            assert time.monotonic() < deadline, f"farehook did not end within {seconds:g} s"
            time.sleep(0.002)
        self.seconds, self.status = time.monotonic() - self.began, self.process.returncode
        self.stdout, self.stderr = self.out.read_bytes(), self.err.read_text(errors="replace")
        sanitizer = re.search("(Address|Thread|Leak)Sanitizer|runtime error:", self.stderr)
        assert self.status >= 0 and not sanitizer, f"signal {-self.status}: {self.stderr[-2000:]}"
        assert self.stdout[-1:] in (b"", b"\n"), f"standard output ends inside a line: {self.stdout[-80:]}"
        self.lines = [json.loads(line) for line in self.stdout.splitlines()]
        self.results = [line.get("status", line.get("error")) for line in self.lines]
        return self

    def each(self, key):
        return [line[key] for line in self.lines]

def replay(source, to, *options, **more):
    """Runs it, and checks what holds for every run: the form of its lines, and that status 1 means `failed`."""
    run = Run(source, to, *options, **more).end()
    for line in run.lines:
        result = "status" if "status" in line else "error"
        expect(list(line), ["id", "attempt", "url", "started_at", "duration_ms", result, "outcome"], "the keys")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["started_at"]), line["started_at"]
        assert result == "status" or line["error"] in WORDS and line["outcome"] != "accepted", f"result: {line}"
    if run.status in (0, 1):
        expect(run.status, int("failed" in run.each("outcome")), f"exit status, at outcomes {run.each('outcome')},")
    return run

def expect_remedies_once(run):
    """What is wrong is said once, however often it happened, and what to do about it on the next line."""
    for result in set(run.results) - GOOD:
        said = re.findall(rf"^farehook: .*: (?:status )?{result}\b.*\n(.*)", run.stderr, re.M)
        expect(len(said), 1, f"how often `{result}` is said in {run.stderr}")
        is_explained = said[0] and REMEDIES.get(result, "") in said[0] and run.stderr.count(said[0]) == 1
        assert is_explained or result not in WORDS | {*REMEDIES}, f"the remedy for {result}: {run.stderr}"

def booking(which, number, note=""):
    uuid = f"0b5f7a10-3c52-4e1d-9d55-{which:012d}"
    return {"booking": {"pk": 7000 + which, "uuid": uuid, "status": "booked", "number": number, "note": note}}

def record(number, body=None, form="body", **members):
    """A line as `listen` writes it. A body of bytes stands in base64; of anything else, under the form's name."""
    body = {"number": number} if body is None else body
    uuid = body["booking"]["uuid"] if isinstance(body, dict) and "booking" in body else None
    head = {"id": f"r{number}", "received_at": f"2027-03-14T16:00:{number % 60:02d}.000000Z", "remote": "[::1]:4000"}
    head |= {"method": "POST", "path": "/", "query": "", "event": "unknown", "booking": uuid, "attempt": 1}
    head |= {"headers": {"content-type": "application/json", "user-agent": "tide/1"}, "duplicate_of": None, **members}
    head |= {"body_base64": base64.b64encode(body).decode()} if isinstance(body, bytes) else {form: body}
    return json.dumps(head, separators=(",", ":")).encode() + b"\n"

def records(count):
    return b"".join(map(record, range(count)))

def numbers_in(requests):
    """The records that arrived, by what their bodies hold."""
    return [body.get("booking", body)["number"] for body in (json.loads(each.body) for each in requests)]

# --- receivers ----------------------------------------------------------------------------------
class Connection:
    def __init__(self, receiver, number, channel):
        self.receiver, self.number, self.socket = receiver, number, channel
        self.stream, self.send = channel.makefile("rb"), channel.sendall

    def request(self):
        """The next request, whole; nothing at the connection's end."""
        if not (first := self.stream.readline().decode("latin-1")):
            return None
        fields = http.client.parse_headers(self.stream)
        headers = {name.lower(): ", ".join(fields.get_all(name)) for name in fields}
        body = self.stream.read(int(headers.get("content-length", 0)))
        method, _, target = first.removesuffix(" HTTP/1.1\r\n").partition(" ")
        request = types.SimpleNamespace(method=method, target=target, headers=headers, body=body)
        with self.receiver.lock:
            request.number, request.at, request.connection = next(self.receiver.counter), time.monotonic(), self.number
            if self.receiver.keeps:
                self.receiver.requests.append(request)
        return request

class Receiver(socketserver.ThreadingTCPServer):
    """A server on raw sockets, until the check's end. What it does with a connection is a function of it."""
    daemon_threads, block_on_close, request_queue_size = True, False, 64

    def __init__(self, behave, host="127.0.0.1", tls=None, keeps=True):
        clients.needs_address(host)
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, 0), None)
        self.behave, self.tls, self.keeps, self.port = behave, tls, keeps, self.server_address[1]
        self.url = f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{self.port}/"
        self.requests, self.lock = [], threading.Lock()
        self.counter, self.connections = itertools.count(), itertools.count()
        serve(self)

    def finish_request(self, channel, _):
        with contextlib.suppress(OSError):
            channel.settimeout(PATIENCE)
            channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.tls.wrap_socket(channel, server_side=True) if self.tls else channel as channel:
                connection = Connection(self, next(self.connections), channel)
                with connection.stream:
                    self.behave(connection)

def serve(server):
    """Until the check's end, on a thread of its own."""
    HERE.ends.enter_context(server)
    HERE.ends.callback(server.shutdown)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server

def playing(*steps):
    """Does this with a connection, then closes it. Bytes are sent, a number is a time to wait."""
    def behave(connection):
        for step in steps:
            act = {bytes: connection.send, float: time.sleep}.get(type(step))
            act(step) if act else step(connection)
    return behave

def hang(connection):
    connection.request()
    connection.stream.read()

reset = lambda connection: connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
drip = lambda data: playing(*itertools.chain(*((0.1, bytes([byte])) for byte in data)))
endless = lambda data: lambda connection: any(connection.send(data) for _ in itertools.count())

def answering(*answers, delay=0.0, keeps=True, lingers=0.0):
    """Gives the Nth request the Nth answer, and the last one from then on."""
    def behave(connection):
        while (request := connection.request()) is not None:
            time.sleep(delay)
            connection.send(answers[min(request.number, len(answers) - 1)])
            if not keeps:
                return time.sleep(lingers)
    return behave

def answer(status, body=b"", *fields):
    head = [b"HTTP/1.1 %d Tide" % status, *fields, b"Content-Length: %d" % len(body)]
    return b"\r\n".join(head) + b"\r\n\r\n" + body

READ, OK, FAILURE, THREE = Connection.request, answer(200), answer(500), records(3)

def sent(source, answers, *options, **more):
    """Replays it to a receiver that answers so. Returns the run, and what arrived."""
    receiver = Receiver(answers if callable(answers) else answering(*answers))
    return replay(source, receiver.url, *options, **more), receiver.requests

def free_port():
    """One that no client's connection is given, so that it can be had again after a server was killed."""
    first_of_clients = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for port in random.sample(range(10_000, max(11_000, first_of_clients)), 100):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("no port is free")

# --- round trip, and real receivers -------------------------------------------------------------
def captured(posts):
    """The file that `listen` makes of them."""
    listener = HERE.ends.enter_context(clients.listening(HERE.ends.enter_context(clients.new_folder())))
    for number, post in enumerate(posts):
        post.headers = [*post.headers, ("User-Agent", f'tide "{number}" 1.0')]
        expect(clients.by_http_client(listener, post).status, 200, f"answer to {post.body[:100]}")
    return listener.capture

@check("what listen records, replay sends{}", {"": (), " on 16 connections": ("--concurrency", "16")})
def check_round_trip(*options):
    def essence(line):
        record = json.loads(line)
        headers = [record["headers"].get(name) for name in ("content-type", "content-encoding", "user-agent")]
        return str(record["booking"]), record["body_sha256"], str(headers)

    chance = random.Random(20270314)
    posts = [clients.Request(body, **special) for body, _, special in clients.BODIES.values()]
    posts += [clients.Request(clients.random_body(chance)[0]) for _ in range(60)]
    posts += [clients.Request(json.dumps(booking(number % 7, number)).encode()) for number in range(70)]
    posts += [clients.Request(body) for body in (b"", b"x", b"\0", clients.large_json(7 * MIB))]
    capture, second = captured(posts), HERE.ends.enter_context(clients.listening(HERE.folder))
    expect(replay(capture, f"http://127.0.0.1:{second.port}/", *options).status, 0, "exit status")
    before, after = (list(map(essence, file.read_bytes().splitlines())) for file in (capture, second.capture))
    expect([each[1] for each in before], [hashlib.sha256(post.body).hexdigest() for post in posts], "what was recorded")
    expect(sorted(after), sorted(before), "what arrived, sorted")
    for one in {each[0] for each in before} - {"None"}:
        expect(*([each for each in side if each[0] == one] for side in (after, before)), f"the order of {one}")
    assert options or after == before, "the order of all"

NODE_SERVER = """
const [, log, ready] = process.argv, fs = require('fs');
let connections = 0;
require('http').createServer((request, response) => {
  const {method, url, socket} = request, pieces = [];
  request.on('data', piece => pieces.push(piece)).on('end', () => {
    const seen = [method, url, Buffer.concat(pieces).toString('base64'), socket.number];
    fs.appendFileSync(log, JSON.stringify(seen) + '\\n');
    response.end('thanks');
  });
}).on('connection', socket => { socket.number = ++connections; })
  .listen(0, '127.0.0.1', function () { fs.writeFileSync(ready, this.address().port + '\\n'); });
"""
NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error; events {{ worker_connections 64; }}
http {{
  access_log off; merge_slashes off; keepalive_requests 10; proxy_http_version 1.1; proxy_set_header X-Of $connection;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5; client_max_body_size 1m;
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{behind}; }} }}
}}
"""
BODIES = [b"", b"\0\xff\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", bytes(range(256)) * 2000, b'{\n  "a": 1.10\n}']
PATH, QUERY = "/hooks/caf%C3%A9/a%2fb//c;v=1/../d", "key=%7bx%7D&a=1&&a=2+3&q=%20&n=%00"
EXACT = [(method, f"{PATH}?{QUERY}", body) for method in ("POST", "PUT", "PATCH", "DELETE") for body in BODIES]

def expect_exact(port, seen):
    """Sends them, and compares what is seen: of each its method, target, body and connection."""
    lines = [record(at, each[2], method=each[0], path=PATH, query=QUERY) for at, each in enumerate(EXACT)]
    run = replay(b"".join(lines), f"http://127.0.0.1:{port}", "--keep-path")
    expect(run.results, [200] * len(EXACT), "the results")
    expect([each[:3] for each in seen()], EXACT, "what arrived")
    return sorted(collections.Counter(each[3] for each in seen()).values())

@check("node:http gets all exactly, and 100 on one connection")
def check_node():
    log, ready = HERE.folder / "log", HERE.folder / "ready"
    start(tool("node"), "-e", NODE_SERVER, log, ready)
    port = wait_until(lambda: ready.exists() and ready.read_text().strip(), "node's port")
    lines = lambda: map(json.loads, log.read_bytes().splitlines())
    seen = lambda: [(method, url, base64.b64decode(body), connection) for method, url, body, connection in lines()]
    expect(expect_exact(port, seen), [len(EXACT)], "deliveries of each connection")
    replay(records(100), f"http://127.0.0.1:{port}/")
    expect(list(collections.Counter(one[3] for one in seen()).values()), [len(EXACT), 100], "of each connection")

@check("http.server with {} gets all exactly", {version: (version,) for version in ("HTTP/1.0", "HTTP/1.1")})
def check_http_server(version):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version, seen, log_message = version, [], lambda *_: None

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.seen.append((self.command, self.path, body, self.client_address))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PUT = do_PATCH = do_DELETE = do_POST

    server = serve(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    wanted = [len(EXACT)] if version == "HTTP/1.1" else [1] * len(EXACT)
    expect(expect_exact(server.server_port, lambda: Handler.seen), wanted, "deliveries of each connection")

@check("nginx gets all exactly, and ends a connection after ten")
def check_nginx():
    nginx, folder, port, behind = tool("nginx"), HERE.folder, free_port(), Receiver(answering(OK))
    (folder / "conf").write_text(NGINX.format(folder=folder, port=port, behind=behind.port))
    process = start(nginx, "-p", folder, "-c", folder / "conf", stderr=subprocess.DEVNULL)
    wait_until(lambda: (folder / "pid").exists() or process.poll() is not None, "nginx")
    seen = lambda: [(each.method, each.target, each.body, each.headers["x-of"]) for each in behind.requests]
    expect(expect_exact(port, seen), [10, 10], "deliveries of each connection")
    expect(replay(record(1, b"x" * 7 * MIB), f"http://127.0.0.1:{port}/").results, [413], "what nginx says to 7 MiB")

KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9"
SIGN = "x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -extfile"
OPENSSL = [f"req -x509 {KEY} -keyout ca.key -out ca.pem -subj /CN=Tide", "req -new -key key -subj /CN=a -out request"]
OPENSSL[1:1] = [f"req -x509 {KEY} -keyout key -out self.pem -subj /CN=a -addext subjectAltName=IP:127.0.0.1"]
OPENSSL += [f"{SIGN} good.ext -days 9 -out good.pem", f"{SIGN} other.ext -days 9 -out other.pem"]
DATES = "-not_before 200101000000Z -not_after 200102000000Z", "-days -1"  # the first for OpenSSL 3.4 and later
HOSTS = ("127.0.0.1", "localhost", "::1")
FLAWS = {"is expired": "expired", "is signed by itself": "self", "is for another address": "other"}
CERTIFICATES = {  # certificate, host, how its authority is known
    **{f"a good certificate for {host} is taken": ("good", host, "--cacert") for host in HOSTS},
    "a good certificate is taken by the system's authorities": ("good", "localhost", "SSL_CERT_FILE"),
    **{f"a certificate that {flaw} is not taken": (name, "127.0.0.1", "--cacert") for flaw, name in FLAWS.items()},
    "a certificate that is for another name is not taken": ("other", "localhost", "--cacert"),
    "an unknown authority's certificate is not taken": ("good", "127.0.0.1", None),
}

def tls_receiver(name, host="127.0.0.1"):
    def openssl(arguments):
        command = [tool("openssl"), *arguments.split()]
        return subprocess.run(command, cwd=HERE.folder, capture_output=True, timeout=PATIENCE).returncode == 0

    (HERE.folder / "good.ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1")
    (HERE.folder / "other.ext").write_text("subjectAltName=DNS:other.example,IP:192.0.2.1")
    assert all(map(openssl, OPENSSL)), "openssl makes no certificates"
    assert any(openssl(f"{SIGN} good.ext -out expired.pem {dates}") for dates in DATES), "openssl makes none expired"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(HERE.folder / f"{name}.pem", HERE.folder / "key")
    receiver = Receiver(answering(OK), host=host, tls=context)
    receiver.names = []  # that were asked for: nothing by who said none
    context.sni_callback = lambda session, name, context: receiver.names.append(name)
    return receiver

@check("TLS: {}", CERTIFICATES)
def check_tls(name, host, trust):
    receiver = tls_receiver(name, "::1" if host == "::1" else "127.0.0.1")
    is_good = name == "good" and trust is not None
    authority, url = HERE.folder / "ca.pem", receiver.url.replace("127.0.0.1", host)
    options = ["--cacert", authority] if trust == "--cacert" else []
    run = replay(THREE, url, *options, variables={"SSL_CERT_FILE": str(authority)} if trust == "SSL_CERT_FILE" else {})
    expect((run.results, run.status), ([200 if is_good else "tls"] * 3, 0 if is_good else 1), "results, exit status")
    expect(set(receiver.names), {host if host == "localhost" else None}, "the names that were asked for")
    expect(len({request.connection for request in receiver.requests}), 1 if is_good else 0, "connections that are used")
    expect_remedies_once(run)
    expect(replay(THREE, url, "--insecure").results, [200] * 3, "the results with --insecure")
    assert not is_good or run.lines[0]["duration_ms"] < 10_000 * SLOWNESS, f"slow: {run.each('duration_ms')} ms"

@check("TLS to a plain port fails, and so does HTTP to a TLS port")
def check_tls_mismatch():
    for url in (Receiver(answering(OK)).url.replace(":", "s:", 1), tls_receiver("good").url.replace("s:", ":")):
        run = replay(THREE, url, "--timeout", "500ms")
        assert run.status == 1 and set(run.results) <= WORDS - {"refused", "dns"}, f"{url}: {run.results}"

# --- bad receivers ------------------------------------------------------------------------------
HEAD, MANY, GARBAGE = b"HTTP/1.1 200 OK\r\n", b"x" * 65536, bytes(range(256)) * 8
CHUNKED, GZIP = HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"Content-Encoding: gzip"
CONTINUE, HINTS = b"HTTP/1.1 100 Continue\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
LARGE, AT_ONCE = record(1, b"x" * 7 * MIB), ("--timeout", "3s", "--concurrency", "8")
SOON, BRIEFLY, SLOWLY = ("--timeout", f"{10 * SLOWNESS}s"), ("--timeout", "500ms"), ("--rate", "0.6/s")
EARLY = (0.05, answer(413, b"", b"Connection: close"), 0.3)  # nothing of the body is read
ENDLESS_STATUS = playing(READ, HEAD[:13], endless(MANY))

def answering_twice(again, wait):
    """What comes on an idle connection is no request's answer: each of them is answered 202."""
    def behave(connection):
        while (request := connection.request()) is not None:
            connection.send(answer(202))
            if request.number == 0:
                time.sleep(wait)
                connection.send(again)
    return behave

BAD = {  # what it does, the results that are right, options, records
    "closes without an answer": (playing(READ), {"closed"}),
    "resets the connection": (playing(READ, reset), {"closed"}),
    "reads a second request, and resets the connection": (playing(READ, OK, READ, reset), {200, "closed"}),
    "hangs": (hang, {"timeout"}, BRIEFLY),
    "reads nothing of 7 MiB": (playing(12.0 * SLOWNESS), {"timeout"}, BRIEFLY, LARGE),
    "drips its head": (playing(READ, drip(OK)), {"timeout"}, BRIEFLY),
    "drips a body of no length": (playing(READ, HEAD + b"\r\n", drip(b"x" * 30)), {"timeout"}, BRIEFLY),
    "drips its chunks": (playing(READ, CHUNKED, drip(b"1\r\nx\r\n" * 5)), {"timeout"}, BRIEFLY),
    "answers 200 MB": (playing(READ, HEAD + b"Content-Length: 200000000\r\n\r\n", endless(MANY)), {"too-large"}),
    "answers garbage": (playing(READ, GARBAGE), {"garbled"}),
    "has a status line of 100 KB": (answering(HEAD[:13] + MANY + MANY[:34000] + OK[12:]), {"garbled"}),
    "has a status line of 2 MB": (answering(HEAD[:13] + MANY * 30 + OK[12:]), {"garbled"}),
    "has an endless status line": (ENDLESS_STATUS, {"garbled"}),
    "has an endless status line for 8 at once": (ENDLESS_STATUS, {"garbled"}, AT_ONCE, records(16)),
    "has an endless header field": (playing(READ, HEAD + b"X-A: ", endless(MANY)), {"garbled"}),
    "says 100 Continue endlessly": (playing(READ, endless((CONTINUE + b"\r\n") * 2000)), {"garbled"}),
    "has an endless chunk extension": (playing(READ, CHUNKED + b"5;", endless(MANY)), {"garbled"}),
    "has an endless trailer field": (playing(READ, CHUNKED + b"0\r\nX: ", endless(MANY)), {"garbled"}),
    "cuts its body off": (playing(READ, answer(200, b"low tide")[:-3]), {"closed"}),
    "cuts its answer off behind a chunk's bytes": (playing(READ, CHUNKED + b"3\r\nlow\r"), {"closed"}),
    "answers 204": (answering(b"HTTP/1.1 204 No Content\r\n\r\n"), {204}),
    "answers 301 with a Location": (answering(answer(301, b"", b"Location: /elsewhere")), {301}),
    "answers 401": (answering(answer(401, b"", b'WWW-Authenticate: Basic realm="x"')), {401}),
    "answers 500": (answering(answer(500, b"boom")), {500}),
    "says 100 Continue first": (answering(CONTINUE + b"\r\n" + OK), {200}),
    "says 100 Continue with a field first": (answering(CONTINUE + b"X-A: b\r\n\r\n" + OK), {200}),
    "says 103 Early Hints first": (answering(HINTS + OK), {200}),
    "answers in chunks": (answering(CHUNKED + b"3\r\nlow\r\n0\r\n\r\n"), {200}),
    "answers in chunks with a trailer": (answering(CHUNKED + b"3\r\nlow\r\n0\r\nX-A: b\r\n\r\n"), {200}),
    "answers with gzip": (answering(answer(200, gzip.compress(b"tide"), GZIP)), {200}),
    "ends its answer by closing": (playing(READ, b"HTTP/1.0 200 OK\r\n\r\ntide"), {200}),
    "closes after each answer": (answering(OK, keeps=False), {200, "closed"}, SOON, records(20)),
    "closes 2 ms after each answer": (answering(OK, keeps=False, lingers=0.002), {200, "closed"}, SOON, records(20)),
    "says 408 on a connection idle for 0.1 s": (answering_twice(answer(408), 0.1), {202}, SLOWLY, records(2)),
    "says 408 on a connection idle for 0.8 s": (answering_twice(answer(408), 0.8), {202}, SLOWLY, records(2)),
    "gives a request two answers": (answering_twice(OK, 0.0), {202}, SLOWLY, records(2)),
    "answers 413 before the body": (playing(*EARLY), {413}, SOON, LARGE),
}

BAD_ROWS = {f"{name} is told as {' or '.join(sorted(map(str, row[1])))}": row for name, row in BAD.items()}

@check("a receiver that {}", BAD_ROWS)
def check_bad(behave, right, options=SOON, lines=THREE):
    run, requests = sent(lines, behave, *options)
    expect(len(run.results), lines.count(b"\n"), "the number of attempts")
    assert set(run.results) <= right, f"results: {run.results}; right is {sorted(right, key=str)}"
    # That connections end behind their first answer is learned from the first that did.
    assert right != {200, "closed"} or run.results.count("closed") <= 1, f"results: {run.results}"
    expect(run.status, int(not set(run.results) <= GOOD), "exit status")
    expect_remedies_once(run)
    assert run.peak < 64 * KIB * SLOWNESS, f"{run.peak / KIB:.0f} MiB of memory"
    assert {each.target for each in requests} <= {"/"} and len(requests) <= len(run.lines), f"requests: {requests}"
    times = run.each("duration_ms")
    assert right != {"timeout"} or 490 <= min(times) and max(times) < 500 + 10_000 * SLOWNESS, f"durations: {times}"

@check("the address {}", {  # where a receiver listens, the host of the URL, the result
    "[::1] is reached": ("::1", "[::1]", 200),
    "localhost is reached where only IPv4 listens": ("127.0.0.1", "localhost", 200),
    "of nobody is refused": (None, "127.0.0.1", "refused"), "a.invalid is not found": (None, "a.invalid", "dns")})
def check_address(host, name, result):
    port = Receiver(answering(OK), host=host).port if host else free_port()
    run = replay(THREE, f"http://{name}:{port}/hook?key=1", variables=SOON_KNOWN)
    expect((run.results, run.status), ([result] * 3, int(result != 200)), "the results and the exit status")
    expect_remedies_once(run)

# --- what is sent, and how it is judged ---------------------------------------------------------
NOWHERE = "/nosuch/folder/file"
STATUSES = {  # source, options, exit status, what arrives, a word on stderr
    "a file that is not there behind a good one": (THREE, NOWHERE, 3, [0, 1, 2], NOWHERE),
    "an empty folder": ("empty", "", 3, [], "empty"),
    "a line that is no record": (record(0) + b'{"id":"x"}\n' + record(1), "", 3, [0, 1], ":2: not a record"),
    "nothing selected": (THREE, "--id x", 3, [], "nothing was sent"),
    "an --after that is not there": (THREE, "--after x", 3, [], "--after"),
    "a report that can't be written": (THREE, f"--report junit={NOWHERE}", 3, [], NOWHERE),
    "wrong usage": (THREE, "--rate fast", 2, [], "--help"),
    "200 for --expect 204": (THREE, "--expect 204", 1, [0, 1, 2], "200"),
    "200 for --expect 200,204": (THREE, "--expect 200,204", 0, [0, 1, 2], ""),
    "--dry-run": (THREE, "--dry-run", 0, [], ""),
}
EVENTS = ["created", "updated", "cancelled", "created", "repeated", "rebooked"]
SIX = b"".join(record(at, booking(at % 2, at), event=f"booking.{event}") for at, event in enumerate(EVENTS))
SELECTIONS = {
    "--only created,cancelled": [0, 2, 3],
    f"--booking {booking(1, 1)['booking']['uuid']}": [1, 3, 5],
    "--booking 7001": [1, 3, 5],
    "--id r3": [3],
    "--since 2027-03-14T16:00:02Z --until 2027-03-14T16:00:04Z": [2, 3],
    "--since 2027-03-14 --limit 2": [0, 1],
    "--after r1": [2, 3, 4, 5],
    "--after r1 --only created --limit 1": [3],
    "--repeat 3 --limit 14": [*range(6), *range(6), 0, 1],
}

@check("{}", {f"the exit status is {row[2]}: {name}": row for name, row in STATUSES.items()}
       | {f"{options} sends {len(wanted)}": (SIX, options, 0, wanted, "") for options, wanted in SELECTIONS.items()})
def check_what_is_sent(source, options, status, wanted, word):
    (HERE.folder / "empty").mkdir()
    receiver = Receiver(answering(OK))
    run = Run(HERE.folder / source if source == "empty" else source, receiver.url, *options.split()).end()
    expect((run.status, numbers_in(receiver.requests)), (status, wanted), "the exit status, and what arrived")
    assert word in run.stderr, f"{word} is not in {run.stderr}"

SECRET, HOSTILE_ID = "s@nd:t/ide", 'a<b>&"c" # ]]>%\\'
SEALED = base64.b64encode(f"wren:{SECRET}".encode()).decode()
EVIL = " HTTP/1.1\r\nX-Evil: 1\r\nX:"
LOOSE = '{ "booking" :\r\n {"pk": 1.10, "status"\t:"booked" , "n":12345678901234567890, "u":"\\u0041", "n":1} } \r\n'
CHANGED = LOOSE.replace('"booked"', '"cancelled"').replace("1.10", "7").encode()
SET = ["--set", '/booking/status="cancelled"', "--set", "/booking/pk=7"]
HEADERS = {"content-type": "text/x", "x-tide": "low, tide", "user-agent": "tide/1", "host": "other"}
HEADER = ["--header", "Content-Type: text/x", "--header", "X-Tide:low, tide", "--header", "Host: other"]
@check("{}", {  # record, options, what the request has (nothing: it is not sent, and the exit status 3 says so)
    "--header sets fields": (record(1), HEADER, {"headers": HEADERS}),
    "no Content-Type is made up": (record(1, headers={}), [], {"headers": {"content-type": None}}),
    "--set changes no other byte": (record(1, LOOSE, form="body_text"), SET, {"body": CHANGED}),
    "--set in what is no JSON sends nothing": (record(1, b"tide"), SET, {}),
    "--keep-path keeps path and query": (
        record(1, path="/a%2fb//é", query="x=&&y"), ["--keep-path"], {"target": "/base/a%2fb//Ã©?x=&&y"}),
    "--keep-path keeps the path of who is not known": (
        record(1, remote="", path="/a", query="x"), ["--keep-path"], {"target": "/base/a?x"}),
    "--keep-path leaves what was a payload the path of the URL": (
        record(1, remote=""), ["--keep-path"], {"target": "/base/?key=1"}),
    "a line break in a header is not sent": (record(1, headers={"x-a": "b" + EVIL}), [], {}),
    "a line break in a path is not sent": (record(1, path="/" + EVIL), ["--keep-path"], {}),
    "a line break in a query is not sent": (record(1, query="a" + EVIL), ["--keep-path"], {}),
    "a line break in a method is not sent": (record(1, method="POST /" + EVIL), [], {}),
})
def check_request(line, options, wanted):
    receiver = Receiver(answering(OK))
    run = replay(line + record(2, booking(2, 2)), receiver.url + "base/?key=1", *options)
    assert not any({"x-evil", "x"} & set(each.headers) for each in receiver.requests), "a header that nobody set"
    expect((len(receiver.requests), run.status), (2, 0) if wanted else (1, 3), "requests, exit status")
    assert "httplib" not in str(receiver.requests[0].headers), f"{receiver.requests[0].headers}"
    for name, value in wanted.items():
        seen = getattr(receiver.requests[0], name)
        expect({key: seen.get(key) for key in value} if name == "headers" else seen, value, name)

@check("--retries tries again, an --interval later")
def check_retries():
    run, requests = sent(record(1), [FAILURE, answer(503), OK], "--retries", "3", "--interval", "200ms")
    wanted = [(1, "retry"), (2, "retry"), (3, "accepted")]
    expect((run.status, [*zip(run.each("attempt"), run.each("outcome"))]), (0, wanted), "exit status, and attempts")
    gaps = [after.at - before.at for before, after in itertools.pairwise(requests)]
    assert 0.2 <= min(gaps) and max(gaps) < 0.2 + 10, f"intervals: {gaps}"

@check("--failed-out keeps what failed{}", {"": (), ", with --set": ("--set", "/booking/note=1")})
def check_failed_out(*options):
    capture = captured([clients.Request(json.dumps(booking(number, number)).encode()) for number in range(6)])
    failed = HERE.folder / "failed.jsonl"
    run, first = sent(capture, [OK, FAILURE, OK, FAILURE, OK], "--failed-out", failed, *options)
    lines, written = (file.read_bytes().splitlines() for file in (capture, failed))
    expect([json.loads(line)["id"] for line in written], [run.lines[at]["id"] for at in (1, 3)], "the ids")
    assert options or written == [lines[1], lines[3]], "the lines are not those of the capture"
    _, again = sent(failed, [OK], *options)
    expect([request.body for request in again], [first[at].body for at in (1, 3)], "what the second replay sends")
    hashes = [hashlib.sha256(request.body).hexdigest() for request in again]
    expect([json.loads(line)["body_sha256"] for line in written], hashes, "body_sha256")
    failed.write_bytes(b"".join(record(at, booking(at, at, "x" * 4000)) for at in range(200)))
    run = Run(failed, f"http://127.0.0.1:{free_port()}/", "--failed-out", failed).end(10 * SLOWNESS)
    assert len(run.lines) <= 200, f"{len(run.lines)} attempts for 200 records, where --failed-out is the input"

@check("--set makes a record that tells of its new body")
def check_edited_record():
    failed, kept = HERE.folder / "failed.jsonl", ("id", "attempt", "duplicate_of", "response")
    line = record(1, booking(1, 1), event="booking.created", changed=["/a"], findings=[], response={"status": 503})
    wanted = [  # the booking, the event, and what else is there
        ("/booking/note=1", booking(1, 1)["booking"]["uuid"], "booking.created", {"body"}),
        ('/booking/status="cancelled"', booking(1, 1)["booking"]["uuid"], "booking.cancelled", {"body"}),
        ('/booking/uuid="8a1d9c04-5b7e-4f30-a6c2-e94f0d718b35"', "8a1d9c04-5b7e-4f30-a6c2-e94f0d718b35",
         "booking.created", {"body"}),
        ("/booking/uuid=7", None, "unknown", {"body"}),
        ('={"item":{}}', None, "item.updated", {"body"}),
        ("/booking/x=" + "[" * 119 + "]" * 119, None, "unknown", {"body_text"})]
    for edit, uuid, event, form in wanted:
        options = ("--set", edit)
        printed = Run(line, "http://a/", "--print", *options).end().lines[0]
        sent(line, [FAILURE], *options, "--failed-out", failed)
        expect(json.loads(failed.read_text()), printed, f"--failed-out with {edit}")
        expect((printed["booking"], printed["event"]), (uuid, event), f"booking and event of {edit}")
        expect(form, {"body", "body_text", "changed", "findings"} & {*printed}, f"members of {edit}")
        expect([printed[key] for key in kept], [json.loads(line)[key] for key in kept], "what is not of the body")
        _, requests = sent(failed, [OK])
        expect(hashlib.sha256(requests[0].body).hexdigest(), printed["body_sha256"], "the body that is sent again")
        failed.unlink()

@check("the reports junit, tap and github tell what failed")
def check_reports():
    junit, tap, lines = HERE.folder / "junit", HERE.folder / "tap", record(1) + record(2, id=HOSTILE_ID) + record(3)
    options = ("--report", f"junit={junit}", "--report", f"tap={tap}", "--report", "github")
    run, _ = sent(lines, [OK, FAILURE, OK], *options)
    suite = next(xml.etree.ElementTree.parse(junit).iter("testsuite"))
    cases = [(case.get("name"), len(case.findall("failure"))) for case in suite.iter("testcase")]
    expect(cases, [("r1", 0), (HOSTILE_ID, 1), ("r3", 0)], "junit: names and failures")
    expect((suite.get("tests"), suite.get("failures")), ("3", "1"), "junit: tests and failures")
    assert all(0 <= float(case.get("time")) < PATIENCE for case in suite.iter("testcase")), "junit: a time"
    points = re.findall(r"^(?:TAP |ok |not ok |1\.\.).*", tap.read_text(), re.M)
    wanted = ["TAP version 14", "ok 1 - r1", 'not ok 2 - a<b>&"c" \\# ]]>%\\\\', "ok 3 - r3", "1..3"]
    expect(sorted(points), sorted(wanted), "tap: its lines")
    found = re.findall(r"^::error file=([^,:]*),line=(\d+)(?:,[a-z]+=[^,:]*)*::(.+)", run.stderr, re.M)
    expect([each[:2] for each in found], [(str(run.source), "2")], "github: file and line")
    assert HOSTILE_ID.replace("%", "%25") in found[0][2] and "500" in found[0][2], f"github: {found}"

@check("Basic auth comes from {}, and is not printed", {
    way: (way,) for way in ("the URL", "FAREHOOK_AUTH", "--auth-file", "nobody")})
def check_auth(way):
    (HERE.folder / "auth").write_text(f"wren:{SECRET}\n")
    receiver = Receiver(answering(OK, answer(401)))
    line = record(1, headers={"authorization": "[redacted]", "cookie": "[redacted]", "x-a": "b"})
    options = ["--report", "github", *(["--auth-file", HERE.folder / "auth"] if way == "--auth-file" else [])]
    variables = {"FAREHOOK_AUTH": f"wren:{SECRET}"} if way == "FAREHOOK_AUTH" else {}
    for url in (receiver.url, receiver.url, f"http://127.0.0.1:{free_port()}/", "http://a.invalid/"):
        url = url.replace("://", "://wren:s%40nd:t%2Fide@") if way == "the URL" else url
        run = replay(line, url, *options, variables=SOON_KNOWN | variables)
        for secret in (SECRET, "s%40nd", SEALED):
            assert secret not in run.stdout.decode() + run.stderr, f"the password is printed: {run.stderr}"
    wanted = None if way == "nobody" else f"Basic {SEALED}"
    expect([each.headers.get("authorization") for each in receiver.requests], [wanted] * 2, "Authorization")
    assert not any("[redacted]" in str(each.headers) for each in receiver.requests), "[redacted] is sent"

@check("a password is not repeated")
def check_password_elsewhere():
    for source, url in (NOWHERE, "ftp://u:sand@h/"), (NOWHERE, "http://u:sand@h:x/"), ("http://u:sand@h/", "http://h/"):
        run = Run(source, url).end()
        assert run.status in (2, 3) and "sand" not in run.stderr, run.stderr

# --- order, pace, ends, memory ------------------------------------------------------------------
@check("a booking's deliveries stay in order, {}", {"all accepted": (0,), "one in ten refused": (0.1,)})
def check_order(failing):
    chance, lock, seen, in_flight, most = random.Random(7), threading.Lock(), {}, collections.Counter(), [0, 0]

    def behave(connection):
        while (request := connection.request()) is not None:
            content = json.loads(request.body)["booking"]
            with lock:
                in_flight.update([content["pk"]])
                most[:] = max(most[0], in_flight[content["pk"]]), max(most[1], in_flight.total())
                delay, fails = chance.uniform(0, 0.012), chance.random() < failing
            time.sleep(delay)
            with lock:
                in_flight.subtract([content["pk"]])
                if not fails:
                    seen.setdefault(content["pk"], []).append(content["number"])
            connection.send(FAILURE if fails else OK)

    order = [chance.randrange(5) for _ in range(400)]
    lines = b"".join(record(number, booking(which, number)) for number, which in enumerate(order))
    run, _ = sent(lines, behave, "--concurrency", "16", "--retries", "50", "--interval", "10ms")
    expect((run.status, most), (0, [1, 5]), "the exit status, and how many of one booking and of all were sent at once")
    expect(seen, {7000 + one: [at for at in range(400) if order[at] == one] for one in range(5)}, "each one's order")

@check("{} keeps its pace", {each[0]: each for each in (("--rate 50/s", [0.02] * 49), ("--speed 10", [0.1, 0.05, 0.3]),
                                                        ("--speed 10 --max-gap 150ms", [0.1, 0.05, 0.15, 0.15]))})
def check_pace(options, gaps):
    times = ("16:00:00", "16:00:01", "16:00:01.5", "16:00:04.5", "17:00:00") * 10
    lines = b"".join(record(at, received_at=f"2027-03-14T{each}Z") for at, each in enumerate(times[: len(gaps) + 1]))
    for _ in range(3):  # the machine may be off its pace itself
        run, requests = sent(lines, [OK], *options.split())
        seen = [after.at - before.at for before, after in itertools.pairwise(requests)]
        assert sum(gaps) <= run.seconds < sum(gaps) + PATIENCE, f"{run.seconds:.2f} s"
        lateness = statistics.median(abs(one - gap) for one, gap in zip(seen, gaps, strict=True))
        if lateness < 0.05 * SLOWNESS:
            return
    raise AssertionError(f"{seen}, not {gaps}")

@check("--speed keeps the gaps of each round and of an older input, and a payload follows at once")
def check_gaps_of_inputs():
    at = lambda number, second: record(number, received_at=f"2027-03-14T16:00:{second}Z")
    (older := HERE.folder / "older.jsonl").write_bytes(at(2, "00") + at(3, "03"))
    (payload := HERE.folder / "payload.json").write_text('{"number": 4}')
    run, requests = sent(at(0, "30") + at(1, "32"), [OK], older, payload, "--speed", "10", "--repeat", "2")
    expect(numbers_in(requests), [*range(5)] * 2, "what arrived")
    seen, gaps = [after.at - before.at for before, after in itertools.pairwise(requests)], [0.2, 0, 0.3, 0]
    wrong = [one - gap for one, gap in zip(seen, [*gaps, 0, *gaps], strict=True)]
    assert max(map(abs, wrong)) < 0.1 * SLOWNESS, f"{seen}"

def interrupted(run, receiver, count, number=signal.SIGINT):
    """Stops it when so many requests have arrived. Returns what it says to go on behind."""
    wait_until(lambda: len(receiver.requests) >= count or run.process.poll() is not None, f"{count} requests")
    run.process.send_signal(number)
    run.end(10 * SLOWNESS)
    expect(run.status, 128 + number, "exit status")
    found = re.search(r"--after '?([^'\s]+)", run.stderr)
    return found and found[1]

@check("^C {} leaves what --after sends", {
    "under --rate": (0.0, ("--rate", "20/s"), True), "at a slow receiver": (0.1, (), True),
    "on 4 connections": (0.1, ("--concurrency", "4"), False)})
def check_interrupt(delay, options, is_exact):
    lines = b"".join(record(at, booking(at % 7, at)) for at in range(40))
    receiver = Receiver(answering(OK, delay=delay))
    run = Run(lines, receiver.url, *options)
    last = interrupted(run, receiver, 12)
    assert last and len(run.lines) == len(receiver.requests) < 40, f"{len(run.lines)} lines, --after {last}"
    expect(replay(lines, receiver.url, "--after", last).status, 0, "exit status of the rest")
    arrived = numbers_in(receiver.requests)
    expect(arrived if is_exact else sorted(set(arrived)), list(range(40)), "what arrived")

@check("^C ends the waiting for standard input and for a retry, and a second one that for an answer")
def check_other_interrupts():
    reading, writing = os.pipe()
    with open(reading, "rb") as end, open(writing, "wb", 0) as pipe:
        receiver = Receiver(answering(OK))
        pipe.write(records(2))
        expect(interrupted(Run("-", receiver.url, stdin=end), receiver, 2), "r1", "--after")
    receiver = Receiver(answering(OK, FAILURE))
    run = Run(b"".join(record(at, booking(1, at)) for at in range(9)), receiver.url, "--retries", "3")
    expect((interrupted(run, receiver, 2), run.results), ("r0", [200, 500]), "--after, and the results")
    receiver = Receiver(answering(OK, FAILURE, OK))
    run = Run(b"".join(record(at, booking(at, at)) for at in range(4)), receiver.url, "--retries", "3")
    wanted = ("r0", [200, 500, 200, 200])
    expect((interrupted(run, receiver, 4), run.results), wanted, "--after before a retry, and the results")
    receiver = Receiver(hang)
    run = Run(THREE, receiver.url)
    wait_until(lambda: receiver.requests, "the first request")
    run.process.send_signal(signal.SIGTERM)
    wait_until(lambda: "again to leave" in run.err.read_text(), "that the first signal is told")
    time.sleep(0.3)  # it may not end of itself
    expect(run.process.poll(), None, "exit status while an attempt is in the air")
    interrupted(run, receiver, 1, signal.SIGTERM)

@check("| head -1 ends it, and so does a full disk behind standard output{}", {
    "": (), " of --dry-run": ("--dry-run",)})
def check_output(*options):
    reading, writing = os.pipe()
    with open(reading, "rb", 0) as end:
        with open(writing, "wb") as out:
            run = Run(records(1000 * SLOWNESS), Receiver(answering(OK)).url, "--rate", "50/s", *options, stdout=out)
        expect(json.loads(end.readline())["id"], "r0", "the first id")
    run.end(10 * SLOWNESS)  # half of what all of them would take
    assert run.status in (0, 1) and run.stderr == "", f"status {run.status}, {run.stderr}"
    with open("/dev/full", "wb") as full:
        run, requests = sent(records(500), [OK], *options, stdout=full)
    expect((run.status, "standard output: No space left" in run.stderr, len(requests) < 500), (3, True, True), "the end")

def shown_on(terminal):
    """All that has come to it, as soon as something has."""
    shown, seconds = b"", PATIENCE
    while select.select([terminal], [], [], seconds)[0]:
        shown, seconds = shown + os.read(terminal, 1 << 16), 0
    assert shown, f"nothing is shown within {PATIENCE} s"
    return shown

@check("the progress fits into a terminal of 40 columns; a dumb one has none")
def check_progress():
    for kind in ("xterm", "dumb"):
        terminal, end = pty.openpty()
        HERE.ends.callback(os.close, terminal)
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
        with open(end, "wb", 0) as screen:
            to, variables = Receiver(answering(OK)).url, {"TERM": kind}
            run = Run(records(30), to, "--rate", "40/s", stderr=screen, variables=variables)
            run.end()
            shown = shown_on(terminal).decode()
        drawn = [re.sub(r"\033\[\d+m", "", line) for line in re.findall(r"\r\033\[K([^\r\n]*)", shown)]
        expect(bool(drawn), kind != "dumb", f"whether there is progress on a terminal that is {kind}: {shown!r}")
        assert all(len(line) < 40 for line in drawn if "sent to" not in line), drawn
        assert "30 deliveries sent" in shown and (drawn or "\033" not in shown), shown

@check("a second ^C takes the progress line away")
def check_progress_at_the_end():
    terminal, end = pty.openpty()
    HERE.ends.callback(os.close, terminal)
    with open(end, "wb", 0) as screen:
        run = Run(THREE, Receiver(hang).url, stderr=screen, variables={"TERM": "xterm"})
        shown = shown_on(terminal)
        wait_until(lambda: run.process.poll() is not None or run.process.send_signal(signal.SIGINT), "the end")
        shown += shown_on(terminal)
    expect((run.end().status, b"0 deliveries" in shown, shown[-4:]), (130, True, b"\r\033[K"), "the end")

@check("5,000 records of 8 KB are sent in little memory")
def check_memory():
    source, receiver = HERE.folder / "records", Receiver(answering(OK), keeps=False)
    with open(source, "wb") as file:
        file.writelines(record(number, booking(number, number, "tide " * 1600)) for number in range(5000))
    run = Run(source, receiver.url, "-q").end(2 * PATIENCE)
    expect((run.status, next(receiver.counter)), (0, 5000), "exit status, and the number of requests")
    # The file is 40 MB. A sanitizer keeps what is freed, for a while.
    assert 0 < run.peak < (24 if SLOWNESS == 1 else 512) * KIB, f"{run.peak} KiB"

def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_FAREHOOK [WORDS]")
    Run.program = clients.Listener.program = str(pathlib.Path(sys.argv[1]).resolve())
    report = clients.Report()
    for name, action, arguments in CHECKS:
        if "".join(sys.argv[2:]) in name:
            report.case(name, in_its_scene, action, *arguments)
    return report.finish()

if __name__ == "__main__":
    sys.exit(main())
