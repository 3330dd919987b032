#!/usr/bin/env python3
"""`farehook replay` against real receivers (farehook itself, node:http, http.server, nginx, TLS) and bad ones on raw
sockets: what arrives is what was recorded, and exit status, lines, pace and memory are what they promise.

    python3 tests/receivers.py PATH_TO_FAREHOOK [WORDS]

WORDS: only the checks whose name holds them. FAREHOOK_SLOW=1 waits four times as long, for builds with sanitizers.
"""

import base64
import collections
import contextlib
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
import types
import xml.etree.ElementTree

SLOWNESS = 4 if os.environ.get("FAREHOOK_SLOW") == "1" else 1
PATIENCE = 20 * SLOWNESS  # seconds, for any one thing
KIB, MIB = 1 << 10, 1 << 20
WORDS = {"refused", "dns", "tls", "timeout", "closed", "garbled", "too-large"}
REMEDIES = {"tls": "--cacert", "timeout": "--timeout", 401: "FAREHOOK_AUTH", 301: "edirect"}
CHECKS = []
HERE = types.SimpleNamespace(program="farehook", folder=None, ends=None)  # of the check that runs

# --- the report ---------------------------------------------------------------------------------


def check(name, rows=None):
    """Makes a function a check; with rows one for each: what completes its name, and the arguments."""
    return lambda action: CHECKS.extend((name.format(row), action, given) for row, given in (rows or {"": ()}).items())


class Skipped(Exception):
    pass


def run_checks(words):
    counts = collections.Counter()
    for name, action, arguments in CHECKS:
        if words not in name:
            continue
        result, said = "ok", None
        try:
            with contextlib.ExitStack() as HERE.ends:
                HERE.folder = pathlib.Path(HERE.ends.enter_context(tempfile.TemporaryDirectory(prefix="farehook-")))
                said = action(*arguments)
        except Skipped as why:
            result, said = "skip", why
        except Exception as error:
            lines = [str(frame.lineno) for frame in traceback.extract_tb(error.__traceback__)[1:]]
            result, said = "FAIL", f"{type(error).__name__}: {' '.join(str(error).split())[:600]} (lines {lines})"
        counts[result] += 1
        print(f"{result} {name}" + (f": {said}" if said else ""), flush=True)
    print(f"{counts['ok']} passed, {counts['FAIL']} failed")
    return 1 if counts["FAIL"] else 0


def require(holds, what):
    if not holds:
        raise AssertionError(what)


def expect(actual, wanted, what):
    require(actual == wanted, f"{what}: {actual!r:.300}, not {wanted!r:.300}")


def wait_until(holds, what):
    deadline = time.monotonic() + PATIENCE
    while not (value := holds()):
        require(time.monotonic() < deadline, f"{what}: not within {PATIENCE} s")
        time.sleep(0.002)
    return value


# --- farehook -----------------------------------------------------------------------------------


def tool(name):
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if not path:
        raise Skipped(f"{name} is not there")
    return path


def start(*command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **more):
    """A process that ends with the check, if not before."""
    process = subprocess.Popen(command, stdin=stdin, stdout=stdout, **more)
    HERE.ends.callback(process.wait, PATIENCE)
    HERE.ends.callback(process.kill)
    return process


class Run:
    """`farehook replay`, its streams in files. `source`: lines, or a path."""

    numbers = itertools.count()

    def __init__(self, source, to, *options, variables=None, **streams):
        number = next(self.numbers)
        if isinstance(source, bytes):
            (HERE.folder / f"input-{number}.jsonl").write_bytes(source)
            source = HERE.folder / f"input-{number}.jsonl"
        self.out, self.err, self.source = HERE.folder / f"out-{number}", HERE.folder / f"err-{number}", str(source)
        environment = {name: value for name, value in os.environ.items() if name != "FAREHOOK_AUTH"}
        self.began, self.peak = time.monotonic(), 0
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            streams = {"stdout": out, "stderr": err, "env": environment | (variables or {}), **streams}
            self.process = start(HERE.program, "replay", source, "--to", to, *options, **streams)

    def look(self):
        """How many KiB of memory it has had, at most."""
        with contextlib.suppress(OSError):
            status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
            self.peak = int((re.search(r"VmHWM:\s+(\d+) kB", status) or [0, self.peak])[1])
        return self.peak

    def end(self, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            self.look()
            require(time.monotonic() < deadline, f"farehook did not end within {seconds:g} s")
            time.sleep(0.002)
        self.seconds, self.status = time.monotonic() - self.began, self.process.returncode
        self.stdout, self.stderr = self.out.read_bytes(), self.err.read_text(errors="replace")
        sanitizer = re.search("(Address|Thread|Leak)Sanitizer|runtime error:", self.stderr)
        require(self.status >= 0 and not sanitizer, f"signal {-self.status}: {self.stderr[-2000:]}")
        require(self.stdout[-1:] in (b"", b"\n"), f"standard output ends inside a line: {self.stdout[-80:]}")
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
        require(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["started_at"]), line["started_at"])
        require(result == "status" or line["error"] in WORDS and line["outcome"] != "accepted", f"result: {line}")
    if run.status in (0, 1):
        expect(run.status, int("failed" in run.each("outcome")), f"exit status, at outcomes {run.each('outcome')},")
    return run


def expect_remedies_once(run):
    """What is wrong is said once, however often it happened, and what to do about it on the next line."""
    said = run.stderr.splitlines()
    for result in {result for result in run.results if result not in (200, 204)}:
        places = [at for at, line in enumerate(said) if re.search(rf"^farehook: .*: (status )?{result}\b", line)]
        expect(len(places), 1, f"how often `{result}` is said in {run.stderr!r:.300}")
        if result in WORDS or result in REMEDIES:
            remedy = said[places[0] + 1]
            require(remedy and REMEDIES.get(result, "") in remedy, f"the remedy for {result}: {remedy}")
            expect(said.count(remedy), 1, f"how often the remedy stands in {run.stderr!r:.300}")


def booking(which, number, note=""):
    uuid = f"0b5f7a10-3c52-4e1d-9d55-{which:012d}"
    return {"booking": {"pk": 7000 + which, "uuid": uuid, "status": "booked", "number": number, "note": note}}


def id_of(number):
    return f"019592aa-0000-7000-8000-{number:012d}"


def record(number, body=None, form="body", **members):
    """A line as `listen` writes it. A body of bytes stands in base64; of anything else, under the form's name."""
    body = {"number": number} if body is None else body
    uuid = body["booking"]["uuid"] if "booking" in body else None
    head = {"id": id_of(number), "received_at": f"2027-03-14T16:00:{number % 60:02d}.000000Z", "remote": "[::1]:4000"}
    head |= {"method": "POST", "path": "/", "query": "", "event": "unknown", "booking": uuid, "attempt": 1}
    head |= {"headers": {"content-type": "application/json", "user-agent": "tide/1"}, "duplicate_of": None, **members}
    is_bytes = isinstance(body, bytes)
    head |= {"body_base64": base64.b64encode(body).decode()} if is_bytes else {form: body}
    return json.dumps(head, separators=(",", ":")).encode() + b"\n"


def records(count):
    return b"".join(map(record, range(count)))


def numbers_in(requests):
    """The records that arrived, by what their bodies hold."""
    bodies = [json.loads(request.body) for request in requests]
    return [body.get("booking", body)["number"] for body in bodies]


# --- receivers ----------------------------------------------------------------------------------


class Connection:
    def __init__(self, receiver, number, channel):
        self.receiver, self.number, self.socket = receiver, number, channel
        self.stream = channel.makefile("rb")

    def request(self):
        """The next request, whole; nothing at the connection's end."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            if not (line := self.stream.readline()):
                return None
            head += line
        first, *fields = head.decode("latin-1").split("\r\n")[:-2]
        headers = {}
        for name, _, value in (field.partition(": ") for field in fields):
            headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
        body = self.stream.read(int(headers.get("content-length", 0)))
        method, _, target = first.removesuffix(" HTTP/1.1").partition(" ")
        with self.receiver.lock:
            number, at = next(self.receiver.numbers), time.monotonic()
            request = types.SimpleNamespace(method=method, target=target, headers=headers, body=body, number=number,
                                            connection=self.number, at=at)  # fmt: skip
            if self.receiver.keeps:
                self.receiver.requests.append(request)
        return request


class Receiver:
    """A server on raw sockets, until the check's end. What it does with a connection is a function of it."""

    def __init__(self, behave, host="127.0.0.1", tls=None, keeps=True):
        self.behave, self.tls, self.keeps = behave, tls, keeps
        self.requests, self.numbers, self.lock, self.channels = [], itertools.count(), threading.Lock(), {}
        self.socket = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.port = self.socket.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{self.port}/"
        HERE.ends.callback(self.close)
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        for channel in [self.socket, *self.channels.values()]:
            with contextlib.suppress(OSError):
                channel.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def accept(self):
        with contextlib.suppress(OSError):
            for number in itertools.count():
                self.channels[number], _ = self.socket.accept()
                threading.Thread(target=self.serve, args=(number, self.channels[number]), daemon=True).start()

    def serve(self, number, channel):
        with contextlib.suppress(OSError), channel:
            channel.settimeout(PATIENCE)
            channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.tls.wrap_socket(channel, server_side=True) if self.tls else channel as channel:
                connection = Connection(self, number, channel)
                with connection.stream:
                    self.behave(connection)


def playing(*steps):
    """Does this with a connection, then closes it. Bytes are sent, a number is a time to wait."""

    def behave(connection):
        for step in steps:
            act = {bytes: connection.socket.sendall, float: time.sleep}.get(type(step))
            act(step) if act else step(connection)

    return behave


def hang(connection):
    connection.request()
    connection.stream.read()


def reset(connection):
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drip(data):
    return playing(*itertools.chain(*((0.1, bytes([byte])) for byte in data)))


def endless(data):
    return lambda connection: any(connection.socket.sendall(data) for _ in itertools.count())


def answering(*answers, delay=0.0, keeps=True, lingers=0.0):
    """Gives the Nth request the Nth answer, and the last one from then on."""

    def behave(connection):
        while (request := connection.request()) is not None:
            time.sleep(delay)
            connection.socket.sendall(answers[min(request.number, len(answers) - 1)])
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
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


# --- round trip, and real receivers -------------------------------------------------------------


def listener(name):
    """`farehook listen`: its URL, and the capture that it appends to."""
    ready, capture = HERE.folder / f"{name}-ready", HERE.folder / f"{name}.jsonl"
    process = start(HERE.program, "listen", "--port", "0", "--ready-file", ready, "--append", capture, "-q")
    wait_until(lambda: ready.exists() or process.poll() is not None, "ready file")
    return ready.read_text().strip(), capture


def captured(posts):
    """What `listen` writes of bodies, each with its content type and encoding."""
    url, capture = listener("a")
    with contextlib.closing(http.client.HTTPConnection(url.split("/")[2], timeout=PATIENCE)) as connection:
        for number, (body, content_type, encoding) in enumerate(posts):
            headers = {"User-Agent": f'tide "{number}" 1.0', "Content-Type": content_type}
            connection.request("POST", "/", body, headers | ({"Content-Encoding": encoding} if encoding else {}))
            expect(connection.getresponse().read(), b"", f"answer to body {number}")
    return capture


def records_in(file):
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def random_body(chance):
    if chance.random() < 0.4:
        return chance.randbytes(chance.randrange(3000))
    values = [chance.random(), "é🛶\u2028", [], {"a": None}, 10**30]
    pairs = {f"key {chance.randrange(99)}": chance.choice(values) for _ in range(20)}
    text = bytearray(json.dumps(pairs, indent=chance.choice([None, 2]), ensure_ascii=False).encode())
    for _ in range(chance.randrange(3)):
        text[chance.randrange(len(text))] = chance.choice(b'"\\{}[],:0\n\r\t \x00\xc3\x80')
    return bytes(text)


def hostile_posts():
    chance, json_type = random.Random(20270314), "application/json"
    pretty = json.dumps(booking(1, 1), indent=2).encode()
    part = b'--tide\r\nContent-Disposition: form-data; name="trip"\r\n\r\nlagoon\r\n--tide--\r\n'
    bodies = [b'{"a":1.10,"b":12345678901234567890,"c":1e400,"d":-0}', b'{"a":1,"a":2,"":3,"":4}', b"", b"x", b"\0"]
    bodies += [rb'{"a":"\u0000\ud83d\udef6\/","\u0000":1}', pretty, pretty.replace(b"\n", b"\r\n") + b"\r\n", b"17"]
    bodies += [b"\xef\xbb\xbf" + pretty, '{"note":"🛶 é\u2028"}'.encode(), b"{'a': None}", b"\xff\xfe{}\x80"]
    bodies += [b"one\0two\0", b'{"a":"b\0c"}', b'","body":1}\n{"id":"x"}\n', b'"\\ud800"', b"[" * 300, b" {} \n"]
    bodies += [b'"' + b"low tide " * (7 * MIB // 9) + b'"', *(random_body(chance) for _ in range(60))]
    bodies += [json.dumps(booking(number % 7, number)).encode() for number in range(70)]
    posts = [(gzip.compress(pretty), json_type, "gzip"), (part, "multipart/form-data; boundary=tide", None)]
    posts += [(b"a=1&b=%20", "application/x-www-form-urlencoded", None), (b"text", 'text/plain; charset="x"', None)]
    return posts + [(body, json_type, None) for body in bodies]


@check("what listen records, replay sends{}", {"": (), " on 16 connections": ("--concurrency", "16")})
def check_round_trip(*options):
    def essence(record):
        headers = [record["headers"].get(name) for name in ("content-type", "content-encoding", "user-agent")]
        return str(record["booking"]), record["body_sha256"], str(headers)

    posts = hostile_posts()
    capture, (url, arrived) = captured(posts), listener("b")
    expect(replay(capture, url, *options).status, 0, "exit status")
    before, after = ([essence(each) for each in records_in(file)] for file in (capture, arrived))
    expect([each[1] for each in before], [hashlib.sha256(post[0]).hexdigest() for post in posts], "what was recorded")
    expect(sorted(after), sorted(before), "what arrived, sorted")
    for one in {each[0] for each in before} - {"None"}:
        orders = [[each for each in side if each[0] == one] for side in (after, before)]
        expect(*orders, f"the order of {one}")
    require(options or after == before, "the order of all")
    return f"{len(posts)} bodies"


@check("no library's User-Agent, and no Content-Type, is made up")
def check_headers_not_recorded():
    _, requests = sent(record(1, headers={}) + record(2, b"\xff", headers={"x-a": "b"}), [OK])
    for headers in (request.headers for request in requests):
        require("content-type" not in headers and "httplib" not in headers.get("user-agent", ""), f"{headers}")


NODE_SERVER = """
const [, log, ready] = process.argv, fs = require('fs');
let connections = 0;
const server = require('http').createServer((request, response) => {
  const pieces = [];
  request.on('data', piece => pieces.push(piece)).on('end', () => {
    const {method, url, headers, socket} = request, body = Buffer.concat(pieces).toString('base64');
    fs.appendFileSync(log, JSON.stringify({method, url, headers, body, connection: socket.number}) + '\\n');
    response.end('thanks');
  });
});
server.on('connection', socket => { socket.number = ++connections; });
server.listen(0, '127.0.0.1', () => fs.writeFileSync(ready, server.address().port + '\\n'));
"""
NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error; events {{ worker_connections 64; }}
http {{
  log_format tide '$connection'; access_log {folder}/access tide; merge_slashes off; keepalive_requests 10;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  server {{
    listen 127.0.0.1:{port}; client_max_body_size 8m;
    location / {{ proxy_pass http://127.0.0.1:{behind}; proxy_http_version 1.1; }}
    location = /small {{ client_max_body_size 1m; proxy_pass http://127.0.0.1:{behind}; }}
  }}
}}
"""
BODIES = [b"", b"\0\xff\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", bytes(range(256)) * 2000, b'{\n  "a": 1.10\n}']
PATH, QUERY = "/hooks/caf%C3%A9/a%2fb//c;v=1/../d", "key=%7bx%7D&a=1&&a=2+3&q=%20&n=%00"
EXACT = [(method, f"{PATH}?{QUERY}", body) for method in ("POST", "PUT", "PATCH", "DELETE") for body in BODIES]


def replay_exact(port):
    lines = [record(at, each[2], method=each[0], path=PATH, query=QUERY) for at, each in enumerate(EXACT)]
    run = replay(b"".join(lines), f"http://127.0.0.1:{port}", "--keep-path")
    expect(run.results, [200] * len(EXACT), "the results")


@check("node:http gets all exactly, and 100 on one connection")
def check_node():
    log, ready = HERE.folder / "log", HERE.folder / "ready"
    start(tool("node"), "-e", NODE_SERVER, log, ready)
    port = wait_until(lambda: ready.exists() and ready.read_text().strip(), "node's port")
    replay_exact(port)
    seen = records_in(log)
    expect([(one["method"], one["url"], base64.b64decode(one["body"])) for one in seen], EXACT, "what arrived")
    expect({one["headers"]["host"] for one in seen}, {f"127.0.0.1:{port}"}, "Host")
    replay(records(100), f"http://127.0.0.1:{port}/")
    rest = records_in(log)[len(seen) :]
    expect((len(rest), len({one["connection"] for one in rest})), (100, 1), "deliveries and connections")


@check("http.server with {} gets all exactly", {version: (version,) for version in ("HTTP/1.0", "HTTP/1.1")})
def check_http_server(version):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = version
        seen, connections, log_message = [], set(), lambda *_: None

        def do_POST(self):
            self.seen.append((self.command, self.path, self.rfile.read(int(self.headers["Content-Length"] or 0))))
            self.connections.add(self.client_address)
            self.send_response(200)
            if version == "HTTP/1.1":
                self.send_header("Content-Length", "6")
            self.end_headers()
            self.wfile.write(b"thanks")

        do_PUT = do_PATCH = do_DELETE = do_POST

    server = HERE.ends.enter_context(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    HERE.ends.callback(server.shutdown)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    replay_exact(server.server_port)
    expect(Handler.seen, EXACT, "what arrived")
    expect(len(Handler.connections), 1 if version == "HTTP/1.1" else len(EXACT), "the number of connections")


@check("nginx gets all exactly, and ends a connection after ten")
def check_nginx():
    nginx, folder, port, behind = tool("nginx"), HERE.folder, free_port(), Receiver(answering(OK))
    (folder / "conf").write_text(NGINX.format(folder=folder, port=port, behind=behind.port))
    process = start(nginx, "-p", folder, "-c", folder / "conf", stderr=subprocess.DEVNULL)
    wait_until(lambda: (folder / "pid").exists() or process.poll() is not None, "nginx")
    replay_exact(port)
    expect([(each.method, each.target, each.body) for each in behind.requests], EXACT, "what arrived")
    connections = wait_until(lambda: len(log := (folder / "access").read_text().split()) == len(EXACT) and log, "log")
    expect(sorted(collections.Counter(connections).values()), [10, 10], "deliveries of each connection")
    run = replay(record(1, b"x" * 7 * MIB), f"http://127.0.0.1:{port}/small")
    expect(run.results, [413], "what nginx says to 7 MiB, with 1 MiB allowed,")


# --- TLS ----------------------------------------------------------------------------------------

KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9"
SIGN = "x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -extfile"
OPENSSL = [f"req -x509 {KEY} -keyout ca.key -out ca.pem -subj /CN=Tide", "req -new -key key -subj /CN=a -out request"]
OPENSSL.insert(1, f"req -x509 {KEY} -keyout key -out self.pem -subj /CN=a -addext subjectAltName=IP:127.0.0.1")
OPENSSL += [f"{SIGN} good.ext -days 9 -out good.pem", f"{SIGN} other.ext -days 9 -out other.pem"]
EXPIRED = [f"{SIGN} good.ext -out expired.pem {dates}" for dates in (  # the first is for OpenSSL 3.4 and later
    "-not_before 200101000000Z -not_after 200102000000Z", "-days -1")]  # fmt: skip


def tls_receiver(name, host="127.0.0.1"):
    def openssl(arguments):
        command = [tool("openssl"), *arguments.split()]
        return subprocess.run(command, cwd=HERE.folder, capture_output=True, timeout=PATIENCE).returncode == 0

    (HERE.folder / "good.ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1")
    (HERE.folder / "other.ext").write_text("subjectAltName=DNS:other.example,IP:192.0.2.1")
    require(all(map(openssl, OPENSSL)) and any(map(openssl, EXPIRED)), "openssl makes no certificates")
    require(not openssl("x509 -in expired.pem -checkend 0"), "openssl makes no expired certificate")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(HERE.folder / f"{name}.pem", HERE.folder / "key")
    return Receiver(answering(OK), host=host, tls=context)


TRUSTED = {f"a good certificate for {host}": ("good", host, "ca.pem", True) for host in ("127.0.0.1", "localhost", "::1")}
REFUSED = {f"a certificate that is {name}": (name, "127.0.0.1", "ca.pem", False) for name in ("expired", "self", "other")}
UNKNOWN = {"a good certificate without --cacert": ("good", "127.0.0.1", None, False)}


@check("TLS: {}", TRUSTED | REFUSED | UNKNOWN)
def check_tls(name, host, authority, is_good):
    receiver = tls_receiver(name, "::1" if host == "::1" else "127.0.0.1")
    url = receiver.url.replace("127.0.0.1", host)
    run = replay(THREE, url, *(["--cacert", HERE.folder / authority] if authority else []))
    expect((run.results, run.status), ([200 if is_good else "tls"] * 3, int(not is_good)), "results, exit status")
    expect(len({request.connection for request in receiver.requests}), int(is_good), "the number of connections")
    expect_remedies_once(run)
    expect(replay(THREE, url, "--insecure").results, [200] * 3, "the results with --insecure")
    require(not is_good or run.lines[0]["duration_ms"] < 150 * SLOWNESS, f"a handshake of {run.each('duration_ms')} ms")


@check("TLS to a plain port, and HTTP to a TLS port")
def check_tls_mismatch():
    plain, tls = Receiver(answering(OK)), tls_receiver("good")
    for url in (plain.url.replace("http:", "https:"), tls.url.replace("https:", "http:")):
        run = replay(THREE, url, "--timeout", "500ms")
        require(run.status == 1 and set(run.results) <= WORDS - {"refused", "dns"}, f"{url}: {run.results}")


# --- bad receivers ------------------------------------------------------------------------------

HEAD, MANY, GARBAGE = b"HTTP/1.1 200 OK\r\n", b"x" * 65536, bytes(range(256)) * 8
CHUNKED, GZIP = HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"Content-Encoding: gzip"
CONTINUE, HINTS = b"HTTP/1.1 100 Continue\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
LARGE, BRIEFLY, FIELDS = record(1, b"x" * 7 * MIB), ("--timeout", "500ms"), b"X-A: tide\r\n" * 2000
EARLY = (0.05, answer(413, b"", b"Connection: close"), 0.3)  # nothing of the body is read
AT_ONCE = ("--timeout", "3s", "--concurrency", "8")
ENDLESS_STATUS = playing(READ, HEAD[:13], endless(MANY))

BAD = {  # what it does, the results that are right, options, records
    "closes without an answer": (playing(READ), {"closed"}),
    "closes at once": (playing(), {"closed"}),
    "resets the connection": (playing(READ, reset), {"closed"}),
    "hangs": (hang, {"timeout"}, BRIEFLY),
    "reads nothing of 7 MiB": (playing(2.0), {"timeout"}, BRIEFLY, LARGE),
    "drips its head": (playing(READ, drip(OK)), {"timeout"}, BRIEFLY),
    "drips its body": (playing(READ, answer(200, b"x" * 30)[:-30], drip(b"x" * 30)), {"timeout"}, BRIEFLY),
    "drips a body of no length": (playing(READ, HEAD + b"\r\n", drip(b"x" * 30)), {"timeout"}, BRIEFLY),
    "drips its chunks": (playing(READ, CHUNKED, drip(b"1\r\nx\r\n" * 5)), {"timeout"}, BRIEFLY),
    "answers 200 MB": (playing(READ, HEAD + b"Content-Length: 200000000\r\n\r\n", endless(MANY)), {"too-large"}),
    "answers without end": (playing(READ, HEAD + b"\r\n", endless(MANY)), {"too-large"}),
    "answers garbage": (playing(READ, GARBAGE), {"garbled"}),
    "greets as a mail server": (playing(b"220 tide ESMTP\r\n", hang), {"garbled", "timeout"}),
    "has a status line of 100 KB": (answering(HEAD[:13] + MANY + MANY[:34000] + OK[12:]), WORDS | {200}),
    "has a status line of 2 MB": (answering(HEAD[:13] + MANY * 30 + OK[12:]), WORDS),
    "has an endless status line": (ENDLESS_STATUS, WORDS),
    "has an endless status line for 8 at once": (ENDLESS_STATUS, WORDS, AT_ONCE, records(16)),
    "has endless header fields": (playing(READ, HEAD, endless(FIELDS)), WORDS),
    "has an endless header field": (playing(READ, HEAD + b"X-A: ", endless(MANY)), WORDS),
    "says 100 Continue endlessly": (playing(READ, endless((CONTINUE + b"\r\n") * 2000)), WORDS),
    "has an endless chunk extension": (playing(READ, CHUNKED + b"5;", endless(MANY)), WORDS),
    "has an endless trailer field": (playing(READ, CHUNKED + b"0\r\nX: ", endless(MANY)), WORDS | {200}),
    "cuts its body off": (playing(READ, answer(200, b"low tide")[:-3]), {"closed"}),
    "cuts a chunk off": (playing(READ, CHUNKED + b"9\r\nlow"), {"closed"}),
    "cuts its answer off behind a chunk's bytes": (playing(READ, CHUNKED + b"3\r\nlow\r"), {"closed"}),
    "answers 204": (answering(b"HTTP/1.1 204 No Content\r\n\r\n"), {204}),
    "answers 301 with a Location": (answering(answer(301, b"", b"Location: /elsewhere")), {301}),
    "answers 401": (answering(answer(401, b"", b'WWW-Authenticate: Basic realm="x"')), {401}),
    "answers 500": (answering(answer(500, b"boom")), {500}),
    "answers 999": (answering(answer(999)), {999} | WORDS),
    "says 100 Continue first": (answering(CONTINUE + b"\r\n" + OK), {200}),
    "says 100 Continue with a field first": (answering(CONTINUE + b"X-A: b\r\n\r\n" + OK), {200}, BRIEFLY),
    "says 103 Early Hints first": (answering(HINTS + OK), {200}, BRIEFLY),
    "answers in chunks": (answering(CHUNKED + b"3\r\nlow\r\n0\r\n\r\n"), {200}),
    "answers in chunks with a trailer": (answering(CHUNKED + b"3\r\nlow\r\n0\r\nX-A: b\r\n\r\n"), {200}),
    "answers with gzip": (answering(answer(200, gzip.compress(b"tide"), GZIP)), {200}),
    "says gzip of what is none": (answering(answer(200, b"tide", GZIP)), {200}),
    "ends its answer by closing": (playing(READ, b"HTTP/1.0 200 OK\r\n\r\ntide"), {200}),
    "answers 413 before the body": (playing(*EARLY), {413, "closed"}, ("--timeout", "2s"), LARGE),
}


@check("a receiver that {}", BAD)
def check_bad(behave, right, options=("--timeout", "2s"), lines=THREE):
    run, requests = sent(lines, behave, *options)
    count = lines.count(b"\n")
    expect(len(run.results), count, "the number of attempts")
    require(set(run.results) <= right, f"results: {run.results}; right is {sorted(right, key=str)}")
    expect(run.status, int(not set(run.results) <= {200, 204}), "exit status")
    expect_remedies_once(run)
    require(run.peak < 300 * KIB, f"{run.peak / KIB:.0f} MiB of memory")
    require({each.target for each in requests} <= {"/"} and len(requests) <= count, "requests that nobody asked for")
    times = run.each("duration_ms")
    require(right != {"timeout"} or 490 <= min(times) and max(times) < 500 + 1500 * SLOWNESS, f"durations: {times}")
    return f"{', '.join(sorted(map(str, set(run.results))))}; {run.peak / KIB:.0f} MiB"


@check("nobody is at {}", {"a port": ("127.0.0.1", "refused"), "::1": ("[::1]", "refused"), "a name": ("a.invalid", "dns")})
def check_nobody(host, word):
    run = replay(THREE, f"http://{host}:{free_port()}/")
    expect((run.results, run.status), ([word] * 3, 1), "the results and the exit status")
    expect_remedies_once(run)


@check("the address {}", {"[::1]": ("::1", "[::1]"), "localhost, where only IPv4 listens": ("127.0.0.1", "localhost")})
def check_address(host, name):
    receiver = Receiver(answering(OK), host=host)
    expect(replay(THREE, f"http://{name}:{receiver.port}/hook?key=1").results, [200] * 3, "the results")
    seen = {(request.headers["host"], request.target) for request in receiver.requests}
    expect(seen, {(f"{name}:{receiver.port}", "/hook?key=1")}, "Host and target")


@check("a receiver that closes after each answer, {}", {"at once": (0.0,), "a little later": (0.002,)})
def check_silent_close(lingers):
    """Who sends must expect that a kept connection is gone, and that nobody has seen what he sent on it."""
    run, requests = sent(records(20), answering(OK, keeps=False, lingers=lingers))
    results = dict(collections.Counter(run.results))
    require(set(results) <= {200, "closed"}, f"results: {results}")
    expect(sorted(numbers_in(requests)), list(range(20)), f"what arrived (results: {results})")
    return f"results: {results}"


@check("{}", {"a 408 on a connection idle for 0.4 s": (answer(408), 0.4), "two answers to one request": (OK, 0.2),
              "a 408 on a connection idle for 1.2 s": (answer(408), 1.2)})  # fmt: skip
def check_stale_answer(stale, gap):
    """What comes on an idle connection is no request's answer: each of them is answered 202."""

    def behave(connection):
        while (request := connection.request()) is not None:
            connection.socket.sendall(answer(202))
            if request.number == 0:
                time.sleep(gap / 4)
                connection.socket.sendall(stale)

    run, requests = sent(THREE, behave, "--rate", f"{1 / gap:.3f}/s", "--timeout", "2s")
    expect((run.results, len(requests)), ([202] * 3, 3), "the results, and the number of requests")


# --- what is sent, and how it is judged ---------------------------------------------------------

NOWHERE = "/nosuch/folder/file"
STATUSES = {  # source, options, exit status, what arrives, a word on stderr
    "good": (THREE, "", 0, [0, 1, 2], ""),
    "a file that is not there": (NOWHERE, "", 3, [], NOWHERE),
    "a file that is not there, and a good one": (THREE, NOWHERE, 3, [0, 1, 2], NOWHERE),
    "an empty folder": ("EMPTY", "", 3, [], "EMPTY"),
    "a line that is no record": (record(0) + b'{"id":"x"}\n' + record(1), "", 3, [0, 1], ":2: not a record"),
    "nothing in a file": (b"", "", 3, [], "not a record"),
    "nothing selected": (THREE, "--id x", 3, [], "nothing was sent"),
    "an --after that is not there": (THREE, "--after x", 3, [], "--after"),
    "a report that can't be written": (THREE, f"--report junit={NOWHERE}", 3, [], NOWHERE),
    "a --failed-out that can't be written": (THREE, f"--failed-out {NOWHERE}", 3, [], NOWHERE),
    "a --cacert without certificates": (THREE, f"--cacert {__file__}", 2, [], "--cacert"),
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
    f"--id {id_of(3)}": [3],
    "--since 2027-03-14T16:00:02Z --until 2027-03-14T16:00:04Z": [2, 3],
    "--since 2027-03-14 --limit 2": [0, 1],
    f"--after {id_of(1)}": [2, 3, 4, 5],
    f"--after {id_of(1)} --only created --limit 1": [3],
    "--repeat 3 --limit 14": [*range(6), *range(6), 0, 1],
}


@check("{}", {f"exit status: {name}": row for name, row in STATUSES.items()}
       | {options: (SIX, options, 0, wanted, "") for options, wanted in SELECTIONS.items()})  # fmt: skip
def check_what_is_sent(source, options, status, wanted, word):
    if source == "EMPTY":
        source = HERE.folder / source
        source.mkdir()
    receiver = Receiver(answering(OK))
    run = Run(source, receiver.url, *options.split()).end()
    expect((run.status, numbers_in(receiver.requests)), (status, wanted), "the exit status, and what arrived")
    require(word in run.stderr, f"{word} is not in {run.stderr!r:.300}")


EVIL = " HTTP/1.1\r\nX-Evil: 1\r\nX:"
LOOSE = '{ "booking" :\r\n {"pk": 1.10, "status"\t:"booked" , "n":12345678901234567890, "u":"\\u0041", "n":1} } \r\n'
SET = ["--set", '/booking/status="cancelled"', "--set", "/booking/pk=7"]
HEADER = ["--header", "Content-Type: text/x", "--header", "X-Tide:low, é", "--header", "Host: other"]
PLACED = {"path": "/a%2fb/é", "query": "x=%00&&y"}


@check("{}", {
    "--header": (record(1), HEADER, {"content-type": "text/x", "x-tide": "low, é", "user-agent": "tide/1", "host": "other"}),
    "--set changes no other byte": (record(1, LOOSE, form="body_text"), SET,
                                    LOOSE.replace('"booked"', '"cancelled"').replace("1.10", "7").encode()),
    "--set in what is no JSON": (record(1, b"tide"), SET, None),
    "without --keep-path": (record(1, **PLACED), [], "/base/?key=1"),
    "--keep-path": (record(1, **PLACED), ["--keep-path"], "/base/a%2fb/é?x=%00&&y"),
    "a line break in a header": (record(1, headers={"x-a": "b" + EVIL}), [], None),
    "a line break in a path": (record(1, path="/" + EVIL), ["--keep-path"], None),
    "a line break in a query": (record(1, query="a" + EVIL), ["--keep-path"], None),
    "a line break in a method": (record(1, method="POST /" + EVIL), [], None),
})  # fmt: skip
def check_request(line, options, wanted):
    """The request is as wanted (None: it is not sent, which is said), and the record behind it arrives too."""
    receiver = Receiver(answering(OK))
    run = replay(line + record(2, {"booking": {"number": 2}}), receiver.url + "base/?key=1", *options)
    expect((numbers_in(receiver.requests[-1:]), run.status), ([2], 0 if wanted else 3), "the last that arrived, status")
    expect(len(receiver.requests), 2 if wanted else 1, "the number of requests")
    one = receiver.requests[0]
    seen = {str: one.target, bytes: one.body, dict: {name: one.headers.get(name) for name in wanted or ()}}
    decoded = json.loads(json.dumps(seen[type(wanted)], ensure_ascii=False).encode("latin-1")) if wanted and not isinstance(wanted, bytes) else one.body
    require(not wanted or decoded == wanted, f"{decoded}, not {wanted}")
