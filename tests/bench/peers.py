"""What farehook is compared with, and what measures it: is it there, which version is it, where does it come from."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

ECHO_MODULE = "nginx's echo module"
PACKAGES = {"wrk": "wrk", "nginx": "nginx-light", ECHO_MODULE: "libnginx-mod-http-echo", "webhook": "webhook",
            "jq": "jq", "curl": "curl", "gcc": "gcc libc6-dev", "node": "nodejs", "npm": "npm", "strip": "binutils"}
VERSIONS = {"wrk": "-v", "nginx": "-v", "webhook": "-version", "jq": "--version", "curl": "--version",
            "gcc": "--version", "node": "--version", "npm": "--version"}


def is_there(peer):
    if peer == ECHO_MODULE:
        return pathlib.Path("/usr/lib/nginx/modules/ngx_http_echo_module.so").exists()
    return shutil.which(peer) is not None


def missing(wanted_peers):
    return [peer for peer in wanted_peers if not is_there(peer)]


def wanted(part):
    """What the part can't do without, and those it is compared with as far as they are there."""
    return (*part.NEEDS, *getattr(part, "PEERS", ()))


def install(wanted_peers):
    packages = [package for peer in missing(sorted(wanted_peers)) for package in PACKAGES[peer].split()]
    if not packages:
        return
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    if prefix and not shutil.which("sudo"):
        print(f"neither root nor sudo: not installed: {' '.join(packages)}", file=sys.stderr)
        return
    print(f"installing {' '.join(packages)}", file=sys.stderr)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    for command in ["update"], ["install", "-y", "--no-install-recommends", *packages]:
        subprocess.run([*apt, *command], stdout=sys.stderr, timeout=900)  # what is still missing is told later


def from_npm(folder, packages):
    """Installs them in the folder; their versions, or why they can't be had."""
    try:
        done = subprocess.run(["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--silent", *packages],
                              capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        raise RuntimeError("npm install takes longer than 2 minutes") from None
    if done.returncode != 0:
        raise RuntimeError(f"npm install failed: {done.stderr.strip()[:200]}")
    names = [package.split("@")[0] for package in packages]
    modules = folder / "node_modules"
    return {name: json.loads((modules / name / "package.json").read_text())["version"] for name in names}


def versions(farehook):
    found = {"farehook": said([farehook, "--version"])}
    for peer, flag in VERSIONS.items():
        if is_there(peer):
            found[peer] = said([peer, flag])
    return found


def said(command):
    # wrk exits 1 and nginx writes to standard error.
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    return next(iter((done.stdout or done.stderr).splitlines()), "").strip()
