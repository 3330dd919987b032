"""Hostile answers, to `replay` and to `simulate`, over TCP and over TLS: each attempt ends with a status or an error,
and the program with 0 or 1. Those of receivers.py but the paced ones, and more."""

import concurrent.futures
import functools
import gzip
import itertools
import os
import ssl
import subprocess
import threading
import zlib

import durability
import receivers
from receivers import (BAD, BRIEFLY, CHUNKED, CONTINUE, GZIP, HEAD, HINTS, MANY, MIB, OK, READ, SOON, THREE,
                       answer, answering, drip, endless, hang, playing, records)

AT_ONCE = min(6, os.cpu_count())
PATIENTLY = ("--timeout", f"{10 * receivers.SLOWNESS}s")
TLS_OPTIONS = {"replay": ["--insecure"], "simulate": ["--as", "test"]}
MAX_PEAK_KIB = 64 * receivers.KIB


@functools.lru_cache
def bomb(window_bits):
    """Half a gigabyte of zeros, packed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window_bits)
    pieces = [packer.compress(bytes(MIB)) for _ in range(512)]
    return b"".join(pieces) + packer.flush()


def in_one_chunk(body):
    return b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"


def bombs(body, *fields):
    return lambda connection: answering(answer(200, bomb(body), *fields))(connection)


def chunked_bomb(connection):
    head = HEAD + GZIP + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
    answering(head + in_one_chunk(bomb(31)))(connection)


def ends_behind_each_byte(connection):
    """The Nth request gets N bytes of a good answer."""
    if request := connection.request():
        connection.send(OK[: request.number])


def lengths(*values):
    return HEAD + b"".join(b"Content-Length: " + value + b"\r\n" for value in values) + b"\r\ntide"


def first(line, rest=b"Content-Length: 0\r\n\r\n"):
    return answering(line + b"\r\n" + rest)


# What it does, the results that are right, options, records: as in receivers.BAD.
MORE = {
    "answers a gzip bomb": (bombs(31, GZIP), {200}),
    "answers a deflate bomb": (bombs(15, b"Content-Encoding: deflate"), {200}),
    "answers a raw deflate bomb": (bombs(-15, b"Content-Encoding: deflate"), {200}),
    "answers a gzip bomb as br": (bombs(31, b"Content-Encoding: br"), {200}),
    "answers a gzip bomb in chunks": (chunked_bomb, {200}),
    "answers gzip that is none": (answering(answer(200, b"tide", GZIP)), {200}),
    "answers gzip that is cut": (answering(answer(200, gzip.compress(bytes(9999))[:-9], GZIP)), {200}),
    "has endless header fields": (playing(READ, HEAD, endless(b"X-A: b\r\n" * 8000)), {"garbled"}),
    "has 100,000 header fields": (first(b"HTTP/1.1 200 OK", b"X: 1\r\n" * 100_000 + OK[12:]), {"garbled"}),
    "has a header field of 1 MB": (first(b"HTTP/1.1 200 OK", b"X: " + MANY * 16 + b"\r\n\r\n"), {"garbled"}),
    "has 1,000 header fields of 8 KB": (first(b"HTTP/1.1 200 OK", (b"X: " + b"y" * 8000 + b"\r\n") * 1000 + b"\r\n"), {"garbled"}),
    "says 103 endlessly": (playing(READ, endless(HINTS * 2000)), {"garbled"}),
    "says 103 with 100 KB of fields, then 200": (
        answering(HINTS[:-2] + (b"Link: " + b"x" * 8000 + b"\r\n") * 12 + b"\r\n" + OK), {200}),
    "says 100 Continue slowly and endlessly": (playing(READ, drip((CONTINUE + b"\r\n") * 9)), {"timeout"}, BRIEFLY),
    "says 101 Switching Protocols": (answering(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), {101}),
    "ends behind each byte of its answer": (ends_behind_each_byte, {"closed"}, SOON, records(len(OK))),
    "announces more than it sends, and holds": (playing(READ, lengths(b"9"), hang), {"timeout"}, BRIEFLY),
    "announces less than it sends": (answering(lengths(b"1")), {200}),
    "announces two lengths": (playing(READ, lengths(b"4", b"5")), {"garbled"}),
    "announces a negative length": (playing(READ, lengths(b"-4")), {"garbled"}),
    "announces 2^64": (playing(READ, lengths(b"18446744073709551616")), {"garbled"}),
    "announces the largest number": (playing(READ, lengths(b"18446744073709551615")), {"too-large"}),
    "announces words": (playing(READ, lengths(b"four")), {"garbled"}),
    "announces a length and chunks": (
        playing(READ, HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + in_one_chunk(b"tide")), {200}),
    "has a chunk size of 2^63": (playing(READ, CHUNKED + b"8000000000000000\r\ntide"), {"garbled"}),
    "has a chunk size of 200 digits": (playing(READ, CHUNKED + b"f" * 200 + b"\r\ntide"), {"garbled"}),
    "has a negative chunk size": (playing(READ, CHUNKED + b"-4\r\ntide\r\n0\r\n\r\n"), {"garbled"}),
    "has endless chunks": (playing(READ, CHUNKED, endless(b"1\r\nx\r\n" * 9000)), {"too-large"}),
    "has a status of 0": (first(b"HTTP/1.1 000 Tide"), {"garbled"}),
    "has a status of 99": (first(b"HTTP/1.1 099 Tide"), {"garbled"}),
    "has a status of 600": (first(b"HTTP/1.1 600 Tide"), {600}),
    "has a status of 1000": (first(b"HTTP/1.1 1000 Tide"), {"garbled"}),
    "has a negative status": (first(b"HTTP/1.1 -20 Tide"), {"garbled"}),
    "has a status of many digits": (first(b"HTTP/1.1 " + b"2" * 5000 + b" OK"), {"garbled"}),
    "has no reason": (first(b"HTTP/1.1 200"), {200}),
    "speaks HTTP/2.0": (first(b"HTTP/2.0 200 OK"), {"garbled"}),
    "speaks HTTP/0.9": (playing(READ, b"<html>tide</html>"), {"garbled"}),
    "speaks ICY": (first(b"ICY 200 OK"), {"garbled"}),
    "speaks SSH": (playing(b"SSH-2.0-tide\r\n", hang), {"garbled"}),
    "speaks before it is asked": (playing(OK, hang), {200, "timeout"}, BRIEFLY),
    "has NULs in its head": (first(b"HTTP/1.1 200 OK", b"X\0: \0\r\nContent-Length: 0\r\n\r\n"), {200}),
    "has a field without a colon": (first(b"HTTP/1.1 200 OK", b"nonsense\r\nContent-Length: 0\r\n\r\n"), {200}),
    "has bare line feeds": (answering(OK.replace(b"\r\n", b"\n")), {200}),
    "has folded fields": (first(b"HTTP/1.1 200 OK", b"X: 1\r\n 2\r\nContent-Length: 0\r\n\r\n"), {200}),
    "has escape sequences in its reason": (first(b"HTTP/1.1 500 \x1b[2J\x07"), {500}),
    "has a Location with a line break": (answering(answer(302, b"", b"Location: /a%0d%0aX: 1")), {302}),
    "has a Retry-After of 200 digits": (answering(answer(503, b"", b"Retry-After: " + b"9" * 200)), {503}),
    "redirects to itself": (answering(answer(307, b"", b"Location: /")), {307}),
    "asks for digest": (answering(answer(401, b"", b'WWW-Authenticate: Digest realm="' + b"x" * 9000)), {401}),
    "sends random bytes": (playing(READ, bytes((number * 7919 >> 3) & 255 for number in range(65536))), {"garbled"}),
}


IN_TURN = {name: row for name, row in BAD.items() if "--rate" not in str(row[2:3])}


def judged(command, behave, right, options, lines, context):
    """Runs it, and returns what is wrong, if anything, and whether it crashed."""
    receiver = receivers.Receiver(behave, tls=context)
    more = [*options, *(TLS_OPTIONS[command] if context else [])]
    if command == "simulate":
        more += ["--retries", "0"]
    run = receivers.Run(lines, receiver.url, *more, command=command)
    try:
        run.end(3 * durability.PATIENCE)
    except AssertionError as why:
        return str(why), (run.process.poll() or 0) < 0
    results = [line.get("status", line.get("error")) for line in run.lines if "attempt" in line]
    if run.status not in (0, 1):
        return f"exit status {run.status}: {run.stderr[-300:]}", False
    if len(results) != (wanted := lines.count(b"\n")):
        return f"{len(results)} attempts for {wanted} records", False
    if not set(results) <= right:
        return f"results {set(results)}; right is {sorted(right, key=str)}", False
    if run.peak > MAX_PEAK_KIB * receivers.SLOWNESS:
        return f"{run.peak // receivers.KIB} MiB of memory", False
    return None, False


def each_of_them(folder, row, command, with_tls, rows):
    context = tls_context(folder) if with_tls else None
    receivers.HERE = threading.local()  # a scene for each thread
    problems = []

    def one(name):
        behave, right, options, lines = rows[name] + (SOON, THREE)[len(rows[name]) - 2 :]
        if "timeout" not in right:
            options = PATIENTLY + options[2:]
        outcome = []
        scene = lambda: outcome.append(judged(command, behave, right, options, lines, context))
        try:
            receivers.in_its_scene(scene)
        except Exception as error:  # of the scene itself
            outcome.append((repr(error), False))
        return name, outcome[0]

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, (problem, has_crashed) in pool.map(one, rows):
            row.rounds += 1
            row.crashed += has_crashed
            if problem:
                problems.append(f"{name}: {problem}")
                print(f"FAIL {row.kind}: a receiver that {name}: {problem[:400]}", flush=True)
    durability.expect(problems[:1], [], f"the first of {len(problems)} problems")


def tls_context(folder):
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 -subj /CN=a"
    command = ["openssl", *request.split(), "-keyout", folder / "key", "-out", folder / "certificate"]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        raise durability.Skipped("openssl is not there") from None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate", folder / "key")
    return context


def play(table, scale):
    for window_bits in (31, 15, -15):
        bomb(window_bits)  # that takes longer than an answer may
    for command, with_tls in itertools.product(("replay", "simulate"), (False, True)):
        name = f"hostile answers to {command}, over {'TLS' if with_tls else 'TCP'}"
        is_twice = command == "replay" and not with_tls and not scale.is_whole  # receivers.py has done it
        if is_twice:
            table.leave(f"{name}: those of receivers.py")
        table.case(name, none_is_stored(each_of_them), command, with_tls, MORE if is_twice else IN_TURN | MORE)


def none_is_stored(action):
    """Of a command that stores nothing, nothing can be lost."""
    def play_it(folder, row, *arguments):
        row.acknowledged = row.stored = row.torn = row.lost = None
        action(folder, row, *arguments)
    return play_it
