#!/usr/bin/env python3
"""farehook beside what people use today, on one machine in one run: one table.

    python3 tests/bench FAREHOOK [--rounds N] [--seconds S] [--only PART]... [--no-install]

listen    wrk posts 1,000 distinct bookings of about 4 KB over 1, 8, 64 and 256 connections, kept or a new one for
          each request, to servers that append each body to a file and answer 200: farehook, nginx with the echo
          module and the body in its log, node:http with appendFile, Debian's webhook with a shell that appends
sync      the same with `--sync` on a disk whose fdatasync takes 5 ms, against node with one fdatasync a request
replay    1,000 records to nginx, against `curl -K` over one connection and `curl --parallel` over 16
validate  10,000 captured bookings, against ajv (compiled, with and without formats) and `jq empty`; and 1 GB
start     `--version`, against those of jq and curl
growth    simulate in virtual time: 1,000, 10,000 and 100,000 deliveries
memory    of listen: at rest, under 256 busy connections, with 10,000 silent ones
size      of the stripped binary

Who is compared takes turns, N rounds of them (3), S seconds each for wrk (3); medians count. A ratio says how many
times as good as the peer farehook is. No server's figure counts unless its file holds what it has acknowledged.
The table goes to standard output, progress to standard error, the raw figures with the machine and all versions
to bench.json in the present folder. The status is 1 if an aim is not reached or a part could not be measured.

Peers that are missing are installed first (apt-get as root or by sudo; ajv by npm in a folder that is removed)
unless --no-install is given. All servers listen on 127.0.0.1. The files that are appended to lie in TMPDIR, which
should be on a disk and have 4 GB free. As it stands it takes 13 minutes, listen 8 of them; listen and sync
grow with N * (S + 2), and no single measurement is waited for longer than 3 minutes + S. A machine that does
something else meanwhile measures that.
"""

import argparse
import importlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import machine
import peers
from bench import Bench
from table import show

PARTS = ("listen", "sync", "replay", "validate", "start", "growth", "memory", "size")


def arguments():
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("farehook", type=pathlib.Path, help="the binary, of an optimized build")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--seconds", type=int, default=3, metavar="S")
    parser.add_argument("--only", action="append", choices=PARTS, metavar="PART", help="repeatable")
    parser.add_argument("--no-install", action="store_true")
    given = parser.parse_args()
    if not os.access(given.farehook, os.X_OK):
        parser.error(f"{given.farehook} is not a program")
    if given.rounds < 1 or given.seconds < 1:
        parser.error("rounds and seconds count from 1")
    return given


def measured(bench, names, figures, keep):
    """The rows of these parts, and a sentence for each that could not be measured."""
    rows, failures = [], []
    for name in names:
        part = importlib.import_module(name)
        missing = peers.missing(part.NEEDS)
        if missing:
            failures.append(f"{name} is skipped, missing: {', '.join(missing)}")
            continue
        print(f"{name}:", file=sys.stderr)
        begin = time.monotonic()
        try:
            for row in part.rows(bench):  # those before a failure count
                rows.append(row)
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            failures.append(f"{name} stopped: {error}")
        figures["parts"][name] = {"seconds": round(time.monotonic() - begin, 1), **bench.raw.pop(name, {})}
        keep()
    return rows, failures + bench.notes


def main():
    given = arguments()
    os.environ["PATH"] += ":/usr/sbin:/sbin"  # where nginx is, also for those who are not root
    names = [name for name in PARTS if not given.only or name in given.only]
    if not given.no_install:
        peers.install({peer for name in names for peer in peers.wanted(importlib.import_module(name))})
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="farehook-bench-", ignore_cleanup_errors=True) as name:
        bench = Bench(given.farehook.resolve(), pathlib.Path(name), given.rounds, given.seconds, not given.no_install)
        figures = {"machine": machine.described(bench.folder), "versions": peers.versions(bench.farehook),
                   "rounds": given.rounds, "seconds": given.seconds, "parts": {}}
        bench.notes += machine.doubts()
        bench.versions = figures["versions"]

        def keep():
            pathlib.Path("bench.json").write_text(json.dumps(figures, indent=1) + "\n")

        rows, notes = measured(bench, names, figures, keep)
    figures["table"] = [vars(row) for row in rows]
    figures["notes"] = notes
    figures["minutes"] = round((time.monotonic() - begin) / 60, 1)
    keep()
    print(show(rows))
    print(f"\n{machine.in_a_line(figures['machine'])}; N {given.rounds}, S {given.seconds}, "
          f"{figures['minutes']} minutes")
    for note in notes:
        print(f"note: {note}")
    unmeasured = any(not figures["parts"].get(name, {}).get("complete") for name in names)
    sys.exit(1 if unmeasured or any(row.reached is False for row in rows) else 0)


main()
