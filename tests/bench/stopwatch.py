"""A program's time and memory, from its start to its end."""

import dataclasses
import os
import pathlib
import re
import select
import signal
import time

PATIENCE = 120  # seconds


@dataclasses.dataclass
class Run:
    seconds: float
    cpu_seconds: float
    peak_mb: float  # as sampled: 0 if the program was over before the first look


def peak_mb(pid):
    """The peak of resident memory so far, or 0 if the process is over."""
    try:
        found = re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) / 1024 if found else 0


def timed(command, out="/dev/null"):
    """Runs it to its end, standard output into `out`. Raises if it fails."""
    command = [str(word) for word in command]
    files = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
             (os.POSIX_SPAWN_OPEN, 1, str(out), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
             (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)]
    begin = time.monotonic()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=files)
    end = os.pidfd_open(pid)
    peak = 0
    try:
        waiting = select.poll()
        waiting.register(end, select.POLLIN)
        # The kernel's own count of the peak (ru_maxrss) starts with that of this interpreter, from which it was forked.
        while not waiting.poll(10):
            peak = max(peak, peak_mb(pid))
            if time.monotonic() - begin > PATIENCE:
                signal.pidfd_send_signal(end, signal.SIGKILL)
        seconds = time.monotonic() - begin
    finally:
        os.close(end)
    _, status, usage = os.wait4(pid, 0)
    status = os.waitstatus_to_exitcode(status)
    if status != 0:
        raise RuntimeError(f"{' '.join(command[:2])} exited {status}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak)
