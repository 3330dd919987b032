"""Disks that fail, fill up, lie and come back. While one fails nothing is acknowledged that is not stored; when it
is mended, deliveries are stored again by themselves."""

import dataclasses
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import types

import durability
from durability import Audit, Bodies, Load, expect, listening, post_once, read_from, settle, wait_until

HERE = pathlib.Path(__file__).resolve().parent
NONE, SOME, ALL = "none", "some", "all"  # of the deliveries are acknowledged while the disk fails


@dataclasses.dataclass(frozen=True)
class Fault:
    rules: str  # as faulty_disk.c reads them, commas for line breaks
    acknowledges: str
    options: tuple = ()
    may_tear: bool = False  # the rest of a line stays, where it can't be taken back


SYNC = ("--sync",)
FAULTS = {
    "write: EIO": Fault("write EIO 100", NONE),
    "write: ENOSPC": Fault("write ENOSPC 100", NONE),
    "write: EDQUOT": Fault("write EDQUOT 100", NONE),
    "write: EROFS, as on a read-only remount": Fault("write EROFS 100", NONE),
    "write: EIO, every fourth": Fault("write EIO 25", SOME),
    "write: EINTR, every third": Fault("write EINTR 33", ALL),
    "write: always short": Fault("write short 100", ALL),
    "write: half, then ENOSPC": Fault("write torn-ENOSPC 100", NONE),
    "write: half, then EIO, every second": Fault("write torn-EIO 50", SOME),
    "write: half, then EIO; ftruncate: EIO": Fault("write torn-EIO 40,ftruncate EIO 100", SOME, may_tear=True),
    "the same, and pread: EIO": Fault("write torn-EIO 40,ftruncate EIO 50,pread EIO 50", SOME, may_tear=True),
    "the same, and fstat: EIO": Fault("write torn-EIO 40,ftruncate EIO 50,fstat EIO 50", SOME, may_tear=True),
    "fstat: EIO": Fault("fstat EIO 100", NONE),
    "flock: EINTR, every second": Fault("flock EINTR 50", ALL),
    "flock: ENOLCK": Fault("flock ENOLCK 100", ALL),
    "ftruncate: EIO": Fault("ftruncate EIO 100", ALL),
    "fdatasync: EIO, --sync": Fault("fdatasync EIO 100", NONE, SYNC),
    "fdatasync: EIO, every third, --sync": Fault("fdatasync EIO 33", SOME, SYNC),
    "fdatasync: ENOSPC, --sync": Fault("fdatasync ENOSPC 100", NONE, SYNC),
    "fdatasync: EINTR, every third, --sync": Fault("fdatasync EINTR 33", SOME, SYNC),
    "write: half, then EIO; fdatasync: EIO, --sync": Fault("write torn-EIO 30,fdatasync EIO 30", SOME, SYNC),
}


def built_faults(folder):
    """The library that is preloaded."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        raise durability.Skipped("there is no C compiler")
    library = folder / "faulty_disk.so"
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", library, HERE / "faulty_disk.c", "-ldl"], check=True)
    return library


class Faulty:
    """A file whose disk fails by rules that can be changed."""

    def __init__(self, folder, name="capture.jsonl"):
        self.rules = folder / "rules"
        self.rules.touch()
        self.variables = {"LD_PRELOAD": str(built_faults(folder)), "FAULTY_FILE": str(folder / name)}
        self.variables |= {"FAULTY_RULES": str(self.rules)}
        # What a sanitizer's runtime wants to be first in line may be second here.
        self.variables["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"

    def set(self, rules):
        fresh = self.rules.with_suffix(".new")
        fresh.write_text(rules.replace(",", "\n"))
        fresh.rename(self.rules)
        return time.monotonic()


def fails_under_load(folder, row, fault, answers):
    faulty = Faulty(folder)
    with listening(folder, *fault.options, variables=faulty.variables) as listener:
        load = Load(listener, connections=8)
        load.wait_for_more(min(50, answers // 4))
        broken_at = faulty.set(fault.rules)
        done = lambda: len(load.acknowledged) + load.refused
        goal, refused_before = done() + answers, load.refused
        wait_until(lambda: done() >= goal, f"{answers} answers while the disk fails", progress=done)
        refused, meanwhile = load.refused - refused_before, list(load.acknowledged)
        faulty.set("")
        load.wait_for_more(min(100, answers // 4))
        load.stop()
        # The exit status tells of the last one: none that failed may still be on its way to be it.
        last = post_once(listener, Bodies(500).next())
        expect(last[0], 200, "status of the last one")
        listener.stop()
    acknowledged = [one for one in meanwhile if one.sent_at > broken_at]
    audit = Audit(read_from(listener.capture))
    row.rounds += answers
    row.remark = f"{refused} answered 503"
    settle(row, audit, load.acknowledged)
    if not fault.may_tear:
        durability.expect_whole(audit)
    share = SOME if acknowledged and refused else ALL if acknowledged else NONE
    expect(share, fault.acknowledges, "how many were acknowledged while the disk failed")


def always_full(folder, row):
    """/dev/full takes nothing."""
    with listening(folder, capture=pathlib.Path("/dev/full")) as listener:
        for _ in range(20):
            expect(post_once(listener, Bodies(500).next())[0], 503, "status")
            row.rounds += 1
        listener.stop(status=3)


def full_standard_output(folder, row):
    ready = folder / "ready"
    command = [durability.Listener.program, "listen", "--port", "0", "--ready-file", ready]
    with open("/dev/full", "wb") as full, open(folder / "stderr", "wb") as stderr:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=full, stderr=stderr)
    try:
        wait_until(lambda: ready.exists() or process.poll() is not None, "ready file")
        listener = types.SimpleNamespace(port=int(ready.read_text().strip().rstrip("/").rpartition(":")[2]))
        for _ in range(20):
            expect(post_once(listener, Bodies(500).next())[0], 503, "status")
            row.rounds += 1
        process.send_signal(signal.SIGTERM)
        expect(process.wait(durability.PATIENCE), 3, "exit status")
    finally:
        row.crashed += (process.poll() or 0) < 0
        process.kill()
        process.wait()


def folder_deleted(folder, row):
    """The file and its folder go; as soon as the folder is back, so is the file."""
    place = folder / "captures"
    place.mkdir()
    with listening(folder, capture=place / "capture.jsonl") as listener:
        status, first = post_once(listener, Bodies(500).next())
        expect(status, 200, "status")
        kept = read_from(listener.capture)
        shutil.rmtree(place)
        for _ in range(10):
            expect(post_once(listener, Bodies(500).next())[0], 503, "status without the folder")
        place.mkdir()
        status, last = post_once(listener, Bodies(500).next())
        expect(status, 200, "status when the folder is back")
        listener.stop()
    row.rounds += 1
    settle(row, Audit(kept + read_from(listener.capture)), [first, last])


def hang_up_that_fails(folder, row):
    """SIGHUP while the file can't be opened: records go on into the old file."""
    faulty, old = Faulty(folder), folder / "capture.1"
    with listening(folder, variables=faulty.variables) as listener:
        load = Load(listener, connections=8)
        load.wait_for_more(100)
        listener.capture.rename(old)
        faulty.set("open EMFILE 100")
        listener.send(signal.SIGHUP)
        wait_until(lambda: "go on into the old file" in listener.said(), "a complaint")
        load.wait_for_more(200)
        faulty.set("")
        listener.send(signal.SIGHUP)
        wait_until(listener.capture.exists, "a new file")
        load.wait_for_more(200)
        expect(load.refused, 0, "refused")
        listener.stop()
        load.stop()
    row.rounds += 2
    audit = Audit(read_from(old) + read_from(listener.capture))
    settle(row, audit, load.acknowledged)
    durability.expect_whole(audit)


def old_file_that_fails(folder, row, rounds, *options):
    """The disk fails from the moment that the file is renamed, and the new file is on a good one: what stands in the
    old one since, and was never synced, is not acknowledged."""
    old = folder / "capture.old"
    faulty = Faulty(folder, old.name)
    faulty.set("fdatasync late-EIO 100")
    with listening(folder, *options, variables=faulty.variables) as listener:
        load, kept = Load(listener, connections=4), b""
        for _ in range(rounds):
            load.wait_for_more(20)
            listener.capture.rename(old)
            renamed_at = time.monotonic()
            durability.let_it_run(0.03, 0.06)
            listener.send(signal.SIGHUP)
            wait_until(listener.capture.exists, "a new file")
            load.wait_for_more(20)
            unsynced = Audit(read_from(old)).stored
            told = [one for one in list(load.acknowledged) if one.sent_at > renamed_at and one.id in unsynced]
            expect(told[:1], [], f"the first of {len(told)} that are acknowledged and were not synced")
            kept += read_from(old)
            old.unlink()
            row.rounds += 1
        listener.stop()
        load.stop()
    row.remark = f"{load.refused} answered 503"
    audit = Audit(kept + read_from(listener.capture))
    settle(row, audit, load.acknowledged)
    durability.expect_whole(audit)


def sync_that_failed(folder, row):
    """What did not come to the disk is not accepted: it is tried again, as the same event, and what repeats it is
    not answered before it is there."""
    faulty, body = Faulty(folder), b'{"booking":{"uuid":"tide","status":"booked"}}'

    def status(listener):
        row.rounds += 1
        with socket.create_connection(("127.0.0.1", listener.port), durability.PATIENCE) as connection:
            return durability.exchange(connection, body)[0]

    with listening(folder, "--sync", "--only", "created", variables=faulty.variables) as listener:
        faulty.set("fdatasync EIO 100")
        expect([status(listener) for _ in range(3)], [503] * 3, "statuses while the disk fails")
        faulty.set("")
        expect([status(listener) for _ in range(2)], [200] * 2, "statuses when it does not")
        listener.stop()
    records = [json.loads(line) for line in listener.capture.read_bytes().splitlines()]
    told = [(record["event"], record["attempt"]) for record in records]
    expect(told, [("booking.created", at) for at in (1, 2, 3, 4)], "what is recorded; the last one is a repetition")
    listener.capture.unlink()
    with listening(folder, "--sync", "--count", "1", variables=faulty.variables) as listener:
        faulty.set("fdatasync EIO 100")
        expect(status(listener), 503, "status while the disk fails")
        faulty.set("")
        expect(status(listener), 200, "status when it does not")
        expect(listener.process.wait(durability.PATIENCE), 0, "exit status, once one is stored")


def accept_that_fails(folder, row):
    """The system has no connections to give, and then it has."""
    faulty = Faulty(folder)

    def is_answered():
        row.rounds += 1
        try:
            return post_once(listener, b"{}")[0] == 200
        except OSError:
            return False

    for ends_meanwhile in (False, True):
        with listening(folder, variables=faulty.variables) as listener:
            expect(is_answered(), True, "whether a post is answered")
            faulty.set("accept ENFILE 100")
            expect([is_answered() for _ in range(3)], [False] * 3, "whether posts are answered meanwhile")
            if not ends_meanwhile:
                faulty.set("")
                wait_until(is_answered, "an answer")
            listener.stop()
            faulty.set("")


def repeated(folder, row, times, action, *arguments):
    for number in range(times):
        (place := folder / str(number)).mkdir()
        action(place, row, *arguments)
        durability.Load.end_all()


def play(table, scale):
    times = 10 if scale.is_whole else 1
    table.case("disk: /dev/full as --append", always_full)
    table.case("disk: /dev/full as standard output", full_standard_output)
    case = table.case if scale.is_whole else table.leave  # durability.py has them, too
    case("disk: a tmpfs fills and is freed", repeated, times, durability.disk_full)
    case("disk: the same under load", repeated, times, durability.disk_full_under_load)
    for ignored in (True, False):
        name = "ignored" if ignored else "not ignored"
        case(f"disk: RLIMIT_FSIZE, SIGXFSZ {name}", repeated, times, durability.file_size_limit, ignored)
    case("disk: the file is deleted under load", repeated, times, durability.deleted)
    case("disk: the file is rotated under load", repeated, times, durability.rotated)
    table.case("disk: the folder is deleted, and comes back", repeated, times, folder_deleted)
    table.case("disk: SIGHUP while it can't be opened", repeated, times, hang_up_that_fails)
    rounds = 300 if scale.is_whole else 8
    table.case("disk: SIGHUP when the old file can't be synced, --sync", old_file_that_fails, rounds, "--sync")
    table.case("disk: a sync that failed is no sync", sync_that_failed)
    table.case("accept(2) that fails for a moment", accept_that_fails)
    for name, fault in FAULTS.items():
        few = 80 if fault.options == SYNC else 400  # a sync of a busy disk takes seconds, and lets 8 of them go
        table.case(f"disk: {name}", fails_under_load, fault, 20_000 if scale.is_whole else few)
