"""The peak of listen's resident memory: at rest, busy, and with connections on which nothing comes."""

import contextlib
import http.client
import resource
import socket
import time

import bookings
import receivers
from load import posted
from serving import free_port, serving
from stopwatch import peak_mb
from table import Row

NEEDS = ("wrk",)
BUSY = 256
SILENT = 10_000
REST_MB, BUSY_MB = 12, 40
RESERVE = 100  # files that this program has open besides


def at_rest(bench):
    receiver = receivers.farehook(bench, free_port())
    receiver.file.unlink(missing_ok=True)
    with serving(receiver.command, receiver.port) as server:
        time.sleep(0.5)
        return peak_mb(server.pid)


def silent_connections():
    """How many can be had: as many as this process may have files."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return SILENT if most == resource.RLIM_INFINITY else min(SILENT, most - RESERVE)


def beside_silent_ones(bench, count):
    """Connects them, then asks that a booking is taken within 10 s."""
    receiver = receivers.farehook(bench, free_port())
    receiver.file.unlink(missing_ok=True)
    with serving(receiver.command, receiver.port) as server, contextlib.ExitStack() as silent:
        for _ in range(count):
            silent.enter_context(socket.create_connection(("127.0.0.1", receiver.port), timeout=10))
        good = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=10)
        good.request("POST", "/", next(bookings.bookings())[1], {"Content-Type": "application/json"})
        if good.getresponse().status != 200:
            raise RuntimeError(f"beside {count} silent connections a good one is refused")
        good.close()
        return peak_mb(server.pid)


def row(work, peaks, below=None):
    peak = max(peaks)
    if below is None:
        return Row(work, f"{peak:.1f} MB")
    return Row(work, f"{peak:.1f} MB", aim=f"below {below} MB", reached=peak < below)


def rows(bench):
    count = silent_connections()
    if count < SILENT:
        bench.notes.append(f"{count} silent connections: a process may not have more files here")
    results = bench.take_turns("memory", {
        "rest": lambda: at_rest(bench),
        "busy": lambda: posted(bench, receivers.farehook(bench, free_port()), "kept", BUSY, peak_mb).peak_mb,
        "silent": lambda: beside_silent_ones(bench, count)})
    bench.keep("memory", **results, silent_connections=count)
    bench.complete("memory")
    return [row("memory of listen, at rest", results["rest"], REST_MB),
            row(f"memory of listen, {BUSY} busy connections", results["busy"], BUSY_MB),
            row(f"memory of listen, {count:,} silent connections", results["silent"])]
