#!/usr/bin/env python3
"""What `farehook listen` says happened (event, changed, attempt, duplicate_of) against a second telling of the same
rules in Python, over whole lives of bookings, with retries, restarts, rotation and other writers.

    python3 tests/events.py PATH_TO_FAREHOOK [WORDS]

WORDS: only the checks whose name holds them. FAREHOOK_SLOW=1 waits four times as long, for builds with sanitizers.
"""

import concurrent.futures
import datetime
import hashlib
import itertools
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import clients
import receivers
from clients import PATIENCE, expect, wait_until
from receivers import HERE, SLOWNESS, check, free_port, start

receivers.CHECKS.clear()  # ours are others
SCENARIOS = "created updated contact rebooked cancelled checkin order lifecycle item mixed".split()
TROUBLE = "--duplicates 20% --near-duplicates 20% --reorder 20%".split()
QUICKLY = ("--speed", "600")  # FareHarbor's minute takes 100 ms

class Listen:
    """`farehook listen` until the check's end. Without `append` its records go to standard output, a file."""
    numbers = itertools.count()

    def __init__(self, *options, append="capture.jsonl", port=0, stdout=None, variables=None, before=(), **more):
        number = next(self.numbers)
        ready, self.stderr = HERE.folder / f"ready-{number}", HERE.folder / f"stderr-{number}"
        self.file = HERE.folder / (append or f"stdout-{number}")
        command = [*before, clients.Listener.program, "listen", "--port", str(port), "--ready-file", ready, *options]
        environment = {name: value for name, value in os.environ.items() if name != "FAREHOOK_AUTH"}
        with open(self.stderr, "wb") as err, open(os.devnull if append else self.file, "wb") as out:
            streams = {"stdout": stdout or out, "stderr": err, "env": environment | (variables or {})}
            self.process = start(*command, *(["--append", self.file] if append else []), **streams, **more)
        wait_until(lambda: ready.exists() or self.process.poll() is not None, "ready file")
        expect(self.process.poll(), None, f"exit status at start ({self.said()[-300:]})")
        self.url = ready.read_text().strip()
        self.port = int(re.fullmatch(r"http://[^/]+:(\d+)/.*", self.url)[1])

    def said(self):
        return self.stderr.read_text(errors="replace")

    def post(self, body, *headers, target="/"):
        """Posts bytes, or a value as JSON. Returns its status and the record's id, or "" if it has none."""
        body = body if isinstance(body, bytes) else clients.compact(body)
        answer = clients.by_http_client(self, clients.Request(body, list(headers), target=target))
        return answer.status, answer.id

    def count(self):
        """Line feeds so far."""
        return self.file.read_bytes().count(b"\n")

    def lines(self):
        """The records so far, each line whole."""
        text = self.file.read_bytes()
        assert text[-1:] in (b"", b"\n"), f"a line is cut: {text[-80:]}"
        return text.splitlines()

    def records(self, may_be_torn=False):
        """A listener that was killed may have left a torn line, which nobody got an answer for."""
        return [read(line) for line in self.lines() if not may_be_torn or line.endswith(b"}}")]

    def end(self, number=signal.SIGTERM, status=0):
        self.process.send_signal(number)
        expect(self.process.wait(PATIENCE), -number if number == signal.SIGKILL else status, "exit status")
        sanitizer = re.search("(Address|Thread|Leak)Sanitizer|runtime error:", self.said())
        assert not sanitizer, self.said()[-2000:]
        return self

# --- the same rules, told a second time ---------------------------------------------------------
RETRY_WINDOW = datetime.timedelta(minutes=5)
ABSENT = "absent"

def number(text):
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value

def read(line):
    return json.loads(line, parse_float=number)

def form(value):
    """Two values of one form are the same JSON value: true is not 1, and the order of keys is nothing."""
    return json.dumps(value, sort_keys=True)

def without(value, name):
    if isinstance(value, list):
        return [without(each, name) for each in value]
    return {k: without(v, name) for k, v in value.items() if k != name} if isinstance(value, dict) else value

def essence(body):
    """What makes a body another one but for its contact: nothing that moves by itself."""
    booking = body["booking"]
    aside = ("contact", "is_eligible_for_cancellation")
    return form(body | {"booking": {key: booking[key] for key in booking if key not in aside}})

def differences(before, after, at=""):
    """JSON pointers of what differs, as a set."""
    step = lambda key: f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}"
    if isinstance(before, list) and isinstance(after, list):
        before, after = dict(enumerate(before)), dict(enumerate(after))
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return set() if form(before) == form(after) else {at}
    alike = before.keys() & after.keys()
    return set().union({step(key) for key in before.keys() ^ after.keys()},
                       *(differences(before[key], after[key], step(key)) for key in alike))

def shortened(pointers):
    """More than a hundred are told by the members of the booking, or of the envelope, that they stand in."""
    for depth in (None, 2, 1):
        told = {"/".join(each.split("/")[: depth and depth + 1]) for each in pointers}
        if len(told) <= 100:
            return told
    return {""}

class Model:
    """What is to be said of the next record, if those before it are all that was ever seen."""
    def __init__(self, records=()):
        self.last, self.bodies = {}, {}
        for record in records:
            self.take(record)

    def event(self, uuid, body):
        status, booking = body["booking"].get("status"), body["booking"]
        if uuid not in self.last:
            is_moved = status == "booked" and isinstance(booking.get("rebooked_from"), str)
            first = {"booked": "created", "cancelled": "cancelled", "rebooked": "rebooked"}
            return "booking." + ("rebooked" if is_moved else first.get(status, "updated"))
        last, body = ({**each, "booking": without(each["booking"], "capacity")} for each in (self.last[uuid], body))
        if last["booking"].get("status") != status:
            return "booking." + (status if status in ("cancelled", "rebooked") else "updated")
        if essence(last) != essence(body):
            return "booking.updated"
        is_same = form(last["booking"].get("contact")) == form(body["booking"].get("contact"))
        return "booking." + ("repeated" if is_same else "contact_updated")

    def take(self, record):
        """Returns what the record must say, and remembers it."""
        body, at = record.get("body"), datetime.datetime.fromisoformat(record["received_at"][:-1])
        booking = body.get("booking") if isinstance(body, dict) else None
        uuid = booking.get("uuid") if isinstance(booking, dict) else None
        seen = self.bodies.get(record["body_sha256"])
        if seen is None or at - seen["last"] > RETRY_WINDOW:
            seen = {"first": record["id"], "count": 0, "accepted": False, "said": None}
            self.bodies[record["body_sha256"]] = seen
        if seen["count"] and not seen["accepted"]:
            event, changed = seen["said"]
        elif uuid:
            event = self.event(uuid, body)
            changed = shortened(differences(self.last[uuid], body)) if uuid in self.last else ABSENT
        else:
            event, changed = "item.updated" if isinstance(body, dict) and "item" in body else "unknown", ABSENT
        seen["said"] = seen["said"] or (event, changed)
        seen["count"], seen["last"] = seen["count"] + 1, at
        seen["accepted"] |= 200 <= (record["response"]["status"] or 0) < 300
        if uuid:
            self.last[uuid] = body
        return {"event": event, "booking": uuid, "changed": changed, "attempt": seen["count"],
                "duplicate_of": seen["first"] if seen["count"] > 1 else None}

def said(record):
    """What a record says of the same."""
    told = {key: record[key] for key in ("event", "booking", "attempt", "duplicate_of")}
    assert len(set(record.get("changed", []))) == len(record.get("changed", [])), f"twice: {record['changed']}"
    return told | {"changed": set(record["changed"]) if "changed" in record else ABSENT}

def expect_told(records, model=None, forgets=lambda at, record, wanted: False):
    """`forgets` says of which record `changed` is absent, although the last body was seen."""
    model = model or Model()
    for at, record in enumerate(records):
        wanted, told = model.take(record), said(record)
        # Of a list of changes longer than this a retry tells nothing.
        is_long = wanted["attempt"] > 1 and wanted["changed"] != ABSENT and len(json.dumps([*wanted["changed"]])) > 500
        if told["changed"] == ABSENT and (is_long or forgets(at, record, wanted)):
            wanted["changed"] = ABSENT
        expect(told, wanted, f"record {at}")

# --- whole lives --------------------------------------------------------------------------------
def simulate(*options, **more):
    return start(clients.Listener.program, "simulate", "-q", *options, stderr=subprocess.DEVNULL, **more)

def printed(*options):
    """The records of `simulate --print`."""
    command = [clients.Listener.program, "simulate", "--print", *options]
    return subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE).stdout

def sending(listener, seed, scenario, way):
    """What sends such bookings' lives to the listener, and tries again for long."""
    told = ["--scenario", scenario, "--seed", str(seed), "--bookings", "4", *TROUBLE]
    if way == "simulate":
        return simulate(*told, *QUICKLY, "--retries", "1000", "--to", listener.url)
    source = HERE.folder / f"story-{seed}.jsonl"
    source.write_bytes(printed(*told))
    options = ("-q", "--retries", "1000", "--interval", "60ms", "--concurrency", "3", "--to", listener.url)
    return start(clients.Listener.program, "replay", *options, source, stderr=subprocess.DEVNULL)

ENDS = {"in one run": None, "stopped in the middle": signal.SIGTERM, "killed in the middle": signal.SIGKILL}

LIVES = {f"{scenario}, {how}": (scenario, end) for scenario in SCENARIOS for how, end in ENDS.items()}

@check("what is told of a life agrees with the rules: {}", LIVES)
def check_lives(scenario, number):
    chance = random.Random(f"{scenario} {number}")
    plan = ("--respond", "500x2,200")
    listener = Listen(*plan, port=free_port())
    for seed, way in ((11, "simulate"), (12, "replay"), (13, "simulate")):
        sender = sending(listener, seed, scenario, way)
        for _ in range(2 if number else 0):
            goal = listener.count() + chance.randrange(1, 9)
            wait_until(lambda: listener.count() >= goal or sender.poll() is not None, "records")
            listener = Listen(*plan, port=listener.end(number).port)
        expect(sender.wait(2 * PATIENCE), 0, f"exit status of {way}")
    listener.end()
    records = listener.records(may_be_torn=number == signal.SIGKILL)
    assert len(records) > 3 * 4 and {each["response"]["status"] for each in records} == {200, 500}, len(records)
    expect_told(records)

@check("what happens in a story is what listen says of it, {}", {each: (each,) for each in SCENARIOS})
def check_story(scenario):
    for seed in range(1, 6):
        listener = Listen(append=f"heard-{seed}.jsonl")
        story = HERE.folder / "story.jsonl"
        story.write_bytes(printed("--scenario", scenario, "--seed", str(seed), "--bookings", "5"))
        expect(receivers.replay(story, listener.url).status, 0, "exit status")
        told = list(map(read, story.read_bytes().splitlines()))
        expect_told(told)
        wanted = [(each["event"], each["booking"]) for each in told]
        expect([(each["event"], each["booking"]) for each in listener.end().records()], wanted, f"story {seed}")
        expect_told(listener.records())

@check("a chain of rebookings is told from half to half")
def check_rebookings():
    listener, uuids = Listen(), [f"7c1d0000-3c52-4e1d-9d55-{at:012d}" for at in range(6)]
    for at, uuid in enumerate(uuids):
        link = {"rebooked_from": uuids[at - 1] if at else None, "rebooked_to": None}
        listener.post(clients.booking(at, uuid=uuid, **link))
        if at + 1 < len(uuids):
            listener.post(clients.booking(at, uuid=uuid, **link | {"rebooked_to": uuids[at + 1]}, status="rebooked"))
    records = listener.records()
    expect([each["event"] for each in records], ["booking.created"] + ["booking.rebooked"] * 10, "events")
    expect(records[1]["changed"], ["/booking/status", "/booking/rebooked_to"], "what the old half's body changes")
    expect_told(records)

# --- by hand ------------------------------------------------------------------------------------
def small_steps(chance, body):
    """Each changes a little of a body: what moves by itself, the contact, the status, more."""
    booking, any_of, below = body["booking"], chance.choice, chance.randrange
    numbers = (1, 1.0, True, "1", None)
    return [
        lambda: booking.update(capacity=below(9)),
        lambda: booking["availability"].update(capacity=below(9)),
        lambda: booking.update(is_eligible_for_cancellation=any_of((True, False))),
        lambda: booking.update(contact=any_of((None, {"name": "Ilse", "capacity": below(3)}))),
        lambda: booking.update(contact={"a/b": {"~": below(3)}, "name": "Odalys"}),
        lambda: booking.update(status=any_of(("booked", "cancelled", "rebooked", "odd", None))),
        lambda: booking.update(list=[{"n": any_of(numbers)} for _ in range(below(4))]),
        lambda: booking.pop("note", None) or booking.update(note="caf\u00e9"),
        lambda: body.update(capacity=below(3)),  # beside the booking it is a change like others
        lambda: booking.update(many={str(at): below(2) for at in range(any_of((3, 250)))}),
        lambda: body.update(booking=dict(reversed(booking.items()))),
    ]

def variants(chance, count, uuids=3):
    """Bodies of a few bookings, each a small step from the one before, and written in many ways."""
    bodies = {}
    for _ in range(count):
        which = chance.randrange(uuids)
        first = clients.booking(which, capacity=4, availability={"capacity": 9, "pk": 1}, list=[])
        body = bodies[which] = json.loads(json.dumps(bodies.get(which, first)))
        for _ in range(chance.choice((0, 1, 1, 2))):
            chance.choice(small_steps(chance, body))()
        text = json.dumps(body, ensure_ascii=chance.random() < 0.5, indent=chance.choice((None, 1)))
        yield text.replace(": 1.0", chance.choice((": 1.0", ": 10e-1"))).encode()

TO_OUTPUT = {"to standard output, a file": {"append": None}, "to standard output, a pipe": {"pipe": True}}
RECORDS_TO = {"to a file": {}, **TO_OUTPUT}

def recorded(given, bodies, *options):
    """The records of a listener that writes them as it is given, and gets the bodies."""
    if "pipe" in given:
        reading, writing = os.pipe()
        with open(writing, "wb") as pipe:
            listener = Listen(*options, append=None, stdout=pipe)
        reader = start("cat", stdin=open(reading, "rb"), stdout=open(listener.file, "wb"))
    else:
        listener = Listen(*options, **given)
    for body in bodies:
        listener.post(body)
    listener.end()
    if "pipe" in given:
        reader.wait(PATIENCE)
    return listener.records()

@check("small steps of a few bookings, {}", {name: (given,) for name, given in RECORDS_TO.items()})
def check_small_steps(given):
    chance = random.Random(5)
    bodies = (body for body in variants(chance, 300) for _ in range(chance.choice((1, 2, 3))))
    records = recorded(given, bodies, "--respond", "503,200")
    assert len({each["event"] for each in records}) == 6, "not all events came"
    assert sum("changed" in each for each in records) > 200, "nothing changed"
    expect_told(records)

@check("what is too long to be compared differs as a whole, {}", {name: (given,) for name, given in RECORDS_TO.items()})
def check_long_bodies(given):
    bodies = [clients.booking(1, note=str(at) + "x" * size) for at, size in enumerate((9, 600_000, 600_000, 9, 9))]
    told = [each.get("changed") for each in recorded(given, bodies)]
    expect(told, [None, [""], [""], [""], ["/booking/note"]], "what has changed")

@check("the same body many times at once happens once, and is repeated{}", {"": ((),), ", with --sync": (("--sync",),)})
def check_at_once(options):
    listener = Listen(*options)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for at in range(20):
            expect({status for status, _ in pool.map(listener.post, [clients.booking(at)] * 16)}, {200}, "statuses")
    expect_told(listener.end().records())

@check("the file is the memory of small steps, too")
def check_small_steps_over_restarts():
    chance, listener = random.Random(8), Listen("--respond", "503,200", port=free_port())
    for at, body in enumerate(variants(chance, 120)):
        listener.post(body)
        if at % 10 == 9:
            listener = Listen("--respond", "503,200", port=listener.end(chance.choice(list(ENDS.values())[1:])).port)
    expect_told(listener.end().records(may_be_torn=True))

# --- the file changes under it ------------------------------------------------------------------
def changed_after(listener, interrupt):
    """Three bookings get a second body, then the interruption, then two more. Returns the records of these."""
    for step, at in itertools.product(range(2), range(3)):
        listener.post(clients.booking(at, step=step))
    changed = lambda records: [each.get("changed", ABSENT) for each in records]
    wanted = [ABSENT] * 3 + [["/booking/step"]] * 3
    expect(changed(listener.records()), wanted, "changed")
    model = Model(listener.records())
    interrupt()
    for step, at in itertools.product((2, 3), range(3)):
        listener.post(clients.booking(at, step=step))
    records = listener.records()[-6:]
    expect(changed(records), wanted, "changed behind it")
    expect_told(records, model, lambda at, record, wanted: at < 3)

@check("after a rotation events go on, and what changed is not told of bodies in the old file")
def check_rotation():
    listener = Listen()

    def rotate():
        listener.file.rename(HERE.folder / "old")
        listener.process.send_signal(signal.SIGHUP)
        wait_until(listener.file.exists, "a new file")

    changed_after(listener, rotate)
    expect(len(listener.lines()), 6, "records in the new file")

OVERWRITTEN = {"emptied in place": (b"",), "overwritten in place": (b"{}\n" * 3000,)}

@check("a file that is {} tells no changes that are none", OVERWRITTEN)
def check_truncation(text):
    listener = Listen()
    changed_after(listener, lambda: listener.file.write_bytes(text))

@check("two listeners append to one file, and each knows what it took")
def check_two_listeners():
    one, other = Listen(), Listen()
    owner = {}

    def load(lane):
        chance = random.Random(lane)
        for step in range(120):
            listener = chance.choice((one, other))
            body = clients.booking(1000 + lane, step=step // 2 % 5, filling="x" * chance.randrange(6000))
            status, id = listener.post(body)
            expect(status, 200, "status")
            owner[id] = listener

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        list(pool.map(load, range(12)))
    one.end(), other.end()
    records = one.records()
    expect((len(records), len(owner)), (12 * 120,) * 2, "records, and acknowledged ids")
    expect({each["id"] for each in records}, set(owner), "the ids in the file")
    for line in one.lines():
        body = clients.recovered_bytes(dict(clients.members_of(line)))
        expect(hashlib.sha256(body).hexdigest(), read(line)["body_sha256"], "a body's hash")
    for listener in (one, other):
        expect_told([each for each in records if owner[each["id"]] is listener])

def moved(record, **shift):
    """The record, as if it had come at another time."""
    at = datetime.datetime.fromisoformat(record["received_at"][:-1]) + datetime.timedelta(**shift)
    return record | {"received_at": at.isoformat(timespec="microseconds") + "Z"}

def written(*records):
    return b"".join(each if isinstance(each, bytes) else clients.compact(each) + b"\n" for each in records)

@check("lines that are no records, and blank ones, are passed over and told")
def check_foreign_lines():
    listener = Listen()
    for step in range(3):
        listener.post(clients.booking(1, step=step))
    lines = [line + b"\n" for line in listener.end().lines()]
    foreign = [b"\n", b"not JSON\n", b'{"id":1}\n', b"\x00\xff\n", b"[]\n", b"   \n"]
    foreign.append(b'{"a":"' + b"x" * 100_000 + b'"}\n')
    mixed = itertools.chain(foreign, *([line, *foreign] for line in lines), [b'{"id":"torn'])
    listener.file.write_bytes(b"".join(mixed))
    again = Listen()
    assert ":2: not a record" in again.said() and "cut off" in again.said(), again.said()
    again.post(clients.booking(1, step=2))
    again.post(clients.booking(1, step=3))
    records = [read(line) for line in again.end().lines()[-2:]]
    expect_told(records, Model(map(read, lines)))
    expect(records[1]["changed"], ["/booking/step"], "what has changed")

@check("a retry counts up to five minutes after the one before it")
def check_window():
    first = Listen("--respond", "500")
    ids = [first.post(clients.booking(at))[1] for at in range(4)]
    records = first.end().records()
    ages = (200, 310, 100_000, 0)  # the first with time for a machine that stalls
    first.file.write_bytes(written(*(moved(each, seconds=-age) for each, age in zip(records, ages))))
    again = Listen()
    for at in range(4):
        again.post(clients.booking(at))
    told = [(each["attempt"], each["duplicate_of"], each["event"]) for each in again.end().records()[4:]]
    retry = lambda at: (2, ids[at], "booking.created")
    expect(told, [retry(0), (1, None, "booking.repeated"), (1, None, "booking.repeated"), retry(3)], "the second ones")
    expect_told(again.records())

@check("records from the future give way to those behind them, and keep nobody from being told")
def check_future():
    first = Listen("--respond", "500")
    for at in range(3):
        first.post(clients.booking(at, step=0))
    records = first.end().records()
    printed_lines = printed("--scenario", "created", "--bookings", "3").splitlines()
    ahead = [moved(read(line), days=400) for line in printed_lines]
    late = moved(records[0], days=300)
    late["id"], late["body"]["booking"]["step"] = "later", 7
    late["body_sha256"] = hashlib.sha256(clients.compact(late["body"])).hexdigest()
    first.file.write_bytes(written(late, *records, *ahead))
    again = Listen()
    for step, at in itertools.product((0, 1), range(3)):
        again.post(clients.booking(at, step=step))
    fresh = again.end().records()[-6:]
    last = Listen()
    last.post(clients.booking(0, step=1))
    told = last.end().records()[-1]
    expect((told["event"], told["attempt"], told["changed"]), ("booking.repeated", 2, []), "what is told at last")
    expect([each["attempt"] for each in fresh], [2] * 3 + [1] * 3, "attempts")
    expect([each["event"] for each in fresh], ["booking.created"] * 3 + ["booking.updated"] * 3, "events")
    expect([each["changed"] for each in fresh[3:]], [["/booking/step"]] * 3, "what has changed")

# --- what is wanted -----------------------------------------------------------------------------
STORY = [
    ("created", {}),
    ("updated", {"note": 1}),
    ("repeated", {"note": 1, "capacity": 2}),
    ("contact_updated", {"note": 1, "capacity": 2, "contact": 0}),
    ("cancelled", {"note": 1, "capacity": 2, "contact": 0, "status": "cancelled"}),
    ("updated", {"note": 2, "status": "cancelled", "contact": 0}),
]
WANTED = {
    "--only cancelled,created": {"created", "cancelled"},
    "--only booking.updated": {"updated"},
    "--only repeated,unknown": {"repeated", "unknown"},
    "--configured creations": {"created"},
    "--configured cancellations": {"cancelled"},
    "--configured all": None,
}
SHOWS = {"updated": "/booking/note", "cancelled": "/booking/status", "repeated": "/booking/capacity"}
WANTED_ROWS = {option: (option.split(), wanted) for option, wanted in WANTED.items()}

@check("listen {} records what it names", WANTED_ROWS)
def check_only(option, wanted):
    listener, seen = Listen(*option, "--respond", "202"), []
    bodies = [(event, clients.compact(clients.booking(at, **changes))) for event, changes in STORY for at in range(3)]
    bodies += [("unknown", b"no trip today"), ("item.updated", b'{"item":{}}'), ("repeated", bodies[-1][1])]
    for event, body in bodies:
        status, id = listener.post(body)
        is_wanted = wanted is None or event in wanted
        expect((status, bool(id)), (202, True) if is_wanted else (200, False), f"status and id of {event}")
        seen += [(event, body)] * is_wanted
    listener.end()
    records = listener.records()
    expect([(each["event"].removeprefix("booking."), each["body_sha256"]) for each in records],
           [(event, hashlib.sha256(body).hexdigest()) for event, body in seen], "what is recorded")
    missed = len(bodies) - len(seen)
    expect(f"{missed} not recorded" in listener.said(), missed > 0, "whether the summary counts what is not recorded")
    assert f"{len(seen)} deliver" in listener.said(), listener.said()
    expect(listener.said().count("not recorded"), missed + (missed > 0), "how often it is said")
    for record in records:  # what was not recorded has been seen all the same
        event = record["event"].removeprefix("booking.")
        if event in SHOWS and record["attempt"] == 1:
            assert SHOWS[event] in record.get("changed", []), f"{event}: {record.get('changed', ABSENT)}"
    if wanted:
        expect({each["event"].removeprefix("booking.") for each in records}, wanted, "events")

@check("a retry of what is not recorded is accepted, and no event of its own")
def check_only_and_retries():
    listener = Listen("--only", "repeated")
    results = [listener.post(clients.booking(1)) for _ in range(3)]
    expect([status for status, _ in results], [200] * 3, "statuses")
    records = [(each["event"], each["attempt"]) for each in listener.end().records()]
    expect(records, [("booking.repeated", 2), ("booking.repeated", 3)], "records")

@check("what is passed over is forgotten with the run, what is recorded is not")
def check_only_over_restarts():
    for option in ("created", "updated"):
        listener = Listen("--only", option, append=f"{option}.jsonl", port=free_port())
        for step in (0, 1):
            listener.post(clients.booking(1, step=step))
        listener = Listen(append=f"{option}.jsonl", port=listener.end().port)
        listener.post(clients.booking(1, step=2))
        expect([each["event"] for each in listener.end().records()], [f"booking.{option}", "booking.updated"], "events")

@check("replay {} sends the records that listen would have kept", {key: WANTED_ROWS[key] for key in list(WANTED)[:3]})
def check_replay_only(option, wanted):
    listener, behind = Listen(), Listen(append="behind.jsonl")
    for event, changes in STORY:
        listener.post(clients.booking(1, **changes))
    listener.post(b"no trip today")
    expect(receivers.replay(listener.file, behind.url, *option).status, 0, "exit status")
    records = listener.end().records()
    kept = [each["body_sha256"] for each in records if each["event"].removeprefix("booking.") in wanted]
    expect([each["body_sha256"] for each in behind.end().records()], kept, "what is sent")

@check("--only and --configured together, and words that are none, are wrong usage")
def check_only_usage():
    for options in ("--only created --configured creations", "--only made", "--only=", "--configured some"):
        command = [clients.Listener.program, "listen", *options.split()]
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE)
        expect((done.returncode, len(done.stderr.splitlines())), (2, 2), f"status, and lines of {done.stderr}")

# --- much ---------------------------------------------------------------------------------------
@check("a capture of 200,000 records{} is read in little memory", {"": (60,), " that just came": (0.001,)})
def check_large_capture(step):
    """Of 20,000 bookings. `step`: seconds between two records, of which the last comes now."""
    chance, first = random.Random(3), Listen()
    first.post(clients.booking(0, filling="low tide " * 30))
    line = first.end().lines()[0]
    uuid, moment, id = (read(line)[key].encode() for key in ("booking", "received_at", "id"))
    with open(first.file, "wb") as file:
        for at, shift in enumerate(step * (at - 200_000) for at in range(200_000)):
            which = f"0b5f7a10-3c52-4e1d-9d55-{chance.randrange(20_000):012d}".encode()
            came = moved({"received_at": moment.decode()}, seconds=shift)["received_at"].encode()
            mine = line.replace(uuid, which).replace(moment, came).replace(id, f"{at:036d}".encode())
            sha = b'"body_sha256":"%064x"' % chance.getrandbits(256)
            file.write(re.sub(rb'"body_sha256":"[0-9a-f]+"', sha, mine) + b"\n")
    began = time.monotonic()
    listener = Listen()
    seconds = time.monotonic() - began
    status = pathlib.Path(f"/proc/{listener.process.pid}/status").read_text()
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
    print(f"  {listener.file.stat().st_size / 1e6:.0f} MB are read in {seconds:.2f} s, with {peak:.1f} MiB at most")
    assert SLOWNESS > 1 or peak < 60, f"{peak:.1f} MiB"
    listener.post(clients.booking(1, pk=70000, filling="high tide"))
    record = read(listener.end().lines()[-1])
    expect((record["event"], record["changed"]), ("booking.updated", ["/booking/filling"]), "event, and changed")

if __name__ == "__main__":
    sys.exit(receivers.main())
