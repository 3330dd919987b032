#!/usr/bin/env python3
"""README.md, line by line: each command of its `sh` blocks is typed into a shell and does what its comment says, each
`$ ...` transcript prints what stands below it, and so does the demo. A line that is not tried here fails.

    python3 tests/readme.py PATH_TO_FAREHOOK [WORDS]

WORDS: only the lines that hold them. Not tried here: the blocks below <!-- demo --> and <!-- test -->, which install
packages and build (.ci/run runs the second), and the long runs of tests/torture and tests/bench.
FAREHOOK_SLOW=1 waits four times as long, for builds with sanitizers.
"""

import datetime
import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import types

sys.dont_write_bytecode = True
import clients
import receivers
from clients import PATIENCE, expect, wait_until
from receivers import FAILURE, HERE, OK, SLOWNESS, Receiver, answer, answering, start

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text().splitlines()
APP, LISTENER = "http://127.0.0.1:3000/", "http://127.0.0.1:8080/"  # where README has them
LIFE = {path.stem: path.read_bytes() for path in (ROOT / "fixtures" / "life").iterdir()}
CREATED, UPDATED, CANCELLED = LIFE["created"], LIFE["updated"], LIFE["cancelled"]
TRIES = {}  # (command, comment) -> what tries it


def line(command, comment=""):
    """The function tries this line of README: its command, and what is said behind `#`."""
    return lambda action: TRIES.setdefault((command, comment), action)


# --- README's parts -------------------------------------------------------------------------------


def blocks():
    """Number of the first line, language and lines of each fenced block but the marked ones."""
    opened, marked = None, False
    for number, text in enumerate(README, 1):
        if not text.startswith("```"):
            marked = opened is None and (bool(text.startswith("<!-- ")) or marked and not text)
        elif opened is None:
            opened, language, skipped = number, text[3:], marked
        else:
            if not skipped:
                yield opened + 1, language, README[opened:number - 1]
            opened, marked = None, False
    expect(opened, None, "the block that does not end")


def commands():
    """Number, command and comment of each line of the `sh` blocks, and of each command in the prose."""
    for first, language, lines in blocks():
        if language:
            expect(language, "sh", f"the language of the block at line {first}")
            for number, text in enumerate(lines, first):
                command, _, comment = text.partition("  # ")
                yield number, command.rstrip(), comment.strip()
    fenced = False
    for number, text in enumerate(README, 1):
        fenced ^= text.startswith("```")
        if not fenced:
            for command in re.findall(r"`((?:build/farehook|farehook|listen|replay|simulate|validate) [^`]+)`", text):
                yield number, command, ""


# --- a shell ----------------------------------------------------------------------------------------


def environment(**more):
    """Where `farehook` is ours. What listens leaves its number, as it may stand in a pipe."""
    bin = HERE.folder / "bin"
    if not bin.exists():
        bin.mkdir()
        (bin / "farehook").write_text(
            f'#!/bin/sh\n[ "$1" != listen ] || echo $$ > {HERE.folder}/pid\nexec {clients.Listener.program} "$@"\n')
        (bin / "farehook").chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name != "FAREHOOK_AUTH"}
    return kept | {"PATH": f"{bin}:{kept['PATH']}"} | more


def shell(command, status=0, cwd=None, both=False, **variables):
    """Runs it to its end. Its lines on standard output (or on both) and on standard error."""
    done = subprocess.run(["bash", "-c", command], cwd=cwd or HERE.folder, env=environment(**variables), text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=2 * PATIENCE,
                          stderr=subprocess.STDOUT if both else subprocess.PIPE)
    expect(done.returncode, status, f"exit status of {command} ({(done.stderr or '')[-300:]})")
    return types.SimpleNamespace(lines=done.stdout.splitlines(), errors=(done.stderr or "").splitlines())


class Listening:
    """A line with `farehook listen`, typed and ready. Only its port is another: any that is free."""

    def __init__(self, command, **variables):
        if "--ready-file" not in command:
            command = re.sub(r" --port \d+", "", command)
            command = command.replace("farehook listen", "farehook listen --port 0 --ready-file url", 1)
        self.out, self.err, self.ready = (HERE.folder / name for name in ("out", "err", "url"))
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.shell = start("bash", "-c", command, cwd=HERE.folder, env=environment(**variables), stdout=out,
                               stderr=err)
        wait_until(lambda: self.ready.exists() or self.shell.poll() is not None, "ready file")
        expect(self.shell.poll(), None, f"exit status at start ({self.said()})")
        self.url = self.ready.read_text().strip()
        self.pid = int((HERE.folder / "pid").read_text())
        HERE.ends.callback(self.stop)

    def post(self, body, *options, url=None):
        """The answer's status, 0 if there is none."""
        command = ["curl", "-q", "-s", "--noproxy", "*", "--max-time", str(PATIENCE), "-o", os.devnull, "-w",
                   "%{http_code}", "--data-binary", "@-", *options, url or self.url]
        return int(subprocess.run(command, input=body, capture_output=True, timeout=2 * PATIENCE).stdout)

    def stop(self):
        if self.shell.poll() is None:
            os.kill(self.pid, signal.SIGTERM)
            self.shell.wait(PATIENCE)

    def end(self, file=None):
        """Ends it. What it has recorded, on standard output or in the file."""
        self.stop()
        expect(self.shell.returncode, 0, f"exit status ({self.said()})")
        expect(file is None or self.out.read_bytes(), file is None or b"", "standard output")
        return [json.loads(text) for text in (HERE.folder / file if file else self.out).read_text().splitlines()]

    def said(self):
        return self.err.read_text()


def events(records):
    return [record["event"].removeprefix("booking.") for record in records]


# --- listen -----------------------------------------------------------------------------------------


@line("farehook listen", "print what comes to http://127.0.0.1:8080/")
def listen(command):
    listening = Listening(command)
    expect(listening.post(CREATED), 200, "the answer")
    expect(events(listening.end()), ["created"], "what was printed")
    assert {"[127.0.0.1]", "[8080]"} <= set("\n".join(shell("farehook listen --help").lines).split()), "the defaults"


@line("farehook listen --append webhooks.jsonl", "keep it, and watch one line a delivery")
def listen_append(command):
    listening = Listening(command)
    expect([listening.post(body) for body in (CREATED, UPDATED)], [200, 200], "the answers")
    expect(events(listening.end("webhooks.jsonl")), ["created", "updated"], "what was kept")
    watched = re.findall(r"^\d\d:\d\d:\d\d  200  (\w+) ", listening.said(), re.M)
    expect(watched, ["created", "updated"], "what could be watched")


@line("farehook listen --append webhooks.jsonl --forward-to http://127.0.0.1:3000/webhooks", "hand it to your app, too")
def listen_forward(command):
    app = Receiver(answering(answer(201)))
    listening = Listening(command.replace(APP, app.url))
    expect(listening.post(CREATED), 201, "the answer, which is the app's")
    expect([(request.target, request.body) for request in app.requests], [("/webhooks", CREATED)], "what the app got")
    expect([record["response"]["status"] for record in listening.end("webhooks.jsonl")], [201], "what was kept")


@line("farehook listen --append webhooks.jsonl --sync", "answer when it is on the disk")
def listen_sync(command):  # on the disk: tests/durability.py
    listening = Listening(command)
    expect(listening.post(CREATED), 200, "the answer")
    expect(events(listening.end("webhooks.jsonl")), ["created"], "what was kept")


@line("farehook listen --check", "say what FareHarbor would not send")
def listen_check(command):
    listening = Listening(command)
    broken = (ROOT / "fixtures" / "broken" / "type.json").read_bytes()
    expect([listening.post(body) for body in (CREATED, broken)], [200, 200], "the answers")
    findings = [[finding["rule"] for finding in record["findings"]] for record in listening.end()]
    expect(findings, [[], ["type"]], "what is said of them")


@line("farehook listen --only created,cancelled", "the rest gets 200, and is not recorded")
def listen_only(command):
    listening = Listening(command)
    expect([listening.post(body) for body in (CREATED, UPDATED, CANCELLED)], [200] * 3, "the answers")
    expect(events(listening.end()), ["created", "cancelled"], "what was recorded")


@line("farehook listen --tls-self-signed", "HTTPS; or --tls-cert cert.pem --tls-key key.pem")
def listen_tls(command):
    shell("openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost"
          " -addext subjectAltName=IP:127.0.0.1")
    given = "--tls-cert cert.pem --tls-key key.pem"
    for form, trust in ((command, "-k"), (command.replace("--tls-self-signed", given), "--cacert=cert.pem")):
        listening = Listening(form)
        assert listening.url.startswith("https://"), listening.url
        options = ["-k"] if trust == "-k" else ["--cacert", str(HERE.folder / "cert.pem")]
        expect(listening.post(CREATED), 0, "the answer to who trusts nobody")
        expect(listening.post(CREATED, *options), 200, "the answer")
        expect(events(listening.end()), ["created"], "what was recorded")


@line("farehook listen --path '/hook?key=S' --port 9000", "the rest gets 404; with --auth-file also 401")
def listen_path(command):
    (HERE.folder / "auth").write_text("tide:s3cret\n")
    for form, user, without in ((command, [], 200), (f"{command} --auth-file auth", ["-u", "tide:s3cret"], 401)):
        listening = Listening(form)
        base = re.match(r"http://[^/]+", listening.url)[0]
        post = lambda path, *options: listening.post(CREATED, *options, url=base + path)
        answers = [post(path, *user) for path in ("/hook?key=S", "/hook?key=T", "/hook", "/")]
        expect(answers, [200, 404, 404, 404], "the answers")
        expect(post("/hook?key=S"), without, "the answer to who does not say who he is")
        expect(len(listening.end()), 2 if without == 200 else 1, "how many were recorded")


@line("farehook listen --append webhooks.jsonl --redact", "a capture that can be committed")
def listen_redact(command):
    listening = Listening(command)
    expect(listening.post(CREATED), 200, "the answer")
    expect(events(listening.end("webhooks.jsonl")), ["created"], "what was kept")
    kept, booking = (HERE.folder / "webhooks.jsonl").read_text(), json.loads(CREATED)["booking"]
    for private in (booking["uuid"], *(booking["contact"][key] for key in ("name", "email", "phone"))):
        assert private not in kept, f"{private} was kept"
    assert (HERE.folder / "webhooks.jsonl.key").exists(), "the key is not there"
    shell("farehook validate webhooks.jsonl")


@line("farehook listen --respond 500x2,drop,200", "fail on purpose; FareHarbor tries again")
def listen_respond(command):
    listening = Listening(command)
    expect([listening.post(CREATED) for _ in range(5)], [500, 500, 0, 200, 200], "the answers")
    expect([record["attempt"] for record in listening.end()], [1, 2, 3, 4, 5], "the attempts")


@line("farehook listen --port 0 --ready-file url --count 3 --timeout 60s > got.jsonl", "in CI")
def listen_in_ci(command):
    listening = Listening(command)
    expect([listening.post(body) for body in (CREATED, UPDATED, CANCELLED)], [200] * 3, "the answers")
    expect(listening.shell.wait(PATIENCE), 0, "exit status, without a signal,")
    expect(events(listening.end("got.jsonl")), ["created", "updated", "cancelled"], "what was kept")


@line("farehook listen > got.jsonl")
def listen_got(command):
    listening = Listening(command)
    expect(listening.post(CREATED), 200, "the answer")
    expect(events(listening.end("got.jsonl")), ["created"], "what was kept")


# --- replay -----------------------------------------------------------------------------------------


def webhooks(seconds=()):
    """Makes webhooks.jsonl: a booking's life, received at these seconds. Its records."""
    shell("farehook simulate -q --scenario lifecycle --print > webhooks.jsonl")
    file = HERE.folder / "webhooks.jsonl"
    records = [json.loads(text) for text in file.read_text().splitlines()]
    if seconds:
        begin, records = datetime.datetime(2027, 3, 14, 16), records[:len(seconds)]
        for record, second in zip(records, seconds):
            record["received_at"] = f"{begin + datetime.timedelta(seconds=second):%Y-%m-%dT%H:%M:%S.%fZ}"
        file.write_text("".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records))
    return records


def sent(command, *answers, status=0, **variables):
    """Types it, with an app behind $URL that answers so. What the app got, and what was printed."""
    app = Receiver(answering(*(answers or (OK,))))
    done = shell(command.replace(APP, app.url), status, URL=app.url, **variables)
    return app.requests, done


def expect_sent(requests, records):
    expect([hashlib.sha256(request.body).hexdigest() for request in requests],
           [record["body_sha256"] for record in records], "what arrived")


@line("farehook replay webhooks.jsonl --to http://127.0.0.1:3000/webhooks")
def replay(command):
    records = webhooks()
    requests, done = sent(command)
    expect_sent(requests, records)
    expect({request.target for request in requests}, {"/webhooks"}, "where it arrived")
    expect([json.loads(text)["id"] for text in done.lines], [record["id"] for record in records], "the lines")
    sent(command, OK, FAILURE, status=1)


@line("farehook replay webhooks.jsonl --to $URL --only created,cancelled", "or --booking, --since, --until")
def replay_only(command):
    records = webhooks()
    first, last, one = records[0], records[-1], records[-1]["booking"]
    expect_sent(sent(command)[0], [first, last])
    chosen = {f"--booking {one}": [record for record in records if record["booking"] == one],
              f"--since {last['received_at']}": [last], f"--until {records[1]['received_at']}": [first]}
    for option, wanted in chosen.items():
        expect_sent(sent(command.replace("--only created,cancelled", option))[0], wanted)


@line("farehook replay webhooks.jsonl --to $URL --speed 10 --max-gap 5s", "ten times as fast as it came")
def replay_speed(command):
    records, gaps = webhooks(seconds=(0, 2, 6, 106)), (0.2, 0.4, 5)
    for _ in range(3):  # the machine may be off its pace itself
        requests, _ = sent(command)
        expect([json.loads(each.body) for each in requests], [record["body"] for record in records], "what arrived")
        seen = [after.at - before.at for before, after in zip(requests, requests[1:])]
        if all(gap / 2 < one < gap * 1.5 + SLOWNESS for one, gap in zip(seen, gaps, strict=True)):
            return
    raise AssertionError(f"{seen} s, not {gaps}")


@line("farehook replay webhooks.jsonl --to $URL --retries 3 --failed-out failed.jsonl")
def replay_retries(command):
    records, failed = webhooks(), HERE.folder / "failed.jsonl"
    expect_sent(sent(command)[0], records)
    expect(failed.exists() and failed.read_text(), failed.exists() and "", "what failed")
    requests, _ = sent(f"{command} --limit 1 --interval 50ms", FAILURE, status=1)  # README's is the default, 60 s
    expect_sent(requests, records[:1] * 4)
    expect([json.loads(text)["id"] for text in failed.read_text().splitlines()], [records[0]["id"]], "what failed")


@line("farehook replay webhooks.jsonl --dry-run", "send nothing, print what would be")
def replay_dry(command):
    records = webhooks()
    requests, done = sent(command)
    expect((requests, [json.loads(text)["id"] for text in done.lines]), ([], [record["id"] for record in records]),
           "what was sent, and printed")


@line("farehook replay webhooks.jsonl --redact --print > safe.jsonl", "send nothing, print the records")
def replay_redacted(command, file="webhooks.jsonl"):
    records = webhooks()
    (HERE.folder / "webhooks.jsonl").rename(HERE.folder / file)
    _, done = sent(command)
    safe = (HERE.folder / "safe.jsonl").read_text() if ">" in command else "\n".join(done.lines)
    expect(events(json.loads(text) for text in safe.splitlines()), events(records), "what was printed")
    person = records[0]["body"]["booking"]["contact"]["name"]
    assert person not in safe and person in (HERE.folder / file).read_text(), f"{person} stands there"


@line("replay old.jsonl --redact --print")
def replay_old(command):
    replay_redacted(f"farehook {command}", "old.jsonl")


@line("farehook replay webhooks.jsonl --id $ID --to $URL --curl", "send nothing, print a curl command")
def replay_curl(command):
    record = webhooks()[2]
    requests, done = sent(command, ID=record["id"])
    expect((requests, len(done.lines)), ([], 1), "what was sent, and how many lines were printed")
    app = Receiver(answering(OK))
    shell(f"farehook replay webhooks.jsonl --id $ID --to {app.url} --curl | NO_PROXY='*' bash", ID=record["id"])
    expect_sent(app.requests, [record])


@line("""farehook replay created.json --to $URL --set '/booking/status="cancelled"'""")
def replay_set(command):
    (HERE.folder / "created.json").write_bytes(CREATED)
    requests, _ = sent(command)
    expect([request.body for request in requests], [CREATED.replace(b'"booked"', b'"cancelled"', 1)], "what arrived")


@line("farehook listen | farehook replay - --to $URL", "pass on what comes")
def replay_pipe(command):
    app = Receiver(answering(OK))
    listening = Listening(command, URL=app.url)
    expect([listening.post(body) for body in (CREATED, UPDATED)], [200, 200], "the answers")
    wait_until(lambda: len(app.requests) == 2, "both to be passed on")
    expect([line["outcome"] for line in listening.end()], ["accepted", "accepted"], "the lines")
    expect([request.body for request in app.requests], [CREATED, UPDATED], "what arrived")


# --- simulate ---------------------------------------------------------------------------------------


def attempts(done):
    return [each for each in map(json.loads, done.lines) if "attempt" in each]


@line("farehook simulate --answers 500,drop,200", "what FareHarbor would do, and when")
def simulate(command):
    done = shell(command)
    expect([each.get("status", each.get("error")) for each in attempts(done)], [500, "closed", 200], "what it would do")
    expect([each["scheduled_at"][11:19] for each in attempts(done)], ["00:00:00", "00:01:00", "00:02:00"], "when")
    expect(json.loads(done.lines[-1])["outcome"], "delivered", "the end")


@line("farehook simulate --over 24h --bookings 1000 --outage 9h..9h10m", "what an outage costs")
def simulate_outage(command):
    done = shell(command, status=1)
    lost = [each["id"] for each in map(json.loads, done.lines) if each["outcome"] == "lost"]
    expect(re.findall(r"^1000 deliveries: .*\b(\d+) lost", "\n".join(done.errors), re.M), [str(len(lost))], "the costs")


@line("farehook simulate --scenario lifecycle --to $URL --speed 60", "FareHarbor's minute is a second")
def simulate_speed(command):
    requests, done = sent(command, FAILURE, OK)
    tries = {}
    for request in requests:
        tries.setdefault(request.body, []).append(request.at)
    (first, second), *rest = sorted(tries.values(), key=lambda times: -len(times))
    assert len(rest) > 3 and {len(times) for times in rest} == {1}, f"the attempts are {tries.values()}"
    assert 0.9 < second - first < 10 * SLOWNESS, f"the minute took {second - first:g} s"


@line("farehook simulate --to $URL --bookings 50 --duplicates 10% --near-duplicates 10% --reorder 10%")
def simulate_trouble(command):
    requests, _ = sent(command)
    bookings = [json.loads(request.body)["booking"]["uuid"] for request in requests]
    expect(len(set(bookings)), 50, "the number of bookings")
    assert 50 < len({request.body for request in requests}) < len(requests), "no duplicates, or no near duplicates"


@line("farehook simulate --scenario mixed --bookings 100 --print > season.jsonl", "send nothing, print the records")
def simulate_print(command):
    requests, done = sent(command)
    expect((requests, done.lines), ([], []), "what was sent, and printed beside the file")
    records = [json.loads(text) for text in (HERE.folder / "season.jsonl").read_text().splitlines()]
    assert len(records) >= 100 and {"created", "cancelled"} < set(events(records)), set(events(records))
    shell("farehook validate season.jsonl")


# --- validate, completion ---------------------------------------------------------------------------


@line("farehook validate fixtures/", "whatever is in this folder")
def validate(command):
    done = shell(command, status=1, cwd=ROOT)
    files = len([path for path in (ROOT / "fixtures").rglob("*.json*") if path.is_file()])
    assert f" in {files} files: " in done.errors[-1], f"{done.errors[-1]}, not {files} files"


@line("farehook validate --strict --type bookings booking.json", "warnings fail, too")
def validate_strict(command):
    good = json.loads((ROOT / "fixtures" / "payloads" / "bookings.json").read_text())
    file = HERE.folder / "booking.json"
    file.write_text(json.dumps(good))
    shell(command)
    good["booking"]["contact"]["email"] = 7
    file.write_text(json.dumps(good))
    shell(command, status=1)
    file.write_bytes((ROOT / "fixtures" / "broken" / "undocumented-value.json").read_bytes())
    shell(command.replace("--type bookings ", ""), status=1)
    shell(command.replace("--strict --type bookings ", ""))


@line("farehook validate --format json webhooks.jsonl | jq .rule", "an object for each finding")
def validate_json(command):
    records = webhooks(seconds=(0, 1, 2))
    for record in records[:2]:
        record["body"]["booking"]["customer_count"] = "1"
    (HERE.folder / "webhooks.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    expect([rule for rule in shell(command).lines if rule == '"type"'], ['"type"'] * 2, "the rules")


@line("farehook validate --rules", "what is checked; --explain RULE says why")
def validate_rules(command):
    rules = re.findall(r"^([a-z]+(?:-[a-z]+)*)\s", "\n".join(shell(command).lines), re.M)
    assert {"type", "missing", "trailing-comma"} < set(rules), rules
    for rule in rules:
        assert any(rule in text for text in shell(f"farehook validate --explain {rule}").lines), rule


@line("farehook validate --schema bookings", "a data type as JSON Schema 2020-12")
def validate_schema(command):
    schema = json.loads("\n".join(shell(command).lines))
    expect(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "its schema")


@line("farehook completion bash|zsh|fish")
def completion(command):
    for name in command.split()[-1].split("|"):
        assert any("listen" in text for text in shell(f"farehook completion {name}").lines), name


# --- transcripts ------------------------------------------------------------------------------------


BAR = re.compile(r"  up to +[\d.]+ m?s +(\d+)(?:  #*)?")  # one row of a histogram


def masked(lines):
    """What differs from run to run reads the same: times of day, ports, milliseconds, parts of seconds, rates.
    A histogram's rows are left out."""
    shown = []
    for text in lines:
        if not BAR.fullmatch(text):
            text = re.sub(r"^\d\d:\d\d:\d\d", "TIME", text)
            text = re.sub(r"(127\.0\.0\.1):\d+", r"\1:PORT", text)
            text = re.sub(r"\b\d+(\.\d+)? ms|\b\d+\.\d+ s\b", "DURATION", text)
            shown.append(re.sub(r"\b[\d.,]+/s", "RATE", text))
    return shown


def counts(lines):
    """Of the rows of a histogram."""
    return [int(row[1]) for row in map(BAR.fullmatch, lines) if row]


def expect_lines(actual, wanted):
    if counts(actual):  # there is none if all took about as long
        expect(sum(counts(actual)), sum(counts(wanted)), "what the histogram counts")
    for number, (one, other) in enumerate(zip(masked(actual), masked(wanted)), 1):
        expect(one, other, f"line {number}")
    expect(len(masked(actual)), len(masked(wanted)), "the number of lines")


def transcript(lines):
    """Typed in the repository: what a terminal shows."""
    command = lines[0].removeprefix("$ ").replace("build/farehook", "farehook")
    if LISTENER in command:  # README has one in another terminal
        command = command.replace(LISTENER, Listening("farehook listen > got.jsonl").url)
    status = 1 if "fixtures/broken" in command else 0
    expect_lines(shell(command, status, cwd=ROOT, both=True).lines, lines[1:])


def demo(lines):
    done = shell("farehook listen --demo")
    expect_lines(done.errors, lines)
    assert "6 deliveries" in lines[-1] and len(done.lines) == 6, f"{len(done.lines)} records"


@line("build/farehook listen --demo | jq -c '{event, attempt, answered: .response.status}'")
def demo_records(command):
    records = [json.loads(text) for text in shell(command.replace("build/", "")).lines]
    told = [(record["event"].removeprefix("booking."), record["attempt"], record["answered"]) for record in records]
    expect(told, [("created", 1, 200), ("updated", 1, 200), ("rebooked", 1, 200), ("rebooked", 1, 200),
                  ("cancelled", 1, 500), ("cancelled", 2, 200)], "the records' side")


def untried():
    raise AssertionError("nothing here tries it: give it a function in tests/readme.py")


def cases():
    """Name, action and arguments of each."""
    found = set()
    for number, command, comment in commands():
        action = TRIES.get((command, comment))
        found.add((command, comment))
        yield f"line {number}: {command}", action or untried, [command] if action else []
    for first, language, lines in blocks():
        if not language:
            is_transcript = lines[0].startswith("$ ")
            yield f"line {first}: {lines[0]}", transcript if is_transcript else demo, [lines]
    for command, comment in TRIES.keys() - found:
        yield f"{command}  # {comment}", expect, [None, command, "this line of README.md"]


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_FAREHOOK [WORDS]")
    clients.Listener.program = str(pathlib.Path(sys.argv[1]).resolve())
    report = clients.Report()
    for name, action, arguments in cases():
        if "".join(sys.argv[2:]) in name:
            report.case(name, receivers.in_its_scene, action, *arguments)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
