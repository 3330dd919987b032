#!/usr/bin/env python3
"""Real clients (curl, Python's http.client, node's fetch) post hostile bodies to `farehook listen`, and every
line of the capture is compared with what was sent.

    python3 tests/clients.py PATH_TO_FAREHOOK

FAREHOOK_SLOW=1 waits four times as long, for builds with sanitizers.
"""

import base64
import concurrent.futures
import contextlib
import dataclasses
import datetime
import gzip
import hashlib
import http.client
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

PATIENCE = 15 * (4 if os.environ.get("FAREHOOK_SLOW") == "1" else 1)  # seconds, for any one thing
MIB = 1 << 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


# --- the report ---------------------------------------------------------------------------------


class Skipped(Exception):
    pass


class Report:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def case(self, name, action, *arguments):
        try:
            action(*arguments)
        except Skipped as why:
            self.skipped += 1
            print(f"skip {name}: {why}", flush=True)
        except Exception as error:
            self.failed += 1
            print(f"FAIL {name}: {described(error)}", flush=True)
        else:
            self.passed += 1
            print(f"ok {name}", flush=True)

    def finish(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        print(f"{self.passed} passed, {self.failed} failed{skipped}")
        return 1 if self.failed else 0


def expect(actual, wanted, what):
    if actual != wanted:
        raise AssertionError(f"{what} is {shown(actual)}, not {shown(wanted)}")


def described(error):
    frames = [(pathlib.Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    tests = pathlib.Path(__file__).parent
    lines = ", ".join(f"{file.name}:{line}" for file, line in frames[1:] if file.is_relative_to(tests))
    return f"{type(error).__name__}: {' '.join(str(error).split())[:600]} ({lines})"


def shown(value):
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:120]}...{text[-60:]} ({len(value)} long)"


# --- the machine --------------------------------------------------------------------------------


def needs_address(host):
    """Skips the case where the machine has no such address, as ::1 of a machine without IPv6."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as one:
            one.bind((host, 0))
    except OSError:
        raise Skipped(f"{host} is no address here") from None


# --- farehook -----------------------------------------------------------------------------------


def read_to_the_end(connection):
    """All that comes until the socket is closed or reset."""
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            data += piece
    return data


def tcp_sockets():
    """Of each TCP socket of IPv4, by /proc/net/tcp: its own port, its peer's, whether it is established, and how many
    bytes wait to be sent and to be read."""
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, own, peer, state, queues, *_ = line.split()
        unsent, unread = queues.split(":")
        yield int(own[-4:], 16), int(peer[-4:], 16), state == "01", int(unsent, 16), int(unread, 16)


def wait_until(holds, what, seconds=PATIENCE, progress=lambda: None, pause=0.005):
    """The time is counted from when `progress` told something new: a slow disk is waited for while it does anything."""
    deadline, before = time.monotonic() + seconds, progress()
    while not (value := holds()):
        if (now := progress()) != before:
            deadline, before = time.monotonic() + seconds, now
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s" + f", after {now}" * (now is not None))
        time.sleep(pause)
    return value


class Listener:
    """`farehook listen` on a free port, appending to capture.jsonl in its folder."""

    program = "farehook"
    starts = itertools.count()

    def __init__(self, folder, *options):
        self.folder = folder
        self.capture = folder / "capture.jsonl"
        number = next(self.starts)
        self.ready = folder / f"ready-{number}"
        self.stdout, self.stderr = folder / f"stdout-{number}", folder / f"stderr-{number}"
        command = [self.program, "listen", "--port", "0", "--ready-file", self.ready, "--append", self.capture]
        command += options
        with open(self.stdout, "wb") as stdout, open(self.stderr, "wb") as stderr:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
        try:
            wait_until(lambda: self.ready.exists() or self.process.poll() is not None, "ready file")
            expect(self.process.poll(), None, f"exit status at start ({self.said()[-300:]})")
        except Exception:
            self.process.kill()
            self.process.wait()
            raise
        self.url = self.ready.read_text().strip()
        self.port = int(re.fullmatch(r"https?://127\.0\.0\.1:(\d+)/.*", self.url)[1])
        self.seen_bytes = self.capture.stat().st_size

    def said(self):
        return self.stderr.read_text(errors="replace")

    def waits_for(self, words, times=1):
        wait_until(lambda: self.said().count(words) >= times, f"{words!r} on stderr")

    def new_lines(self):
        """The lines that were appended since this was asked last, each of them whole."""
        with open(self.capture, "rb") as capture:
            capture.seek(self.seen_bytes)
            added = capture.read()
        self.seen_bytes += len(added)
        if added and not added.endswith(b"\n"):
            raise AssertionError(f"the capture ends inside a line: {shown(added[-80:])}")
        return added.split(b"\n")[:-1]

    def new_line(self):
        lines = self.new_lines()
        expect(len(lines), 1, "number of lines added")
        return lines[0]

    def wait(self):
        status = self.process.wait(PATIENCE)
        for sanitizer in ("AddressSanitizer", "ThreadSanitizer", "LeakSanitizer", "runtime error:"):
            if sanitizer in self.said():
                raise AssertionError(f"{sanitizer}: {self.said()[:2000]}")
        expect(self.stdout.read_bytes(), b"", "standard output")
        return status

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        expect(self.wait(), 0, "exit status")


@contextlib.contextmanager
def listening(folder, *options):
    listener = Listener(folder, *options)
    try:
        yield listener
        if listener.process.poll() is None:
            listener.stop()
    finally:
        if listener.process.poll() is None:
            listener.process.kill()
            listener.process.wait()


@contextlib.contextmanager
def new_folder():
    with tempfile.TemporaryDirectory(prefix="farehook-clients-") as folder:
        yield pathlib.Path(folder)


# --- the clients --------------------------------------------------------------------------------


@dataclasses.dataclass
class Request:
    body: bytes = b""
    headers: list = dataclasses.field(default_factory=lambda: [("Content-Type", "application/json")])
    method: str = "POST"
    target: str = "/"
    chunked: bool = False


@dataclasses.dataclass
class Answer:
    status: int
    id: str
    allow: str
    local: str  # the client's own address and port


def by_http_client(listener, request):
    connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.connect()
        local = "%s:%d" % connection.sock.getsockname()
        connection.putrequest(request.method, request.target)
        for name, value in request.headers:
            connection.putheader(name, value)
        # Whoever is refused stops listening: what matters is that the answer can be read all the same.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if request.chunked:
                connection.putheader("Transfer-Encoding", "chunked")
                connection.endheaders(pieces(request.body), encode_chunked=True)
            elif request.method == "POST":
                connection.putheader("Content-Length", str(len(request.body)))
                connection.endheaders(request.body)
            else:
                connection.endheaders()
        response = connection.getresponse()
        response.read()
        return Answer(response.status, response.getheader("Farehook-Id", ""), response.getheader("Allow", ""), local)


def pieces(body, size=700):
    return (body[at : at + size] for at in range(0, len(body), size))


CURL_REPORT = (
    '{"status":%{http_code},"id":"%header{farehook-id}","allow":"%header{allow}","local":"%{local_ip}:%{local_port}"}'
)


def by_curl(listener, request):
    command = ["curl", "-q", "--silent", "--show-error", "--noproxy", "*", "--max-time", str(PATIENCE)]
    command += ["--output", os.devnull, "--write-out", CURL_REPORT, "--request", request.method]
    for name, value in request.headers + [("Transfer-Encoding", "chunked")] * request.chunked:
        command += ["--header", f"{name}: {value}"]
    if request.method == "POST":
        command += ["--data-binary", f"@{body_file(listener, request)}"]
    command.append(f"http://127.0.0.1:{listener.port}{request.target}")
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE + 5)
    expect(done.returncode, 0, f"curl's exit status ({done.stderr.decode(errors='replace')[-300:]})")
    return Answer(**json.loads(done.stdout))


NODE_SCRIPT = """
const fs = require('fs');
let local = '';
require('diagnostics_channel').channel('undici:client:sendHeaders').subscribe(
  ({socket}) => { local = `${socket.localAddress}:${socket.localPort}`; });

async function answer(spec) {
  const headers = new Headers();
  for (const [name, value] of spec.headers) headers.append(name, value);
  const options = {method: spec.method, headers, duplex: 'half', signal: AbortSignal.timeout(spec.patience * 1000)};
  if (spec.method === 'POST') options.body = fs.readFileSync(spec.file);
  if (spec.chunked) options.body = new Blob([options.body]).stream();
  const answer = await fetch(spec.url, options);
  await answer.arrayBuffer();
  const header = (name) => answer.headers.get(name) ?? '';
  return {status: answer.status, id: header('farehook-id'), allow: header('allow'), local};
}

const say = (value) => fs.writeSync(1, JSON.stringify(value) + '\\n');
require('readline').createInterface({input: process.stdin}).on('line', (line) =>
  answer(JSON.parse(line)).then(say, (error) => say({error: `${error}: ${error.cause}`})));
"""


class Node:
    """One node for all requests: it takes a while to start."""

    process = None

    @classmethod
    def ask(cls, spec):
        if not cls.process:
            cls.process = subprocess.Popen(["node", "-e", NODE_SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        watchdog = threading.Timer(PATIENCE + 5, cls.process.kill)
        watchdog.start()
        try:
            cls.process.stdin.write(json.dumps(spec).encode() + b"\n")
            cls.process.stdin.flush()
            return json.loads(cls.process.stdout.readline())
        finally:
            watchdog.cancel()

    @classmethod
    def stop(cls):
        if cls.process:
            cls.process.stdin.close()
            cls.process.wait(PATIENCE)


def by_node(listener, request):
    if not shutil.which("node"):
        raise Skipped("node is missing")
    spec = {
        "url": f"http://127.0.0.1:{listener.port}{request.target}",
        "method": request.method,
        "headers": request.headers,
        "file": str(body_file(listener, request)),
        "chunked": request.chunked,
        "patience": PATIENCE,
    }
    answer = Node.ask(spec)
    expect(answer.get("error"), None, "node's error")
    return Answer(**answer)


def body_file(listener, request):
    file = listener.folder / f"body-{threading.get_ident()}"
    file.write_bytes(request.body)
    return file


CLIENTS = {"curl": by_curl, "http.client": by_http_client, "node": by_node}


# --- what a line must be ------------------------------------------------------------------------

HEAD_KEYS = "id received_at remote method path query headers event booking changed attempt duplicate_of".split()
TAIL_KEYS = "body_bytes body_sha256 response".split()
BODY_KEYS = {"json": ["body"], "text": ["body_text"], "bytes": ["body_base64"]}


def refuse_constant(word):
    raise ValueError(f"{word} is not JSON")


DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=refuse_constant)


def members_of(line):
    """The record's own members, each value as the raw text that stands in the line."""
    text = line.decode("utf-8")
    expect((text[0], text[-1]), ("{", "}"), "the line's ends")
    members, at = [], 0
    while at < len(text) - 1:
        expect(text[at], "," if at else "{", f"character {at}")
        key, at = DECODER.raw_decode(text, at + 1)
        expect(text[at], ":", f"character {at}")
        start = at + 1
        _, at = DECODER.raw_decode(text, start)
        members.append((key, text[start:at]))
    expect(at, len(text) - 1, "the record's end")
    return members


def recovered_bytes(raw):
    """The body's bytes, by the record alone."""
    if "body_text" in raw:
        return json.loads(raw["body_text"]).encode("utf-8")
    if "body_base64" in raw:
        return base64.b64decode(json.loads(raw["body_base64"]), validate=True)
    return raw["body"].encode("utf-8")


def body_on_one_line(body):
    """What `body` is for a body that is JSON: its value's own text, line breaks as spaces."""
    value = body.removeprefix(BYTE_ORDER_MARK).strip(b" \t\r\n")
    return value.replace(b"\r", b" ").replace(b"\n", b" ")


def form_in(raw):
    return "json" if "body" in raw else "text" if "body_text" in raw else "bytes"


def check_body(members, body, form=None):
    """`form` is json, text or bytes, where it is known."""
    raw = dict(members)
    form = form or form_in(raw)
    beside = ["body_text"] if form == "json" and body_on_one_line(body) != body else []
    head = [key for key in HEAD_KEYS if key != "changed" or key in raw]
    expect([key for key, _ in members], head + BODY_KEYS[form] + beside + TAIL_KEYS, "the order of keys")
    expect(recovered_bytes(raw), body, "the body recovered")
    expect(int(raw["body_bytes"]), len(body), "body_bytes")
    expect(json.loads(raw["body_sha256"]), hashlib.sha256(body).hexdigest(), "body_sha256")
    if form == "json":
        expect(raw["body"].encode(), body_on_one_line(body), "body")


def check_read_by_jq(lines):
    text = b"".join(line + b"\n" for line in lines)
    done = subprocess.run(["jq", "-e", "-c", "."], input=text, capture_output=True, timeout=PATIENCE)
    expect(done.returncode, 0, f"jq's exit status ({done.stderr.decode(errors='replace')[-300:]})")
    expect(done.stdout.count(b"\n"), len(lines), "number of lines that jq reads")


def check_request(record, request, answer):
    expect(record["remote"], answer.local, "remote")
    expect(record["method"], request.method, "method")
    path, _, query = request.target.partition("?")
    expect((record["path"], record["query"]), (path, query), "path and query")
    expect(record["id"], answer.id, "id (the answer's Farehook-Id is wanted)")
    expect(record["response"], {"status": answer.status}, "response")
    for name, value in headers_wanted(request).items():
        expect(record["headers"].get(name), value, f"header {name}")
    for name in record["headers"]:
        expect(name, name.lower(), "header name")


def headers_wanted(request):
    wanted = {}
    for name, value in request.headers:
        known = wanted.get(name.lower())
        wanted[name.lower()] = value if known is None else f"{known}, {value}"
    for name in ("authorization", "proxy-authorization", "cookie"):
        if name in wanted:
            wanted[name] = "[redacted]"
    if request.chunked:
        wanted["transfer-encoding"] = "chunked"
    else:
        wanted["content-length"] = str(len(request.body))
    return wanted


def check_order(lines):
    """Ids, as text, and times grow line by line."""
    records = [json.loads(line) for line in lines]
    for key in ("id", "received_at"):
        values = [record[key] for record in records]
        for before, after in itertools.pairwise(values):
            if before >= after:
                raise AssertionError(f"{key} does not grow: {before} then {after}")


def utc_now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Attempts:
    """What `attempt` and `duplicate_of` must be, body by body."""

    def __init__(self):
        self.ids = {}

    def check(self, record):
        ids = self.ids.setdefault(record["body_sha256"], [])
        ids.append(record["id"])
        expect(record["attempt"], len(ids), "attempt")
        expect(record["duplicate_of"], ids[0] if len(ids) > 1 else None, "duplicate_of")


# --- bodies -------------------------------------------------------------------------------------


def booking(number, **changes):
    uuid = f"0b5f7a10-3c52-4e1d-9d55-{number:012d}"
    contact = {"name": "Odalys Brennecke", "email": "odalys@example.org"}
    return {"booking": {"pk": 70000 + number, "uuid": uuid, "status": "booked", "contact": contact, **changes}}


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def pretty(value):
    return json.dumps(value, indent=2, ensure_ascii=False).encode()


def nested(depth, opening=b"[", closing=b"]"):
    return opening * depth + b"1" + closing * depth


def large_json(size):
    head = b'{"note":"'
    return head + b"tide table \xc3\xa9 " * ((size - len(head) - 2) // 14) + b'"}'


def multipart():
    field = 'Content-Disposition: form-data; name="trip"; filename="trip.txt"'
    return "\r\n".join(["--tideline", field, "", "lagoon", "--tideline--", ""]).encode()


JSON_TYPE = [("Content-Type", "application/json")]
TEXT_TYPE = [("Content-Type", "text/plain")]
GZIP = JSON_TYPE + [("Content-Encoding", "gzip")]

# name: body, the form that it is recorded in (None: as it likes, if jq reads it), what is special in its request
BODIES = {
    "compact JSON": (compact(booking(1)), "json", {}),
    "pretty JSON with CRLF": (pretty(booking(2)).replace(b"\n", b"\r\n"), "json", {}),
    "pretty JSON with LF and one at the end": (pretty(booking(3)) + b"\n", "json", {}),
    "numbers": (b'{"a":1.10,"b":12345678901234567890,"c":1e400,"d":-0,"e":-0.0,"f":1E+2,"g":0.1e-400}', "json", {}),
    "duplicate keys": (b'{"a":1,"a":2,"":3,"":4,"booking":1,"booking":{"uuid":"x"}}', "json", {}),
    "keys of a record": (b'{"body":1,"body_text":"x","id":"y","body_base64":"!","response":{"status":0}}', "json", {}),
    "NUL escapes": (rb'{"a":"\u0000","\u0000":1,"b":"\u001f\u007f\/\b\f"}', "json", {}),
    "a raw emoji": ('{"note":"see you 🛶 é"}'.encode(), "json", {}),
    "an emoji as escaped surrogates": (rb'{"note":"see you \ud83d\udef6 \uD83D\uDEF6 \u00e9"}', "json", {}),
    "a byte order mark before JSON": (BYTE_ORDER_MARK + compact(booking(4)), "json", {}),
    "a byte order mark and line breaks": (BYTE_ORDER_MARK + b"\r\n" + pretty(booking(5)), "json", {}),
    "a byte order mark alone": (BYTE_ORDER_MARK, "text", {}),
    "a byte order mark in UTF-16": ("\ufeff{}".encode("utf-16-le"), "bytes", {}),
    "text": ("two kayaks, please — “at nine”\r\n\ttab".encode(), "text", {"headers": TEXT_TYPE}),
    "Python's idea of JSON": (b'{"a": False}', "text", {}),
    "Python's idea of a string": (b"{'a': None}", "text", {}),
    "NaN": (b'{"a":NaN}', "text", {}),
    "a leading zero": (b'{"a":01}', "text", {}),
    "a trailing comma": (b'{"a":1,}', "text", {}),
    "JSON cut short": (compact(booking(6))[:-1], "text", {}),
    "two documents": (b'{"a":1}\n{"a":2}\n', "text", {}),
    "a lone high surrogate escape": (rb'{"a":"\ud83d"}', "text", {}),
    "a lone low surrogate escape": (rb'{"a":"\udef6"}', "text", {}),
    "surrogate escapes the wrong way round": (rb'{"a":"\udef6\ud83d"}', "text", {}),
    "bytes that are not UTF-8": (bytes(range(256)), "bytes", {"headers": [("Content-Type", "image/png")]}),
    "ISO 8859-1 in JSON": (b'{"a":"caf\xe9"}', "bytes", {}),
    "an overlong slash": (b'{"a":"\xc0\xaf"}', "bytes", {}),
    "a surrogate in UTF-8": (b'{"a":"\xed\xa0\x80"}', "bytes", {}),
    "beyond Unicode": (b'{"a":"\xf4\x90\x80\x80"}', "bytes", {}),
    "noncharacters": ('{"a":"\ufffe\uffff\U0010ffff"}'.encode(), "json", {}),
    "an empty body": (b"", "text", {}),
    "one line feed": (b"\n", "text", {}),
    "spaces": (b" " * 20000, "text", {}),
    "gzip": (gzip.compress(compact(booking(7)), mtime=0), "bytes", {"headers": GZIP}),
    "gzip in name only": (compact(booking(8)), "json", {"headers": GZIP}),
    "multipart/form-data": (
        multipart(),
        "text",
        {"headers": [("Content-Type", "multipart/form-data; boundary=tideline")]},
    ),
    "a form of more than 8 KB": (
        b"&".join(b"seat%%5b%d%%5d=w+%%26" % n for n in range(900)),
        "text",
        {"headers": [("Content-Type", "application/x-www-form-urlencoded")]},
    ),
    "chunked JSON": (compact(booking(9, note="n" * 3000)), "json", {"chunked": True}),
    "chunked pretty JSON": (pretty(booking(10)) + b"\n", "json", {"chunked": True}),
    "JSON of 7.9 MiB": (large_json(int(7.9 * MIB)), "json", {}),
    "JSON of 7.9 MiB, chunked": (large_json(int(7.9 * MIB)), "json", {"chunked": True}),
    "text of 2 MiB, each byte escaped": (b"\x01" * (2 * MIB), "text", {"headers": TEXT_TYPE}),
    "arrays nested 100,000 deep": (nested(100_000), "text", {}),
    "arrays nested 100 deep": (nested(100), "json", {}),
    "arrays nested 150 deep": (nested(150), None, {}),
    "arrays nested 250 deep": (nested(250), None, {}),
    "objects nested 100 deep": (nested(100, b'{"a":', b"}"), "json", {}),
    "objects nested 126 deep": (nested(126, b'{"a":', b"}"), None, {}),
    "objects nested 127 deep": (nested(127, b'{"a":', b"}"), None, {}),
    "objects nested 150 deep": (nested(150, b'{"a":', b"}"), None, {}),
    "a scalar: number": (b"17", "json", {}),
    "a scalar: string": (b'"trip"', "json", {}),
    "a scalar: true": (b"true", "json", {}),
    "a scalar: null": (b"null", "json", {}),
    "a scalar: null, and a line feed": (b"null\n", "json", {}),
    "whitespace around": (b" \t\r\n" + compact(booking(11)) + b"\r\n \t", "json", {}),
    "U+2028 and U+2029 in JSON": ('{"note":"a\u2028b\u2029c\u0085"}'.encode(), "json", {}),
    "U+2028 and U+2029 in text": ("a\u2028b\u2029c\u0085".encode(), "text", {"headers": TEXT_TYPE}),
    "NUL bytes in text": (b"one\0two\0\0", "text", {"headers": TEXT_TYPE}),
    "NUL bytes in JSON": (b'{"a":"b\0c"}', "text", {}),
    "NUL behind JSON": (b'{"a":1}\0', "text", {}),
    "a line that looks like a record": (b'","body":1}\n{"id":"x"}\n', "text", {}),
}

FIELDS = [
    ("X-Guide", "Wren"),
    ("X-Guide", "Ilo, deputy"),
    ("Authorization", "Basic d3JlbjpzYW5k"),
    ("Cookie", "seat=12; side=port"),
    ("User-Agent", 'tide "table" \\ 1.0'),
]
TARGET = "/h%6foks/caf%C3%A9/a%2fb//c;v=1?key=%7bx%7D&a=1&&a=2+3&q=%20&a%00"


# --- cases --------------------------------------------------------------------------------------


def check_capture(listener, client, attempts, name):
    body, form, special = BODIES[name]
    request = Request(body, target=TARGET, **special)
    request.headers = request.headers + FIELDS
    before = utc_now()
    answer = client(listener, request)
    after = utc_now()
    expect(answer.status, 200, "status")
    line = listener.new_line()
    members = members_of(line)
    check_body(members, body, form)
    check_read_by_jq([line])
    record = json.loads(line)
    check_request(record, request, answer)
    attempts.check(record)
    if not before <= record["received_at"] <= after:
        raise AssertionError(f"received_at {record['received_at']} is not within {before} and {after}")


def capture_bodies(report):
    with new_folder() as folder, listening(folder) as listener:
        attempts = Attempts()
        for client, name in itertools.product(CLIENTS, BODIES):
            if client == "node" and not shutil.which("node"):
                break
            is_recorded = f"a record holds what {client} sends: {name}"
            report.case(is_recorded, check_capture, listener, CLIENTS[client], attempts, name)
            listener.seen_bytes = listener.capture.stat().st_size
        if not shutil.which("node"):
            report.case("a record holds what node sends", by_node, listener, Request())
        lines = listener.capture.read_bytes().splitlines()
        report.case("ids and times grow line by line", check_order, lines)


def random_value(chance, depth=0):
    kind = chance.randrange(8 if depth < 5 else 6)
    if kind < 2:
        characters = [chance.randrange(32, 127), chance.randrange(0xD800), 0x1F6F6]
        return "".join(chr(chance.choice(characters)) for _ in range(9))
    if kind < 4:
        return chance.choice([chance.randrange(-(10**20), 10**20), chance.uniform(-1e300, 1e300), 0, -0.0])
    if kind < 6:
        return chance.choice([True, False, None])
    values = [random_value(chance, depth + 1) for _ in range(chance.randrange(6))]
    return values if kind == 6 else {f"{value}"[:12]: value for value in values}


def random_body(chance):
    """A body, and its form where that is certain."""
    kind = chance.randrange(4)
    if kind == 0:
        return chance.randbytes(chance.randrange(4000)), None
    if kind == 1:
        return b"\xff" + chance.randbytes(chance.randrange(4000)), "bytes"
    style = {"indent": chance.choice([None, 1, "\t"]), "ensure_ascii": chance.random() < 0.5}
    text = json.dumps(random_value(chance), **style).encode("utf-8", "surrogatepass")
    if kind == 2:
        return text, "json"
    damaged = bytearray(text)
    for _ in range(chance.randrange(1, 4)):
        damaged[chance.randrange(len(damaged))] = chance.choice(b'"\\{}[],:0\n\r\t \x00\xc3\x80u')
    return bytes(damaged), None


def check_random_bodies(count):
    chance = random.Random(20270314)
    with new_folder() as folder, listening(folder) as listener:
        lines = []
        for number in range(count):
            body, form = random_body(chance)
            answer = by_http_client(listener, Request(body))
            expect(answer.status, 200, f"status of body {number}")
            lines.append(listener.new_line())
            check_body(members_of(lines[-1]), body, form)
            expect(json.loads(lines[-1])["id"], answer.id, "id")
        check_read_by_jq(lines)
        check_order(lines)


# Some of them other clients would tidy up.
RAW_TARGETS = ["/", "/?", "/a/../b/./c", "//double", "/a?b=c?d", "/a??", "/%", "/%zz?%", "/a%00b?%00", "/?a=b&a=b&;"]
RAW_TARGETS += ["/a+b?c+d", "/é?é"]


def check_raw_target(target):
    with new_folder() as folder, listening(folder) as listener:
        expect(by_raw_target(listener, target), 200, "status")
        record = json.loads(listener.new_line())
        path, _, query = target.partition("?")
        expect((record["path"], record["query"]), (path, query), "path and query")


def by_raw_target(listener, target):
    connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection._validate_path = lambda url: None
        connection._encode_request = lambda head: head.encode("utf-8")
        connection.request("POST", target, b"{}")
        return connection.getresponse().status


def check_empty_header():
    with new_folder() as folder, listening(folder) as listener:
        answer = by_http_client(listener, Request(b"{}", headers=[("X-Empty", ""), ("X-After", "kept")]))
        expect(answer.status, 200, "status")
        headers = json.loads(listener.new_line())["headers"]
        expect((headers.get("x-empty"), headers.get("x-after")), ("", "kept"), "x-empty and x-after")


OWN_ANSWERS = [
    ('{"taken":true}', [], "application/json", None),
    ("ahoy", [], "text/plain", None),
    ('{"taken":true}', ["X-Guide: Wren", "Content-Type: text/x-tide"], "text/x-tide", "Wren"),
]


def check_own_answer(body, options, wanted):
    """`wanted`: the content type and X-Guide of the answers."""
    options = [part for field in options for part in ("--respond-header", field)]
    with new_folder() as folder, listening(folder, "--respond-body", body, *options) as listener:
        connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            for _ in range(2):
                connection.request("POST", "/", b"{}")
                answer = connection.getresponse()
                expect((answer.status, answer.read()), (200, body.encode()), "status and body")
                expect((answer.getheader("Content-Type"), answer.getheader("X-Guide")), wanted, "type and X-Guide")
        expect(len(listener.new_lines()), 2, "number of lines added")


def send(listener, body):
    """Posts the body, and returns its record."""
    answer = by_http_client(listener, Request(body if isinstance(body, bytes) else compact(body)))
    expect(answer.status, 200, "status")
    record = json.loads(listener.new_line())
    expect(record["id"], answer.id, "id")
    return record


def standing(record):
    return record["event"], record["attempt"], record["duplicate_of"]


def check_memory_is_the_file():
    other_contact = {"name": "Odalys Brennecke", "email": "o.brennecke@example.org"}
    with new_folder() as folder:
        with listening(folder) as listener:
            first = send(listener, booking(1))
            expect(first["event"], "booking.created", "event")
            loose = send(listener, pretty(booking(2)) + b"\r\n")
            expect(loose["event"], "booking.created", "event of pretty JSON")
            text = send(listener, b"no trip today")
        with listening(folder) as listener:
            expect(standing(send(listener, booking(1))), ("booking.repeated", 2, first["id"]), "the same body")
            expect(send(listener, booking(1, pk=9))["event"], "booking.updated", "event of a change")
            again = send(listener, pretty(booking(2)) + b"\r\n")
            expect(standing(again), ("booking.repeated", 2, loose["id"]), "pretty JSON")
            expect(standing(send(listener, b"no trip today")), ("unknown", 2, text["id"]), "text")
            expect(send(listener, booking(3))["event"], "booking.created", "event of another booking")
        with listening(folder) as listener:
            expect(send(listener, booking(2, contact=other_contact))["event"], "booking.contact_updated", "event")
            expect(send(listener, booking(3, status="cancelled"))["event"], "booking.cancelled", "event")
        check_order(listener.capture.read_bytes().splitlines())


def check_refused(options, request, client, status):
    with new_folder() as folder, listening(folder, *options) as listener:
        for attempt in range(1, 6):  # whether an early answer can be read is a race, lost not each time
            answer = client(listener, request)
            expect(answer.status, status, f"status of attempt {attempt}")
            expect(answer.id, "", "Farehook-Id")
            expect(answer.allow, "POST" if status == 405 else "", "Allow")
            expect(listener.new_lines(), [], "what is stored")
        send_to = options[1] if "--path" in options else "/"
        expect(client(listener, Request(b"{}", target=send_to)).status, 200, "status of a good delivery after it")
        listener.new_line()


def refuse_what_is_not_wanted(report):
    refusals = {
        "a body over --max-body": (["--max-body", "1KiB"], Request(b'"' + b"a" * 1023 + b'"'), 413),
        "a chunked body over --max-body": (["--max-body", "1KiB"], Request(large_json(2 * MIB), chunked=True), 413),
        "a body over 8 MiB": ([], Request(large_json(8 * MIB) + b" " * 20), 413),
        "a chunked body over 8 MiB": ([], Request(large_json(8 * MIB) + b" " * 20, chunked=True), 413),
        "a body of 20 MiB": ([], Request(large_json(20 * MIB)), 413),
        "another path than --path": (["--path", "/hooks"], Request(b"{}", target="/hooks/"), 404),
        "GET": ([], Request(method="GET"), 405),
        "DELETE": ([], Request(method="DELETE"), 405),
    }
    for client, what in itertools.product(CLIENTS, refusals):
        options, request, status = refusals[what]
        report.case(f"{client}: {what} is answered {status}", check_refused, options, request, CLIENTS[client], status)


def check_largest_body():
    body = b'"' + b"a" * (8 * MIB - 2) + b'"'
    with new_folder() as folder, listening(folder) as listener:
        expect(by_http_client(listener, Request(body)).status, 200, "status")
        check_body(members_of(listener.new_line()), body, "json")


def check_connection_is_kept():
    with new_folder() as folder, listening(folder) as listener:
        connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.connect()
            local = "%s:%d" % connection.sock.getsockname()
            for body in (b"{}", b"", b"x", b"\xff", large_json(MIB), b"{}"):
                connection.request("POST", "/", body)
                response = connection.getresponse()
                response.read()
                expect(response.status, 200, f"status of {shown(body)}")
        expect([json.loads(line)["remote"] for line in listener.new_lines()], [local] * 6, "remote")


def check_count_of_three_with_ten_at_once():
    with new_folder() as folder, listening(folder, "--count", "3") as listener:
        start = threading.Barrier(10)

        def post(number):
            client = by_curl if number % 5 == 0 else by_http_client
            start.wait(PATIENCE)
            try:
                return client(listener, Request(compact(booking(number))))
            except (OSError, http.client.HTTPException, AssertionError):
                return None  # it came too late: nobody listens any more

        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            answers = [answer for answer in pool.map(post, range(10)) if answer]
        expect(listener.wait(), 0, "exit status")
        stored = sorted(json.loads(line)["id"] for line in listener.new_lines())
        expect(len(stored), 3, "number of lines")
        expect(sorted(answer.id for answer in answers if 200 <= answer.status <= 299), stored, "what was acknowledged")


def main():
    if len(sys.argv) != 2:
        print("usage: clients.py PATH_TO_FAREHOOK", file=sys.stderr)
        return 2
    Listener.program = str(pathlib.Path(sys.argv[1]).resolve())
    report = Report()
    capture_bodies(report)
    report.case("a record holds what http.client sends: 200 random bodies", check_random_bodies, 200)
    for target in RAW_TARGETS:
        report.case(f"http.client: the target {target} is kept as it came", check_raw_target, target)
    report.case("http.client: a header without a value is kept", check_empty_header)
    report.case("http.client: a body of 8 MiB is taken", check_largest_body)
    report.case("http.client: one connection carries several deliveries", check_connection_is_kept)
    for body, options, *wanted in OWN_ANSWERS:
        name = f"--respond-body {body!r} {' '.join(options)}".strip()
        report.case(f"http.client: {name} is the answer", check_own_answer, body, options, tuple(wanted))
    report.case("the memory is the file", check_memory_is_the_file)
    refuse_what_is_not_wanted(report)
    for run in range(1, 4):
        report.case(f"--count 3 takes three of ten at once, run {run}", check_count_of_three_with_ten_at_once)
    Node.stop()
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
