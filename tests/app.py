#!/usr/bin/env python3
"""`farehook listen --forward-to` between FareHarbor, played by `farehook simulate` and by clients of our own, and a
real node:http app that accepts, fails, hangs, drops, and is killed: what the sender is told, what is recorded, and
what the app took agree one by one. And the plans of --respond, in real time.

    python3 tests/app.py PATH_TO_FAREHOOK [WORDS]

WORDS: only the checks whose name holds them. FAREHOOK_SLOW=1 waits four times as long, for builds with sanitizers.
"""

import base64
import collections
import concurrent.futures
import hashlib
import http.client
import itertools
import json
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import clients
import events
import receivers
from clients import PATIENCE, expect, wait_until
from events import Listen
from receivers import HERE, check, free_port, start, tool

receivers.CHECKS.clear()  # ours are others
BRIEFLY = 2  # seconds that a slow app is waited for
FORWARD = ("--forward-timeout", f"{BRIEFLY * 1000:.0f}ms")

APP = """
const HALF = 'HTTP/1.1 200 OK\\r\\nContent-Length: 99\\r\\n\\r\\nlow';
const fs = require('fs'), {log, ready, port, host, plan, delay, tls} = JSON.parse(process.argv[2]);
const sha = (body) => require('crypto').createHash('sha256').update(body).digest('hex');
const taken = new Map(), earlier = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').split('\\n') : [''];
const nth = (hash) => taken.set(hash, (taken.get(hash) ?? 0) + 1).get(hash);
if (earlier.at(-1)) fs.appendFileSync(log, '\\n');  // it was killed in the middle of a line
for (const line of earlier) if (line.endsWith('}')) nth(JSON.parse(line).sha);

function take(request, response) {
  const pieces = [], {method, url, rawHeaders: headers, socket} = request;
  request.on('data', (piece) => pieces.push(piece)).on('end', () => {
    const body = Buffer.concat(pieces), hash = sha(body), step = plan[Math.min(nth(hash), plan.length) - 1];
    fs.appendFileSync(log, JSON.stringify({sha: hash, step, method, url, headers, size: body.length}) + '\\n');
    setTimeout(() => {
      if (step === 'drop') socket.destroy();
      else if (step === 'garbage') socket.end('\\0\\1 low tide\\r\\n\\r\\n');
      else if (step === 'half') socket.write(HALF, () => socket.destroy());
      else if (step !== 'hang') response.writeHead(step, step === 301 ? {Location: '/tide'} : {}).end('thanks');
    }, delay);
  });
}
const server = tls ? require('https').createServer({key: fs.readFileSync('key'), cert: fs.readFileSync('cert')}, take)
                   : require('http').createServer(take);
server.listen(port, host, () => { fs.writeFileSync(ready, server.address().port + '\\n'); });
"""
MEANS = {"hang": (504, "timeout"), "drop": (502, "closed"), "half": (502, "closed"), "garbage": (502, "garbled")}

class App:
    """A node app that each distinct body walks a plan at, and that logs what it takes before it answers."""
    numbers = itertools.count()

    def __init__(self, *plan, host="127.0.0.1", delay=0.0, tls=False, starts=True, port=0):
        self.plan, self.host, self.delay, self.tls, self.port = plan or (200,), host, delay, tls, port
        self.file, self.script = (HERE.folder / f"{next(self.numbers)}.{ending}" for ending in ("log", "js"))
        self.script.write_text(APP)
        if starts:
            self.start()

    def start(self):
        ready = HERE.folder / f"app-{next(self.numbers)}"
        told = {"log": str(self.file), "ready": str(ready), "plan": self.plan, "host": self.host, "port": self.port,
                "delay": self.delay * 1000, "tls": self.tls}
        self.process = start(tool("node"), self.script, json.dumps(told), cwd=HERE.folder)
        is_there = lambda: ready.exists() and ready.read_text().endswith("\n")
        wait_until(lambda: is_there() or self.process.poll() is not None, "the app")
        expect(self.process.poll(), None, "the app's exit status")
        self.port = int(ready.read_text())

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)

    def url(self, path="/", host=None, user=""):
        return f"http{'s' if self.tls else ''}://{user}{host or self.host}:{self.port}{path}"

    def log(self):
        """The last line may be being written, or be what was written when the app was killed."""
        lines = self.file.read_bytes().splitlines() if self.file.exists() else []
        return [json.loads(line) for line in lines if line.endswith(b"}")]

def behind(app, *options, **more):
    return Listen("--forward-to", app.url(), *options, **more)

def sha(body):
    return hashlib.sha256(body if isinstance(body, bytes) else clients.compact(body)).hexdigest()

def outcome(record):
    """What a record says the sender was told, and why."""
    response = record["response"]
    keys = ["status", "duration_ms"] + ["error"] * ("error" in response)
    assert sorted(response) == sorted(keys) and response["duration_ms"] >= 0, f"response: {response}"
    return response["status"], response.get("error")

def by_arrival(records):
    """They stand in the order in which the app answered."""
    return sorted(records, key=lambda record: record["id"])

def grouped(pairs):
    groups = collections.defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)

class Fareharbor:
    """`farehook simulate --to` a listener: distinct bodies, and retries for long."""
    def __init__(self, url, *told, retries=100):
        self.out = HERE.folder / f"attempts-{next(App.numbers)}"
        self.hashes = {each["id"]: each["body_sha256"] for each in map(json.loads, events.printed(*told).splitlines())}
        expect(len(set(self.hashes.values())), len(self.hashes), "distinct bodies")
        with open(self.out, "wb") as out:
            options = ("--retries", str(retries), "--to", url, *events.QUICKLY)
            self.process = start(clients.Listener.program, "simulate", "-q", *told, *options, stdout=out)

    def end(self, status=0):
        expect(self.process.wait(4 * PATIENCE), status, "exit status of simulate")
        lines = [json.loads(line) for line in self.out.read_bytes().splitlines()]
        self.attempts = grouped((self.hashes[each["id"]], each) for each in lines if "started_at" in each)
        self.ends = {each["id"]: each["outcome"] for each in lines if "started_at" not in each}
        expect(set(self.ends), set(self.hashes), "the deliveries that have a line")
        return self

def told(attempts):
    return [each.get("status", each.get("error")) for each in attempts]

# --- all three agree ----------------------------------------------------------------------------
STEPS = (500, "drop", 301, "garbage", 404, "half", "hang", 503, 200)
LIFE = ("--scenario", "lifecycle", "--near-duplicates", "20%", "--bookings")

@check("sender, record and app agree at each attempt{}", {"": STEPS, ", 204": (503, 204), ", all good": (200,)})
def check_agreement(*plan):
    app = App(*plan)
    listener = behind(app, *FORWARD)
    sender = Fareharbor(listener.url, *LIFE, "3", "--seed", str(51 + len(plan))).end()
    listener.end()
    records, log = listener.records(), app.log()
    taken = grouped((each["sha"], each["step"]) for each in log)
    expect(taken, {hash: list(plan) for hash in sender.hashes.values()}, "what came to the app")
    by_hash = grouped((each["body_sha256"], each) for each in records)
    expect(set(by_hash), set(taken), "what is recorded")
    wanted = [MEANS.get(step, (step, None)) for step in plan]
    for hash, its in by_hash.items():
        expect([outcome(each) for each in its], wanted, f"the records of {hash}")
        expect(told(sender.attempts[hash]), [status for status, _ in wanted], f"what the sender of {hash} was told")
        expect([each["attempt"] for each in its], list(range(1, len(plan) + 1)), "attempts")
        for record, attempt in zip(its, sender.attempts[hash], strict=True):
            assert record["response"]["duration_ms"] <= attempt["duration_ms"], f"{record['response']}, {attempt}"
            is_slow = record["response"]["duration_ms"] >= BRIEFLY * 1000
            assert is_slow or record["response"].get("error") != "timeout", f"too early: {record['response']}"
    events.expect_told(by_arrival(records))
    expect(set(sender.ends.values()), {"delivered"}, "outcomes")

@check("an app that is killed and started again loses nothing, and nothing is acknowledged that it did not take")
def check_app_restarts():
    app, chance = App(500, 200, delay=0.01, port=free_port()), random.Random(4)
    listener = behind(app, *FORWARD)
    sender = Fareharbor(listener.url, "--scenario", "lifecycle", "--bookings", "30", "--over", "20m", retries=300)
    for _ in range(4):
        goal = len(app.log()) + chance.randrange(5, 40)
        wait_until(lambda: len(app.log()) >= goal or sender.process.poll() is not None, "requests")
        app.kill()
        lines = listener.count() + 3
        wait_until(lambda: listener.count() >= lines or sender.process.poll() is not None, "records")
        app.start()
    sender.end()
    listener.end()
    records, log = listener.records(), app.log()
    by_hash, taken = (grouped(each) for each in (((each["body_sha256"], outcome(each)) for each in records),
                                                 ((each["sha"], each["step"]) for each in log)))
    expect({hash: [status for status, _ in its] for hash, its in by_hash.items()},
           {hash: told(its) for hash, its in sender.attempts.items()}, "what is recorded, and what was told")
    errors = collections.Counter(error for its in by_hash.values() for _, error in its)
    assert errors["refused"] > 0 and set(errors) <= {None, "refused", "closed"}, errors
    for hash, its in by_hash.items():
        answered = [status for status, error in its if error is None]
        lost = sum(error == "closed" for _, error in its)
        assert len(answered) <= len(taken[hash]) <= len(answered) + lost, f"{hash}: {its}, the app {taken[hash]}"
        assert its[-1] == (200, None) and 200 in taken[hash], f"{hash}: {its}, the app {taken[hash]}"
        assert sum(status == 200 for status, _ in its) <= taken[hash].count(200), f"{hash}: {its}, {taken[hash]}"
    events.expect_told(by_arrival(records))
    expect(set(sender.ends.values()), {"delivered"}, "outcomes")
    assert "refused" in listener.said() and listener.said().count("answers again") >= 4, listener.said()
    expect_told_once(listener.said())

def expect_told_once(said):
    """Each trouble once, until the app answers again."""
    for spell in said.split("answers again"):
        troubles = re.findall(r"^farehook: .*; the sender is answered 50[24]$", spell, re.M)
        expect(sorted(troubles), sorted(set(troubles)), "what is told of the app")

@check("a listener that is killed and started again loses nothing that it acknowledged")
def check_listener_restarts():
    app, chance = App(500, 200, delay=0.01), random.Random(9)
    listener = behind(app, port=free_port())
    sender = Fareharbor(listener.url, "--scenario", "lifecycle", "--bookings", "30", "--over", "20m", retries=300)
    for _ in range(4):
        goal = len(app.log()) + chance.randrange(5, 40)
        wait_until(lambda: len(app.log()) >= goal or sender.process.poll() is not None, "requests")
        listener = behind(app, port=listener.end(signal.SIGKILL).port)
    sender.end()
    by_hash, taken = (grouped(each) for each in (
        ((each["body_sha256"], outcome(each)[0]) for each in listener.end().records(may_be_torn=True)),
        ((each["sha"], each["step"]) for each in app.log())))
    for hash, its in sender.attempts.items():
        results = told(its)
        assert set(results) <= {500, 200, "closed", "refused"} and results[-1] == 200, f"{hash}: {results}"
        for status in (500, 200):  # what was recorded, and its answer lost with the listener, comes again
            assert results.count(status) <= by_hash[hash].count(status) <= taken[hash].count(status), \
                f"{hash}: told {results}, recorded {by_hash[hash]}, the app {taken[hash]}"
    expect(set(sender.ends.values()), {"delivered"}, "outcomes")

@check("an app that is down, slow, and well again is told once each")
def check_hints():
    port = free_port()
    app = App("hang", "hang", 200, starts=False, port=port)
    listener = behind(app, *FORWARD)
    for at in range(3):
        expect(listener.post(clients.booking(at))[0], 502, "status while nobody is there")
    app.start()
    for at in range(2):
        for wanted in (504, 504, 200, 200):
            expect(listener.post(clients.booking(at))[0], wanted, "status")
    app.kill()
    expect(listener.post(clients.booking(1))[0], 502, "status when it is gone again")
    said = listener.end().said()
    outcomes = [outcome(each) for each in listener.records()]
    well = [(504, "timeout"), (504, "timeout"), (200, None), (200, None)]
    expect(outcomes[:-1], [(502, "refused")] * 3 + well * 2, "records")
    assert outcomes[-1] in ((502, "refused"), (502, "closed")), outcomes[-1]
    hints = {"is answered 502": "down", "app running, and on": "its remedy", "is answered 504": "slow",
             "--forward-timeout gives": "its remedy", "answers again": "well", "log say why": "its remedy"}
    told = [word for line in said.splitlines() for hint, word in hints.items() if hint in line]
    down, slow = ["down", "its remedy"], ["slow", "its remedy"]
    expect(told, down + slow + ["well"] + slow + ["well"] + down, f"what is told in {said}")

@check("troubles that alternate are told once each, until it answers again")
def check_alternating_hints():
    app = App(*["drop", "garbage"] * 3, 200, "drop", 200)
    listener = behind(app)
    for wanted in [502] * 6 + [200, 502, 200]:
        expect(listener.post(clients.booking(1))[0], wanted, "status")
    said = listener.end().said()
    expect_told_once(said)
    counts = [said.count(words) for words in (" closed: ", " garbled: ", "answers again")]
    expect(counts, [2, 1, 2], f"how often each is told in {said}")

# --- what the app gets --------------------------------------------------------------------------
def raw(port, *lines, body=b""):
    """Sends a request as it stands, and returns the answer's status."""
    head = b"".join(line.encode("latin-1") + b"\r\n" for line in lines) + b"Content-Length: %d\r\n\r\n" % len(body)
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.sendall(head + body)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        answer.read()
        return answer.status

def fields(entry):
    """The header fields as the app's log has them: lower-case names to lists of values."""
    return grouped((name.lower(), value) for name, value in zip(entry["headers"][::2], entry["headers"][1::2]))

SENT = f"""Content-Type: application/json; charset=utf-8
User-Agent: tide/1 (%41)
Authorization: Basic d3Jlbjpz
Cookie: a=b; c=d
X-Tide: low
X-TIDE: high
X-Long: {"x" * 4000}
X-Latin: caf\xe9
Accept: text/*
X-Forwarded-For: 192.0.2.7
Content-Encoding: gzip
Date: Sun, 14 Mar 2027 16:00:00 GMT
X-Farehook: yes""".splitlines()
OF_THE_HOP = """Host: tide.example
Connection: X-Secret-Hop, keep-alive
X-Secret-Hop: 1
Keep-Alive: timeout=5
TE: trailers
Proxy-Connection: keep-alive
Trailer: X-T
Accept-Encoding: br""".splitlines()

@check("header fields arrive as they were sent, but those of the hop")
def check_headers():
    app = App()
    listener = behind(app)
    expect(raw(listener.port, "POST / HTTP/1.1", *OF_THE_HOP, *SENT, body=b"{}"), 200, "status")
    expect(raw(listener.port, "POST / HTTP/1.1", "Host: a", body=b"{}"), 200, "status")
    first, second = map(fields, app.log())
    wanted = grouped(line.lower().split(": ", 1)[:1] + line.split(": ", 1)[1:] for line in SENT)
    mine = {name: first.pop(name, None) for name in ("host", "connection", "content-length")}
    expect((mine["host"], mine["content-length"]), ([f"127.0.0.1:{app.port}"], ["2"]), "host, and length")
    assert str(mine["connection"]).lower() in ("none", "['keep-alive']"), mine
    for name in {*first, *wanted}:
        expect(", ".join(first.get(name, [])), ", ".join(wanted.get(name, [])), name)
    assert "authorization" not in second and "cookie" not in second, f"without any: {second}"
    made_up = set(second) - {"host", "connection", "content-length", "user-agent", "accept"}
    expect(made_up, set(), "what else was made up")
    assert "d3Jlbjpz" not in listener.file.read_text() + listener.said(), "credentials are recorded"

@check("who has no password does not get through to the app")
def check_password():
    app = App()
    listener = behind(app, variables={"FAREHOOK_AUTH": "wren:s%ecret"})
    sealed = base64.b64encode(b"wren:s%ecret").decode()
    expect(raw(listener.port, "POST / HTTP/1.1", "Host: a", body=b"{}"), 401, "status without")
    expect(raw(listener.port, "POST / HTTP/1.1", "Host: a", f"Authorization: Basic {sealed}", body=b"{}"), 200, "with")
    expect(len(app.log()), 1, "requests that the app got")
    for secret in ("s%ecret", sealed):
        assert secret not in listener.file.read_text() + listener.said(), f"{secret} is printed"

@check("a status of the app that can't end a request is no answer")
def check_odd_statuses():
    app = App(600, 999)
    listener = behind(app)
    expect([listener.post(b"{}")[0] for _ in range(2)], [502] * 2, "statuses")
    expect([outcome(each) for each in listener.end().records()], [(502, "garbled")] * 2, "the records")

ENDS = {"its count": (("--count", "1"), None), "its time": (("--timeout", "1s"), None), "a signal": ((), signal.SIGTERM)}

@check("an answer that is late is given at once when the listener ends, at {}", ENDS)
def check_late_answer(options, number):
    listener = Listen("--respond", "204@60s", *options)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        posted = pool.submit(listener.post, b"{}")
        wait_until(lambda: listener.count() == 1, "the record")
        if number:
            listener.process.send_signal(number)
        expect(posted.result(PATIENCE)[0], 204, "status")
    expect(listener.process.wait(PATIENCE), 0, "exit status")
    expect([each["response"]["status"] for each in listener.records()], [204], "what is recorded")

@check("who hangs up makes room for others")
def check_hung_up():
    listener = Listen("--respond", "hang")
    for at in range(520):  # more than are answered at once
        with socket.create_connection(("127.0.0.1", listener.port), PATIENCE) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%d" % (len(str(at)), at))
    wait_until(lambda: listener.count() == 520, "all of them")
    listener.end()

@check("user and password of the URL stand instead of the sender's, and are not printed")
def check_url_credentials():
    app = App()
    listener = Listen("--forward-to", app.url(user="wren:t%3Aide%40@"))
    for headers in ([], ["Authorization: Bearer low"]):
        expect(raw(listener.port, "POST / HTTP/1.1", "Host: a", *headers, body=b"{}"), 200, "status")
    app.kill()
    expect(raw(listener.port, "POST / HTTP/1.1", "Host: a", body=b"[]"), 502, "status without the app")
    sealed = base64.b64encode(b"wren:t:ide@").decode()
    expect([fields(each)["authorization"] for each in app.log()], [[f"Basic {sealed}"]] * 2, "Authorization")
    for secret in (sealed, "t%3Aide", "t:ide", "wren"):
        assert secret not in listener.file.read_text() + listener.said(), f"{secret} is printed: {listener.said()}"

@check("user and password for the app come from {} too, and are not printed", {
    "--forward-auth-file": (True,), "FAREHOOK_FORWARD_AUTH": (False,)})
def check_forward_credentials(is_file):
    app = App()
    file = HERE.folder / "forward-auth"
    file.write_text("wren:t:ide@\nnothing else\n")
    told = {"FAREHOOK_FORWARD_AUTH": "wren:t:ide@"}
    flags = ("--forward-auth-file", file) if is_file else ()
    listener = behind(app, *flags, variables={} if is_file else told)
    expect(raw(listener.port, "POST / HTTP/1.1", "Host: a", "Authorization: Bearer low", body=b"{}"), 200, "status")
    sealed = base64.b64encode(b"wren:t:ide@").decode()
    expect([fields(each)["authorization"] for each in app.log()], [[f"Basic {sealed}"]], "Authorization")
    for secret in (sealed, "t:ide"):
        assert secret not in listener.file.read_text() + listener.said(), f"{secret} is printed: {listener.said()}"

BODIES = [b"", b"\0\xff\r\n\r\n", bytes(range(256)) * 4096, b"x" * (7 << 20), b"\x1f\x8b\x08 no gzip"]
BODIES += [b'{\r\n "a": 1.10,"a":12345678901234567890}\n']

@check("bodies arrive byte for byte")
def check_bodies():
    app = App()
    listener = behind(app)
    for body in BODIES:
        expect(listener.post(body)[0], 200, f"status of {body[:20]}")
    wanted = [(sha(body), len(body)) for body in BODIES]
    expect([(each["sha"], each["size"]) for each in app.log()], wanted, "what arrived")
    expect([(each["body_sha256"], each["body_bytes"]) for each in listener.records()], wanted, "what is recorded")

TARGETS = ["/", "/hooks/caf%C3%A9/a%2fb//c;v=1/../d?key=%7bx%7D&&a=2+3&q=%20", "/?a=b%3fc"]

@check("the app gets the secret of --path that the record leaves out")
def check_secret_query():
    app = App()
    listener = Listen("--forward-to", app.url(""), "--keep-path", "--path", "/hook?key=tide%20pool")
    expect(listener.post(b"{}", target="/hook?a=1&key=tide%20pool")[0], 200, "status")
    expect([each["url"] for each in app.log()], ["/hook?a=1&key=tide%20pool"], "what the app was asked for")
    expect([each["query"] for each in listener.records()], ["a=1&key=[redacted]"], "what is recorded")
    assert "tide" not in listener.said() + listener.file.read_text(), "the secret is told"

@check("the app is asked for a path, whatever was asked for here")
def check_path_forms():
    app = App()
    listener = Listen("--forward-to", app.url("/app"), "--keep-path")
    for target in ("foo", "*", "?a=1", "http://tide.example/foo"):
        expect(raw(listener.port, f"POST {target} HTTP/1.1", "Host: a", body=b"{}"), 200, f"status of {target}")
    wanted = ["/app/foo", "/app/*", "/app/?a=1", "/app/foo"]
    expect([each["url"] for each in app.log()], wanted, "what the app was asked for")

PATHS = {
    "the URL's path and query": ("/app/in?k=v%20w", (), lambda target: "/app/in?k=v%20w"),
    "/ where the URL has no path": ("", (), lambda target: "/"),
    "the received ones, with --keep-path": ("", ("--keep-path",), lambda target: target),
    "the received ones behind the URL's path": ("/app/", ("--keep-path",), lambda target: "/app" + target),
}

@check("the app is asked for {}", PATHS)
def check_paths(path, options, wanted):
    app = App()
    listener = Listen("--forward-to", app.url(path), *options)
    for target in TARGETS:
        expect(listener.post(b"{}", target=target)[0], 200, f"status of {target}")
    expect([each["url"] for each in app.log()], [wanted(target) for target in TARGETS], "what the app was asked for")
    received = [each["path"] + "?" * bool(each["query"]) + each["query"] for each in listener.records()]
    expect(received, TARGETS, "what is recorded")

@check("localhost is both families: an app on {}", {each: (each,) for each in ("127.0.0.1", "::1")})
def check_localhost(host):
    clients.needs_address(host)
    names = HERE.folder / "hosts"
    for order in (("::1", "127.0.0.1"), ("127.0.0.1", "::1")):
        names.write_text("".join(f"{address} localhost\n" for address in order))
        private = ("unshare", "--mount", "sh", "-c", f'mount --bind {names} /etc/hosts && exec "$@"', "sh")
        if subprocess.run([*private, "true"], capture_output=True).returncode != 0:
            raise clients.Skipped("/etc/hosts can't be another one here")
        app = App(host=host)
        listener = Listen("--forward-to", app.url(host="localhost"), append=f"{order[0]}.jsonl", before=private)
        for at in range(3):
            expect(listener.post(clients.booking(at))[0], 200, f"status, where localhost is {order}")
        expect([fields(each)["host"] for each in app.log()], [[f"localhost:{app.port}"]] * 3, "Host")
        app.kill()
        expect(listener.post(clients.booking(9))[0], 502, "status without it")
        expect(outcome(listener.end().records()[-1]), (502, "refused"), "the record without it")

KEY = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 -keyout key -out cert -subj /CN=Tide"
CERTIFICATE = {"is refused": ((), 502, "tls"), "is taken with --forward-insecure": (("--forward-insecure",), 200, None)}

@check("a certificate of the app that nobody signed {}", CERTIFICATE)
def check_tls(options, status, error):
    command = [tool("openssl"), *KEY.split(), "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, cwd=HERE.folder, check=True, capture_output=True, timeout=PATIENCE)
    app = App(tls=True)
    listener = behind(app, *options)
    for at in range(3):
        expect(listener.post(clients.booking(at))[0], status, "status")
    said = listener.end().said()
    expect([outcome(each) for each in listener.records()], [(status, error)] * 3, "records")
    seen = len(app.log()), said.count("--forward-insecure takes")
    expect(seen, (3, 0) if error is None else (0, 1), "what the app took, and hints")

# --- many at once, and ends ---------------------------------------------------------------------
def at_once(listener, bodies, may_be_gone=False):
    """The statuses of posts that are all under way together; 0 where the listener is gone, if it may be."""
    def post(body):
        try:
            return listener.post(body)[0]
        except ConnectionError:
            if not may_be_gone:
                raise
            return 0

    with concurrent.futures.ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(post, bodies))

@check("64 at once do not wait for each other")
def check_parallel():
    app = App(delay=0.05)
    listener, seconds = behind(app), []
    for round in range(3):
        began = time.monotonic()
        expect(set(at_once(listener, [clients.booking(at, round=round) for at in range(64)])), {200}, "statuses")
        seconds.append(time.monotonic() - began)
    print("  64 posts take " + ", ".join(f"{each * 1000:.0f}" for each in seconds) + " ms; one after the other 3200")
    assert min(seconds) < 64 * 0.05 / 3, seconds
    expect((len(app.log()), len(listener.records())), (192, 192), "what arrived, and records")

@check("--count is exact with an app behind it, {}", {"all at once": (200,), "and one that fails": (500,)})
def check_count(status):
    app = App(status, delay=0.1)
    listener = behind(app, "--count", "5")
    statuses = at_once(listener, [clients.booking(at) for at in range(20)], may_be_gone=True)
    expect(listener.process.wait(PATIENCE), 0, "exit status")
    expect((statuses.count(status), len(app.log()), len(listener.records())), (5, 5, 5), "answered, taken and recorded")
    assert set(statuses) <= {status, 503, 0}, statuses

@check("{} finishes what is at a slow app", {"SIGTERM": (signal.SIGTERM,), "SIGINT": (signal.SIGINT,)})
def check_stop(number):
    app = App(delay=2.5)
    listener = behind(app)
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        posts = [pool.submit(listener.post, clients.booking(at)) for at in range(3)]
        wait_until(lambda: len(app.log()) == 3, "the app has them")
        listener.process.send_signal(number)
        expect([post.result(PATIENCE)[0] for post in posts], [200] * 3, "statuses")
    expect(listener.process.wait(PATIENCE), 0, "exit status")
    expect([outcome(each) for each in listener.records()], [(200, None)] * 3, "records")

def limit_file_size():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))

@check("what the app took and can't be stored is answered 503, and recorded when it comes again")
def check_no_room():
    app = App()
    listener = behind(app, preexec_fn=limit_file_size)
    body = lambda at: clients.booking(at, filling="low tide " * 900)
    at = next(at for at in range(20) if listener.post(body(at))[0] == 503)
    expect([listener.post(body(at))[0] for _ in range(2)], [503] * 2, "statuses")
    expect((len(app.log()), len(listener.records())), (at + 3, at), "what the app took, and records")
    resource.prlimit(listener.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    statuses = [listener.post(each)[0] for each in (body(at), body(at) | {"more": 1})]
    expect(statuses, [200] * 2, "statuses when there is room")
    records = listener.end().records()
    expect([sha(body(each)) for each in range(at + 1)], [each["body_sha256"] for each in records[:-1]], "records")
    expect((records[-2]["event"], records[-1]["changed"]), ("booking.created", ["/more"]), "event, then changed")
    events.expect_told(records)

@check("what is not wanted does not come to the app")
def check_only():
    app = App()
    listener = behind(app, "--only", "cancelled")
    for status in ("booked", "cancelled"):
        expect(listener.post(clients.booking(1, status=status))[0], 200, "status")
    expect([each["sha"] for each in app.log()], [sha(clients.booking(1, status="cancelled"))], "what the app took")
    records = [(each["event"], each["changed"]) for each in listener.records()]
    expect(records, [("booking.cancelled", ["/booking/status"])], "records")

USAGE = """--forward-to http://127.0.0.1:9/ --respond 500
--forward-to ftp://a/
--forward-to low%tide
--forward-to=
--forward-timeout 3s
--keep-path
--forward-insecure
--forward-to http://127.0.0.1:9/ --forward-timeout 0
--respond 99
--respond 500x0
--respond 200,,
--respond hang:x
--respond=""".splitlines()

@check("listen {} is wrong usage", {each: (each.split(),) for each in USAGE})
def check_usage(options):
    done = subprocess.run([clients.Listener.program, "listen", *options], capture_output=True, timeout=PATIENCE)
    seen = done.returncode, len(done.stderr.splitlines()), done.stdout
    expect(seen, (2, 2, b""), f"status, lines of {done.stderr}")

# --- plans of --respond -------------------------------------------------------------------------
WALK = [(500, 0), (500, 0), ("closed", 0), ("closed", 1), (204, 0.3), (200, 0), (200, 0)]  # results, in seconds

def walk(listener, body, count):
    results = []
    for _ in range(count):
        began = time.monotonic()
        try:
            status = listener.post(body)[0]
        except (http.client.HTTPException, OSError):
            status = "closed"
        results.append((status, time.monotonic() - began))
        yield results

def expect_walked(results):
    expect([result for result, _ in results], [result for result, _ in WALK], "results")
    for (_, took), (_, wanted) in zip(results, WALK, strict=True):
        assert wanted <= took < wanted + 5, f"took {took:.2f} s, not {wanted}: {results}"

@check("deliveries walk 500x2,drop,hang:1s,204@300ms,200 each by itself, {}", {"in turn": (False,), "at once": (True,)})
def check_plan(is_parallel):
    listener = Listen("--respond", "500x2,drop,hang:1s,204@300ms,200")
    bodies = [clients.booking(1), clients.booking(1, note="x")]
    if is_parallel:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            walks = list(pool.map(lambda body: list(walk(listener, body, len(WALK)))[-1], bodies))
    else:
        walks = [each for each in zip(*(walk(listener, body, len(WALK)) for body in bodies))][-1]
    for results in walks:
        expect_walked(results)
    records = listener.end().records()
    by_hash = grouped((each["body_sha256"], each["response"]["status"]) for each in records)
    expect(by_hash, {sha(body): [500, 500, None, None, 204, 200, 200] for body in bodies}, "what is recorded")
    assert is_parallel or events.expect_told(records) is None

if __name__ == "__main__":
    sys.exit(receivers.main())
