#!/usr/bin/env python3
"""`farehook listen --append` is killed, stopped, rotated and starved under load. An acknowledgement means
stored: whatever was answered 2xx must stand in the capture, whole, under the id that was answered.

    python3 tests/durability.py PATH_TO_FAREHOOK [ROUNDS]

ROUNDS (20) is how often it is killed with -9. FAREHOOK_SLOW=1 waits four times as long, for builds with
sanitizers.
"""

import contextlib
import dataclasses
import functools
import hashlib
import itertools
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
from clients import PATIENCE, Skipped, described, expect, wait_until

CONNECTIONS = 32
CHANCE = random.Random(20270314)


# --- the report ---------------------------------------------------------------------------------


@dataclasses.dataclass
class Tally:
    """One row of the table."""

    kind: str
    rounds: int = 0
    acknowledged: int = 0
    stored: int = 0
    torn: int = 0
    lost: int = 0


class Report:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.rows = []

    def case(self, kind, action, *arguments):
        tally = Tally(kind)
        try:
            with new_folder() as folder:
                try:
                    action(folder, tally, *arguments)
                finally:
                    Load.end_all()  # a port may be the next listener's
            expect(tally.lost, 0, "lost deliveries")
        except Skipped as why:
            self.skipped += 1
            print(f"skip {kind}: {why}", flush=True)
            return
        except Exception as error:
            self.failed += 1
            print(f"FAIL {kind}: {described(error)}", flush=True)
        else:
            self.passed += 1
            print(f"ok {kind}", flush=True)
        self.rows.append(tally)

    def print_table(self):
        names = [field.name for field in dataclasses.fields(Tally)]
        rows = [[str(getattr(row, name)) for name in names] for row in self.rows]
        widths = [max(len(row[column]) for row in [names, *rows]) for column in range(len(names))]
        print()
        for row in [names, *rows]:
            first = row[0].ljust(widths[0])
            print("  ".join([first, *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]))
        print()

    def finish(self):
        self.print_table()
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        print(f"{self.passed} passed, {self.failed} failed{skipped}")
        return 1 if self.failed else 0


def require(holds, what):
    if not holds:
        raise AssertionError(what)


def let_it_run(least, most):
    """The moment of a blow is random. Nothing is waited for here."""
    time.sleep(CHANCE.uniform(least, most))


@contextlib.contextmanager
def new_folder():
    with tempfile.TemporaryDirectory(prefix="farehook-durability-") as folder:
        yield pathlib.Path(folder)


# --- farehook -----------------------------------------------------------------------------------


class Listener:
    """`farehook listen` on a free port, ended by its pid."""

    program = "farehook"
    starts = itertools.count()

    def __init__(self, folder, *options, capture=None, preexec=None, variables=None):
        self.capture = capture or folder / "capture.jsonl"
        number = next(self.starts)
        ready, self.stderr = folder / f"ready-{number}", folder / f"stderr-{number}"
        command = [self.program, "listen", "--port", "0", "--ready-file", ready, "--append", self.capture, *options]
        with open(self.stderr, "wb") as stderr:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                preexec_fn=preexec,
                env=os.environ | (variables or {}),
            )
        try:
            wait_until(lambda: ready.exists() or self.process.poll() is not None, "ready file")
            expect(self.process.poll(), None, f"exit status at start ({self.said()[-300:]})")
        except Exception:
            self.kill()
            raise
        self.port = int(re.fullmatch(r"http://127\.0\.0\.1:(\d+)/", ready.read_text().strip())[1])

    def said(self):
        return self.stderr.read_text(errors="replace")

    def has_closed_off_a_line(self):
        return "cut off" in self.said()

    def send(self, number):
        self.process.send_signal(number)

    def kill(self):
        if self.process.poll() is None:
            self.send(signal.SIGKILL)
            self.process.wait(PATIENCE)
        for sanitizer in ("AddressSanitizer", "ThreadSanitizer", "LeakSanitizer", "runtime error:"):
            require(sanitizer not in self.said(), f"{sanitizer}: {self.said()[:2000]}")

    def stop(self, number=signal.SIGTERM, status=0):
        self.send(number)
        expect(self.process.wait(PATIENCE), status, "exit status")
        self.kill()


@contextlib.contextmanager
def listening(folder, *options, **more):
    listener = Listener(folder, *options, **more)
    try:
        yield listener
    finally:
        listener.kill()


# --- the load -----------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Acknowledged:
    id: str
    body_sha256: str
    sent_at: float


class Bodies:
    """JSON bodies of one size, no two alike."""

    numbers = itertools.count(1)

    def __init__(self, size):
        self.filling = "low tide at the lagoon, bring boots. " * (size // 37 + 1)
        self.size = size

    def next(self):
        number = next(self.numbers)
        uuid = f"5d1f40aa-0c6b-4f1e-8a27-{number:012d}"
        head = f'{{"booking":{{"pk":{number},"uuid":"{uuid}","status":"booked","note":"'
        return (head + self.filling[: max(0, self.size - len(head) - 3)] + '"}}').encode()


class Load:
    """Connections that post one body after the other, as fast as they are answered, until stop()."""

    begun = []

    @classmethod
    def end_all(cls):
        for load in cls.begun:
            load.stopping.set()
        cls.begun.clear()

    def __init__(self, *listeners, connections=CONNECTIONS, size=4096):
        self.begun.append(self)
        self.bodies = Bodies(size)
        self.acknowledged = []
        self.refused = 0
        self.stopping = threading.Event()
        ports = itertools.islice(itertools.cycle([listener.port for listener in listeners]), connections)
        self.threads = [threading.Thread(target=self.post_until_stopped, args=(port,), daemon=True) for port in ports]
        for thread in self.threads:
            thread.start()

    def post_until_stopped(self, port):
        while not self.stopping.is_set():
            try:
                with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    while not self.stopping.is_set() and self.post(connection):
                        pass
            except OSError:
                self.stopping.wait(0.01)  # nobody listens at the moment

    def post(self, connection):
        """Posts one body. Returns whether the connection stays open."""
        body = self.bodies.next()
        sent_at = time.monotonic()
        status, fields = exchange(connection, body)
        if 200 <= status <= 299:
            self.acknowledged.append(Acknowledged(fields["farehook-id"], sha256(body), sent_at))
        else:
            self.refused += 1
        return fields.get("connection") != "close"

    def wait_for_more(self, count):
        count_now = lambda: len(self.acknowledged)
        goal = count_now() + count
        wait_until(lambda: count_now() >= goal, f"{count} more acknowledgements", progress=count_now)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(PATIENCE)
            require(not thread.is_alive(), "a connection got no answer")


def sha256(body):
    return hashlib.sha256(body).hexdigest()


def exchange(connection, body):
    """Posts the body and returns the status and the header fields of the answer."""
    connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    answer = b""
    while (head_end := answer.find(b"\r\n\r\n")) < 0:
        answer += received(connection)
    lines = answer[:head_end].decode("ascii").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    whole = head_end + 4 + int(fields["content-length"])
    while len(answer) < whole:
        answer += received(connection)
    return int(lines[0].split()[1]), fields


def received(connection):
    piece = connection.recv(65536)
    if not piece:
        raise ConnectionError("closed before the answer was whole")
    return piece


def post_once(listener, body):
    """Returns the status and, where it is a 2xx, what was acknowledged."""
    with socket.create_connection(("127.0.0.1", listener.port), PATIENCE) as connection:
        sent_at = time.monotonic()
        status, fields = exchange(connection, body)
    return status, Acknowledged(fields["farehook-id"], sha256(body), sent_at) if 200 <= status <= 299 else None


# --- the checker --------------------------------------------------------------------------------


class Audit:
    """What a stretch of a capture holds: ids and hashes of whole lines, and lines that are not whole."""

    def __init__(self, data):
        lines = data.split(b"\n")
        self.tail = lines.pop()  # behind the last line feed
        self.stored = {}
        self.torn = []
        for line in lines:
            record = whole_record(line)
            if record is None:
                self.torn.append(line)
            else:
                require(record[0] not in self.stored, f"the id {record[0]} stands twice")
                self.stored[record[0]] = record[1]
        if self.tail:
            self.torn.append(self.tail)

    def lost(self, acknowledged):
        return [one for one in acknowledged if self.stored.get(one.id) != one.body_sha256]


def whole_record(line):
    """The id and hash of a record whose body, compact JSON, hashes to what it says; or nothing."""
    try:
        record = json.loads(line)
        body = line[line.index(b',"body":') + 8 : line.rindex(b',"body_bytes":')]
        is_whole = record["body_sha256"] == sha256(body) and record["body_bytes"] == len(body)
        return (record["id"], record["body_sha256"]) if is_whole else None
    except (ValueError, KeyError, TypeError):
        return None


def read_from(path, offset=0):
    with open(path, "rb") as file:
        file.seek(offset)
        return file.read()


def settle(tally, audit, acknowledged):
    """Adds a finished round to the table."""
    lost = audit.lost(acknowledged)
    tally.acknowledged += len(acknowledged)
    tally.stored += len(audit.stored)
    tally.torn += len(audit.torn)
    tally.lost += len(lost)
    expect(lost[:3], [], f"the first of {len(lost)} lost deliveries")


def expect_whole(audit):
    expect([line[-80:] for line in audit.torn], [], "torn lines")


# --- killed -------------------------------------------------------------------------------------


def kill_rounds(folder, tally, rounds, *options, connections=CONNECTIONS, size=4096):
    """kill -9 under load, again and again into the same file."""
    capture, all_acknowledged, end, is_torn, torn_tails = folder / "capture.jsonl", [], 0, False, 0
    for _ in range(rounds):
        with listening(folder, *options) as listener:
            expect(listener.has_closed_off_a_line(), is_torn, f"whether a torn line is reported ({listener.said()!r})")
            load = Load(listener, connections=connections, size=size)
            load.wait_for_more(1)
            let_it_run(0.1, 0.4)
            listener.kill()
            load.stop()
        added = read_from(capture, end)
        if is_torn:
            expect(added[:1], b"\n", "what stands behind the torn line")
            added = added[1:]
        audit = Audit(added)
        end, is_torn = capture.stat().st_size, audit.tail != b""
        torn_tails += is_torn
        require(len(audit.torn) <= is_torn, "a line other than the last is torn")
        tally.rounds += 1
        all_acknowledged += load.acknowledged
        settle(tally, audit, load.acknowledged)
    check_all_at_once(folder, all_acknowledged, is_torn, torn_tails)


def kill_inside_lines(folder, tally, rounds):
    """kill -9 at a moment when half a line stands in the file."""
    capture, all_acknowledged, end, torn_tails = folder / "capture.jsonl", [], 0, 0
    for _ in range(rounds):
        was_torn = ends_inside_a_line(capture)
        with listening(folder) as listener:
            expect(listener.has_closed_off_a_line(), was_torn, "whether a torn line is reported")
            load = Load(listener, connections=3, size=4_000_000)
            load.wait_for_more(1)
            await_half_a_line(capture)
            listener.kill()
            load.stop()
        added = read_from(capture, end)
        expect(added[:1] == b"\n", was_torn, "whether a line feed stands behind the old end")
        audit = Audit(added[was_torn:])
        end, torn_tails = capture.stat().st_size, torn_tails + (audit.tail != b"")
        require(len(audit.torn) <= (audit.tail != b""), "a line other than the last is torn")
        tally.rounds += 1
        all_acknowledged += load.acknowledged
        settle(tally, audit, load.acknowledged)
    if torn_tails == 0:
        raise Skipped("not one line was torn, so nothing is tested")
    check_all_at_once(folder, all_acknowledged, ends_inside_a_line(capture), torn_tails)


def ends_inside_a_line(path):
    if not path.exists() or path.stat().st_size == 0:
        return False
    return read_from(path, path.stat().st_size - 1)[-1:] != b"\n"


def await_half_a_line(path):
    if not shows_half_lines(path.parent):
        raise Skipped("this file system shows no half-written lines")
    require(meets_half_a_line(path), f"no half-written line was met within {PATIENCE} s")


def meets_half_a_line(path, goes_on=lambda: True):
    """Returns while a write goes on: it can't afford to sleep between its looks."""
    deadline = time.monotonic() + PATIENCE
    with open(path, "rb", buffering=0) as file:
        while os.pread(file.fileno(), 1, max(0, os.fstat(file.fileno()).st_size - 1)) in (b"\n", b""):
            if time.monotonic() > deadline or not goes_on():
                return False
    return True


@functools.cache
def shows_half_lines(folder):
    """Whether a reader can see a part of what one write() writes."""
    probe, is_seen = folder / "probe", threading.Event()

    def write(file, line=b"x" * 4_000_000 + b"\n"):
        for _ in range(100):
            if not is_seen.is_set():
                file.write(line)

    with open(probe, "wb", buffering=0) as file:
        writer = threading.Thread(target=write, args=(file,))
        writer.start()
        if meets_half_a_line(probe, writer.is_alive):
            is_seen.set()
        writer.join()
    probe.unlink()
    return is_seen.is_set()


def check_all_at_once(folder, acknowledged, is_torn, torn_tails):
    """One more start; then nothing of any round is missing, and nothing is torn but the tails."""
    with listening(folder) as listener:
        expect(listener.has_closed_off_a_line(), is_torn, "whether a torn line is reported at the last start")
        status, one_more = post_once(listener, Bodies(500).next())
        expect(status, 200, "status of one delivery more")
        listener.stop()
    audit = Audit(read_from(listener.capture))
    expect(audit.lost(acknowledged + [one_more]), [], "lost, over all rounds")
    expect((audit.tail, len(audit.torn)), (b"", torn_tails), "the tail, and the number of torn lines, over all")


def stop_rounds(folder, tally, rounds, number, *options):
    """A signal that lets it finish: nothing is torn at all."""
    end = 0
    for _ in range(rounds):
        with listening(folder, *options) as listener:
            load = Load(listener)
            load.wait_for_more(1)
            let_it_run(0.1, 0.4)
            listener.stop(number)
            load.stop()
        audit = Audit(read_from(listener.capture, end))
        end = listener.capture.stat().st_size
        tally.rounds += 1
        settle(tally, audit, load.acknowledged)
        expect_whole(audit)


def state_of(process):
    return pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]


def suspended(folder, tally, rounds, *options):
    with listening(folder, *options) as listener:
        load = Load(listener)
        for _ in range(rounds):
            load.wait_for_more(100)
            listener.send(signal.SIGSTOP)
            wait_until(lambda: state_of(listener.process) == "T", "the process to be suspended")
            let_it_run(0.2, 0.3)
            listener.send(signal.SIGCONT)
        load.wait_for_more(100)
        finish(tally, listener, load, rounds)


def finish(tally, listener, load, rounds=1):
    """Ends a run, and holds its capture against what was acknowledged."""
    listener.stop()
    load.stop()
    audit = Audit(read_from(listener.capture))
    tally.rounds += rounds
    settle(tally, audit, load.acknowledged)
    expect_whole(audit)


def torn_by_hand(folder, tally):
    with listening(folder) as listener:
        acknowledged = [post_once(listener, Bodies(4096).next())[1] for _ in range(2)]
        listener.stop()
    whole = listener.capture.read_bytes()
    half = len(whole) - 2000
    for cut in (half, half + 1, len(whole) - 1):
        listener.capture.write_bytes(whole[:cut])
        with listening(folder) as listener:
            require(listener.has_closed_off_a_line(), f"cut at {cut}: {listener.said()!r} speaks of no torn line")
            status, one_more = post_once(listener, Bodies(4096).next())
            expect(status, 200, "status")
            listener.stop()
        require(listener.capture.read_bytes().startswith(whole[:cut] + b"\n"), f"cut at {cut}: it is not closed off")
        audit = Audit(listener.capture.read_bytes())
        is_complete = cut == len(whole) - 1  # only its line feed was missing
        expect(len(audit.torn), 0 if is_complete else 1, f"cut at {cut}: torn lines")
        tally.rounds += 1
        settle(tally, audit, acknowledged[: 2 if is_complete else 1] + [one_more])


# --- two listeners, one file --------------------------------------------------------------------


def half_a_line_of_a_neighbour(folder, tally):
    """Another listener was killed in the middle of a line, while this one listens."""
    with listening(folder) as listener:
        acknowledged = [post_once(listener, Bodies(4096).next())[1]]
        half = listener.capture.read_bytes()[:2000]
        with open(listener.capture, "ab") as capture:
            capture.write(half)
        acknowledged += [post_once(listener, Bodies(4096).next())[1] for _ in range(2)]
        listener.stop()
    audit = Audit(read_from(listener.capture))
    tally.rounds += 1
    settle(tally, audit, acknowledged)
    # The half line may be closed off, or glued to a copy of the record: the record itself is whole somewhere.
    expect([line.startswith(half) for line in audit.torn], [True], "whether the torn lines are that half line")


def two_listeners(folder, tally):
    with listening(folder) as one, listening(folder) as other:
        load = Load(one, other)
        load.wait_for_more(1000)
        one.stop()
        other.stop()
        load.stop()
    audit = Audit(read_from(one.capture))
    tally.rounds += 1
    settle(tally, audit, load.acknowledged)
    expect_whole(audit)


def one_of_two_is_killed(folder, tally, rounds):
    """What one leaves torn must not swallow what the other appends behind it."""
    with listening(folder) as survivor:
        load = Load(survivor, connections=2)
        acknowledged_by_victims = []
        for _ in range(rounds):
            with listening(folder) as victim:
                victims_load = Load(victim, connections=3, size=4_000_000)
                victims_load.wait_for_more(1)
                await_half_a_line(victim.capture)
                victim.kill()
                victims_load.stop()
            load.wait_for_more(8)
            acknowledged_by_victims += victims_load.acknowledged
            tally.rounds += 1
        survivor.stop()
        load.stop()
    audit = Audit(read_from(survivor.capture))
    require(len(audit.torn) <= rounds, f"{len(audit.torn)} torn lines, by {rounds} that were killed")
    settle(tally, audit, load.acknowledged + acknowledged_by_victims)


def one_starts_beside_another(folder, tally, rounds):
    """A line that another listener is just writing is not a torn one. Each start meets one with little chance."""
    complaints = []
    with listening(folder) as first:
        load = Load(first, connections=3, size=2_000_000)
        load.wait_for_more(1)
        while tally.rounds < rounds and first.capture.stat().st_size < 300_000_000:
            with listening(folder) as second:
                second.stop()
                complaints += re.findall("^farehook: .*?jsonl(.*)", second.said(), re.MULTILINE)
            tally.rounds += 1
        first.stop()
        load.stop()
    audit = Audit(read_from(first.capture))
    settle(tally, audit, load.acknowledged)
    expect_whole(audit)
    expect(complaints, [], "complaints at start")


# --- the file goes ------------------------------------------------------------------------------


def rotated(folder, tally, *options):
    with listening(folder, *options) as listener:
        load = Load(listener)
        old = []
        for number in range(3):
            load.wait_for_more(200)
            old.append(listener.capture.rename(folder / f"capture.{number}"))
            listener.send(signal.SIGHUP)
            wait_until(listener.capture.exists, "a new file")
            tally.rounds += 1
        load.wait_for_more(200)
        listener.stop()
        load.stop()
    for file in old + [listener.capture]:
        require(Audit(read_from(file)).stored, f"{file.name} is empty")
        expect_whole(Audit(read_from(file)))
    settle(tally, Audit(b"".join(map(read_from, old + [listener.capture]))), load.acknowledged)


def deleted(folder, tally):
    """What was on its way when the file went may have gone with it; what was sent later may not."""
    old = []
    with listening(folder) as listener:
        load = Load(listener)
        for _ in range(3):
            load.wait_for_more(200)
            old.append(open(listener.capture, "rb"))  # to look into once it is gone
            listener.capture.unlink()
            gone_at = time.monotonic()
            wait_until(listener.capture.exists, "a new file")
            tally.rounds += 1
        load.wait_for_more(200)
        listener.stop()
        load.stop()
    audit = Audit(read_from(listener.capture))
    sent_later = [one for one in load.acknowledged if one.sent_at > gone_at]
    expect(audit.lost(sent_later), [], "sent later, and not in the new file")
    audit = Audit(b"".join(file.read() for file in old) + read_from(listener.capture))
    for file in old:
        file.close()
    settle(tally, audit, load.acknowledged)
    expect_whole(audit)


# --- no room ------------------------------------------------------------------------------------


@contextlib.contextmanager
def small_disk(folder):
    if not shutil.which("mount"):
        raise Skipped("mount is not there")
    place = folder / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place], capture_output=True)
    if mounted.returncode != 0:
        raise Skipped("no small disk can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def post_until_refused(listener, size):
    acknowledged = []
    for _ in range(1000):
        status, one = post_once(listener, Bodies(size).next())
        if status == 503:
            return acknowledged
        expect(status, 200, "status")
        acknowledged.append(one)
    raise AssertionError("a thousand deliveries, and no 503")


def disk_full(folder, tally):
    with small_disk(folder) as disk:
        filler = disk / "filler"
        filler.write_bytes(b"x" * (64 << 10))
        with listening(folder, capture=disk / "capture.jsonl") as listener:
            acknowledged = []
            for size in (4096, 20_000, 100_000, 300):
                acknowledged += post_until_refused(listener, size)
                expect(Audit(read_from(listener.capture)).lost(acknowledged), [], f"lost when full ({size})")
                tally.rounds += 1
            filler.unlink()
            for _ in range(4):
                status, one = post_once(listener, Bodies(4096).next())
                expect(status, 200, "status when there is room again")
                acknowledged.append(one)
            listener.stop()
        audit = Audit(read_from(listener.capture))
    settle(tally, audit, acknowledged)
    expect_whole(audit)


def disk_full_under_load(folder, tally):
    with small_disk(folder) as disk:
        filler = disk / "filler"
        filler.write_bytes(b"x" * (64 << 10))
        with listening(folder, capture=disk / "capture.jsonl") as listener:
            load = Load(listener)
            done = lambda: len(load.acknowledged) + load.refused
            wait_until(lambda: load.refused > 100, "100 deliveries refused", progress=done)
            before = len(load.acknowledged)  # the room may be used up again at once
            filler.unlink()
            wait_until(lambda: len(load.acknowledged) >= before + 4, "4 more acknowledgements")
            refused = load.refused
            wait_until(lambda: load.refused > refused + 100, "100 deliveries more refused", progress=done)
            listener.stop(status=3)  # the last delivery could not be stored
            load.stop()
        audit = Audit(read_from(listener.capture))
    tally.rounds += 1
    settle(tally, audit, load.acknowledged)
    expect_whole(audit)


def limit_file_size(ignored):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN if ignored else signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def file_size_limit(folder, tally, ignored):
    with listening(folder, preexec=lambda: limit_file_size(ignored)) as listener:
        acknowledged = []
        for size in (4096, 1000, 4096):
            acknowledged += post_until_refused(listener, size)
            tally.rounds += 1
        listener.stop(status=3)
    audit = Audit(read_from(listener.capture))
    settle(tally, audit, acknowledged)
    expect_whole(audit)


# --- the checker itself -------------------------------------------------------------------------


def check_the_checker(folder, tally):
    with listening(folder) as listener:
        acknowledged = [post_once(listener, Bodies(4096).next())[1] for _ in range(5)]
        listener.stop()
    lines = listener.capture.read_bytes().splitlines(keepends=True)
    tally.rounds += 1
    settle(tally, Audit(b"".join(lines)), acknowledged)

    def seen(*pieces):
        audit = Audit(b"".join(pieces))
        return len(audit.lost(acknowledged)), len(audit.torn)

    changed = lines[2].replace(b"low tide", b"LOW tide", 1)
    expect(seen(*lines), (0, 0), "lost and torn in a good capture")
    expect(seen(*lines[:2], *lines[3:]), (1, 0), "lost and torn where a line is missing")
    expect(seen(*lines[:4]), (1, 0), "lost and torn where the last line is missing")
    expect(seen(*lines[:4], lines[4][:-1]), (1, 1), "lost and torn where the last line feed is missing")
    expect(seen(*lines[:2], lines[2][:900] + b"\n", *lines[3:]), (1, 1), "lost and torn where a line is cut")
    expect(seen(*lines[:2], lines[2][:900], *lines[3:]), (2, 1), "lost and torn where half a line is glued")
    expect(seen(*lines[:2], lines[2][:-1], *lines[3:]), (2, 1), "lost and torn where two lines are glued")
    expect(seen(*lines[:2], changed, *lines[3:]), (1, 1), "lost and torn where a body has changed")
    expect(seen(*lines[:2], b"\n", *lines[2:]), (0, 1), "lost and torn where a line is blank")


def main():
    if len(sys.argv) not in (2, 3):
        print("usage: durability.py PATH_TO_FAREHOOK [ROUNDS]", file=sys.stderr)
        return 2
    Listener.program = str(pathlib.Path(sys.argv[1]).resolve())
    rounds = int(sys.argv[2]) if len(sys.argv) == 3 else 20
    report = Report()
    report.case("the checker sees damage", check_the_checker)
    report.case("kill -9 loses nothing", kill_rounds, rounds)
    report.case("kill -9 loses nothing, with --sync", lambda folder, tally: kill_rounds(folder, tally, 5, "--sync"))
    large = {"connections": 8, "size": 300_000}
    report.case("kill -9 loses nothing of large bodies", lambda folder, tally: kill_rounds(folder, tally, 5, **large))
    report.case("kill -9 inside a line tears no other line", kill_inside_lines, 5)
    report.case("SIGTERM tears no line", stop_rounds, 5, signal.SIGTERM)
    report.case("SIGINT tears no line", stop_rounds, 5, signal.SIGINT)
    report.case("SIGSTOP and SIGCONT lose nothing", suspended, 1)
    report.case("a torn line is closed off and named", torn_by_hand)
    report.case("two listeners share one file", two_listeners)
    report.case("a neighbour's half line swallows nothing", half_a_line_of_a_neighbour)
    report.case("a killed neighbour's half line swallows nothing", one_of_two_is_killed, 5)
    report.case("a line that a neighbour is writing is no torn one", one_starts_beside_another, 20)
    report.case("rename and SIGHUP lose nothing", rotated)
    report.case("rename and SIGHUP lose nothing, with --sync", rotated, "--sync")
    report.case("a deleted file is made anew", deleted)
    report.case("a full disk is 503 and tears no line", disk_full)
    report.case("a disk that fills under load tears no line", disk_full_under_load)
    report.case("a file at its size limit is 503, SIGXFSZ ignored", file_size_limit, True)
    report.case("a file at its size limit is 503", file_size_limit, False)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
