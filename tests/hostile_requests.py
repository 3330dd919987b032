#!/usr/bin/env python3
"""Hostile and broken clients against `farehook listen`: a table of raw requests, then crowds of slow clients.

    python3 tests/hostile_requests.py PATH_TO_FAREHOOK

After every request of the table: the process lives, a good client is answered 200 and stored, and nothing is
stored but whole bodies, each with its own sha256. FAREHOOK_SLOW=1 waits four times as long, for builds with
sanitizers.
"""

import asyncio
import base64
import contextlib
import dataclasses
import functools
import gzip
import hashlib
import itertools
import json
import math
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import typing
import zlib

sys.dont_write_bytecode = True
from clients import tcp_sockets, wait_until

SLOWNESS = 4 if os.environ.get("FAREHOOK_SLOW") == "1" else 1
PATIENCE = 10 * SLOWNESS  # seconds, for any one thing
GOOD_CLIENT_SECONDS = 5 * SLOWNESS
CROWDED_P50_SECONDS = 3 * SLOWNESS
REQUEST_SECONDS = 2  # of the table's listener: how long a row takes that stalls
AT_ONCE_SECONDS = PATIENCE / 2  # a connection that is closed later was kept for the next request
KIB, MIB = 1 << 10, 1 << 20
MAX_BODY = MIB
MAX_PEAK_KIB = 48 * KIB  # of the process's memory, after the whole table; not of a build with sanitizers


# --- the report ---------------------------------------------------------------------------------


class Report:
    def __init__(self):
        self.passed = self.failed = 0

    def case(self, name, problems, remark=""):
        if problems:
            self.failed += 1
            text = "; ".join(problems).replace("\n", " | ")
            print(f"FAIL {name}: {text}{remark}", flush=True)
        else:
            self.passed += 1
            print(f"ok  {name}{remark}", flush=True)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def shown(data):
    text = repr(data)
    return text if len(text) <= 160 else f"{text[:100]}...{text[-40:]} ({len(data)} long)"


# --- the capture --------------------------------------------------------------------------------


class Broken(Exception):
    """A line of the capture that is not what it must be."""


DECODER = json.JSONDecoder(parse_int=str, parse_float=str)


def members_of(line):
    """The record's own members, each value as the raw text that stands in the line."""
    text = line.decode("utf-8")
    members, at = {}, 0
    if text[:1] != "{" or text[-1:] != "}":
        raise ValueError("not an object")
    while at < len(text) - 1:
        key, at = DECODER.raw_decode(text, at + 1)
        start = at + 1
        _, at = DECODER.raw_decode(text, start)
        if text[start - 1] != ":" or text[at] not in ",}":
            raise ValueError(f"not compact at character {at}")
        members[key] = text[start:at]
    return members


def body_in(members):
    if "body_text" in members:
        return json.loads(members["body_text"]).encode("utf-8")
    if "body_base64" in members:
        return base64.b64decode(json.loads(members["body_base64"]), validate=True)
    return members["body"].encode("utf-8")


@dataclasses.dataclass(frozen=True)
class Stored:
    remote: str
    path: str
    body: bytes


def stored_in(line):
    try:
        members = members_of(line)
        record = json.loads(line)
        body = body_in(members)
    except (ValueError, KeyError, IndexError, RecursionError) as why:
        raise Broken(f"not a record ({why}): {shown(line)}") from why
    if record["body_sha256"] != hashlib.sha256(body).hexdigest():
        raise Broken(f"body_sha256 is not that of {shown(body)}")
    if record["body_bytes"] != len(body):
        raise Broken(f"body_bytes is {record['body_bytes']}, not {len(body)}")
    return Stored(record["remote"], record["path"], body)


class Capture:
    """A capture file, read as it grows."""

    def __init__(self, path):
        self.path = path
        self.seen_bytes = 0

    def grown(self):
        """The lines that were appended since this was asked last."""
        with open(self.path, "rb") as file:
            file.seek(self.seen_bytes)
            added = file.read()
        whole = added[: added.rfind(b"\n") + 1]
        self.seen_bytes += len(whole)
        return whole.split(b"\n")[:-1]

    def all_whole(self):
        """Every record in the file, which nobody writes to any more."""
        text = self.path.read_bytes()
        if text and not text.endswith(b"\n"):
            raise Broken(f"the capture ends inside a line: {shown(text[-80:])}")
        return [stored_in(line) for line in text.split(b"\n")[:-1]]


# --- farehook -----------------------------------------------------------------------------------


class Listener:
    """`farehook listen` on a free port, appending to a file of its own."""

    program = "farehook"
    folder = pathlib.Path()
    starts = itertools.count()

    def __init__(self, *options):
        number = next(self.starts)
        ready = self.folder / f"ready-{number}"
        self.stderr = self.folder / f"stderr-{number}"
        self.capture = Capture(self.folder / f"capture-{number}.jsonl")
        command = [self.program, "listen", "--port", "0", "--ready-file", ready]
        command += ["--append", self.capture.path, *options]
        with open(self.stderr, "wb") as stderr:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr
            )
        try:
            wait_until(lambda: ready.exists() or not self.is_alive(), "ready file")
            if not self.is_alive():
                raise RuntimeError(f"farehook does not start: {self.said()[-300:]}")
        except Exception:
            self.kill()
            raise
        self.port = int(re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\n", ready.read_text())[1])

    def is_alive(self):
        return self.process.poll() is None

    def problems_of_death(self):
        """To be asked when it does not answer: an end may take it some time."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(2 * SLOWNESS)
        if self.is_alive():
            return []
        return [f"farehook was expected to live, it ended with {self.process.returncode}: {self.said()[-1500:]}"]

    def said(self):
        return self.stderr.read_text(errors="replace")

    def connections(self):
        """How many sockets it has open."""
        count = 0
        for descriptor in pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                count += os.readlink(descriptor).startswith("socket:")
        return count

    def peak_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])

    @contextlib.contextmanager
    def standing_still(self):
        """The system goes on taking connections and bytes for it."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def kill(self):
        if self.is_alive():
            self.process.kill()
        self.process.wait()

    def problems_of_end(self, seconds=PATIENCE):
        """Waits for the process, and says what is wrong with how it ended."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return [f"an end within {seconds:g} s was expected, it went on"]
        problems = [] if status == 0 else [f"exit status 0 was expected, {status} came: {self.said()[-600:]}"]
        for sanitizer in ("AddressSanitizer", "ThreadSanitizer", "LeakSanitizer", "runtime error:"):
            if sanitizer in self.said():
                problems.append(self.said()[self.said().index(sanitizer) :][:600])
        return problems


@contextlib.contextmanager
def listening(*options):
    listener = Listener(*options)
    try:
        yield listener
    finally:
        listener.kill()


# --- a client that says what it likes -----------------------------------------------------------

CLOSED = "closed"  # the connection ended without an answer
SILENT = "silence"  # neither an answer nor an end within PATIENCE


def parsed_answers(text, to_head):
    """The final statuses of the complete answers in the text, the first of which may be to a HEAD, and what
    follows them."""
    finals = []
    while text:
        head, blank, rest = text.partition(b"\r\n\r\n")
        status_line = re.match(rb"HTTP/1\.1 (\d{3}) [^\r\n]*(?:\r\n|$)", head)
        if not blank or not status_line:
            break
        status = int(status_line[1])
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        has_no_content = status < 200 or (to_head and not finals)
        size = int(length[1]) if length and not has_no_content else 0
        if len(rest) < size and (rest or status < 400):
            break  # a refusal's content, which only explains it, may be lost to who half-closed
        if status >= 200:
            finals.append(status)
        text = rest[size:]
    return finals, text


class Client:
    def __init__(self, port, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.local = "%s:%d" % self.socket.getsockname()
        self.received = b""
        self.is_closed = False
        self.asks_head = False

    def send(self, data):
        # Whoever is refused may find the connection closed while it still sends.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def finals(self):
        return parsed_answers(self.received, self.asks_head)[0]

    def receive(self, count=None):
        """Reads until there are so many final answers (None: no end of them), or the connection's end."""
        deadline = time.monotonic() + PATIENCE
        while not self.is_closed and (count is None or len(self.finals()) < count):
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                data = b""
            except TimeoutError:
                break
            self.received += data
            self.is_closed = not data
        return self.finals()

    def end(self):
        self.socket.close()
        self.is_closed = True

    def outcome(self):
        finals = self.finals()
        return finals[0] if finals else CLOSED if self.is_closed else SILENT


# What a client does, step by step. A row is a list of these.


def say(data):
    return lambda client: client.send(data)


def drip(data, pause_seconds):
    def step(client):
        for byte in data:
            client.send(bytes([byte]))
            time.sleep(pause_seconds)  # the client's slowness, nothing is waited for

    return step


def hear(client):
    client.receive(len(client.finals()) + 1)


def hear_the_end(client):
    client.receive()


def close(client):
    client.end()


def half_close(client):
    with contextlib.suppress(OSError):  # not connected any more
        client.socket.shutdown(socket.SHUT_WR)


def reset(client):
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.end()


# --- requests -----------------------------------------------------------------------------------

BODY = b'{"pk":1,"note":"every byte of it"}'
LENGTH = b"Content-Length: %d" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked"


def head(*fields, method=b"POST", target=b"/hook", version=b"HTTP/1.1", host=b"Host: localhost"):
    lines = [b" ".join([method, target, version]), *([host] if host else []), *fields]
    return b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def post(body, *fields, **line):
    return head(b"Content-Length: %d" % len(body), *fields, **line) + body


def chunk(data, size=None, end=b"\r\n"):
    return (b"%x" % len(data) if size is None else size) + b"\r\n" + data + end


def chunked(*chunks, fields=(), **line):
    return head(CHUNKED, *fields, **line) + b"".join(chunks)


def split(data, at):
    return data[:at], data[at:]


LAST_CHUNK = b"0\r\n\r\n"
FIRST_HALF, SECOND_HALF = split(BODY, len(BODY) // 2)
SMUGGLED = post(b'{"smuggled":1}', target=b"/smuggled")


# --- the table ----------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    steps: list
    answers: set  # that the first answer may be one of
    # What may be stored, in this order: by default the one body, if it may be accepted. Every 2xx must have its record.
    bodies: tuple = ()
    may_be_unanswered: bool = False  # it may be stored although no answer comes
    must_close: bool = False  # the connection, by itself
    hears: typing.Optional[int] = 1  # the number of answers it waits for after its steps; None: till the end
    asks_head: bool = False
    while_it_stands_still: bool = False  # all steps are done before farehook sees the first


def taken(name, *steps, answers=(200,), bodies=(BODY,), **more):
    return Row(name, list(steps), set(answers), tuple(bodies), **more)


def refused(name, *steps, answers=(400,), **more):
    return Row(name, list(steps), set(answers), (), **more)


def drips():
    yield taken("a head that comes byte by byte is taken", drip(head(LENGTH), 0.005), say(BODY))
    yield taken("a body that comes byte by byte is taken", say(head(LENGTH)), drip(BODY, 0.01))
    yield taken("chunks that come byte by byte are joined",
                drip(chunked(chunk(FIRST_HALF), chunk(SECOND_HALF), LAST_CHUNK), 0.002))


def slow_and_cut():
    yield taken("a request in two parts, each a half line, is taken", *map(say, split(post(BODY), 25)))
    yield refused("who connects and says nothing is cut", answers=[CLOSED])
    yield refused("who connects and closes is forgotten", close, answers=[CLOSED])
    yield refused("who connects and resets is forgotten", reset, answers=[CLOSED])
    yield refused("a head that never ends is cut", say(post(BODY)[:30]), answers=[408], must_close=True)
    for name, step, answer in [("closed", close, CLOSED), ("half-closed", half_close, 400), ("reset", reset, CLOSED)]:
        cut = {"answers": [answer]}
        yield refused(f"a head cut half-way and {name} is not stored", say(post(b"")[:-2]), step, **cut)
        yield refused(f"a body cut half-way and {name} is not stored", say(head(LENGTH) + FIRST_HALF), step, **cut)
        yield refused(f"a body that lacks its last byte and is {name} is not stored", say(post(BODY)[:-1]), step, **cut)
    yield taken("a whole request, then half-closed, is stored", say(post(BODY)), half_close)
    yield taken("a whole request, then closed, is stored or not", say(post(BODY)), close,
                answers=[CLOSED], may_be_unanswered=True)
    yield taken("a whole request, then reset, is stored or not", say(post(BODY)), reset,
                answers=[CLOSED], may_be_unanswered=True)
    early = {"answers": [CLOSED], "may_be_unanswered": True, "while_it_stands_still": True}
    yield taken("a request closed before it is accepted is stored or not", say(post(BODY)), close, **early)
    yield taken("a request reset before it is accepted is stored or not", say(post(BODY)), reset, **early)


def content_length():
    yield refused("a huge Content-Length with nothing behind it is cut", say(head(b"Content-Length: 999999999999")),
                  answers=[413], must_close=True)
    yield refused("the largest number as Content-Length is refused",
                  say(head(b"Content-Length: 18446744073709551615") + BODY), answers=[413], must_close=True)
    yield refused("2^64 as Content-Length is refused", say(head(b"Content-Length: 18446744073709551616") + BODY))
    yield refused("2^64 + the body's length as Content-Length is refused",
                  say(head(b"Content-Length: %d" % (2**64 + len(BODY))) + BODY))
    yield refused("a Content-Length too large by one is not stored",
                  say(head(b"Content-Length: %d" % (len(BODY) + 1)) + BODY), answers=[408])
    # What follows the declared length is the next request, and no good one.
    yield taken("of a Content-Length too small the declared bytes are the body",
                say(head(b"Content-Length: %d" % len(FIRST_HALF)) + BODY), bodies=[FIRST_HALF])
    yield taken("Content-Length 0 is an empty body", say(post(b"")), bodies=[b""])
    yield taken("leading zeros in Content-Length are digits", say(head(b"Content-Length: 00%d" % len(BODY)) + BODY))
    yield taken("blanks around Content-Length are no part of it",
                say(head(b"Content-Length: \t %d \t" % len(BODY)) + BODY))
    length = len(BODY)
    for value in (b"-%d", b"+%d", b"%d, %d", b"%d,", b"%d %d", b"%d.0", b"0x%x", b"%de0", b"%d;", b'"%d"', b"%d\0",
                  b"%d\v"):
        text = value % ((length,) * value.count(b"%"))
        yield refused(f"Content-Length {text.decode()!r} is refused", say(head(b"Content-Length: " + text) + BODY),
                      must_close=True)
    yield refused("Content-Length nonsense is refused", say(head(b"Content-Length: abc") + BODY), must_close=True)
    yield refused("an empty Content-Length is refused", say(head(b"Content-Length:") + BODY), must_close=True)
    yield refused("a POST without a length is refused", say(head() + BODY), answers=[411], must_close=True)
    yield refused("the same Content-Length twice is refused", say(head(LENGTH, LENGTH) + BODY), must_close=True)
    yield refused("two Content-Lengths are refused", say(head(LENGTH, b"content-length: 5") + BODY), must_close=True)
    yield refused("a percent-encoded Content-Length is refused",
                  say(head(b"Content-Length: " + b"".join(b"%%%x" % digit for digit in b"%d" % length)) + BODY),
                  must_close=True)
    yield refused("a blank before Content-Length's colon is refused", say(head(b"Content-Length : %d" % length) + BODY),
                  must_close=True)
    largest = b'{"a":"' + b"x" * (MAX_BODY - 8) + b'"}'
    yield taken("a body of just the limit is taken", say(post(largest)), bodies=[largest])
    yield refused("a body of one byte more than the limit is refused", say(post(largest + b" ")), answers=[413])
    yield refused("a body of 20 MiB is refused", say(head(b"Content-Length: %d" % (20 * MIB))),
                  say(b" " * (20 * MIB)), answers=[413, CLOSED])


def transfer_encoding():
    body = chunk(BODY) + LAST_CHUNK
    both = {"answers": [400], "must_close": True}
    yield refused("Content-Length before Transfer-Encoding is refused", say(head(LENGTH, CHUNKED) + body), **both)
    yield refused("Transfer-Encoding before Content-Length is refused", say(head(CHUNKED, LENGTH) + body), **both)
    codings = (b"gzip", b"gzip, chunked", b"chunked, chunked", b"chunked, gzip", b"identity", b"chunked;q=1",
               b"xchunked", b'"chunked"', b"\vchunked", b"chunked\0", b"chunked\0x", b"chunked,")
    for coding in codings:
        yield refused(f"Transfer-Encoding {coding.decode()!r} is refused",
                      say(head(b"Transfer-Encoding: " + coding) + body), answers=[501 if coding.endswith(b", chunked") else 400],
                      must_close=True)
    yield refused("Transfer-Encoding chunked twice is refused", say(head(CHUNKED, CHUNKED) + body),
                  answers=[501], must_close=True)
    yield refused("an empty Transfer-Encoding is refused", say(head(b"Transfer-Encoding:") + body),
                  must_close=True)
    yield taken("Transfer-Encoding's name and value have no case", say(head(b"tRANSFER-eNCODING: ChUnKeD") + body))
    yield refused("chunked in HTTP/1.0 is refused", say(head(CHUNKED, version=b"HTTP/1.0") + body), must_close=True)
    spaced = head(b"Transfer-Encoding : chunked")
    yield refused("a blank before Transfer-Encoding's colon is refused", say(spaced + body), must_close=True)
    yield refused("a blank before Transfer-Encoding's colon beside a Content-Length is refused",
                  say(head(b"Content-Length: %d" % len(body), b"Transfer-Encoding : chunked") + body), must_close=True)
    yield refused("a tab before Transfer-Encoding's colon beside a Content-Length is refused",
                  say(head(b"Content-Length: %d" % len(body), b"Transfer-Encoding\t: chunked") + body),
                  must_close=True)


def chunks():
    yield taken("chunks are joined", say(chunked(chunk(FIRST_HALF), chunk(SECOND_HALF), LAST_CHUNK)))
    yield taken("an upper-case chunk size with zeros before it is a number",
                say(chunked(chunk(BODY, size=b"000%X" % len(BODY)), LAST_CHUNK)))
    yield taken("a chunk extension is passed over",
                say(chunked(chunk(BODY, size=b'%x;a=1;b="2"' % len(BODY)), LAST_CHUNK)))
    yield taken("chunk trailers are passed over",
                say(chunked(chunk(BODY), b"0\r\nX-Sum: 1\r\nContent-Length: 3\r\n\r\n")))
    yield taken("an empty chunked body is empty", say(chunked(LAST_CHUNK)), bodies=[b""])
    text = b"not JSON at all"
    yield taken("a chunked body that is not JSON is whole", say(chunked(chunk(text), LAST_CHUNK)), bodies=[text])
    many = b'{"a":"' + b"x" * 4000 + b'"}'
    yield taken("4,000 chunks of one byte are joined",
                say(chunked(*[chunk(bytes([byte])) for byte in many], LAST_CHUNK)), bodies=[many])
    over = b'{"a":"' + b"x" * MAX_BODY + b'"}'
    yield refused("a chunked body over the limit is refused",
                  say(chunked(*[chunk(over[at : at + 65536]) for at in range(0, len(over), 65536)], LAST_CHUNK)),
                  answers=[413])
    broken = {"must_close": True}
    sizes = (b"", b"x", b";", b"-2", b"-%x" % len(BODY), b"fffffffffffffffe", b"ffffffffffffffff",
             b"10000000000000000", b"1" + b"0" * 200)
    for size in sizes:
        name = size.decode() if len(size) < 30 else f"of {len(size)} digits"
        yield refused(f"chunk size {name!r} is refused", say(chunked(chunk(BODY, size=size), LAST_CHUNK)), **broken)
    yield refused("a chunk size as large as 2^31 with a whole body behind it is refused",
                  say(chunked(chunk(BODY, size=b"80000000"), LAST_CHUNK)), answers=[408], **broken)
    yield refused("a chunk size too large by one is refused",
                  say(chunked(chunk(BODY, size=b"%x" % (len(BODY) + 1)), LAST_CHUNK)), half_close, **broken)
    yield refused("a chunk size too small by one is refused",
                  say(chunked(chunk(BODY, size=b"%x" % (len(BODY) - 1)), LAST_CHUNK)), **broken)
    for size in (b"0x%x", b"+%x", b" %x", b"%x ", b"%xg"):
        text = size % len(BODY)
        yield refused(f"chunk size {text.decode()!r} is refused", say(chunked(chunk(BODY, size=text), LAST_CHUNK)),
                      must_close=True)
    yield refused("a chunk with a wrong end is refused",
                  say(chunked(chunk(FIRST_HALF, end=b"XX"), chunk(SECOND_HALF), LAST_CHUNK)), **broken)
    # The first chunk is JSON by itself: only the chunk's end says that more was meant to come.
    more = chunk(b'{"pk":2}')
    yield refused("a wrong end behind a chunk that is JSON by itself is refused",
                  say(chunked(chunk(BODY, end=b"XX"), more, LAST_CHUNK)), **broken)
    yield refused("a bare line feed behind a chunk that is JSON by itself is refused",
                  say(chunked(chunk(BODY, end=b"\n"), more, LAST_CHUNK)), **broken)
    yield refused("a chunk that is JSON by itself, cut within its end, is refused",
                  say(chunked(chunk(BODY, end=b"\r"))), half_close, **broken)
    yield refused("a chunk that is JSON by itself and longer than its size is refused",
                  say(chunked(chunk(BODY + b" and more", size=b"%x" % len(BODY)), LAST_CHUNK)), **broken)
    for name, step, answer in [("half-closed", half_close, 400), ("reset", reset, CLOSED),
                               ("held", hear_the_end, 408)]:
        yield refused(f"a chunked body without its last chunk, {name}, is refused", say(chunked(chunk(BODY))), step,
                      answers=[answer], **broken)
    # The body is whole, but not its message.
    yield refused("a chunked body without its last line is refused", say(chunked(chunk(BODY), b"0\r\n")), half_close,
                  **broken)
    yield refused("a chunked body cut within a chunk is refused",
                  say(chunked(chunk(FIRST_HALF), chunk(SECOND_HALF)[:-9])), half_close, **broken)
    yield refused("a chunked body cut within a size is refused", say(chunked(chunk(BODY), b"1")), half_close, **broken)


def lines():
    yield refused("a head of bare line feeds is refused", say(post(BODY).replace(b"\r\n", b"\n")), must_close=True)
    yield refused("a Content-Length in a line without carriage return is refused",
                  say(head(b"X-One: 1").replace(b"X-One: 1\r\n", LENGTH + b"\n") + BODY), must_close=True)
    yield refused("a request line without carriage return is refused", say(post(BODY).replace(b"\r\n", b"\n", 1)),
                  must_close=True)
    yield refused("a bare line feed inside a field is refused", say(post(BODY, b"X-One: 1\nX-Two: 2")), must_close=True)
    yield refused("a bare carriage return inside a field is refused", say(post(BODY, b"X-One: 1\rX-Two: 2")),
                  must_close=True)
    yield refused("a folded field is refused", say(post(BODY, b"X-One: 1\r\n 2")), must_close=True)
    yield refused("a folded Content-Length is refused", say(head(b"Content-Length:\r\n %d" % len(BODY)) + BODY),
                  must_close=True)
    yield refused("a field with a NUL is refused", say(post(BODY, b"X-One: 1\0002")), must_close=True)
    yield refused("a Content-Length whose name has a NUL is refused", say(head(b"Content-Length\0: 5") + BODY),
                  must_close=True)
    yield refused("a field without a colon is refused", say(post(BODY, b"nonsense")), must_close=True)
    yield refused("a field without a name is refused", say(post(BODY, b": nonsense")), must_close=True)
    yield taken("a field without a value is taken", say(post(BODY, b"X-One:")))
    yield taken("bytes that are not UTF-8 in a field are taken", say(post(BODY, b"X-One: caf\xe9 \xff\xfe")))
    yield taken("an encoded line break in a field stays within it",
                say(post(BODY, b"X-One: %0d%0aContent-Length:%205%0d%0a%00%ff")))
    yield taken("escape sequences in a field are taken", say(post(BODY, b"User-Agent: \x1b[2J\x07")))
    yield taken("100 header fields are taken", say(post(BODY, *[b"X-%d: 1" % i for i in range(98)])))
    yield refused("200 header fields are refused", say(post(BODY, *[b"X-%d: 1" % i for i in range(198)])),
                  answers=[431])
    yield refused("5,000 header fields are refused", say(post(BODY, *[b"X-%d: 1" % i for i in range(5000)])),
                  answers=[431])
    yield taken("a field of 8,000 bytes is taken", say(post(BODY, b"X-One: " + b"x" * 8000)))
    yield refused("a field of 9 KiB is refused", say(post(BODY, b"X-One: " + b"x" * 9 * KIB)), answers=[431],
                  must_close=True)
    yield refused("a field of 1 MiB without an end is cut", say(post(BODY)[:-2 - len(BODY)] + b"X-One: " + b"x" * MIB),
                  answers=[431], must_close=True)
    yield refused("a request line of 9 KiB is refused", say(post(BODY, target=b"/" + b"x" * 9 * KIB)),
                  answers=[414], must_close=True)
    yield refused("a request line of 1 MiB without an end is cut", say(b"POST /" + b"x" * MIB),
                  answers=[414], must_close=True)
    yield taken("a path of 8,000 bytes is taken", say(post(BODY, target=b"/" + b"x" * 8000)))
    yield taken("a Range of 8 KiB is passed over", say(post(BODY, b"Range: bytes=" + b"0-1," * 2000 + b"0-1")))
    yield taken("a Range of 8 KiB that is none is passed over", say(post(BODY, b"Range: bytes=" + b"9" * 8000)))
    yield taken("a Content-Disposition of 8 KiB is taken",
                say(post(BODY, b'Content-Disposition: form-data; name="' + b"x" * 8000 + b'"')))
    part = b'--b\r\nContent-Disposition: form-data; name="' + b"x" * 8000 + b'"\r\n\r\n1\r\n--b--\r\n'
    yield taken("a multipart body is its bytes", say(post(part, b"Content-Type: multipart/form-data; boundary=b")),
                bodies=[part])
    yield taken("a multipart boundary of 8 KiB is taken",
                say(post(part, b"Content-Type: multipart/form-data; boundary=" + b"x" * 8000)), bodies=[part])
    bomb = gzip.compress(bytes(60 * MIB))
    yield taken("a gzip bomb is its compressed bytes", say(post(bomb, b"Content-Encoding: gzip")), bodies=[bomb])


def first_lines():
    nonsense = {"must_close": True}
    yield refused("a request without a Host is refused", say(post(BODY, host=None)), **nonsense)
    yield refused("two Hosts are refused", say(post(BODY, b"Host: other")), **nonsense)
    yield refused("the same Host twice is refused", say(post(BODY, b"Host: localhost")), **nonsense)
    yield taken("HTTP/1.0 needs no Host", say(post(BODY, host=None, version=b"HTTP/1.0")))
    yield refused("HTTP/0.9 is refused", say(b"POST /hook\r\n\r\n" + BODY), **nonsense)
    yield refused("the preface of HTTP/2 is refused", say(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9)),
                  answers=[505], must_close=True)
    for version in (b"http/1.1", b"HTTP/1.1 x", b"", b"HTTP/1.10", b"HTTP/1", b"HTTP/1,1", b"HTTP/x.1", b"HTTP/"):
        yield refused(f"version {version.decode()!r} is refused", say(post(BODY, version=version)), must_close=True)
    yield taken("a later minor version is read as HTTP/1.1", say(post(BODY, version=b"HTTP/1.7")))
    for version in (b"HTTP/2.0", b"HTTP/0.9", b"HTTP/3.1"):
        yield refused(f"version {version.decode()!r} is refused", say(post(BODY, version=version)), answers=[505],
                      must_close=True)
    yield taken("HTTP/1.0 is taken, and closed", say(post(BODY, version=b"HTTP/1.0")), must_close=True)
    hello = bytes.fromhex("1603010200010001fc0303") + bytes(range(11, 256)) * 2
    yield refused("a TLS ClientHello is cut", say(hello), **nonsense)
    yield refused("garbage is refused", say(bytes(range(256)) * 4), **nonsense)
    yield refused("a line of NULs is refused", say(bytes(3000) + b"\r\n\r\n"), **nonsense)
    yield refused("a proxy's first line is refused", say(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + post(BODY)),
                  **nonsense)
    yield taken("empty lines before a request are passed over", say(b"\r\n\r\n" + post(BODY)))
    other = {"answers": [405]}
    yield refused("a method in lower case is refused", say(post(BODY, method=b"post")), **other)
    yield refused("an unknown method is refused", say(post(BODY, method=b"BREW")), **other)
    yield refused("a method of 8,000 bytes is refused", say(post(BODY, method=b"P" * 8000)), **other)
    for method in (b"GET", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"TRACE", b"CONNECT"):
        yield refused(f"{method.decode()} is refused", say(head(method=method)), **other)
        yield refused(f"{method.decode()} with a body is refused", say(post(BODY, method=method)), **other)
    yield refused("HEAD is refused without content", say(head(method=b"HEAD")), asks_head=True, **other)
    yield refused("OPTIONS * is refused", say(head(method=b"OPTIONS", target=b"*")), **other)
    yield taken("a target in absolute form is taken", say(post(BODY, target=b"http://localhost/hook")))
    targets = {"%00": b"/a%00b", "encoded line breaks": b"/a%0d%0aX-One:%201", "steps upwards": b"/../../etc/passwd",
               "encoded steps upwards": b"/%2e%2e/%2e%2e/etc/passwd", "a broken percent sign": b"/a%zz%",
               "quotes and angle brackets": b'/"<>\\^`{|}', "bytes that are not UTF-8": b"/caf\xe9\xff\xfe\x80",
               "two question marks": b"/hook?a=1?b=2", "a fragment": b"/hook#f", "no slash": b"hook",
               "a query of 4,000 names": b"/hook?" + b"&a" * 4000}
    for name, target in targets.items():
        yield taken(f"a target with {name} is taken", say(post(BODY, target=target)))
    yield refused("escape sequences in the target are refused", say(post(BODY, target=b"/\x1b[2J\x07")), **nonsense)
    yield refused("a line break in the target is refused", say(post(BODY, target=b"/a\r\nX-One: 1")), **nonsense)
    yield refused("a NUL in the target is refused", say(post(BODY, target=b"/a\0b")), **nonsense)
    yield refused("a blank in the target is refused", say(post(BODY, target=b"/a b")), **nonsense)


def expectations():
    yield taken("100-continue is answered, then the body is taken", say(head(LENGTH, b"Expect: 100-continue")),
                say(BODY))
    yield taken("100-Continue has no case, or the body comes all the same",
                say(head(LENGTH, b"Expect: 100-Continue") + BODY))
    yield taken("an unknown expectation is passed over", say(post(BODY, b"Expect: tea")))
    yield refused("100-continue for a body over the limit is refused",
                  say(head(b"Content-Length: 999999999999", b"Expect: 100-continue")), answers=[413],
                  must_close=True)
    yield taken("100-continue without a length is an empty body", say(head(b"Expect: 100-continue")), bodies=[b""])
    yield taken("a POST without a length is an empty body (RFC 9112, 6.3)", say(head()), bodies=[b""])
    yield taken("Upgrade to h2c is passed over",
                say(post(BODY, b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c",
                         b"HTTP2-Settings: AAMAAABkAAQAAP__")))
    yield taken("Upgrade to websocket is passed over", say(post(BODY, b"Connection: Upgrade", b"Upgrade: websocket")))
    yield taken("Connection: close is done", say(post(BODY, b"Connection: close")), must_close=True)
    yield taken("Connection: Close has no case", say(post(BODY, b"Connection: Close")), must_close=True)
    yield taken("close in a list of Connection is done", say(post(BODY, b"Connection: keep-alive, close")),
                must_close=True)
    yield taken("Connection: Content-Length changes nothing", say(post(BODY, b"Connection: content-length")))


def several_requests():
    second, third = b'{"pk":2}', b'{"pk":3}'
    three = [BODY, second, third]
    yield taken("three requests after each other are taken", say(post(BODY)), hear, say(post(second)), hear,
                say(post(third)), bodies=three)
    yield taken("three requests sent at once are taken", say(b"".join(map(post, three))), bodies=three)
    yield taken("three requests sent at once, then half-closed, are taken", say(b"".join(map(post, three))),
                half_close, bodies=three, hears=None)
    before = post(BODY)
    outer_head = head(b"Content-Length: 9000")
    filler = b"x" * (4096 - len(before) - len(outer_head))
    outer = (filler + SMUGGLED).ljust(9000, b"x")
    whole = {"bodies": [BODY, outer], "hears": None}
    yield taken("a request inside the second request's body is no request", say(before + outer_head + outer), **whole)
    yield taken("a request inside the second request's body that comes late is no request",
                say(before + outer_head + filler), hear, say(outer[len(filler) :]), **whole)
    yield taken("a request inside a body is a part of the body", say(head(b"Content-Length: %d" % len(SMUGGLED))),
                say(SMUGGLED),
                bodies=[SMUGGLED])
    yield taken("a request far inside a body is a part of the body", say(head(b"Content-Length: 9000") + outer),
                bodies=[outer])


def late(name, first, answers=(400,), rest=SMUGGLED, **more):
    """The first part is refused; what comes after the answer belongs to its body, or nobody knows to what."""
    return refused(f"{name} lets no late request in", say(first), hear, say(rest), answers=answers, hears=None, **more)


def smuggled_requests():
    size = b"Content-Length: %d" % len(SMUGGLED)
    wrong_end = chunk(b"{}", end=b"XX")
    yield late("a POST without a length, but with a body,", head() + b"{", [411])
    yield late("a POST with two lengths", head(size, LENGTH))
    yield late("a POST with a signed length", head(b"Content-Length: +%d" % len(SMUGGLED)))
    yield late("a POST with a length and chunks", head(LENGTH, CHUNKED) + LAST_CHUNK)
    yield late("a POST with unknown coding", head(b"Transfer-Encoding: gzip"))
    yield late("a POST with a length in a bare line", head(b"X: 1").replace(b"X: 1\r\n", size + b"\n"))
    yield late("a POST with a bad Range", head(size, b"Range: bytes=x"), [408])
    yield late("a POST with a field of 9 KiB", head(size, b"X-One: " + b"x" * 9 * KIB), [431])
    yield late("a POST with a target of 9 KiB", head(size, target=b"/" + b"x" * 9 * KIB), [414])
    yield late("a POST of another version", head(size, version=b"HTTP/2.0"), [505])
    yield late("a POST over the limit", head(b"Content-Length: %d" % (20 * MIB)) + b" " * (17 * MIB), [413, CLOSED])
    yield late("a POST over the limit with 100-continue",
               head(b"Content-Length: %d" % (20 * MIB), b"Expect: 100-continue"), [413])
    yield late("a chunked POST over the limit", chunked(chunk(b" " * (MAX_BODY + 65536), size=b"200000")),
               [413, CLOSED])
    yield late("a chunked POST with a wrong end", chunked(wrong_end, b"\r\n"), must_close=True)
    yield late("a chunked POST with a bad size", chunked(b"x\r\n"))
    yield late("a chunked POST with a trailer", chunked(chunk(b"[1]"), b"0\r\nX: 1\r\n"), [408])
    yield late("a chunked POST that is no JSON and has a wrong end", chunked(chunk(b"{", end=b"XX"), b"\r\n"))
    yield late("a POST whose body never came", head(size), [408])
    yield late("a GET with a length in a bare line",
               head(b"X: 1", method=b"GET").replace(b"X: 1\r\n", size + b"\n"))
    yield late("a PUT with two lengths", head(size, LENGTH, method=b"PUT"))
    yield late("a chunked PUT with a wrong end", chunked(wrong_end, b"\r\n", method=b"PUT"), [405])
    yield late("a chunked PUT with a bad size", chunked(b"x\r\n", method=b"PUT"), [405])
    yield taken("an HTTP/1.0 POST without a length is empty, and closed", say(head(version=b"HTTP/1.0")), hear,
                say(SMUGGLED), bodies=[b""], must_close=True)
    asks = {"asks_head": True}
    yield late("a HEAD with a length and chunks", head(LENGTH, CHUNKED, method=b"HEAD"), **asks)
    yield late("a HEAD with two lengths", head(size, LENGTH, method=b"HEAD"), **asks)
    yield late("a HEAD with unknown coding", head(b"Transfer-Encoding: gzip", method=b"HEAD"), **asks)
    yield late("a HEAD with a length in a bare line",
               head(b"X: 1", method=b"HEAD").replace(b"X: 1\r\n", size + b"\n"), **asks)
    yield late("a HEAD with a bad Range", head(size, b"Range: bytes=x", method=b"HEAD"), [405], **asks)
    yield late("a HEAD with a field of 9 KiB", head(size, b"X-One: " + b"x" * 9 * KIB, method=b"HEAD"), [431], **asks)
    yield late("a HEAD over the limit", head(b"Content-Length: %d" % (20 * MIB), method=b"HEAD") + b" " * (17 * MIB),
               [405, CLOSED], **asks)
    yield late("a HEAD over the limit with 100-continue",
               head(b"Content-Length: %d" % (20 * MIB), b"Expect: 100-continue", method=b"HEAD"), [413], **asks)
    yield late("a chunked HEAD with a wrong end", chunked(wrong_end, b"\r\n", method=b"HEAD"), [405], **asks)
    yield late("a chunked HEAD with a bad size", chunked(b"x\r\n", method=b"HEAD"), [405], **asks)


def pairs():
    """What a proxy in front and farehook behind it could take for requests of different ends."""
    behind = LAST_CHUNK + SMUGGLED
    length_of_all = b"Content-Length: %d" % len(behind)
    # The proxy reads the length, farehook would read the chunks; then the other way round.
    yield late("a POST with a length over chunks and a request", head(length_of_all, CHUNKED) + LAST_CHUNK)
    inner = chunk(SMUGGLED) + LAST_CHUNK
    first_line = b"Content-Length: %d" % len(b"%x\r\n" % len(SMUGGLED))
    yield late("a POST with chunks over a length and a request", head(CHUNKED, first_line) + inner[:4],
               rest=inner[4:])
    disguises = {"a tab before its value": b"Transfer-Encoding:\tchunked", "a tab behind it": CHUNKED + b"\t",
                 "a blank before its name": b" Transfer-Encoding: chunked",
                 "a folded value": b"Transfer-Encoding:\r\n chunked",
                 "a bare line feed before it": b"X: 1\n" + CHUNKED,
                 "a bare carriage return before it": b"X: 1\r" + CHUNKED,
                 "a NUL in its name": b"Transfer\0-Encoding: chunked",
                 "a vertical tab": b"Transfer-Encoding: \x0bchunked",
                 "a non-ASCII blank": b"Transfer-Encoding: \xa0chunked",
                 "two codings": b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"}
    for name, field in disguises.items():
        yield refused(f"a length beside Transfer-Encoding with {name} is refused",
                      say(head(length_of_all, field) + behind), hears=None)
    yield taken("a length beside Transfer_Encoding is what counts",
                say(head(length_of_all, b"Transfer_Encoding: chunked") + behind), bodies=[behind])
    size = b"%x" % len(BODY)
    ends = {"a bare line feed behind its size": size + b"\n" + BODY + b"\r\n",
            "a bare carriage return behind its size": size + b"\r" + BODY + b"\r\n",
            "a line feed in its extension": size + b";a\n=1\r\n" + BODY + b"\r\n",
            "a NUL in its extension": size + b";a\0=1\r\n" + BODY + b"\r\n"}
    for name, odd_chunk in ends.items():
        yield refused(f"a chunk with {name} is refused", say(chunked(odd_chunk, LAST_CHUNK)), hears=None)
    yield taken("a last chunk of many zeros ends the body", say(chunked(chunk(BODY), b"0000\r\n\r\n")))
    yield refused("a folded second Content-Length is refused",
                  say(head(LENGTH + b"\r\n Content-Length: 5") + BODY), must_close=True)
    yield refused("a Content-Length with a non-ASCII blank is refused",
                  say(head(b"Content-Length: \xa0%d" % len(BODY)) + BODY), must_close=True)
    yield refused("a Content-Length in full-width digits is refused",
                  say(head("Content-Length: \uff13\uff14".encode()) + BODY), must_close=True)


def injections():
    yield refused("a line break in the method is refused", say(post(BODY, method=b"POST / HTTP/1.1\r\nX: 1\r\n\r\nPOST")),
                  must_close=True, hears=None)
    yield taken("line breaks of Unicode in a field stay within it",
                say(post(BODY, "X-One: a\u2028b\u0085c\u2029d".encode())))
    yield taken("an answer's line in a field stays within it",
                say(post(BODY, b"X-One: %0d%0aHTTP/1.1 200 OK%0d%0a%0d%0a", b"Farehook-Id: mine")))
    yield refused("a tab between the parts of the first line is refused", say(post(BODY).replace(b" ", b"\t", 2)),
                  must_close=True)
    yield refused("two blanks in the first line are refused", say(post(BODY).replace(b" ", b"  ", 1)), must_close=True)
    targets = {"backslashes upwards": b"/..\\..\\..\\etc\\passwd", "double-encoded steps upwards": b"/%252e%252e/%252e%252e",
               "overlong steps upwards": b"/%c0%ae%c0%ae/", "a semicolon between steps": b"/..;/..;/", "a password":
               b"http://wren:sand@localhost/hook", "a port out of range": b"http://localhost:99999/", "a format": b"/%s%n%x",
               "a quote and a brace": b'/"}{"id":"x', "8,000 dots and slashes": b"/.." * 2600, "a lone question mark": b"?",
               "authority form": b"localhost:80", "an asterisk": b"*"}
    for name, target in targets.items():
        yield taken(f"a target with {name} is a name only", say(post(BODY, target=target)))
    for name, host in {"a line of spaces": b" ", "8,000 bytes": b"h" * 8000, "a name and no port": b"a_b.example:",
                       "an escape": b"caf%C3%A9", "an IPv6 address": b"[::1]:8080", "port 99999": b"a:99999"}.items():
        yield taken(f"a Host with {name} is taken", say(post(BODY, host=b"Host: " + host)))
    for name, host in {"a path": b"a/b", "a hundred colons": b":" * 100, "a user": b"wren@localhost", "a blank": b"a b",
                       "two names": b"a, b", "no escape": b"a%2", "bytes that are not ASCII": "café".encode(),
                       "an open bracket": b"[::1", "a port that is none": b"a:b", "no address": b"[]"}.items():
        yield refused(f"a Host with {name} is refused", say(post(BODY, host=b"Host: " + host)), must_close=True)


def bombs():
    deep = b"[" * (MAX_BODY // 2) + b"]" * (MAX_BODY // 2)
    yield taken("arrays half a million deep are text", say(post(deep)), bodies=[deep])
    keys = b"{" + b",".join(b'"k%d":%d' % (number, number) for number in range(60_000)) + b"}"
    yield taken("an object of 60,000 members is taken", say(post(keys)), bodies=[keys])
    same = b"{" + b",".join([b'"k":0'] * 100_000) + b"}"
    yield taken("an object of one key 100,000 times is taken", say(post(same)), bodies=[same])
    digits = b"[" + b",".join([b"9" * 4000] * 250) + b"]"  # longer ones Python does not read
    yield taken("numbers of 4,000 digits are taken", say(post(digits)), bodies=[digits])
    escapes = b'["' + rb"\u0000" * (MAX_BODY // 7) + b'"]'
    yield taken("a string of escapes only is taken", say(post(escapes)), bodies=[escapes])
    twice = gzip.compress(gzip.compress(bytes(60 * MIB)))
    yield taken("a gzip bomb within gzip is its bytes", say(post(twice, b"Content-Encoding: gzip, gzip")), bodies=[twice])
    bomb = zlib.compress(bytes(60 * MIB), 9)
    yield taken("a deflate bomb is its compressed bytes", say(post(bomb, b"Content-Encoding: deflate")), bodies=[bomb])
    yield taken("a br body is its bytes", say(post(bomb, b"Content-Encoding: br")), bodies=[bomb])
    yield refused("98 fields of 8,000 bytes are refused",
                  say(post(BODY, *[b"X-%d: " % number + b"x" * 8000 for number in range(98)])), answers=[431],
                  must_close=True)
    parts = b"--b\r\n" * 100_000 + b"--b--\r\n"
    yield taken("100,000 empty parts of a multipart body are its bytes",
                say(post(parts, b"Content-Type: multipart/form-data; boundary=b")), bodies=[parts])
    yield taken("a form of 100,000 fields is its bytes",
                say(post(b"a=1&" * 100_000, b"Content-Type: application/x-www-form-urlencoded")), bodies=[b"a=1&" * 100_000])


GROUPS = (slow_and_cut, content_length, transfer_encoding, chunks, lines, first_lines, expectations, several_requests,
          smuggled_requests, pairs, injections, bombs)


# --- a good client ------------------------------------------------------------------------------

GOOD_NUMBERS = itertools.count()


@dataclasses.dataclass
class Good:
    body: bytes
    outcome: typing.Union[int, str]
    seconds: float
    local: str


def deliver(port):
    """Posts a body that nobody else posts, over a connection of its own."""
    body = b'{"good":%d}' % next(GOOD_NUMBERS)
    begin = time.monotonic()
    try:
        client = Client(port)
    except OSError as why:
        return Good(body, f"no connection ({why})", time.monotonic() - begin, "")
    client.send(post(body))
    client.receive(1)
    client.end()
    return Good(body, client.outcome(), time.monotonic() - begin, client.local)


# --- the table, played --------------------------------------------------------------------------


class Table:
    """Plays rows against one listener, and knows what each connection may have stored."""

    def __init__(self, listener):
        self.listener = listener
        self.allowed = {}  # by the connection's local address: the bodies that may be stored, in order
        self.stored = {}
        self.may_lack_address = set()
        self.requests = self.acknowledged = self.records = self.broken = 0

    def play(self, row):
        with self.listener.standing_still() if row.while_it_stands_still else contextlib.nullcontext():
            client = self.client_after_steps(row)
        client.receive(row.hears if row.hears is None else len(row.bodies) or row.hears)
        finals, outcome = client.finals(), client.outcome()
        self.requests += 1
        self.acknowledged += accepted_of(finals)
        problems = self.problems_of_answer(row, client, outcome)
        client.end()
        problems += self.problems_of_good_client()
        problems += self.problems_of_records()
        problems += problems_of_stored(row, finals, self.stored[client.local])
        return problems

    def client_after_steps(self, row):
        client = Client(self.listener.port)
        client.asks_head = row.asks_head
        self.allowed[client.local] = row.bodies
        self.stored[client.local] = []
        if row.may_be_unanswered:
            self.may_lack_address |= set(row.bodies)
        for step in row.steps:
            step(client)
        return client

    @staticmethod
    def problems_of_answer(row, client, outcome):
        problems = []
        if outcome not in row.answers:
            wanted = " or ".join(str(answer) for answer in sorted(row.answers, key=str))
            problems.append(f"{wanted} was expected, {outcome} came")
        if row.must_close and not client.is_closed:
            begin = time.monotonic()
            client.receive()
            if not client.is_closed or time.monotonic() - begin > AT_ONCE_SECONDS:
                problems.append("the answer's connection was expected to be closed at once, it stayed open")
        finals, rest = parsed_answers(client.received, row.asks_head)
        if len(finals) > max(1, len(row.bodies)):
            problems.append(f"no answer to a request that nobody made was expected, {finals} came")
        if rest:
            problems.append(f"whole answers were expected, {shown(rest)} came")
        return problems

    def problems_of_good_client(self):
        good = deliver(self.listener.port)
        self.allowed[good.local] = (good.body,)
        self.stored[good.local] = []
        self.acknowledged += good.outcome == 200
        problems = self.problems_of_records()
        if good.outcome != 200 or good.seconds > GOOD_CLIENT_SECONDS:
            problems.append(f"200 within {GOOD_CLIENT_SECONDS:g} s was expected for a good client, "
                            f"{good.outcome} came after {good.seconds:.2f} s")
            problems += self.listener.problems_of_death() if good.outcome != 200 else []
        elif self.stored[good.local] != [good.body]:
            problems.append("the good client's body was expected in the file")
        return problems

    def problems_of_records(self):
        """Of the lines that are new in the capture."""
        problems = []
        for line in self.listener.capture.grown():
            try:
                stored = stored_in(line)
            except Broken as broken:
                self.broken += 1
                problems.append(str(broken))
                continue
            self.records += 1
            if not stored.remote and stored.body in self.may_lack_address and "smuggled" not in stored.path:
                continue  # a client that is gone has no address any more
            if stored.remote not in self.allowed:
                problems.append(f"the client's address was expected as remote, {stored.remote!r} is recorded")
                continue
            self.stored[stored.remote].append(stored.body)
            if "smuggled" in stored.path:
                problems.append(f"no smuggled request was expected, {stored.path} is recorded")
            if not is_in_order(self.stored[stored.remote], self.allowed[stored.remote]):
                problems.append(f"no such body was to be stored: {shown(stored.body)}")
        return problems


def is_in_order(some, all_of_them):
    rest = iter(all_of_them)
    return all(one in rest for one in some)


def accepted_of(finals):
    return sum(1 for status in finals if 200 <= status < 300)


def problems_of_stored(row, finals, stored):
    accepted = accepted_of(finals)
    if row.answers == {200} and stored != list(row.bodies):
        return [f"{len(row.bodies)} bodies were expected in the file, {len(stored)} came"]
    if accepted == len(stored) or (row.may_be_unanswered and accepted <= len(stored)):
        return []
    return [f"as many records as 2xx answers were expected, {len(stored)} records and {accepted} answers came"]


def play_table(report):
    """Returns the tables that were played: more than one where farehook died."""
    options = ("--request-timeout", f"{REQUEST_SECONDS}s", "--max-body", str(MAX_BODY))
    listener = Listener(*options)
    try:
        tables = [table := Table(listener)]
        for row in itertools.chain.from_iterable(group() for group in GROUPS):
            try:
                problems = table.play(row)
            except OSError as why:
                problems = [f"a conversation was expected, {why!r} came", *listener.problems_of_death()]
            report.case(row.name, problems)
            if not listener.is_alive():
                listener = Listener(*options)
                tables.append(table := Table(listener))
        end_of_table(report, listener, table)
        return tables
    finally:
        listener.kill()


def play_drips(report):
    """Whole requests that take their time: how much of it there is is not the question here."""
    with listening("--request-timeout", "30s") as listener:
        table = Table(listener)
        for row in drips():
            report.case(row.name, table.play(row))


def end_of_table(report, listener, table):
    try:
        wait_until(lambda: listener.connections() <= 1, "one socket left, the listening one")
        report.case("no connection is left behind", [])
    except TimeoutError as why:
        report.case("no connection is left behind", [f"{why}, {listener.connections()} are open"])
    peak = listener.peak_kib()
    too_much = []
    if SLOWNESS == 1 and peak > MAX_PEAK_KIB:
        too_much = [f"at most {MAX_PEAK_KIB} KiB were expected, {peak} KiB came"]
    report.case("memory stays bounded", too_much, f" (peak {peak // KIB} MiB)")
    listener.terminate()
    problems = listener.problems_of_end() + table.problems_of_records() + problems_of_file(listener)
    report.case("after all of it SIGTERM ends it with 0, and nothing was stored late", problems)
    control = re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", listener.stderr.read_bytes())
    report.case("no control character of a request reaches the terminal",
                [f"none was expected, {control[0]!r} came"] if control else [])


def problems_of_file(listener):
    try:
        listener.capture.all_whole()
    except Broken as broken:
        return [str(broken)]
    return []


# --- crowds -------------------------------------------------------------------------------------


class Crowd:
    """So many clients at once, in a thread of their own; who is cut comes again until it is told to leave."""

    def __init__(self, port, count, first, drop, pause_seconds, comes_again=True):
        self.port, self.count = port, count
        self.first, self.drop, self.pause_seconds = first, drop, pause_seconds
        self.comes_again = comes_again
        self.connected = self.cuts = 0
        self.is_leaving = False
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        async def all_clients():
            await asyncio.gather(*[self.client() for _ in range(self.count)])

        asyncio.run(all_clients())

    async def client(self):
        is_first = True
        while not self.is_leaving and (is_first or self.comes_again):
            is_first = False
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            self.connected += 1
            with contextlib.suppress(OSError):
                await self.dawdle(reader, writer)
            self.connected -= 1
            self.cuts += not self.is_leaving
            writer.close()

    async def dawdle(self, reader, writer):
        """Says its first bytes, then one more after each pause, until the connection ends."""
        writer.write(self.first)
        for byte in itertools.cycle(self.drop):
            if self.is_leaving:
                return
            with contextlib.suppress(asyncio.TimeoutError):
                if not await asyncio.wait_for(reader.read(4096), self.pause_seconds):
                    return
            if self.drop != SILENCE:
                writer.write(bytes([byte]))
                await writer.drain()

    def __enter__(self):
        self.thread.start()
        wait_until(lambda: self.connected >= self.count * 0.9, f"{self.count} clients connected")
        return self

    def __exit__(self, *exception):
        self.is_leaving = True
        self.thread.join(PATIENCE)


SILENCE = b"\0"
SLOW_HEAD = {"first": b"P", "drop": b"OST / HTTP/1.1\r\n" + b"X-One: 1\r\n" * 100, "pause_seconds": 0.5}
SILENT_CLIENT = {"first": b"", "drop": SILENCE, "pause_seconds": 0.5}
SLOW_BODY = {"first": head(b"Content-Length: 1000") + b"{", "drop": b" ", "pause_seconds": 0.2}


def deliver_again(port):
    """A delivery that is tried once more if its connection was cut to make room for others."""
    begin = time.monotonic()
    good = deliver(port)
    if good.outcome == CLOSED:
        good = dataclasses.replace(deliver(port), seconds=time.monotonic() - begin)
    return good


def deliver_meanwhile(port, count, seconds, deliver=deliver):
    """Deliveries at even distances, each by a client of its own: none waits for another's answer."""
    goods = []

    def one():
        goods.append(deliver(port))

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
        time.sleep(seconds / count)  # the rate of deliveries
    for thread in threads:
        thread.join()
    return goods


def percentile(values, share):
    """By the nearest rank."""
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


def problems_of_goods(goods, listener):
    problems = []
    others = [f"{good.outcome} after {good.seconds:.1f} s" for good in goods if good.outcome != 200]
    if others:
        problems.append(f"200 was expected for all {len(goods)}, {len(others)} got {', '.join(others)}")
    bodies = [stored.body for stored in listener.capture.all_whole()]
    for good in goods:
        if good.outcome == 200 and bodies.count(good.body) != 1:
            problems.append(f"{shown(good.body)} was answered 200 and is in the file {bodies.count(good.body)} times")
    return problems


def crowded(report, name, count, **behaviour):
    with listening("--max-connections", "64", "--request-timeout", "5s") as listener:
        with Crowd(listener.port, count, **behaviour) as crowd:
            goods = deliver_meanwhile(listener.port, 50, 5, deliver_again)
        seconds = [good.seconds for good in goods]
        p50 = percentile(seconds, 0.5)
        remark = f" (p50 {p50 * 1000:.0f} ms, max {max(seconds) * 1000:.0f} ms; {crowd.cuts} cut)"
        listener.terminate()
        problems = listener.problems_of_end()
        problems += problems_of_goods(goods, listener)
        if p50 > CROWDED_P50_SECONDS:
            problems.append(f"a p50 under {CROWDED_P50_SECONDS:g} s was expected, {p50:.2f} s came")
        report.case(name, problems, remark)


def seconds_until_cut(port, first, drop):
    begin = time.monotonic()
    client = Client(port)
    client.send(first)
    client.socket.settimeout(0.1)
    for byte in itertools.cycle(drop):
        if time.monotonic() - begin > PATIENCE:
            break
        client.send(bytes([byte]))
        try:
            if not client.socket.recv(4096):
                break
        except TimeoutError:
            continue
        except ConnectionResetError:
            break
    client.end()
    return time.monotonic() - begin


def drips_are_cut(report):
    with listening("--request-timeout", "1s") as listener:
        drips = {
            "a head": (b"P", SLOW_HEAD["drop"]),
            "a body": (SLOW_BODY["first"], b" "),
            "chunks": (chunked(b"1\r\n[\r\n"), b"1\r\n \r\n"),
            "a refused body": (head(b"Content-Length: 1000", method=b"PUT"), b" "),
            "a body over the limit": (head(b"Content-Length: 999999999999"), b" "),
        }
        for name, (first, drop) in drips.items():
            seconds = seconds_until_cut(listener.port, first, drop)
            limit = 9 * SLOWNESS  # PATIENCE is a little longer
            problems = []
            if seconds > limit:
                problems.append(f"the end within {limit} s was expected")
            report.case(f"with --request-timeout 1s who drips {name} is cut", problems, f" (after {seconds:.1f} s)")
        listener.terminate()
        problems = listener.problems_of_end() + problems_of_file(listener)
        if listener.capture.all_whole():
            problems.append("no record was expected of who was cut")
        report.case("of those who drip nothing is stored", problems)


def ends_in_time(report):
    with listening("--request-timeout", "60s") as listener, contextlib.ExitStack() as crowds:
        for behaviour in (SLOW_HEAD, SILENT_CLIENT, SLOW_BODY):
            crowds.enter_context(Crowd(listener.port, 50, comes_again=False, **behaviour))
        goods, has_ended = [], threading.Event()

        def deliver_on():
            while not has_ended.is_set():
                goods.append(deliver(listener.port))

        busy = [threading.Thread(target=deliver_on) for _ in range(4)]
        for thread in busy:
            thread.start()
        try:
            wait_until(lambda: len(goods) >= 40, "40 deliveries")
            listener.terminate()
            begin = time.monotonic()
            problems = listener.problems_of_end()
        finally:
            has_ended.set()
            for thread in busy:
                thread.join()
        seconds = time.monotonic() - begin
        report.case(f"SIGTERM ends it with 0 within {PATIENCE} s while 150 slow clients are connected", problems,
                    f" ({seconds:.1f} s)")
        accepted = [good for good in goods if good.outcome == 200]
        try:
            problems = problems_of_goods(accepted, listener)
        except Broken as broken:
            problems = [str(broken)]
        report.case("what was answered 200 before the end is in the file, and no line is torn", problems,
                    f" ({len(accepted)} deliveries)")


def bytes_kept_for(client, port):
    """What is sent to it and does not leave the sender."""
    ends = (port, client.socket.getsockname()[1])
    return sum(unsent for own, peer, _, unsent, _ in tcp_sockets() if (own, peer) == ends)


def is_at_rest(number):
    before = number()
    time.sleep(0.2)
    return before > 0 and number() == before


def ends_beside(report, name, fields):
    """Beside one client that asks for answers of so many long fields and never reads, and one that is refused and
    never closes."""
    options = [f"--respond-header=X-{number}: {'x' * 100_000}" for number in range(fields)]
    with listening(*options) as listener:
        deaf, refused_one = Client(listener.port, receive_buffer=1), Client(listener.port)
        deaf.send(post(b"{}") * 100)
        wait_until(lambda: is_at_rest(lambda: bytes_kept_for(deaf, listener.port)), "answers that nobody reads")
        refused_one.send(b"nonsense\r\n\r\n")
        problems = [] if refused_one.receive(1) == [400] else ["400 was expected for nonsense"]
        listener.terminate()
        begin = time.monotonic()
        problems += listener.problems_of_end(2 * PATIENCE) + problems_of_file(listener)
        report.case(name, problems, f" ({time.monotonic() - begin:.1f} s)")
        deaf.end()
        refused_one.end()


CROWDS = (
    functools.partial(crowded, name="300 clients with a slow head stop no good one", count=300, **SLOW_HEAD),
    functools.partial(crowded, name="300 silent clients stop no good one", count=300, **SILENT_CLIENT),
    functools.partial(crowded, name="50 clients with a slow body stop no good one", count=50, **SLOW_BODY),
    drips_are_cut,
    ends_in_time,
    functools.partial(ends_beside, name="who does not read a large answer does not hold up the end", fields=15),
    functools.partial(ends_beside, name="who does not read many answers does not hold up the end", fields=1),
)


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_FAREHOOK")
    Listener.program = os.path.abspath(sys.argv[1])
    report = Report()
    with tempfile.TemporaryDirectory(prefix="farehook-hostile-") as folder:
        Listener.folder = pathlib.Path(folder)
        play_table(report)
        for part in (play_drips, *CROWDS):
            try:
                part(report)
            except (OSError, Broken, RuntimeError) as why:
                report.case(part.__name__ if hasattr(part, "__name__") else part.keywords["name"], [repr(why)])
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
