"""All that a disk, a network, a signal and a hostile peer can do to farehook, and what came of it: a table.

    python3 tests/torture PATH_TO_FAREHOOK [--whole] [--only PART] [--minutes N] [WORDS]

The short form takes two or three minutes, and leaves to --whole what other tests from outside do as well; --whole
takes most of an hour, half of it the soak. PART is one of stops, disks, networks, requests, answers, secrets, soak.
--minutes is how long the soak lasts. WORDS: only the rows whose name holds them. FAREHOOK_SLOW=1 waits four times as
long, for builds with sanitizers.
"""

import argparse
import pathlib
import sys
import tempfile
import types

sys.dont_write_bytecode = True
sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent))  # the other tests from outside

import clients
import durability
import hostile_requests
import receivers

import answers
import disks
import networks
import planted
import requests_table
import soak
import stops
import table

PARTS = {
    "stops": stops.play,
    "disks": disks.play,
    "networks": networks.play,
    "requests": requests_table.play,
    "answers": answers.play,
    "secrets": planted.play,
    "soak": soak.play,
}


def main():
    parser = argparse.ArgumentParser(prog="torture")
    parser.add_argument("program", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("words", nargs="*")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--minutes", type=float)
    given = parser.parse_intermixed_args()
    for each in (durability.Listener, hostile_requests.Listener, clients.Listener, receivers.Run):
        each.program = given.program
    durability.Listener = table.Watched
    minutes = given.minutes or (30 if given.whole else 0.25)
    scale = types.SimpleNamespace(is_whole=given.whole, rounds=100 if given.whole else 4, minutes=minutes)
    scoreboard = table.Table(" ".join(given.words))
    with tempfile.TemporaryDirectory(prefix="farehook-torture-") as folder:
        hostile_requests.Listener.folder = pathlib.Path(folder)
        for name, play in PARTS.items():
            if given.only in (None, name):
                play(scoreboard, scale)
    return scoreboard.finish()


if __name__ == "__main__":
    sys.exit(main())
