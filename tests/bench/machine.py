"""On what it was measured."""

import os
import pathlib
import platform
import re
import subprocess


def cpu_model():
    found = re.search(r"^(?:model name|Model)\s*: (.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def described(folder):
    """The CPU, the memory, the system, and the file system that is appended to."""
    kilobytes = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1])
    found = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True, timeout=10)
    return {
        "cpu": cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mb": kilobytes // 1024,
        "kernel": platform.release(),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", ""),
        "file_system": found.stdout.strip(),
        "load_before": os.getloadavg()[0],
    }


def in_a_line(machine):
    return f"{machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}, {machine['file_system']}"


def doubts():
    load = os.getloadavg()[0]
    if load < 0.5:
        return []
    return [f"the machine was busy at the start (load {load:.1f}): these figures do not count"]
