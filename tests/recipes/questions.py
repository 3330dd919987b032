"""Each question of the man page to captures that `simulate --print` and `listen --forward-to` made, against the same
answer found in Python. A question without an answer here fails."""

import collections
import datetime
import json
import os
import re
import signal
import subprocess

import clients
import events
from clients import PATIENCE, expect, wait_until
from events import Listen
from receivers import HERE, Receiver, answer, check, start, tool
from recipe import commands_of

DISPLAY_ID = "#351048276"  # the man page's


def bookings_at_last(records):
    last = {}
    for each in records:
        if each["booking"] is not None:
            last[each["booking"]] = each["body"]["booking"]
    return list(last.values())


def sums(records, key, value):
    result = collections.defaultdict(int)
    for each in bookings_at_last(records):
        if each["status"] == "booked":
            result[key(each)] += each[value]
    return sorted(result.items())


def cancelled_today(records):
    today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    return [each["body"]["booking"]["display_id"] for each in records if each["attempt"] == 1
            and each["event"] == "booking.cancelled" and each["received_at"].startswith(today)]


def retries(records):
    return [[each[key] for key in ("received_at", "event", "attempt", "duplicate_of")]
            for each in records if each["attempt"] != 1]


def value_at(body, pointer):
    for key in pointer.split("/")[1:]:
        try:
            body = body[int(key)] if isinstance(body, list) else body[key.replace("~1", "/").replace("~0", "~")]
        except (KeyError, IndexError, TypeError):
            return None
    return body


def changes(records):
    return [[each["event"], each["booking"], {at: value_at(each["body"], at) for at in each["changed"]} or None]
            for each in records if "changed" in each]


def story(records):
    return [[each["received_at"], each["event"], each["attempt"], each.get("changed")] for each in records
            if each["body"].get("booking", {}).get("display_id") == DISPLAY_ID]


def last_states(records):
    return [[each["display_id"], each["status"], each["availability"]["start_at"], each["receipt_total_display"]]
            for each in bookings_at_last(records)]


def revenue(records):
    key = lambda each: (each["availability"]["start_at"][:10], each["company"]["currency"])
    return [[day, currency, f"{cents / 100:g}"] for (day, currency), cents in sums(records, key, "receipt_total")]


def guests(records):
    key = lambda each: (each["availability"]["start_at"], each["availability"]["item"]["name"])
    return [[start, name, str(count)] for (start, name), count in sums(records, key, "customer_count")]


def by_hour(records):
    counts = collections.Counter(each["received_at"][:13] for each in records)
    return [[str(count), hour] for hour, count in sorted(counts.items())]


def is_refused(record):
    return record["response"]["status"] not in range(200, 300)


def refused(records):
    return [[each["id"], each["event"], each["body"].get("booking", {}).get("display_id"), each["response"]]
            for each in records if is_refused(each)]


def never_accepted(records):
    last = {}
    for each in records:
        last.setdefault(each["body_sha256"], []).append(each)
    return [its[-1]["id"] for _, its in sorted(last.items()) if all(map(is_refused, its))]


def durations(records):
    took = sorted(each["response"]["duration_ms"] for each in records if "duration_ms" in each["response"])
    pick = lambda share: took[int(len(took) * share)] if took else None
    return [{"median": pick(0.5), "slowest_in_20": pick(0.95), "slowest": took[-1] if took else None}]


ANSWERS = {  # the first words of each question
    "Which bookings were cancelled": cancelled_today,
    "Which deliveries were retries": retries,
    "What has changed": changes,
    "The story of one booking": story,
    "The last state": last_states,
    "Revenue by day": revenue,
    "Who comes": guests,
    "How many there were": by_hour,
    "With .Fl -forward-to : which": refused,
    "Which of them it has not": never_accepted,
    "How long the app took": durations,
}
OF_LISTEN = ("Which deliveries were retries", "What has changed", "With .Fl -forward-to : which",
             "Which of them it has not", "How long the app took")
AS_THEY_COME = "The same questions"


def answered(command, out):
    """What the command printed, as values."""
    if "@tsv" in command:
        return [line.split("\t") for line in out.splitlines()]
    if "uniq -c" in command:
        return [line.split() for line in out.splitlines()]
    raw = re.match(r"jq -[a-z]*r", command)
    return out.splitlines() if raw else [json.loads(line) for line in out.splitlines()]


def simulated():
    """A season, as `simulate --print` invents it; some of it received today."""
    options = ["--bookings", "60", "--scenario", "mixed", "--duplicates", "10%", "--near-duplicates", "10%"]
    done = subprocess.run([clients.Listener.program, "simulate", "--print", "--quiet", *options],
                          stdout=subprocess.PIPE, check=True, timeout=PATIENCE)
    today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT").encode()
    lines = done.stdout.splitlines(keepends=True)
    day = re.compile(rb'(?<="received_at":")\d{4}-\d\d-\d\dT')
    return b"".join(day.sub(today, line) if number % 2 else line for number, line in enumerate(lines))


def received():
    """What `listen --forward-to` keeps of a simulation at an app that refuses a tenth always, a tenth at first."""
    seen = collections.Counter()

    def behave(connection):
        while (request := connection.request()) is not None:
            chance, seen[request.body] = sum(request.body) % 10, seen[request.body] + 1
            connection.send(answer(500 if chance == 0 or chance == 1 and seen[request.body] < 3 else 200))

    listener = Listen("--forward-to", Receiver(behave).url)
    start(clients.Listener.program, "simulate", "--quiet", "--to", listener.url, "--bookings", "40", "--scenario",
          "mixed", "--duplicates", "10%", "--reorder", "10%", *events.QUICKLY).wait(4 * PATIENCE)
    return listener.end().file.read_bytes()


CAPTURES = {"that simulate printed": (simulated,), "that listen made": (received,)}


@check("each question to a capture {}", CAPTURES)
def check_questions(make):
    tool("jq")
    capture = make()
    # The man page names a booking: that one is in the capture.
    named = [json.loads(line)["body"].get("booking", {}).get("display_id") for line in capture.splitlines()]
    common = collections.Counter(filter(None, named)).most_common(1)[0][0]
    capture = capture.replace(f'"display_id":"{common}"'.encode(), f'"display_id":"{DISPLAY_ID}"'.encode())
    (HERE.folder / "webhooks.jsonl").write_bytes(capture)
    records, asked = [json.loads(line) for line in capture.splitlines()], []
    for question, command in commands_of("Questions to a capture"):
        words = next((words for words in ANSWERS if question.startswith(words)), None)
        if words is None:
            assert question.startswith(AS_THEY_COME), f"no answer is known to: {question}"
            continue
        asked.append(words)
        done = subprocess.run(["sh", "-c", command], cwd=HERE.folder, capture_output=True, text=True, timeout=PATIENCE)
        expect((done.returncode, done.stderr), (0, ""), f"status and errors of: {question}")
        wanted = ANSWERS[words](records)
        expect(answered(command, done.stdout), wanted, f"the answer to: {question}")
        assert wanted or words in OF_LISTEN and make is simulated, f"nothing to answer to: {question}"
    expect(sorted(asked), sorted(ANSWERS), "the questions asked")


@check("a question to what comes is answered as it comes")
def check_as_they_come():
    tool("jq")
    command = next(text for question, text in commands_of("Questions to a capture") if AS_THEY_COME in question)
    program, ready, out = clients.Listener.program, HERE.folder / "ready", HERE.folder / "out"
    command = command.replace("farehook listen", f"exec {program} listen --quiet --port 0 --ready-file {ready}")
    with open(out, "wb") as stream:
        shell = start("sh", "-c", command, stdout=stream, start_new_session=True)
    HERE.ends.callback(os.killpg, shell.pid, signal.SIGKILL)
    wait_until(lambda: ready.exists() or shell.poll() is not None, "ready file")
    url = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\n", ready.read_text())
    listener = type("Port", (), {"port": int(url[1])})
    for number in range(3):
        expect(clients.by_http_client(listener, clients.Request(b'{"booking":{"uuid":"u"}}')).status, 200, "status")
        wait_until(lambda: out.read_bytes().count(b"\n") == number, f"answers to {number + 1} deliveries")
