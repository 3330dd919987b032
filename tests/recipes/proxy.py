"""nginx.conf with a certificate of openssl's, curl in front and two listeners behind: what is recorded, what nginx
refuses by itself, and what becomes of a POST when a listener is gone, or goes while it has one."""

import contextlib
import json
import re
import signal
import socket
import subprocess
import threading
import time

import clients
from clients import MIB, PATIENCE, expect, tcp_sockets, wait_until
from events import Listen
from receivers import HERE, check, free_port, start, tool
from recipe import recipe

AROUND = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  include {folder}/farehook.conf;
}}
"""
NAME, DIRECTORY = "hooks.example.com", "/etc/ssl/hooks.example.com"
KEY = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 -keyout privkey.pem -out fullchain.pem"
FAIL_TIMEOUT = 10  # seconds, as in the recipe


class Proxy:
    """nginx as in the recipe, until the check's end."""

    def __init__(self, *ports):
        nginx, self.port, folder = tool("nginx"), free_port(), HERE.folder / "nginx"
        folder.mkdir()
        subject = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1"]
        subprocess.run([tool("openssl"), *KEY.split(), *subject], cwd=folder, check=True, capture_output=True)
        self.certificate = folder / "fullchain.pem"
        here = {"443 ssl": f"127.0.0.1:{self.port} ssl", f"{DIRECTORY}/fullchain.pem": self.certificate,
                f"{DIRECTORY}/privkey.pem": folder / "privkey.pem", "127.0.0.1:8081": f"127.0.0.1:{ports[0]}",
                "127.0.0.1:8082": f"127.0.0.1:{ports[1]}"}
        (folder / "farehook.conf").write_text(recipe("nginx.conf", here))
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
        checked = subprocess.run([nginx, "-t", "-q", "-p", folder, "-c", folder / "nginx.conf"], capture_output=True)
        expect((checked.returncode, checked.stderr), (0, b""), "what nginx says of the recipe")
        process = start(nginx, "-p", folder, "-c", folder / "nginx.conf", stderr=subprocess.DEVNULL)
        wait_until(lambda: is_open(self.port) or process.poll() is not None, "nginx")

    def url(self, path="/webhooks"):
        return f"https://{NAME}:{self.port}{path}"

    def post(self, body, *options, path="/webhooks"):
        """By curl, which checks the certificate. Returns the status."""
        done = subprocess.run(
            [tool("curl"), "-sS", "-o", HERE.folder / "answer", "-w", "%{http_code}", "--max-time", str(PATIENCE),
             "--cacert", self.certificate, "--resolve", f"{NAME}:{self.port}:127.0.0.1", "-H", "Expect:", "-H",
             "Content-Type: application/json", *options, "--data-binary", "@-", self.url(path)],
            input=body, capture_output=True)
        expect(done.stderr, b"", "what curl says")
        return int(done.stdout)


def is_open(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), PATIENCE):
        return True


def behind_proxy():
    """Two listeners of one file, and the proxy."""
    listeners = [Listen(port=free_port()) for _ in range(2)]
    return listeners, Proxy(*(each.port for each in listeners))


def body(number, **members):
    return json.dumps(clients.booking(number, **members)).encode()


@check("nginx in front: what came by TLS is recorded, with its sender's address")
def check_recorded():
    listeners, proxy = behind_proxy()
    forged = ("-H", "X-Forwarded-For: 192.0.2.7", "-H", "X-Forwarded-Proto: gopher")
    expect(proxy.post(b'{ "n" : 1.10 }', *forged), 200, "status")
    record = listeners[0].records()[-1]
    seen = [record["headers"].get(name) for name in ("x-forwarded-for", "x-forwarded-proto", "host", "content-type")]
    expect(seen, ["127.0.0.1", "https", NAME, "application/json"], "header fields")
    expect((record["path"], record["body_bytes"]), ("/webhooks", 14), "path, and size")
    assert b'"body":{ "n" : 1.10 }' in listeners[0].lines()[-1], listeners[0].lines()


@check("nginx in front: 8 MiB are taken, more are not, and no other path is")
def check_refused():
    listeners, proxy = behind_proxy()
    for size, wanted in ((7 * MIB, 200), (8 * MIB, 200), (8 * MIB + 1, 413)):
        expect(proxy.post(b"x" * size), wanted, f"status of {size} bytes")
    expect(proxy.post(b"{}", path="/other"), 404, "status of another path")
    expect([each["body_bytes"] for each in listeners[0].records()], [7 * MIB, 8 * MIB], "what was recorded")


@check("nginx in front: one listener has all, the other takes over, and gives back")
def check_failover():
    (first, second), proxy = behind_proxy()
    told = [(proxy.post(body(1)), proxy.post(body(1, status="cancelled")))]
    first.end(signal.SIGKILL)
    expect([proxy.post(body(number)) for number in range(2, 22)], [200] * 20, "statuses while one is gone")
    first = Listen(port=first.port)
    time.sleep(FAIL_TIMEOUT + 1.5)  # nginx's own, not ours; it counts whole seconds
    expect(proxy.post(body(1, status="cancelled", note="x")), 200, "status when it is there again")
    expect(told + [proxy.post(b"{}")], [(200, 200), 200], "statuses")
    second.end()
    first.end()
    stored = {each.port: int(re.search(r"(\d+) deliver(y|ies) stored", each.said())[1]) for each in (first, second)}
    expect(stored, {first.port: 2, second.port: 20}, "what each has stored since it began")
    events = [each["event"] for each in first.records()]
    expect(events[:2] + events[-2:], ["booking.created", "booking.cancelled", "booking.updated", "unknown"], "events")


@check("nginx in front: a POST that a listener had when it died is not sent to the other: 502")
def check_no_second_try():
    (first, second), proxy = behind_proxy()
    expect(proxy.post(body(1)), 200, "status")
    first.process.send_signal(signal.SIGSTOP)
    statuses = []
    thread = threading.Thread(target=lambda: statuses.append(proxy.post(body(2))))
    thread.start()
    wait_until(lambda: is_connected(first), "nginx has sent it to the listener")
    first.process.send_signal(signal.SIGKILL)
    thread.join(PATIENCE)
    expect(statuses, [502], "status, at which FareHarbor tries again")
    expect(len(second.records()), 1, "records")
    expect(proxy.post(body(2)), 200, "status when it does")
    expect(len(second.records()), 2, "records then")


def is_connected(listener):
    """Whether bytes wait at its port: a connection to it is established, and has some unread."""
    return any(own == listener.port and is_established and unread > 0
               for own, _, is_established, _, unread in tcp_sockets())
