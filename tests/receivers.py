#!/usr/bin/env python3
"""`farehook replay` against real receivers (farehook itself, node:http, http.server, nginx, TLS) and bad ones on raw
sockets: what arrives is what was recorded, and its exit status, lines, pace and memory are what they promise.

    python3 tests/receivers.py PATH_TO_FAREHOOK [WORDS]

WORDS: only the checks whose name holds them. FAREHOOK_SLOW=1 waits four times as long, for builds with sanitizers.
"""

import base64
import collections
import contextlib
import dataclasses
import functools
import gzip
import hashlib
import http.client
import http.server
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import xml.etree.ElementTree

SLOWNESS = 4 if os.environ.get("FAREHOOK_SLOW") == "1" else 1
PATIENCE = 20 * SLOWNESS  # seconds, for any one thing
KIB, MIB = 1 << 10, 1 << 20
MAX_PEAK_KIB = 300 * KIB  # of memory, whatever is answered
WORDS = {"refused", "dns", "tls", "timeout", "closed", "garbled", "too-large"}
REMEDIES = {"tls": "--cacert", "timeout": "--timeout", 401: "FAREHOOK_AUTH", 301: "edirect"}


# --- the report ---------------------------------------------------------------------------------


class Skipped(Exception):
    pass


class Report:
    def __init__(self, words=""):
        self.words = words
        self.passed = self.failed = 0

    def check(self, name, action, *arguments):
        if self.words not in name:
            return
        try:
            with new_folder() as folder:
                remark = action(folder, *arguments)
        except Skipped as why:
            print(f"skip {name}: {why}", flush=True)
        except Exception as error:
            self.failed += 1
            print(f"FAIL {name}: {described(error)}", flush=True)
        else:
            self.passed += 1
            print(f"ok {name}" + (f" ({remark})" if remark else ""), flush=True)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def expect(actual, wanted, what):
    if actual != wanted:
        raise AssertionError(f"{what} is {shown(actual)}, not {shown(wanted)}")


def require(holds, what):
    if not holds:
        raise AssertionError(what)


def described(error):
    frames = traceback.extract_tb(error.__traceback__)
    lines = ", ".join(str(frame.lineno) for frame in frames[1:] if frame.filename == __file__)
    return f"{type(error).__name__}: {' '.join(str(error).split())[:600]} (lines {lines})"


def shown(value):
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:200]}...{text[-80:]} ({len(text)} long)"


def wait_until(holds, what, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not (value := holds()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(0.002)
    return value


@contextlib.contextmanager
def new_folder():
    with tempfile.TemporaryDirectory(prefix="farehook-receivers-") as folder:
        yield pathlib.Path(folder)


def tool(name):
    if not shutil.which(name):
        raise Skipped(f"{name} is not there")
    return shutil.which(name)


# --- farehook -----------------------------------------------------------------------------------


@dataclasses.dataclass
class Done:
    status: int
    stdout: bytes
    stderr: str
    seconds: float
    peak_kib: int

    @property
    def lines(self):
        return [json.loads(line) for line in self.stdout.splitlines()]

    def each(self, key):
        return [line[key] for line in self.lines]

    @property
    def results(self):
        return [line["status"] if "status" in line else line["error"] for line in self.lines]


class Run:
    """`farehook replay`, its streams in files, ended by its pid. `source`: lines, or a path, or several."""

    program = "farehook"

    def __init__(self, source, to, *options, environment=None, stdout=None, stdin=None):
        given, self.out, self.err = (tempfile.TemporaryFile() for _ in range(3))
        if isinstance(source, bytes):
            given.write(source)
            given.seek(0)
            source = "-"
        command = [self.program, "replay", *(source if isinstance(source, list) else [source])]
        command += ["--to", to if isinstance(to, str) else to.url, *options]
        variables = {name: value for name, value in os.environ.items() if name != "FAREHOOK_AUTH"}
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            command, stdin=stdin or given, stdout=stdout or self.out, stderr=self.err,
            env={**variables, **(environment or {})},
        )
        given.close()

    def peak_kib(self):
        with contextlib.suppress(OSError):
            status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
            if found := re.search(r"VmHWM:\s+(\d+) kB", status):
                return int(found[1])
        return 0

    def end(self, seconds=PATIENCE):
        peak = 0
        try:
            deadline = time.monotonic() + seconds
            while self.process.poll() is None:
                peak = max(peak, self.peak_kib())
                if time.monotonic() > deadline:
                    raise TimeoutError(f"farehook replay did not end within {seconds:g} s")
                time.sleep(0.002)
            took = time.monotonic() - self.began
        finally:
            self.kill()
            self.out.seek(0), self.err.seek(0)
            stdout, stderr = self.out.read(), self.err.read().decode(errors="replace")
            self.out.close(), self.err.close()
        for sanitizer in ("AddressSanitizer", "ThreadSanitizer", "LeakSanitizer", "runtime error:"):
            require(sanitizer not in stderr, f"{sanitizer}: {stderr[:2000]}")
        require(self.process.returncode >= 0, f"it ended with signal {-self.process.returncode}")
        return Done(self.process.returncode, stdout, stderr, took, peak)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)


def replay(source, to, *options, **more):
    """Runs it, and checks what holds for every run: its lines' form, and that status 1 means `failed`."""
    done = Run(source, to, *options, **more).end()
    require(done.stdout[-1:] in (b"", b"\n"), f"standard output ends inside a line: {shown(done.stdout[-80:])}")
    for line in done.lines:
        result = "status" if "status" in line else "error"
        expect(list(line), ["id", "attempt", "url", "started_at", "duration_ms", result, "outcome"], "the keys")
        require(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["started_at"]), line["started_at"])
        require(result == "status" or line["error"] in WORDS and line["outcome"] != "accepted", f"result: {line}")
    if done.status in (0, 1):
        expect(done.status, int("failed" in done.each("outcome")), f"status, at outcomes {done.each('outcome')},")
    return done


def expect_remedy_once(done, result):
    """What is wrong is said once, however often it happened, and what to do about it on the next line."""
    said = [at for at, line in enumerate(done.stderr.splitlines()) if re.search(rf": (status )?{result}\b", line)]
    expect(len(said), 1, f"how often `{result}` is said in {shown(done.stderr)}")
    if result in WORDS or result in REMEDIES:
        remedy = (done.stderr.splitlines() + [""])[said[0] + 1]
        require(REMEDIES.get(result, "") in remedy and remedy, f"the remedy for {result} is {shown(remedy)}")
        expect(done.stderr.count(remedy), 1, f"how often the remedy stands in {shown(done.stderr)}")


@contextlib.contextmanager
def listening(folder, name, *options):
    """`farehook listen`: its URL, and the capture that it appends to."""
    ready, capture = folder / f"{name}-ready", folder / f"{name}.jsonl"
    command = [Run.program, "listen", "--port", "0", "--ready-file", ready, "--append", capture, "-q", *options]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: ready.exists() or process.poll() is not None, "ready file")
        expect(process.poll(), None, "exit status of listen at its start")
        yield ready.read_text().strip(), capture
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()


def records_in(capture):
    return [json.loads(line) for line in capture.read_bytes().splitlines()]


def identity(number):
    return f"019592aa-0000-7000-8000-{number:012d}"


def record(number, body=None, form="body", **members):
    """A line as `listen` writes it. Bytes are a body in base64, else it is JSON (or body_text, by `form`)."""
    head = {"id": identity(number), "received_at": f"2027-03-14T16:00:{number % 60:02d}.000000Z"}
    head |= {"remote": "192.0.2.7:4000", "method": "POST", "path": "/", "query": "", "event": "unknown"}
    head |= {"headers": {"content-type": "application/json", "user-agent": "tide/1"}, "booking": None, "attempt": 1}
    body = {"number": number} if body is None else body
    is_bytes = isinstance(body, bytes)
    head |= {"duplicate_of": None, **members}
    head |= {"body_base64": base64.b64encode(body).decode()} if is_bytes else {form: body}
    return json.dumps(head, separators=(",", ":")).encode() + b"\n"


def booking_body(booking, number, filling=""):
    uuid = f"0b5f7a10-3c52-4e1d-9d55-{booking:012d}"
    return {"booking": {"pk": 7000 + booking, "uuid": uuid, "status": "booked", "number": number, "note": filling}}


def booking_record(booking, number, **members):
    body = booking_body(booking, number)
    return record(number, body, booking=body["booking"]["uuid"], **members)


def numbers_of(requests):
    """The records that arrived, by what their bodies hold."""
    bodies = [json.loads(request.body) for request in requests]
    return [(body.get("booking") or body)["number"] for body in bodies]


# --- receivers ----------------------------------------------------------------------------------


@dataclasses.dataclass
class Request:
    method: str
    target: str
    headers: dict
    body: bytes
    number: int  # of all requests, from 0
    connection: int
    at: float


class Connection:
    def __init__(self, receiver, number, channel):
        self.receiver, self.number, self.socket = receiver, number, channel
        self.buffer = bytearray()

    def read_more(self):
        piece = self.socket.recv(1 << 18)
        self.buffer += piece
        return len(piece)

    def request(self):
        """The next request, whole; nothing at the connection's end."""
        while (end := self.buffer.find(b"\r\n\r\n")) < 0:
            if not self.read_more():
                return None
        first, *fields = self.buffer[:end].decode("latin-1").split("\r\n")
        headers = {}
        for name, _, value in (field.partition(":") for field in fields):
            headers.setdefault(name.lower(), []).append(value.strip())
        headers = {name: ", ".join(values) for name, values in headers.items()}
        whole = end + 4 + int(headers.get("content-length", 0))
        while len(self.buffer) < whole:
            if not self.read_more():
                return None
        method, _, target = first.removesuffix(" HTTP/1.1").partition(" ")
        body = bytes(self.buffer[end + 4 : whole])
        del self.buffer[:whole]
        with self.receiver.lock:
            number = next(self.receiver.numbers)
            request = Request(method, target, headers, body, number, self.number, time.monotonic())
            if self.receiver.keeps:
                self.receiver.requests.append(request)
        return request

    def send(self, data):
        self.socket.sendall(data)

    def hang(self):
        while self.read_more():
            self.buffer.clear()

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Receiver:
    """A server on raw sockets. What it does with a connection is a function of it."""

    def __init__(self, behave, host="127.0.0.1", tls=None, keeps=True):
        self.behave, self.tls, self.keeps = behave, tls, keeps
        self.requests, self.numbers, self.lock = [], itertools.count(), threading.Lock()
        self.open = {}
        self.listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.port = self.listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{self.port}/"

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        for channel in (self.listener, *list(self.open.values())):
            with contextlib.suppress(OSError):
                channel.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        with contextlib.suppress(OSError):
            for number in itertools.count():
                channel, _ = self.listener.accept()
                self.open[number] = channel
                threading.Thread(target=self.serve, args=(number, channel), daemon=True).start()

    def serve(self, number, channel):
        with contextlib.suppress(OSError), channel:
            channel.settimeout(PATIENCE)
            channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                channel = self.tls.wrap_socket(channel, server_side=True)
            with channel:
                self.behave(Connection(self, number, channel))
        self.open.pop(number, None)


def answer(status, body=b"", *fields):
    return b"".join([b"HTTP/1.1 %d Tide\r\n" % status, *(field + b"\r\n" for field in fields),
                     b"Content-Length: %d\r\n\r\n" % len(body), body])  # fmt: skip


OK = answer(200)


def answering(*answers, delay=0.0, keeps=True):
    """Gives the Nth request the Nth answer, and the last one from then on."""

    def behave(connection):
        while (request := connection.request()) is not None:
            time.sleep(delay)
            connection.send(answers[min(request.number, len(answers) - 1)])
            if not keeps:
                return

    return behave


def hanging(connection):
    connection.request()
    connection.hang()


def resetting(connection):
    connection.request()
    connection.reset()


def dripping(first, drops):
    def behave(connection):
        connection.request()
        connection.send(first)
        for drop in drops:
            time.sleep(0.1)
            connection.send(bytes([drop]))

    return behave


def endless(first, piece):
    def behave(connection):
        connection.request()
        connection.send(first)
        while True:
            connection.send(piece)

    return behave


def refusing_early(connection):
    """Answers when it has seen the head, and reads nothing of the body."""
    connection.read_more()
    connection.send(answer(413, b"", b"Connection: close"))
    connection.socket.shutdown(socket.SHUT_WR)
    time.sleep(0.3)


# --- round trip ---------------------------------------------------------------------------------


def random_body(chance):
    if chance.random() < 0.4:
        return chance.randbytes(chance.randrange(3000))
    pairs = {f"key {chance.randrange(99)}": chance.choice([chance.random(), "é🛶\u2028", [], {"a": None}, 10**30])
             for _ in range(20)}  # fmt: skip
    text = bytearray(json.dumps(pairs, indent=chance.choice([None, 2]), ensure_ascii=False).encode())
    for _ in range(chance.randrange(3)):
        text[chance.randrange(len(text))] = chance.choice(b'"\\{}[],:0\n\r\t \x00\xc3\x80')
    return bytes(text)


def hostile_posts():
    """Bodies, each with its content type and content encoding."""
    chance = random.Random(20270314)
    pretty = json.dumps(booking_body(1, 1), indent=2).encode()
    part = b'--tide\r\nContent-Disposition: form-data; name="trip"\r\n\r\nlagoon\r\n--tide--\r\n'
    bodies = [b'{"a":1.10,"b":12345678901234567890,"c":1e400,"d":-0}', b'{"a":1,"a":2,"":3,"":4}', b"", b"x", b"\0"]
    bodies += [rb'{"a":"\u0000\ud83d\udef6\/","\u0000":1}', pretty, pretty.replace(b"\n", b"\r\n") + b"\r\n"]
    bodies += [b"\xef\xbb\xbf" + pretty, '{"note":"🛶 é\u2028"}'.encode(), b"{'a': None}", b"\xff\xfe{}\x80", b" {} \n"]
    bodies += [b"one\0two\0", b'{"a":"b\0c"}', b'","body":1}\n{"id":"x"}\n', b"17", b'"\\ud800"', b"[" * 300]
    bodies += [json.dumps({"note": "low tide " * (7 * MIB // 9)}).encode()]
    bodies += [json.dumps(booking_body(number % 7, number)).encode() for number in range(70)]
    bodies += [random_body(chance) for _ in range(60)]
    posts = [(body, "application/json", None) for body in bodies]
    posts += [(gzip.compress(pretty), "application/json", "gzip"), (part, "multipart/form-data; boundary=tide", None)]
    posts += [(b"trip=1&pax=%20", "application/x-www-form-urlencoded", None), (b"text", 'text/plain; charset="x"', None)]
    return posts


def post_all(url, posts):
    connection = http.client.HTTPConnection(url.split("/")[2], timeout=PATIENCE)
    with contextlib.closing(connection):
        for number, (body, content_type, encoding) in enumerate(posts):
            headers = {"User-Agent": f'tide "{number}" 1.0', "Content-Type": content_type}
            connection.request("POST", "/", body, headers | ({"Content-Encoding": encoding} if encoding else {}))
            response = connection.getresponse()
            response.read()
            expect(response.status, 200, f"status of body {number}")


def essence(record):
    headers = record["headers"]
    return (record["body_sha256"], *(headers.get(name) for name in ("content-type", "content-encoding", "user-agent")))


def check_round_trip(folder, concurrency):
    posts = hostile_posts()
    with listening(folder, "a") as (first, recorded), listening(folder, "b") as (second, arrived):
        post_all(first, posts)
        expect(replay(recorded, second, "--concurrency", str(concurrency)).status, 0, "exit status")
    sent, got = records_in(recorded), records_in(arrived)
    hashes = [hashlib.sha256(body).hexdigest() for body, _, _ in posts]
    expect([record["body_sha256"] for record in sent], hashes, "what was recorded")
    if concurrency == 1:
        expect([essence(record) for record in got], [essence(record) for record in sent], "what arrived")
    expect(sorted(map(repr, map(essence, got))), sorted(map(repr, map(essence, sent))), "what arrived, sorted")
    for booking in {record["booking"] for record in sent if record["booking"]}:
        orders = [[essence(each) for each in records if each["booking"] == booking] for records in (got, sent)]
        expect(orders[0], orders[1], f"the order of {booking}")
    return f"{len(posts)} bodies"


def check_headers_not_recorded(folder):
    """A library's own name, or a type that nobody gave, is not what was recorded."""
    with Receiver(answering(OK)) as receiver:
        replay(record(1, headers={}) + record(2, b"\xff", headers={"x-a": "b"}), receiver)
    for request in receiver.requests:
        expect([request.headers.get(name) for name in ("user-agent", "content-type")], [None, None], "the two headers")


# --- real receivers -----------------------------------------------------------------------------

NODE_SERVER = """
const [, log, ready] = process.argv, fs = require('fs');
let connections = 0;
const server = require('http').createServer((request, response) => {
  const pieces = [];
  request.on('data', piece => pieces.push(piece));
  request.on('end', () => {
    const {method, url, headers, socket} = request;
    const body = Buffer.concat(pieces).toString('base64');
    fs.appendFileSync(log, JSON.stringify({method, url, headers, body, connection: socket.number}) + '\\n');
    response.end('thanks');
  });
});
server.on('connection', socket => { socket.number = ++connections; });
server.listen(0, '127.0.0.1', () => fs.writeFileSync(ready, server.address().port + '\\n'));
"""
TARGET = ("/hooks/caf%C3%A9/a%2fb//c;v=1/../d", "key=%7bx%7D&a=1&&a=2+3&q=%20&n=%00")
METHODS = ("POST", "PUT", "PATCH", "DELETE")


def exact_records():
    bodies = [b"", b"\0\xff\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", json.dumps(booking_body(1, 1), indent=1).encode()]
    bodies += [bytes(range(256)) * 2000]
    cases = list(itertools.product(METHODS, bodies))
    path, query = TARGET
    lines = [record(at, body, method=method, path=path, query=query) for at, (method, body) in enumerate(cases)]
    return b"".join(lines), [(method, f"{path}?{query}", body) for method, body in cases]


@contextlib.contextmanager
def child(*command, **more):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **more)
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)


def check_node(folder):
    log, ready = folder / "log", folder / "ready"
    lines, wanted = exact_records()
    with child(tool("node"), "-e", NODE_SERVER, log, ready):
        port = wait_until(lambda: ready.exists() and ready.read_text().strip(), "node's port")
        expect(replay(lines, f"http://127.0.0.1:{port}", "--keep-path").results, [200] * len(wanted), "the results")
        seen = records_in(log)
        expect([(one["method"], one["url"], base64.b64decode(one["body"])) for one in seen], wanted, "what arrived")
        expect({one["headers"]["host"] for one in seen}, {f"127.0.0.1:{port}"}, "Host")
        replay(b"".join(map(record, range(100))), f"http://127.0.0.1:{port}/")
        connections = {one["connection"] for one in records_in(log)[len(seen) :]}
        expect((len(records_in(log)) - len(seen), len(connections)), (100, 1), "deliveries and connections")


def check_http_server(folder, version):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = version
        seen, connections = [], set()

        def handle_any(self):
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.seen.append((self.command, self.path, body))
            self.connections.add(self.client_address)
            self.send_response(200)
            if version == "HTTP/1.1":
                self.send_header("Content-Length", "6")
            self.end_headers()
            self.wfile.write(b"thanks")

        do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

        def log_message(self, *_):
            pass

    lines, wanted = exact_records()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            done = replay(lines, f"http://127.0.0.1:{server.server_port}", "--keep-path")
        finally:
            server.shutdown()
    expect(done.results, [200] * len(wanted), "the results")
    expect(Handler.seen, wanted, "what arrived")
    expect(len(Handler.connections), 1 if version == "HTTP/1.1" else len(wanted), "the number of connections")


NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access; log_format tide '$connection'; access_log {folder}/access tide;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5; merge_slashes off; keepalive_requests 10;
  server {{
    listen 127.0.0.1:{port}; client_max_body_size 8m;
    location / {{ proxy_pass http://127.0.0.1:{behind}; proxy_http_version 1.1; }}
    location = /small {{ client_max_body_size 1m; proxy_pass http://127.0.0.1:{behind}; }}
  }}
}}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def answers_at(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def check_nginx(folder):
    nginx = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") or tool("nginx")
    lines, wanted = exact_records()
    with Receiver(answering(OK)) as behind:
        port = free_port()
        (folder / "conf").write_text(NGINX.format(folder=folder, port=port, behind=behind.port))
        with child(nginx, "-p", folder, "-c", folder / "conf", stderr=subprocess.DEVNULL) as process:
            wait_until(lambda: answers_at(port) or process.poll() is not None, "nginx")
            expect(process.poll(), None, "nginx's exit status at its start")
            done = replay(lines, f"http://127.0.0.1:{port}", "--keep-path")
            expect(done.results, [200] * len(wanted), "the results")
            seen = [(request.method, request.target, request.body) for request in behind.requests]
            expect(seen, wanted, "what arrived")
            wait_until(lambda: len((folder / "access").read_text().split()) >= len(wanted), "nginx's log")
            connections = collections.Counter((folder / "access").read_text().split())
            expect(sorted(connections.values()), [10, 10], "deliveries of each connection")
            large = replay(record(1, b"x" * 7 * MIB), f"http://127.0.0.1:{port}/small")
            expect(large.results, [413], "what nginx says to 7 MiB, with 1 MiB allowed,")


# --- TLS ----------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=1)
def certificates():
    """A folder: ca.pem, key.pem, and certificates of it: good, other (another name), expired; and self, its own."""
    kept = tempfile.TemporaryDirectory(prefix="farehook-receivers-tls-")
    folder = pathlib.Path(kept.name)

    def openssl(*arguments):
        command = [tool("openssl"), *arguments]
        return subprocess.run(command, cwd=folder, capture_output=True, timeout=PATIENCE).returncode == 0

    name = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    made = openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "9", "-subj", "/CN=Tide CA")
    made = made and openssl("req", "-x509", *key, "-keyout", "key.pem", "-out", "self.pem", "-days", "9", "-subj",
                            "/CN=self", "-addext", name)  # fmt: skip
    made = made and openssl("req", "-new", "-key", "key.pem", "-subj", "/CN=tide", "-out", "tide.csr")
    (folder / "good.ext").write_text(name)
    (folder / "other.ext").write_text("subjectAltName=DNS:other.example,IP:192.0.2.1")
    sign = ("x509", "-req", "-in", "tide.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial")
    made = made and openssl(*sign, "-out", "good.pem", "-days", "9", "-extfile", "good.ext")
    made = made and openssl(*sign, "-out", "other.pem", "-days", "9", "-extfile", "other.ext")
    past = ("-not_before", "20200101000000Z", "-not_after", "20200102000000Z")  # OpenSSL 3.4 and later
    expired = (*sign, "-out", "expired.pem", "-extfile", "good.ext")
    made = made and (openssl(*expired, *past) or openssl(*expired, "-days", "-1"))
    require(made and not openssl("x509", "-in", "expired.pem", "-checkend", "0"), "openssl makes no certificates")
    return kept


def certificate(name):
    return os.path.join(certificates().name, name + ".pem")


def serving_tls(name, host="127.0.0.1"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(name), certificate("key"))
    return Receiver(answering(OK), host=host, tls=context)


THREE = record(1) + record(2) + record(3)


def check_tls_trusted(folder, host):
    with serving_tls("good", "127.0.0.1" if host == "localhost" else host) as receiver:
        url = receiver.url.replace("127.0.0.1", host) if host == "localhost" else receiver.url
        expect(replay(THREE, url, "--cacert", certificate("ca")).results, [200] * 3, "the results")
        expect(len({request.connection for request in receiver.requests}), 1, "the number of connections")


def check_tls_refused(folder, name, *options):
    options = [certificate("ca") if option == "CA" else option for option in options]
    with serving_tls(name) as receiver:
        done = replay(THREE, receiver, *options)
        expect((done.results, done.status), (["tls"] * 3, 1), "the results and the exit status")
        expect_remedy_once(done, "tls")
        expect(receiver.requests, [], "what arrived")


def check_tls_insecure(folder, name):
    with serving_tls(name) as receiver:
        expect(replay(THREE, receiver, "--insecure").results, [200] * 3, "the results")


def check_tls_to_plain(folder):
    with Receiver(answering(OK)) as receiver:
        done = replay(THREE, receiver.url.replace("http:", "https:"), "--timeout", "500ms")
    require(done.status == 1 and set(done.results) <= {"tls", "timeout", "closed", "garbled"}, shown(done.results))


def check_plain_to_tls(folder):
    with serving_tls("good") as receiver:
        done = replay(THREE, receiver.url.replace("https:", "http:"), "--timeout", "2s")
    require(done.status == 1 and set(done.results) <= {"closed", "garbled"}, shown(done.results))


# --- bad receivers ------------------------------------------------------------------------------

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
GARBAGE = bytes(range(256)) * 8
LARGE = record(1, b"x" * 7 * MIB)
HALF_A_SECOND = ("--timeout", "500ms")
SOON = ("--timeout", "2s")
HUNDRED = "HTTP/1.1 100 Continue\r\n\r\n".encode()

# name: behaviour, the results that are right, options, records
BAD = {
    "closes without an answer": (lambda connection: connection.request(), {"closed"}, SOON, THREE),
    "closes at once": (lambda connection: None, {"closed"}, SOON, THREE),
    "resets the connection": (resetting, {"closed"}, SOON, THREE),
    "hangs": (hanging, {"timeout"}, HALF_A_SECOND, THREE),
    "reads nothing of 7 MiB": (lambda connection: time.sleep(2), {"timeout"}, HALF_A_SECOND, LARGE),
    "drips its head": (dripping(b"", OK), {"timeout"}, HALF_A_SECOND, THREE),
    "drips its body": (dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 30), {"timeout"}, HALF_A_SECOND, THREE),
    "drips its chunks": (dripping(CHUNKED, b"1\r\nx\r\n" * 5), {"timeout"}, HALF_A_SECOND, THREE),
    "answers 200 MB": (endless(b"HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n", b"x" * 65536), {"too-large"},
                       SOON, THREE),
    "answers without an end": (endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536), {"too-large"}, SOON, THREE),
    "answers garbage": (answering(GARBAGE, keeps=False), {"garbled"}, SOON, THREE),
    "answers garbage and hangs": (answering(GARBAGE), {"garbled", "timeout"}, SOON, THREE),
    "greets as a mail server": (lambda connection: connection.send(b"220 tide ESMTP\r\n"), {"garbled"}, SOON, THREE),
    "sends a status line of 100 KB": (answering(b"HTTP/1.1 200 " + b"x" * 100_000 + b"\r\nContent-Length: 0\r\n\r\n"),
                                      WORDS | {200}, SOON, THREE),
    "sends a status line of 2 MB": (answering(b"HTTP/1.1 200 " + b"x" * 2_000_000 + b"\r\n\r\n"), WORDS, SOON, THREE),
    "sends an endless status line": (endless(b"HTTP/1.1 200 ", b"x" * 65536), WORDS, ("--timeout", "3s"), THREE),
    "sends an endless status line to 8 at once": (
        endless(b"HTTP/1.1 200 ", b"x" * 65536), WORDS, ("--timeout", "3s", "--concurrency", "8"),
        b"".join(map(record, range(16)))),
    "sends endless header fields": (endless(b"HTTP/1.1 200 OK\r\n", b"X-A: tide\r\n" * 2000), WORDS, SOON, THREE),
    "sends one endless header field": (endless(b"HTTP/1.1 200 OK\r\nX-A: ", b"x" * 65536), WORDS, SOON, THREE),
    "sends endless 100 Continue": (endless(b"", HUNDRED * 2000), WORDS, SOON, THREE),
    "sends an endless chunk extension": (endless(CHUNKED + b"5;", b"x" * 65536), WORDS, SOON, THREE),
    "sends an endless trailer": (endless(CHUNKED + b"0\r\n", b"X-A: tide\r\n" * 2000), WORDS | {200}, SOON, THREE),
    "sends one endless trailer field": (endless(CHUNKED + b"0\r\nX: ", b"x" * 65536), WORDS | {200}, SOON, THREE),
    "cuts its body off": (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nlow", keeps=False), {"closed"}, SOON,
                          THREE),
    "cuts its chunks off": (answering(CHUNKED + b"9\r\nlow", keeps=False), {"closed"}, SOON, THREE),
    "has a chunk of 2^72 bytes": (answering(CHUNKED + b"f" * 18 + b"\r\nlow", keeps=False), WORDS, SOON, THREE),
    "answers 204": (answering(b"HTTP/1.1 204 No Content\r\n\r\n"), {204}, SOON, THREE),
    "answers 301 with a Location": (answering(answer(301, b"", b"Location: /elsewhere")), {301}, SOON, THREE),
    "answers 401": (answering(answer(401, b"", b'WWW-Authenticate: Basic realm="x"')), {401}, SOON, THREE),
    "answers 500": (answering(answer(500, b"boom")), {500}, SOON, THREE),
    "answers 999": (answering(answer(999)), {999} | WORDS, SOON, THREE),
    "answers without a reason": (answering(b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"), {200}, SOON, THREE),
    "says 100 Continue first": (answering(HUNDRED + OK), {200}, SOON, THREE),
    "says 100 Continue with a field first": (answering(b"HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\n" + OK), {200}, SOON,
                                             THREE),
    "says 103 Early Hints first": (answering(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK), {200},
                                   HALF_A_SECOND, THREE),
    "answers in chunks": (answering(CHUNKED + b"3\r\nlow\r\n0\r\n\r\n"), {200}, SOON, THREE),
    "answers in chunks with a trailer": (answering(CHUNKED + b"3\r\nlow\r\n0\r\nX-A: b\r\n\r\n"), {200}, SOON, THREE),
    "answers with gzip": (answering(answer(200, gzip.compress(b"tide"), b"Content-Encoding: gzip")), {200}, SOON, THREE),
    "says gzip of what is none": (answering(answer(200, b"tide", b"Content-Encoding: gzip")), {200}, SOON, THREE),
    "ends by closing, without a length": (answering(b"HTTP/1.0 200 OK\r\n\r\ntide", keeps=False), {200}, SOON, THREE),
    "answers 413 before the body, and closes": (refusing_early, {413, "closed"}, SOON, LARGE),
}  # fmt: skip


def check_bad(folder, behave, right, options, lines):
    with Receiver(behave) as receiver:
        done = replay(lines, receiver, *options)
    count = lines.count(b"\n")
    expect(len(done.results), count, "the number of attempts")
    require(set(done.results) <= right, f"results: {done.results}; right is {sorted(right, key=str)}")
    require(done.status == int(any(result not in range(200, 300) for result in done.results)), f"exit {done.status}")
    for result in set(done.results) - set(range(200, 300)):
        expect_remedy_once(done, result)
    require(done.peak_kib < MAX_PEAK_KIB, f"{done.peak_kib / KIB:.0f} MiB of memory")
    require({request.target for request in receiver.requests} <= {"/"}, "another path was asked for")
    require(len(receiver.requests) <= count, f"{len(receiver.requests)} requests for {count} records")
    if options == HALF_A_SECOND:
        require(max(done.each("duration_ms")) < 500 + 1500 * SLOWNESS, f"durations: {done.each('duration_ms')}")
        require(right != {"timeout"} or min(done.each("duration_ms")) >= 490, f"durations {done.each('duration_ms')}")
    return f"{', '.join(sorted(map(str, set(done.results))))}; {done.peak_kib / KIB:.0f} MiB"


def check_not_connected(folder, what):
    port = free_port()
    url, word = {"port": (f"http://127.0.0.1:{port}/", "refused"), "name": ("http://nosuch.invalid/", "dns"),
                 "port of ::1": (f"http://[::1]:{port}/", "refused")}[what]  # fmt: skip
    done = replay(THREE, url)
    expect((done.results, done.status), ([word] * 3, 1), "the results and the exit status")
    expect_remedy_once(done, word)


def check_full_backlog(folder):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as fillers:
        for _ in range(4):
            filler = fillers.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        done = replay(record(1), f"http://127.0.0.1:{full.getsockname()[1]}/", *HALF_A_SECOND)
    expect(done.results, ["timeout"], "the results")
    require(done.seconds < 0.5 + 1.5 * SLOWNESS, f"{done.seconds:.1f} s")


def check_address(folder, host, name):
    try:
        receiver = Receiver(answering(OK), host=host)
    except OSError as error:
        raise Skipped(f"{host}: {error}") from error
    with receiver:
        done = replay(THREE, f"http://{name}:{receiver.port}/hook?key=1")
        expect(done.results, [200] * 3, "the results")
        seen = {(request.headers["host"], request.target) for request in receiver.requests}
        expect(seen, {(f"{name}:{receiver.port}", "/hook?key=1")}, "Host and target")


def check_silent_close(folder):
    """Who sends must expect that a kept connection is gone; a request that met none may be sent again."""
    with Receiver(answering(OK, keeps=False)) as receiver:
        done = replay(b"".join(map(record, range(20))), receiver)
    arrived, results = numbers_of(receiver.requests), collections.Counter(done.results)
    require(set(results) <= {200, "closed"}, f"results: {results}")
    expect(sorted(set(arrived)), list(range(20)), f"what arrived (with the results {dict(results)})")
    return ", ".join(f"{result} x {count}" for result, count in results.items())


def check_stale_answer(folder, stale, gap):
    """What comes on an idle connection is the answer to no request: the next one is answered 202."""

    def behave(connection):
        while (request := connection.request()) is not None:
            connection.send(answer(202))
            if request.number == 0:
                time.sleep(gap / 4)
                connection.send(stale)

    with Receiver(behave) as receiver:
        done = replay(THREE, receiver, "--rate", f"{1 / gap:.3f}/s", *SOON)
        expect((done.results, len(receiver.requests)), ([202] * 3, 3), "the results, and the number of requests")


# --- exit status --------------------------------------------------------------------------------


def check_status(folder, name):
    (folder / "empty").mkdir()
    torn, good = folder / "torn.jsonl", folder / "good.jsonl"
    torn.write_bytes(record(1) + b'{"id":"x","no":"record"}\n' + record(2))
    good.write_bytes(THREE)
    sources = {
        "unreadable": ([folder / "nosuch.jsonl", good], (), 3, 3, "nosuch.jsonl"),
        "torn": (torn, (), 3, 2, "torn.jsonl:2"),
        "an empty folder": (folder / "empty", (), 3, 0, "empty"),
        "an empty file": (b"", (), 3, 0, "standard input"),
        "nothing selected": (good, ("--id", "x"), 3, 0, "nothing was sent"),
        "an unknown --after": (good, ("--after", "x"), 3, 0, "--after"),
        "good": (good, (), 0, 3, ""),
        "a report that can't be written": (good, ("--report", f"junit={folder}/no/such"), 3, 0, "no/such"),
        "a --failed-out that can't be written": (good, ("--failed-out", f"{folder}/no/such"), 3, 0, "no/such"),
        "wrong usage": (good, ("--rate", "fast"), 2, 0, "--help"),
    }
    source, options, status, count, words = sources[name]
    with Receiver(answering(OK)) as receiver:
        done = replay(source, receiver, *options)
    expect((done.status, len(receiver.requests)), (status, count), "the exit status, and the number of requests")
    require(words in done.stderr, f"{words} is not in {shown(done.stderr)}")


def check_one_failing(folder):
    with Receiver(answering(OK, answer(500), OK)) as receiver:
        done = replay(THREE, receiver)
    expect((done.status, done.each("outcome")), (1, ["accepted", "failed", "accepted"]), "status and outcomes")
    expect(done.each("id"), [identity(number) for number in (1, 2, 3)], "ids")


STATUSES = ["unreadable", "torn", "an empty folder", "an empty file", "nothing selected", "an unknown --after", "good"]
STATUSES += ["a report that can't be written", "a --failed-out that can't be written", "wrong usage"]


# --- options ------------------------------------------------------------------------------------


def check_retries(folder):
    with Receiver(answering(answer(500), answer(503), OK)) as receiver:
        done = replay(record(1), receiver, "--retries", "3", "--interval", "200ms")
    expect(done.status, 0, "exit status")
    expect(done.each("attempt"), [1, 2, 3], "attempts")
    expect(done.each("outcome"), ["retry", "retry", "accepted"], "outcomes")
    for before, after in itertools.pairwise(receiver.requests):
        require(0.2 <= after.at - before.at < 0.2 + 0.2 * SLOWNESS, f"interval of {after.at - before.at:.3f} s")
    with Receiver(answering(answer(500))) as receiver:
        expect(replay(record(1), receiver, "--retries", "1", "--interval", "0").each("outcome"), ["retry", "failed"],
               "outcomes of one that is given up")  # fmt: skip


def check_expect(folder):
    with Receiver(answering(answer(204))) as receiver:
        expect(replay(THREE, receiver, "--expect", "200").status, 1, "exit status of 204 for --expect 200")
        expect(replay(THREE, receiver, "--expect", "200,204").status, 0, "exit status of 204 for --expect 200,204")


def some_capture(folder, count):
    """Lines that `listen` wrote."""
    with listening(folder, "captured") as (url, capture):
        post_all(url, [(json.dumps(booking_body(number, number)).encode(), "application/json", None)
                       for number in range(count)])  # fmt: skip
    return capture


def check_failed_out(folder, options):
    capture, failed = some_capture(folder, 6), folder / "failed.jsonl"
    with Receiver(answering(OK, answer(500), OK, answer(404), OK)) as receiver:
        expect(replay(capture, receiver, "--failed-out", failed, *options).status, 1, "exit status")
    written, lines = failed.read_bytes().splitlines(), capture.read_bytes().splitlines()
    expect([json.loads(line)["id"] for line in written], [json.loads(lines[at])["id"] for at in (1, 3)], "the ids")
    if not options:
        expect(written, [lines[1], lines[3]], "the lines")
    with Receiver(answering(OK)) as again:
        expect(replay(failed, again, *options).status, 0, "exit status of the second replay")
    expect([request.body for request in again.requests], [receiver.requests[at].body for at in (1, 3)], "the bodies")
    hashes = [hashlib.sha256(request.body).hexdigest() for request in again.requests]
    expect([json.loads(line)["body_sha256"] for line in written], hashes, "body_sha256")


def check_failed_out_is_input(folder):
    both = folder / "both.jsonl"
    both.write_bytes(b"".join(record(number, {"number": number, "note": "x" * 4000}) for number in range(200)))
    run = Run(both, f"http://127.0.0.1:{free_port()}/", "--failed-out", both)
    done = run.end(3 * SLOWNESS)
    require(len(done.lines) <= 200, f"{len(done.lines)} attempts for 200 records")


HOSTILE_ID = 'a<b>&"c" # ]]>%\\'


def three_with_one_failing(folder, *options):
    source = folder / "three.jsonl"
    source.write_bytes(record(1) + record(2, id=HOSTILE_ID) + record(3))
    with Receiver(answering(OK, answer(500), OK)) as receiver:
        return replay(source, receiver, *options), source


def check_junit(folder):
    three_with_one_failing(folder, "--report", f"junit={folder}/report.xml")
    root = xml.etree.ElementTree.parse(folder / "report.xml").getroot()
    suite = next(root.iter("testsuite"))
    expect((suite.get("tests"), suite.get("failures")), ("3", "1"), "tests and failures")
    cases = list(root.iter("testcase"))
    expect([case.get("name") for case in cases], [identity(1), HOSTILE_ID, identity(3)], "the names")
    require(all(0 <= float(case.get("time")) < PATIENCE for case in cases), "a time is not one")
    failures = [[failure.get("message") for failure in case.iter("failure")] for case in cases]
    expect(failures, [[], ["status 500"], []], "the failures")


def check_github(folder, to_file):
    report = folder / "report"
    done, source = three_with_one_failing(folder, "--report", f"github={report}" if to_file else "github")
    text = report.read_text() if to_file else done.stderr
    commands = [line for line in text.splitlines() if line.startswith("::")]
    expect(len(commands), 1, "the number of workflow commands")
    found = re.fullmatch(r"::error file=([^,:]*),line=(\d+)(?:,[a-z]+=[^,:]*)*::(.+)", commands[0])
    require(found, f"no workflow command: {commands[0]}")
    expect((found[1], found[2]), (str(source), "2"), "file and line")
    require(HOSTILE_ID.replace("%", "%25") in found[3] and "500" in found[3], found[3])


def check_tap(folder, to_file):
    report = folder / "report"
    done, _ = three_with_one_failing(folder, "--report", f"tap={report}" if to_file else "tap")
    text = report.read_text() if to_file else done.stderr
    lines = [line for line in text.splitlines() if re.match(r"TAP |ok |not ok |\d+\.\.", line)]
    expect(lines[0], "TAP version 14", "the first line")
    expect([line for line in lines if line.startswith("1..")], ["1..3"], "the plan")
    points = [line.split(" - ")[0] for line in lines if "ok " in line]
    expect(points, ["ok 1", "not ok 2", "ok 3"], "the test points")
    require(any(r"\# ]]>%\\" in line for line in lines), f"an id's # and \\ are not escaped: {lines}")


def check_dry_run(folder):
    with Receiver(answering(OK)) as receiver:
        done = Run(THREE, receiver, "--dry-run", "--limit", "2").end()
        expect((done.status, receiver.open, done.each("id")), (0, {}, [identity(1), identity(2)]), "what it did")


SELECTIONS = {
    "--only created,cancelled": [0, 2, 3],
    "--only item.updated,repeated": [4, 5],
    "--booking 0b5f7a10-3c52-4e1d-9d55-000000000001": [1, 3, 5],
    "--booking 7001": [1, 3, 5],
    f"--id {identity(3)}": [3],
    "--since 2027-03-14T16:00:02Z --until 2027-03-14T16:00:04Z": [2, 3],
    "--since 2027-03-14 --limit 2": [0, 1],
    f"--after {identity(1)}": [2, 3, 4, 5],
    f"--after {identity(1)} --only created": [3],
    "--only created --limit 1": [0],
    "--repeat 3 --limit 14": [*range(6), *range(6), 0, 1],
    "--repeat 2 --booking 7001": [1, 3, 5, 1, 3, 5],
}


def check_selection(folder, options, wanted):
    events = ["booking.created", "booking.updated", "booking.cancelled", "booking.created", "booking.repeated"]
    events += ["item.updated"]
    source = folder / "source.jsonl"
    source.write_bytes(b"".join(booking_record(at % 2, at, event=event) for at, event in enumerate(events)))
    with Receiver(answering(OK)) as receiver:
        done = replay(source, receiver, *options.split())
    expect((numbers_of(receiver.requests), done.status), (wanted, 0), "what was sent, and the exit status")


def check_header(folder):
    with Receiver(answering(OK)) as receiver:
        replay(THREE, receiver, "--header", "Content-Type: text/x", "--header", "X-Tide:low, é", "--header", "Host: other")
    for request in receiver.requests:
        seen = [request.headers.get(name) for name in ("content-type", "x-tide", "user-agent")]
        expect(seen, ["text/x", "low, é".encode().decode("latin-1"), "tide/1"], "the headers")
        expect(request.headers["host"], "other", "Host")


def check_keep_path(folder):
    line = record(1, path="/a%2fb/é", query="x=%00&&y")
    with Receiver(answering(OK)) as receiver:
        replay(line, receiver.url + "base/?key=1", "--keep-path")
        replay(line, receiver.url + "base/?key=1")
    targets = [request.target.encode("latin-1").decode() for request in receiver.requests]
    expect(targets, ["/base/a%2fb/é?x=%00&&y", "/base/?key=1"], "targets")


def check_injection(folder, options, members):
    """A record from elsewhere must not become another request, or another header."""
    with Receiver(answering(OK)) as receiver:
        replay(record(1, **members) + record(2), receiver, *options, *SOON)
    for request in receiver.requests:
        require("x-evil" not in request.headers and "\r" not in request.target, f"{request.target!r} {request.headers}")
    expect(numbers_of(receiver.requests)[-1:], [2], "the last that arrived")


def check_set(folder):
    body = '{ "booking" :\r\n {"pk": 1.10, "status"\t:"booked" , "n":12345678901234567890, "u":"\\u0041", "n":1} } \r\n'
    with Receiver(answering(OK)) as receiver:
        done = replay(record(1, body, form="body_text") + record(2, b"no JSON"), receiver,
                      "--set", '/booking/status="cancelled"', "--set", "/booking/pk=7")  # fmt: skip
    wanted = body.replace('"booked"', '"cancelled"').replace("1.10", "7").encode()
    expect([request.body for request in receiver.requests], [wanted], "the bodies")
    require(done.status == 3 and "--set" in done.stderr, f"status {done.status}, {done.stderr}")


SECRET = "s@nd:t/ide"


def check_auth(folder, way):
    sealed = base64.b64encode(f"wren:{SECRET}".encode()).decode()
    (folder / "auth").write_text(f"wren:{SECRET}\n")
    line = record(1, headers={"authorization": "[redacted]", "cookie": "[redacted]", "x-a": "b"})
    userinfo = "wren:s%40nd:t%2Fide@" if way == "URL" else ""
    options = ("--auth-file", folder / "auth") if way == "--auth-file" else ()
    variables = {"FAREHOOK_AUTH": f"wren:{SECRET}"} if way == "FAREHOOK_AUTH" else {}
    with Receiver(answering(OK, answer(401))) as receiver:
        urls = [receiver.url, receiver.url, f"http://127.0.0.1:{free_port()}/", "http://nosuch.invalid/"]
        for url in urls:
            done = replay(line, url.replace("://", "://" + userinfo), "--report", "tap", *options, environment=variables)
            said = done.stdout.decode() + done.stderr
            for secret in (SECRET, "s%40nd", sealed):
                require(secret not in said, f"the password is printed: {shown(said)}")
    for request in receiver.requests:
        expect(request.headers.get("authorization"), None if way == "none" else f"Basic {sealed}", "Authorization")
        require("[redacted]" not in "".join(request.headers.values()), f"[redacted] is sent: {request.headers}")
    expect(len(receiver.requests), 2, "the number of requests")


def check_userinfo_elsewhere(folder, arguments):
    command = [Run.program, "replay", *arguments.split()]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
    require(done.returncode in (2, 3) and b"sandtide" not in done.stdout + done.stderr, f"{done}")


# --- order, pace, ends, memory ------------------------------------------------------------------


def check_order(folder, failing):
    chance, guard, in_flight, seen = random.Random(7), threading.Lock(), collections.Counter(), {}
    most, together = [0], []

    def behave(connection):
        while (request := connection.request()) is not None:
            content = json.loads(request.body)["booking"]
            with guard:
                in_flight[content["uuid"]] += 1
                most[0] = max(most[0], sum(in_flight.values()))
                if in_flight[content["uuid"]] > 1:
                    together.append(content)
                delay, fails = chance.uniform(0, 0.012), chance.random() < failing
            time.sleep(delay)
            with guard:
                in_flight[content["uuid"]] -= 1
                if not fails:
                    seen.setdefault(content["uuid"], []).append(content["number"])
            connection.send(answer(500) if fails else OK)

    order = [number % 5 for number in range(400)]
    random.Random(8).shuffle(order)
    lines = b"".join(booking_record(booking, number) for number, booking in enumerate(order))
    with Receiver(behave) as receiver:
        done = replay(lines, receiver, "--concurrency", "16", "--retries", "50", "--interval", "10ms")
    expect((done.status, together), (0, []), "the exit status, and two of one booking at once")
    wanted = {booking_body(one, 0)["booking"]["uuid"]: [at for at in range(400) if order[at] == one] for one in range(5)}
    expect(seen, wanted, "the order of each booking")
    require(most[0] == 5, f"{most[0]} at once, not 5")


def check_rate(folder):
    with Receiver(answering(OK)) as receiver:
        done = replay(b"".join(map(record, range(50))), receiver, "--rate", "50/s")
    require(0.98 <= done.seconds < 0.98 + 0.52 * SLOWNESS, f"{done.seconds:.2f} s")


def check_speed(folder, options, gaps):
    times = ("16:00:00", "16:00:01", "16:00:01.5", "16:00:04.5", "17:00:00")[: len(gaps) + 1]
    lines = b"".join(record(at, received_at=f"2027-03-14T{moment}Z") for at, moment in enumerate(times))
    with Receiver(answering(OK)) as receiver:
        expect(replay(lines, receiver, "--speed", "10", *options).status, 0, "exit status")
    seen = [after.at - before.at for before, after in itertools.pairwise(receiver.requests)]
    require(all(abs(one - gap) < 0.05 * SLOWNESS for one, gap in zip(seen, gaps, strict=True)), f"{seen}, not {gaps}")


def interrupted(run, receiver, count, number=signal.SIGINT):
    """What a run came to that is stopped when so many requests have arrived."""
    try:
        wait_until(lambda: len(receiver.requests) >= count or run.process.poll() is not None, f"{count} requests")
        run.process.send_signal(number)
        begun = time.monotonic()
        done = run.end()
    finally:
        run.kill()
    require(time.monotonic() - begun < 2 * SLOWNESS, f"it ended after {time.monotonic() - begun:.1f} s")
    expect(done.status, 128 + number, "exit status")
    return done


def last_of(done):
    found = re.search(r"--after '?([^'\s]+)", done.stderr)
    require(found, f"no --after in {shown(done.stderr)}")
    return found[1]


def check_interrupt(folder, delay, options, exactly, behave=None):
    source = folder / "source.jsonl"
    source.write_bytes(b"".join(booking_record(number % 7, number) for number in range(60)))
    with Receiver(behave or answering(OK, delay=delay)) as receiver:
        done = interrupted(Run(source, receiver, *options), receiver, 12)
        require(len(receiver.requests) < 60, "it sent all")
        expect(len(done.lines), len(receiver.requests), "the number of lines, by the requests")
        expect(replay(source, receiver, "--after", last_of(done), "-q").status, 0, "exit status of the rest")
    arrived = numbers_of(receiver.requests)
    expect(arrived if exactly else sorted(set(arrived)), list(range(60)), "what arrived")


def check_interrupt_of_input(folder):
    reading, writing = os.pipe()
    with Receiver(answering(OK)) as receiver, open(reading, "rb") as end, open(writing, "wb", 0) as pipe:
        pipe.write(record(1) + record(2))
        expect(last_of(interrupted(Run("-", receiver, stdin=end), receiver, 2)), identity(2), "--after")


def check_interrupt_of_retry(folder):
    with Receiver(answering(OK, answer(500))) as receiver:
        lines = b"".join(booking_record(1, number) for number in range(9))
        done = interrupted(Run(lines, receiver, "--retries", "3"), receiver, 2)
    expect((done.results, last_of(done)), ([200, 500], identity(0)), "the results, and --after")


def check_terminate(folder):
    with Receiver(answering(OK, delay=0.05)) as receiver:
        interrupted(Run(b"".join(map(record, range(100))), receiver), receiver, 3, signal.SIGTERM)


def check_second_signal(folder):
    with Receiver(hanging) as receiver:
        run = Run(THREE, receiver)
        try:
            wait_until(lambda: receiver.requests, "the first request")
            run.process.send_signal(signal.SIGINT)
            time.sleep(0.3)
            expect(run.process.poll(), None, "exit status while an attempt is in the air")
        except Exception:
            run.kill()
            raise
        interrupted(run, receiver, 1)


def check_head(folder, *options):
    reading, writing = os.pipe()
    with Receiver(answering(OK)) as receiver, open(reading, "rb", 0) as end:
        with open(writing, "wb") as out:
            lines = b"".join(map(record, range(1000)))
            run = Run(lines, receiver, "--rate", "50/s", *options, stdout=out)
        try:
            expect(json.loads(end.readline())["id"], identity(0), "the first id")
            end.close()
            done = run.end(3 * SLOWNESS)
        finally:
            run.kill()
    require(done.status in (0, 1) and done.stderr == "", f"status {done.status}, {shown(done.stderr)}")


def check_full_disk(folder, *options):
    with Receiver(answering(OK)) as receiver, open("/dev/full", "wb") as full:
        done = replay(b"".join(map(record, range(500))), receiver, *options, stdout=full)
    expect(done.status, 3, "exit status")
    require("standard output: No space left" in done.stderr, shown(done.stderr))
    require(len(receiver.requests) < 500, "it went on")


def check_memory(folder):
    peaks = []
    for count in (200, 20_000):
        source = folder / f"{count}.jsonl"
        with open(source, "wb") as file:
            for number in range(count):
                body = booking_body(number, number, "tide " * 800)
                file.write(record(number, body, booking=body["booking"]["uuid"]))

        def behave(connection, count=count):
            while (request := connection.request()) is not None:
                if request.number == count - 1:
                    peaks.append(run.peak_kib())
                connection.send(OK)

        with Receiver(behave, keeps=False) as receiver:
            run = Run(source, receiver, "-q")
            expect(run.end(PATIENCE * 2).status, 0, "exit status")
    require(0 < peaks[1] < peaks[0] + 4 * KIB, f"{peaks} KiB")
    return f"{peaks[0] / KIB:.1f} and {peaks[1] / KIB:.1f} MiB"


def main():
    if len(sys.argv) not in (2, 3):
        print("usage: receivers.py PATH_TO_FAREHOOK [WORDS]", file=sys.stderr)
        return 2
    Run.program = str(pathlib.Path(sys.argv[1]).resolve())
    report = Report(*sys.argv[2:])
    report.check("what listen records, replay sends", check_round_trip, 1)
    report.check("what listen records, replay sends, 16 at once", check_round_trip, 16)
    report.check("no User-Agent and no Content-Type are added", check_headers_not_recorded)
    report.check("node:http gets all exactly, on one connection", check_node)
    report.check("http.server with HTTP/1.0 gets all exactly", check_http_server, "HTTP/1.0")
    report.check("http.server with HTTP/1.1 gets all exactly", check_http_server, "HTTP/1.1")
    report.check("nginx gets all exactly", check_nginx)
    for host in ("127.0.0.1", "localhost", "::1"):
        report.check(f"TLS: a good certificate for {host}", check_tls_trusted, host)
    report.check("TLS: an unknown authority", check_tls_refused, "good")
    for name in ("expired", "self", "other"):
        report.check(f"TLS: a certificate that is {name}", check_tls_refused, name, "--cacert", "CA")
    report.check("TLS: a --cacert without certificates", check_tls_refused, "good", "--cacert", __file__)
    for name in ("good", "expired", "self", "other"):
        report.check(f"TLS: --insecure takes one that is {name}", check_tls_insecure, name)
    report.check("TLS to a plain port", check_tls_to_plain)
    report.check("HTTP to a TLS port", check_plain_to_tls)
    for name, (behave, right, options, lines) in BAD.items():
        report.check(f"a receiver that {name}", check_bad, behave, right, options, lines)
    for what in ("port", "port of ::1", "name"):
        report.check(f"nobody at that {what}", check_not_connected, what)
    report.check("a receiver that takes no connection", check_full_backlog)
    for host, name in (("::1", "[::1]"), ("127.0.0.1", "localhost"), ("127.0.0.1", "127.0.0.1")):
        report.check(f"{name} where {host} listens", check_address, host, name)
    report.check("a receiver that closes without a word after each answer", check_silent_close)
    for gap in (0.4, 1.2):
        stale = answer(408, b"", b"Connection: close")
        report.check(f"a 408 on a connection idle for {gap} s", check_stale_answer, stale, gap)
    report.check("a second 200 to one request", check_stale_answer, OK, 0.2)
    for name in STATUSES:
        report.check(f"exit status: {name}", check_status, name)
    report.check("exit status: one of three fails", check_one_failing)
    report.check("--retries and --interval", check_retries)
    report.check("--expect", check_expect)
    report.check("--failed-out", check_failed_out, ())
    report.check("--failed-out with --set", check_failed_out, ("--set", "/booking/note=1"))
    report.check("--failed-out into the input comes to an end", check_failed_out_is_input)
    report.check("--report junit", check_junit)
    for to_file in (False, True):
        report.check(f"--report github {'in a file' if to_file else 'on stderr'}", check_github, to_file)
        report.check(f"--report tap {'in a file' if to_file else 'on stderr'}", check_tap, to_file)
    report.check("--dry-run sends nothing", check_dry_run)
    for options, wanted in SELECTIONS.items():
        report.check(options, check_selection, options, wanted)
    report.check("--header", check_header)
    report.check("--keep-path", check_keep_path)
    evil = " HTTP/1.1\r\nX-Evil: 1"
    report.check("a header with a line break", check_injection, (), {"headers": {"x-a": "b\r\nX-Evil: 1"}})
    report.check("a method with a line break", check_injection, (), {"method": f"POST /{evil}\r\nX:"})
    report.check("a path with a line break", check_injection, ("--keep-path",), {"path": f"/{evil}\r\nX:"})
    report.check("a query with a line break", check_injection, ("--keep-path",), {"query": f"a{evil}\r\nX:"})
    report.check("--set", check_set)
    for way in ("URL", "FAREHOOK_AUTH", "--auth-file", "none"):
        report.check(f"Basic auth by {way}", check_auth, way)
    for arguments in ("http://wren:sandtide@127.0.0.1:1/ --to http://127.0.0.1:1/", "- --to ftp://wren:sandtide@h/",
                      "- --to http://wren:sandtide@", "- --to http://wren:sandtide@127.0.0.1:x/"):  # fmt: skip
        report.check(f"a password is not repeated: {arguments}", check_userinfo_elsewhere, arguments)
    report.check("a booking's deliveries stay in order", check_order, 0)
    report.check("a booking's deliveries stay in order when one in ten fails", check_order, 0.1)
    report.check("--rate", check_rate)
    report.check("--speed", check_speed, (), [0.1, 0.05, 0.3])
    report.check("--max-gap", check_speed, ("--max-gap", "150ms"), [0.1, 0.05, 0.15, 0.15])
    report.check("^C under --rate, and the rest", check_interrupt, 0, ("--rate", "60/s"), True)
    report.check("^C at a slow receiver, and the rest", check_interrupt, 0.03, (), True)
    report.check("^C with 4 connections loses none", check_interrupt, 0.03, ("--concurrency", "4"), False)
    report.check("^C while standard input is waited for", check_interrupt_of_input)
    report.check("^C while a retry is waited for", check_interrupt_of_retry)
    report.check("SIGTERM", check_terminate)
    report.check("a second ^C leaves at once", check_second_signal)
    report.check("| head -1", check_head)
    report.check("--dry-run | head -1", check_head, "--dry-run")
    report.check("a full disk behind standard output", check_full_disk)
    report.check("a full disk behind standard output, --dry-run", check_full_disk, "--dry-run")
    report.check("memory is the same for 200 and 20,000 records", check_memory)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
