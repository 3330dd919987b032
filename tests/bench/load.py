"""wrk posts bookings to a server; what it was answered, and whether that was stored."""

import dataclasses
import json
import subprocess
import time

import bookings
from bench import median
from serving import serving

WARM_UP_SECONDS = 1
# The requests are put together before the clock runs: wrk should wait for the server, not for Lua.
SCRIPT = """
local requests, at = {}, 0
function init()
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  %s
  for line in io.lines("%s") do requests[#requests + 1] = wrk.format(nil, nil, nil, line) end
end
function request()
  at = at %% #requests + 1
  return requests[at]
end
function done(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    '\\nfigures {"answered":%%d,"refused":%%d,"unanswered":%%d,"seconds":%%.6f,"p50_ms":%%.3f,"p99_ms":%%.3f}\\n',
    summary.requests - failed.status, failed.status, failed.connect + failed.read + failed.write + failed.timeout,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""
CLOSING = 'wrk.headers["Connection"] = "close"'


@dataclasses.dataclass
class Posted:
    rate: float  # accepted a second
    p50_ms: float
    p99_ms: float
    answered: int  # accepted, the warm-up included
    stored: int
    refused: int
    unanswered: int
    peak_mb: float


def wrk(bench, receiver, kind, connections, seconds):
    bodies, script = bench.folder / "bodies", bench.folder / f"{kind}.lua"
    if not bodies.exists():
        bodies.write_text("".join(body + "\n" for _, body in bookings.bookings()))
    script.write_text(SCRIPT % (CLOSING if kind == "closed" else "", bodies))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script,
               f"http://127.0.0.1:{receiver.port}{receiver.path}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    figures = [line for line in done.stdout.splitlines() if line.startswith("figures ")]
    if not figures:
        raise RuntimeError(f"wrk has no figures for {receiver.name}: {done.stderr.strip()[:200]}")
    return json.loads(figures[0].removeprefix("figures "))


def settle(file):
    """Waits, 10 s at most, until nothing is appended: a slow server is still at what the warm-up has left."""
    size, deadline = -1, time.monotonic() + 10
    while time.monotonic() < deadline:
        now = file.stat().st_size if file.exists() else 0
        if now == size:
            return
        size = now
        time.sleep(0.1)


def lines_and_bytes(file):
    lines = size = 0
    if file.exists():
        with file.open("rb") as content:
            while piece := content.read(1 << 20):
                lines += piece.count(b"\n")
                size += len(piece)
    return lines, size


def posted(bench, receiver, kind, connections, peak=lambda pid: 0):
    """Starts the server, warms it up, measures it, ends it, and reads its file."""
    receiver.file.unlink(missing_ok=True)
    with serving(receiver.command, receiver.port, receiver.environment) as server:
        warm = wrk(bench, receiver, kind, connections, WARM_UP_SECONDS)
        settle(receiver.file)
        figures = wrk(bench, receiver, kind, connections, bench.seconds)
        peak_mb = peak(server.pid)
    stored, size = lines_and_bytes(receiver.file)
    receiver.file.unlink(missing_ok=True)
    result = Posted(figures["answered"] / figures["seconds"], figures["p50_ms"], figures["p99_ms"],
                    warm["answered"] + figures["answered"], stored, figures["refused"], figures["unanswered"], peak_mb)
    body = (bench.folder / "bodies").stat().st_size / bookings.COUNT
    if stored < result.answered or size < 0.9 * stored * body:
        bench.notes.append(f"{receiver.name} has acknowledged {result.answered} and stored {stored} lines of "
                           f"{size} bytes ({kind}, {connections} connections): its rate does not count")
        result.rate = 0
    return result


def cell(results):
    """Their median rate and 99th percentile, for the table."""
    return f"{median(results, 'rate'):,.0f}/s, p99 {median(results, 'p99_ms'):.1f} ms"


def faster(own, theirs):
    """How many times as many requests a second, or None if theirs do not count."""
    rate = median(theirs, "rate")
    return median(own, "rate") / rate if rate else None
