"""RabbitMQ for tests: a node of its own on 127.0.0.1, with its ports and files, ended by the group that we started."""

import atexit
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import clients
from receivers import SLOWNESS, free_port, tool
from recipe import recipe

SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server"  # Debian's wrapper in /usr/sbin is for the system's own node
PATIENCE = max(240, 90 * SLOWNESS)  # seconds for it to start
# Why it can't start, where the machine is to blame and not the recipe.
OF_THE_MACHINE = r"(?i)cannot allocate memory|no space left|permission denied|not permitted|erl: not found|\beacces\b"
TOOLS = ("epmd", "amqp-publish", "amqp-consume", "amqp-declare-queue", "amqp-delete-queue", "amqp-get")


def place():
    """In memory if there is room, as the broker syncs often and a disk may be slow. A kill -9 loses nothing more there:
    what a process has written is the system's, on a disk or not. Otherwise the usual place."""
    memory = "/dev/shm"
    return memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30 else None


class Broker:
    one = None

    @classmethod
    def fresh(cls):
        """The one that all checks share, its queue empty and durable."""
        if cls.one is None:
            if not os.access(SERVER, os.X_OK):
                raise clients.Skipped("rabbitmq-server is not there")
            for each in TOOLS:
                tool(each)
            if subprocess.run(["/usr/bin/python3", "-c", "import pika"], capture_output=True).returncode != 0:
                raise clients.Skipped("python3-pika is not there")
            cls.one = cls()
        cls.one.run("amqp-delete-queue", "-q", "webhooks", may_fail=True)
        cls.one.run("amqp-declare-queue", "-d", "-q", "webhooks")
        return cls.one

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="farehook-rabbitmq-", dir=place()))
        ports = set()
        while len(ports) < 3:
            ports.add(free_port())
        self.port, self.nodes_port, names = ports
        self.groups = []
        atexit.register(self.end)
        settings = recipe("rabbitmq.conf", {"127.0.0.1:5672": f"127.0.0.1:{self.port}"})
        (self.folder / "rabbitmq.conf").write_text(settings)
        (self.folder / "plugins").write_text("[].\n")
        self.environment = {
            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8",
            "ERL_EPMD_PORT": str(names), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"farehook{self.port}@localhost", "RABBITMQ_DIST_PORT": str(self.nodes_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "db"), "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"), "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none",
        }
        self.group(tool("epmd"), "-address", "127.0.0.1", "-port", str(names))
        self.start()

    def group(self, *command):
        with open(self.folder / "said", "ab") as said:
            streams = {"stdin": subprocess.DEVNULL, "stdout": said, "stderr": said}
            self.groups.append(subprocess.Popen(command, env=self.environment, cwd=self.folder, start_new_session=True,
                                                **streams))
        return self.groups[-1]

    def start(self):
        """If it ends by itself, it is started again, as systemd would; not for ever."""
        self.node, starts, deadline = self.group(SERVER), 1, time.monotonic() + PATIENCE
        while self.run("amqp-declare-queue", "-d", "-q", "webhooks", may_fail=True).returncode != 0:
            said = (self.folder / "said").read_text(errors="replace")
            if self.node.poll() is not None and (why := re.search(OF_THE_MACHINE, said)):
                raise clients.Skipped(f"RabbitMQ does not start here: {why[0]}")
            if self.node.poll() is not None:
                assert starts < 3, f"RabbitMQ has ended, {starts} times: {said[-300:]} {self.reasons()}"
                self.node, starts = self.group(SERVER), starts + 1
            assert time.monotonic() < deadline, f"RabbitMQ does not start within {PATIENCE} s: {said[-300:]}"
            time.sleep(0.2)

    def reasons(self):
        logs = (file.read_text(errors="replace") for file in (self.folder / "log").glob("*.log"))
        return [line[-300:] for log in logs for line in log.splitlines() if "[error]" in line and "eason" in line][-3:]

    @staticmethod
    def let_it_log():
        """It keeps what it logs of a queue's declaration to itself for up to 2 s, and nothing tells when that is over:
        after a kill -9 before that the queue is not there any more, whatever of its messages is on the disk."""
        time.sleep(4)

    def kill(self):
        """Until nobody has its ports: a process that writes to a slow disk outlives its SIGKILL by seconds. To connect
        would not tell, as those it does not accept any more fill its listen queue."""
        os.killpg(self.node.pid, signal.SIGKILL)
        self.node.wait(PATIENCE)
        ports = {self.port, self.nodes_port}
        clients.wait_until(lambda: ports.isdisjoint(own for own, peer, *_ in clients.tcp_sockets() if peer == 0),
                           "that RabbitMQ's ports are closed", PATIENCE)

    def end(self):
        for each in self.groups:
            try:
                os.killpg(each.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            each.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self):
        return f"amqp://127.0.0.1:{self.port}"

    def run(self, command, *options, data=b"", may_fail=False, seconds=60):
        done = subprocess.run([tool(command), "--port", str(self.port), *options], input=data, capture_output=True,
                              timeout=seconds)
        assert may_fail or done.returncode == 0, f"{command}: {done.returncode} {done.stderr[-300:]}"
        return done

    def publish(self, *options, data):
        return self.run("amqp-publish", "-p", "-r", "webhooks", *options, data=data)

    def messages(self):
        """Takes all out of the queue."""
        result = []
        while (done := self.run("amqp-get", "-q", "webhooks", may_fail=True)).returncode == 0:
            result.append(done.stdout)
        assert done.returncode == 2 and done.stderr == b"", f"amqp-get: {done}"
        return result
