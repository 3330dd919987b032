"""A mixed load for a long time: memory, descriptors and threads stay where they are."""

import contextlib
import itertools
import os
import pathlib
import random
import re
import signal
import socket
import statistics
import threading
import time

import durability
import hostile_requests
from durability import Audit, expect, listening, read_from, require, sha256

BOOKINGS = 2000  # that the posts are about: the memory that tells created from updated is theirs
ROTATION_SECONDS = 60
RATE = 150  # posts a second, about


class Sample:
    def __init__(self, process, at):
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        self.at = at
        self.kib = int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])
        self.threads = int(re.search(r"Threads:\s+(\d+)", status)[1])
        self.descriptors = len(os.listdir(f"/proc/{process.pid}/fd"))


class Mixture:
    """Clients of five kinds, until stop(). What is acknowledged is held against each file that is rotated away."""

    def __init__(self, port):
        self.port, self.lock, self.chance = port, threading.Lock(), random.Random(11)
        self.acknowledged, self.refused, self.aborted, self.slow = {}, 0, 0, 0
        self.numbers, self.stopping = itertools.count(), threading.Event()
        kinds = [self.kept, self.kept, self.fresh, self.fresh, self.abort, self.dawdle]
        self.threads = [threading.Thread(target=self.again, args=(kind,), daemon=True) for kind in kinds]
        for thread in self.threads:
            thread.start()

    def again(self, kind):
        while not self.stopping.is_set():
            with contextlib.suppress(OSError):
                kind()
            self.stopping.wait(len(self.threads) / RATE * 0.5)  # the rate of the load

    def body(self):
        number = next(self.numbers)
        uuid = f"5d1f40aa-0c6b-4f1e-8a27-{number % BOOKINGS:012d}"
        note = "low tide at the lagoon, bring boots. " * self.chance.choice((1, 10, 100, 400))
        status = self.chance.choice(("booked", "booked", "cancelled"))
        return f'{{"booking":{{"pk":{number},"uuid":"{uuid}","status":"{status}","note":"{note}"}}}}'.encode()

    def post(self, connection):
        body = self.body()
        status, fields = durability.exchange(connection, body)
        with self.lock:
            if status == 200:
                self.acknowledged[fields["farehook-id"]] = sha256(body)
            else:
                self.refused += 1
        return fields.get("connection") != "close"

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), durability.PATIENCE)

    def kept(self):
        with self.connect() as connection:
            for _ in range(self.chance.randrange(1, 50)):
                if self.stopping.is_set() or not self.post(connection):
                    return
                self.stopping.wait(0.02)  # the rate of the load

    def fresh(self):
        with self.connect() as connection:
            self.post(connection)

    def abort(self):
        request = hostile_requests.post(self.body())
        with self.connect() as connection:
            connection.sendall(request[: self.chance.randrange(len(request) - 1)])
            if self.chance.random() < 0.5:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, hostile_requests.struct.pack("ii", 1, 0))
        self.aborted += 1

    def dawdle(self):
        body = b'{"pk":%d,"note":"byte by byte"}' % next(self.numbers)
        with self.connect() as connection:
            for byte in hostile_requests.post(body):
                if self.stopping.is_set():
                    return
                connection.sendall(bytes([byte]))
                self.stopping.wait(0.005)  # the client's slowness, nothing is waited for
            while b"\r\n\r\n" not in connection.recv(4096):
                pass
        self.slow += 1

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(durability.PATIENCE)

    def take_stored(self, audit):
        """Forgets what stands in the file; what remains has to stand in a later one."""
        with self.lock:
            for one, body_sha256 in audit.stored.items():
                known = self.acknowledged.pop(one, body_sha256)
                expect(known, body_sha256, f"the body of {one}")


def checked_away(file, mixture, row):
    audit = Audit(read_from(file))
    durability.expect_whole(audit)
    mixture.take_stored(audit)
    row.stored += len(audit.stored)
    file.unlink()


def soak(folder, row, minutes):
    seconds = minutes * 60
    rotation = min(ROTATION_SECONDS, seconds / 6)
    samples, old, rotations = [], None, 0
    with listening(folder) as listener:
        mixture = Mixture(listener.port)
        begin = time.monotonic()
        next_rotation = begin + rotation
        while (now := time.monotonic()) < begin + seconds:
            samples.append(Sample(listener.process, now - begin))
            if now >= next_rotation:
                # What was acknowledged at the last moment may still stand in no file that was looked at.
                fresh_old = listener.capture.rename(folder / f"capture.{rotations}")
                listener.send(signal.SIGHUP)
                durability.wait_until(listener.capture.exists, "a new file")
                if old:
                    checked_away(old, mixture, row)
                old, rotations, next_rotation = fresh_old, rotations + 1, next_rotation + rotation
            mixture.stopping.wait(min(1.0, seconds / 60))
        mixture.stop()
        listener.stop()
    for file in filter(None, (old, listener.capture)):
        checked_away(file, mixture, row)
    row.rounds, row.lost = rotations, len(mixture.acknowledged)
    row.acknowledged = next(mixture.numbers) - mixture.refused - mixture.aborted
    expect(mixture.refused, 0, "refused")
    row.remark = f"{minutes:g} min; {mixture.aborted} aborted, {mixture.slow} slow; " + trends(samples)


def trends(samples):
    """Compares the first third with the last."""
    third = len(samples) // 3
    parts = samples[:third], samples[-third:]
    kib, threads, descriptors = ([statistics.median(getattr(one, name) for one in part) for part in parts]
                                 for name in ("kib", "threads", "descriptors"))
    text = (f"memory {kib[0] / 1024:.1f} -> {kib[1] / 1024:.1f} MiB, threads {threads[0]:g} -> {threads[1]:g}, "
            f"descriptors {descriptors[0]:g} -> {descriptors[1]:g}")
    if hostile_requests.SLOWNESS == 1:  # a sanitizer keeps what is freed, for a while
        require(kib[1] <= kib[0] * 1.1 + 4096, f"memory grows: {text}")
    require(threads[1] <= threads[0] + 8 and descriptors[1] <= descriptors[0] + 8, f"it grows: {text}")
    return text


def play(table, scale):
    table.case("soak: mixed load, rotation", soak, scale.minutes)
