"""farehook.service by systemd's own checker, its command line run as it stands; farehook.logrotate by logrotate, many
times, under load."""

import contextlib
import gzip
import json
import os
import re
import shlex
import signal
import subprocess

import clients
import durability
from clients import PATIENCE, expect, wait_until
from receivers import HERE, SLOWNESS, check, free_port, start, tool
from recipe import recipe

PROGRAM, EXPOSURE = "/usr/local/bin/farehook", 15  # of systemd-analyze, tenths
ROTATIONS = 12


def unit(changes=None):
    """The file, in the check's folder, and its settings: for each name its values."""
    file = HERE.folder / "farehook.service"
    file.write_text(recipe("farehook.service", {PROGRAM: clients.Listener.program, **(changes or {})}))
    settings = {}
    for line in file.read_text().splitlines():
        if found := re.match(r"(\w+)=(.*)", line):
            settings.setdefault(found[1], []).append(found[2])
    return file, settings


def analyze(*command):
    return subprocess.run([tool("systemd-analyze"), *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=PATIENCE)


@check("the systemd unit: systemd has nothing to say of it")
def check_unit():
    done = analyze("verify", "--man=no", str(unit()[0]))
    expect((done.returncode, done.stdout), (0, ""), "systemd-analyze verify")
    # It does see what is wrong.
    done = analyze("verify", "--man=no", str(unit({"Restart=on-failure": "Restart=on-tide"})[0]))
    assert "on-tide" in done.stdout, done.stdout


@check("the systemd unit: it shows little of itself")
def check_exposure():
    done = analyze("security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", str(unit()[0]))
    if "unrecognized option" in done.stdout:
        raise clients.Skipped("this systemd-analyze reads no files")
    expect(done.returncode, 0, f"systemd-analyze security, which says: {done.stdout[-300:]}")
    print("  " + done.stdout.strip().splitlines()[-1].strip("→ "))


def calls_of(name):
    """A group of systemd's, such as @system-service, down to its system calls."""
    if not name.startswith("@"):
        return {name}
    done = subprocess.run([tool("systemd-analyze"), "--no-pager", "syscall-filter", name], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=True, timeout=PATIENCE)
    words = [line.strip() for line in done.stdout.splitlines()[1:]]
    return set().union(*(calls_of(word) for word in words if word and not word.startswith("#")))


@check("the systemd unit: farehook makes no system call that it forbids")
def check_system_calls():
    if SLOWNESS > 1:
        raise clients.Skipped("sanitizers make calls of their own")
    state, port, trace = HERE.folder / "state", free_port(), HERE.folder / "trace"
    state.mkdir()
    _, settings = unit({"8081": port})
    allowed = {"execve"}  # systemd's own, before
    for each in settings["SystemCallFilter"]:
        calls = set().union(*map(calls_of, each.lstrip("~").split()))
        allowed = allowed - calls if each.startswith("~") else allowed | calls
    assert "chroot" not in allowed and "fdatasync" in allowed, "the groups are not read"
    command = shlex.split(settings["ExecStart"][0].replace("${STATE_DIRECTORY}", str(state)))
    process = start(tool("strace"), "-f", "-qq", "-o", trace, *command, stderr=subprocess.DEVNULL)
    post = lambda body: clients.by_http_client(type("Port", (), {"port": port}), clients.Request(body)).status
    wait_until(lambda: is_up(post) or process.poll() is not None, "the listener")
    if process.poll() is not None and not (trace.exists() and "execve" in trace.read_text()):
        raise clients.Skipped("strace may not trace here")
    expect(process.poll(), None, "exit status at start")
    expect({post(json.dumps(clients.booking(number)).encode()) for number in range(20)}, {200}, "statuses")
    traced = int(trace.read_text().split()[0])
    for number in (signal.SIGHUP, signal.SIGTERM):
        os.kill(traced, number)
    expect(process.wait(PATIENCE), 0, "exit status")
    made = set(re.findall(r"^\d+ +([a-z_0-9]+)\(", trace.read_text(), re.M))
    expect(made - allowed, set(), "forbidden calls")
    assert {"fdatasync", "flock"} <= made, made
    families = set(re.findall(r"\bsocket\((AF_\w+)", trace.read_text()))
    assert families <= set(settings["RestrictAddressFamilies"][0].split()), families


@check("the systemd unit: its commands start, reload and stop a listener that keeps everything")
def check_commands():
    state, port = HERE.folder / "state", free_port()
    state.mkdir(mode=0o700)
    _, settings = unit({"8081": port})
    command = shlex.split(settings["ExecStart"][0].replace("${STATE_DIRECTORY}", str(state)))
    umask, environment = int(settings["UMask"][0], 8), dict(each.split("=", 1) for each in settings["Environment"])
    with open(HERE.folder / "stderr", "wb") as err:
        process = start(*command, stderr=err, env=environment, cwd="/", umask=umask)
    listener = type("Port", (), {"port": port})
    post = lambda body: clients.by_http_client(listener, clients.Request(body)).status
    wait_until(lambda: is_up(post), "the listener")
    capture, old = state / "webhooks.jsonl", state / "webhooks.jsonl.1"
    expect(capture.stat().st_mode & 0o777, 0o600, "mode of the file")
    capture.rename(old)
    subprocess.run(shlex.split(settings["ExecReload"][0].replace("$MAINPID", str(process.pid))), check=True)
    wait_until(capture.exists, "the file anew")
    expect(post(b'{"after":1}'), 200, "status")
    process.send_signal(signal.SIGTERM)
    expect(process.wait(PATIENCE), 0, "exit status, which is no failure to start again from")
    expect([json.loads(line)["body"] for line in capture.read_bytes().splitlines()], [{"after": 1}], "records")
    with open(HERE.folder / "taken", "wb") as err:
        blocker = start(*command, stderr=err, env=environment, umask=umask)
        wait_until(lambda: is_up(post), "the listener")
        again = subprocess.run(command, capture_output=True, env=environment, timeout=PATIENCE)
    expect(again.returncode, 3, "exit status while the port is taken, which is a failure")
    blocker.send_signal(signal.SIGTERM)


def is_up(post):
    try:
        return post(b"{}") == 200
    except ConnectionError:
        return False


def has_open(pid, file):
    """Whether the process has the file open that has this name now."""
    for each in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):  # it was closed meanwhile
            if os.readlink(f"/proc/{pid}/fd/{each}") == os.path.realpath(file):
                return True
    return False


@check("log rotation under load, of two listeners: every acknowledged record is in one of the files")
def check_rotation():
    logrotate, folder = tool("logrotate"), HERE.folder / "farehook"
    folder.mkdir(mode=0o700)
    capture = folder / "webhooks.jsonl"
    durability.Listener.program = clients.Listener.program
    listeners = [durability.Listener(HERE.folder, capture=capture) for _ in range(2)]
    for each in listeners:
        HERE.ends.callback(each.kill)
    HERE.ends.callback(durability.Load.end_all)
    reload = re.search(r"^ExecReload=(.*)$", recipe("farehook.service"), re.M)[1]
    reload = reload.replace("$MAINPID", " ".join(str(each.process.pid) for each in listeners))
    file = HERE.folder / "logrotate"
    file.write_text(recipe("farehook.logrotate", {"/var/lib/farehook/*.jsonl": f"{folder}/*.jsonl",
                                                  "systemctl reload 'farehook*.service'": reload}))
    file.chmod(0o644)
    load = durability.Load(*listeners, connections=4, size=800)  # what logrotate compresses in time
    for _ in range(ROTATIONS):
        load.wait_for_more(200)
        done = subprocess.run([logrotate, "--force", "--state", HERE.folder / "status", file], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=PATIENCE)
        expect((done.returncode, done.stdout), (0, ""), "logrotate")
        wait_until(lambda: all(has_open(each.process.pid, capture) for each in listeners), "the file anew")
    load.wait_for_more(200)
    load.stop()
    for each in listeners:
        each.stop()
    parts = {each.name: each.read_bytes() for each in folder.iterdir()}
    names = {"webhooks.jsonl", "webhooks.jsonl.1"} | {f"webhooks.jsonl.{n}.gz" for n in range(2, ROTATIONS + 1)}
    expect(set(parts), names, "files")
    modes = {each.stat().st_mode & 0o777 for each in folder.iterdir()}
    expect(modes, {0o600}, "their modes")
    whole = b"".join(gzip.decompress(data) if name.endswith(".gz") else data for name, data in parts.items())
    audit = durability.Audit(whole)
    expect((len(audit.lost(load.acknowledged)), len(audit.torn)), (0, 0), "lost and torn records")
    print(f"  {len(load.acknowledged)} acknowledged, {len(audit.stored)} stored in {len(parts)} files, 0 lost")
