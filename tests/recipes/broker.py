"""rabbitmq-publish.sh, rabbitmq-confirm.py and rabbitmq-consume.sh with RabbitMQ itself: whatever is killed, each
webhook that was acknowledged comes to the app, and is accepted, at least once. And what the shorter ways lose."""

import collections
import functools
import json
import os
import pathlib
import signal
import subprocess
import time

import clients
import events
from clients import expect
from events import Listen
from proxy import Proxy
from rabbitmq import Broker
from receivers import HERE, SLOWNESS, check, start, tool
from recipe import HERE as RECIPES

PATIENCE = 120 * SLOWNESS  # seconds, for what the scripts wait a second for, and for RabbitMQ to come back
APP = """
const [, , log, ready] = process.argv, fs = require('fs'), refused = new Set();
require('http').createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece)).on('end', () => {
    const sha = require('crypto').createHash('sha256').update(Buffer.concat(pieces)).digest('hex');
    const status = sha.startsWith('0') && !refused.has(sha) ? 500 : 200;
    refused.add(sha);
    setTimeout(() => {
      fs.appendFileSync(log, sha + ' ' + status + '\\n');
      response.writeHead(status).end();
    }, 20);
  });
}).listen(0, '127.0.0.1', function () { fs.writeFileSync(ready, this.address().port + '\\n'); });
"""


wait_until = functools.partial(clients.wait_until, seconds=PATIENCE, pause=0.05)


class App:
    """Refuses a sixteenth of the bodies when they come first."""

    def __init__(self):
        self.file, ready, script = (HERE.folder / name for name in ("app.log", "app.port", "app.js"))
        script.write_text(APP)
        start(tool("node"), script, self.file, ready, cwd=HERE.folder)
        port = wait_until(lambda: ready.exists() and ready.read_text().strip(), "the app")
        self.url = f"http://127.0.0.1:{port}/webhooks"

    def log(self):
        return [line.split() for line in self.file.read_text().split("\n")[:-1]] if self.file.exists() else []

    def accepted(self):
        return {sha for sha, status in self.log() if status == "200"}


class Script:
    """One of the recipe's, with farehook and its like on its path; by and by ended with all that it started."""

    def __init__(self, name, *arguments):
        bin = HERE.folder / "bin"
        if not bin.exists():
            bin.mkdir()
            (bin / "farehook").symlink_to(clients.Listener.program)
            (bin / "rabbitmq-confirm.py").symlink_to(RECIPES / "rabbitmq-confirm.py")
        with open(HERE.folder / "scripts.err", "ab") as err:
            self.process = subprocess.Popen(
                [RECIPES / name, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err,
                env=os.environ | {"PATH": f"{bin}:{os.environ['PATH']}"}, cwd=HERE.folder, start_new_session=True)
        HERE.ends.callback(self.kill)

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(clients.PATIENCE)

    def children(self):
        """Those it started itself: pid and name."""
        listed = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [(int(each), pathlib.Path(f"/proc/{each}/comm").read_text().strip()) for each in listed]


def stored(*captures):
    files = [each for capture in captures for each in (capture, pathlib.Path(f"{capture}.1")) if each.exists()]
    return [each for file in files for each in events_in(file)]


def events_in(file):
    """A listener that was killed may have left a torn line, which nobody got an answer for."""
    for line in file.read_bytes().splitlines():
        try:
            yield json.loads(line)["body_sha256"]
        except ValueError:
            pass


# --- the recipe ---------------------------------------------------------------------------------


@check("RabbitMQ behind: killed listeners, publishers, consumers and broker lose no webhook")
def check_nothing_is_lost():
    broker, app = Broker.fresh(), App()
    logged = lambda: len(app.log())
    first, second = (Listen(append=f"{name}.jsonl") for name in "ab")
    proxy = Proxy(first.port, second.port)
    publishers = [Script("rabbitmq-publish.sh", str(each.file), broker.url()) for each in (first, second)]
    consumers = [Script("rabbitmq-consume.sh", app.url, broker.url()) for _ in range(3)]
    told = ("--scenario", "lifecycle", "--bookings", "60", "--over", "20m")
    hashes = {each["id"]: each["body_sha256"] for each in map(json.loads, events.printed(*told).splitlines())}
    out, url = HERE.folder / "sent", proxy.url().replace("hooks.example.com", "127.0.0.1")
    with open(out, "wb") as stream:
        sender = start(clients.Listener.program, "simulate", "--quiet", *told, "--speed", "60", "--concurrency", "4",
                       "--to", url, "--cacert", proxy.certificate, stdout=stream)

    def after(count, act):
        goal = logged() + count
        wait_until(lambda: logged() >= goal, f"{count} more at the app", progress=logged)
        act()

    after(20, lambda: kill_within(consumers[0]))
    after(20, lambda: rotate(first))
    after(20, lambda: first.end(signal.SIGKILL))
    after(10, publishers[1].kill)
    publishers[1] = Script("rabbitmq-publish.sh", str(second.file), broker.url())
    after(20, broker.kill)
    time.sleep(1)  # some come meanwhile
    broker.start()
    expect(sender.wait(PATIENCE), 0, "exit status of simulate: none is lost on the way here")
    captured = stored(first.file, second.file)
    wait_until(lambda: app.accepted() >= set(captured), "all at the app", progress=logged)
    for each in publishers + consumers:
        each.kill()
    lines, log = [json.loads(line) for line in out.read_bytes().splitlines()], app.log()
    accepted = collections.Counter(sha for sha, status in log if status == "200")
    delivered = {hashes[each["id"]] for each in lines if each["outcome"] == "delivered"}
    expect((set(accepted), set(captured)), (delivered, delivered), "bodies accepted by the app, and captured")
    refused = len(log) - sum(accepted.values())
    assert refused > 0, "the app refused nothing"
    print(f"  {len(delivered)} bodies acknowledged, {len(captured)} records, {len(log)} requests at the app: {refused}"
          f" refused, {len(accepted)} bodies accepted, {sum(n > 1 for n in accepted.values())} of them more than once")


def kill_within(consumer):
    """amqp-consume, while it has a message, and then the script: farehook may go on, and nobody acknowledges."""
    def busy():
        found = [pid for pid, name in consumer.children() if name == "amqp-consume"]
        return found and pathlib.Path(f"/proc/{found[0]}/task/{found[0]}/children").read_text() and found[0]

    os.kill(wait_until(busy, "a message at the consumer"), signal.SIGKILL)
    consumer.process.kill()


def rotate(listener):
    listener.file.rename(f"{listener.file}.1")
    listener.process.send_signal(signal.SIGHUP)


@check("RabbitMQ behind: a publisher goes on where it stopped, also behind a rotated file, and after a refusal")
def check_checkpoint():
    broker, listener = Broker.fresh(), Listen()
    published = pathlib.Path(f"{listener.file}.published")
    expect(listener.post(b'{"n":1}')[0], 200, "status")
    expect(listener.post(b'{"n":2,"long":"' + b"x" * 200_000 + b'"}')[0], 200, "status")
    last = lambda: published.exists() and published.read_text().strip()

    def run_until_last():
        script = Script("rabbitmq-publish.sh", str(listener.file), broker.url())
        wait_until(lambda: last() == listener.records()[-1]["id"], "the last one published")
        script.kill()

    run_until_last()
    rotate(listener)
    wait_until(listener.file.exists, "the file anew")
    listener.post(b'{"n":3}')
    run_until_last()
    bodies = [json.loads(each)["body"]["n"] for each in broker.messages()]
    expect(bodies, [1, 2, 3], "what was published, each once")
    broker.kill()
    script = Script("rabbitmq-publish.sh", str(listener.file), broker.url())
    listener.post(b'{"n":4}')
    time.sleep(2)  # it tries
    expect(last() == listener.records()[-1]["id"], False, "published without a broker")
    broker.start()
    wait_until(lambda: last() == listener.records()[-1]["id"], "the last one published")
    script.kill()
    # What was taken off the queue just before may stand in it again: acknowledgements are not on the disk at once.
    expect([json.loads(each)["body"]["n"] for each in broker.messages()][-1], 4, "what was published last")
    published.write_text("gone\n")
    said = lambda: (HERE.folder / "scripts.err").read_text()
    script = Script("rabbitmq-publish.sh", str(listener.file), broker.url())
    wait_until(lambda: "--after: no record has the id gone" in said(), "that the record is not found")
    script.kill()
    expect((broker.messages(), last()), ([], "gone"), "what was published then")


@check("RabbitMQ behind: what is confirmed outlives kill -9 of the broker")
def check_confirmed():
    broker, lines = Broker.fresh(), numbered(100)
    broker.let_it_log()
    published = HERE.folder / "published"
    confirm = [RECIPES / "rabbitmq-confirm.py", broker.url(), published]
    done = subprocess.run(confirm, input=lines, capture_output=True)
    expect((done.returncode, done.stderr), (0, b""), "rabbitmq-confirm.py")
    broker.kill()
    broker.start()
    expect((broker.messages(), published.read_text()), (lines.splitlines(True), "r99\n"), "messages, and the last id")
    done = subprocess.run(confirm, input=b'{"id":"half', capture_output=True)
    assert done.returncode != 0 and broker.messages() == [], f"half a line: {done}"


def numbered(count):
    return b"".join(b'{"id":"r%d","filling":"%s"}\n' % (number, b"x" * 5000) for number in range(count))


# --- what the man page warns of -----------------------------------------------------------------


@check("RabbitMQ behind: amqp-consume acknowledges at status 0 only, and gives nothing back before it ends")
def check_amqp_consume():
    broker = Broker.fresh()
    broker.publish("-l", data=b"a\nb\nc\n")

    def expect_seen(wanted, what, command, *options):
        """By the command, until a second after all that are wanted: there may be more."""
        seen = HERE.folder / "seen"
        with open(seen, "wb") as out:
            process = subprocess.Popen([tool("amqp-consume"), "--port", str(broker.port), "-q", "webhooks", *options,
                                        "--", "sh", "-c", command], stdout=out)
        try:
            wait_until(lambda: len(seen.read_bytes().splitlines()) >= len(wanted), what)
            time.sleep(1)
        finally:
            process.kill()
            process.wait()
        expect(seen.read_bytes().split(), wanted, what)

    expect_seen([b"a", b"b", b"c"], "all fail: each is seen once, and kept", "cat; exit 1")
    expect_seen([b"a"], "one at a time: the first one stops all behind it", "cat; exit 1", "-p", "1")
    expect_seen([b"a"], "the recipe's way: it ends, and gives it back", "cat; kill $PPID; exit 1", "-p", "1")
    expect_seen([b"a", b"b", b"c"], "none was lost, and their order is kept", "cat", "-p", "1")
    expect(broker.messages(), [], "messages left")


@check("RabbitMQ behind: amqp-publish cuts lines, and loses what a broker that dies, or has no queue, was given")
def check_amqp_publish():
    broker = Broker.fresh()
    broker.publish("-l", data=b"x" * 40_000 + b"\n")
    expect(len(broker.messages()), 2, "messages of one line of 40,000 bytes")
    broker.run("amqp-publish", "-p", "-r", "nowhere", data=b"x")  # succeeds
    broker.let_it_log()
    for _ in range(3):  # the kill may be late
        broker.publish("-l", data=numbered(1000))
        broker.kill()
        broker.start()
        if len(left := broker.messages()) < 1000:
            break
    assert len(left) < 1000, "amqp-publish loses nothing here: the recipe is longer than it needs to be"
    print(f"  of 1000 lines for which amqp-publish ended with 0, {len(left)} outlived kill -9 of the broker")


@check("RabbitMQ behind: tail -F begins with the last ten lines, whatever was published before")
def check_tail():
    broker, file = Broker.fresh(), HERE.folder / "capture.jsonl"
    file.write_bytes(b"".join(b"%d\n" % number for number in range(30)))
    command = f"tail -F {file} | amqp-publish --port {broker.port} -p -l -r webhooks"
    shell = start("sh", "-c", command, stderr=subprocess.DEVNULL, start_new_session=True)
    HERE.ends.callback(os.killpg, shell.pid, signal.SIGKILL)
    messages = []
    wait_until(lambda: messages.extend(broker.messages()) or len(messages) >= 10, "the first messages")
    with open(file, "ab") as more:
        more.write(b"30\n")
    wait_until(lambda: messages.extend(broker.messages()) or b"30\n" in messages, "the last message")
    expect(messages, [b"%d\n" % number for number in range(20, 31)], "messages")
