#!/usr/bin/env python3
"""What `farehook replay --curl` prints, run by real shells with real curl: `farehook listen` gets what it gets
from `farehook replay` itself, byte for byte.

    python3 tests/curl_commands.py PATH_TO_FAREHOOK
"""

import base64
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import clients
from clients import PATIENCE, Skipped, expect, listening, new_folder

BODIES = [
    b'{"item":{"pk":7}}',
    b'{"a":"it\'s 100% \\"quoted\\" \\\\ $HOME `id` $(id) !!"}',
    b"{\r\n\t\"pretty\": [1.10,\n 2]\n}\n",
    "{\"name\":\"Zoë 🐚\u2028\u0085\"}".encode(),
    b"",
    b"\n",
    b"\n\n\n",
    b"@/etc/hostname",
    b"-",
    b"-n -e --help",
    b"--\n",
    b"%s%d%%\\101\\0\\c\\x41",
    b"\\",
    b"'",
    b"'\n'",
    b"a\0b\0001\0",
    b"\0" * 300,
    bytes(range(256)),
    bytes(range(255, -1, -1)) * 3,
    b"\xff\xfe\x80\xc3(\xed\xa0\x80",
    b"\x81\x82\x83\x84\x85\x86\x87\x88'\x81",  # what dash marks its own places with
    b"EOF\n",
    b"#\n",
    b'{"x":"' + b"ab'c%" * 50_000 + b'"}\n',
    b"\xf0\x9f\x90\x9a" * 60_000,
    random.Random(7).randbytes(1 << 20),
    b"x" * ((1 << 20) + 17),
]
VALUES = ["plain", "it's", "$HOME `id` $(id) !x", '"', "\\n\\0\\", "%s%n", "@/etc/hostname", "-H", "a\tb", "Zoë", ";",
          "a: b; c", "*", "  ", "~", "\u0080\u009f", "é" * 3000]
TARGETS = ["/in", "/in?a=b&c=%27", "/a/../b/./c", "/..", "/{a,b}/[1-3]", "/it's?q='", "//two", "/$HOME/`id`/!x",
           "/a?b=[1-3]{x}", "/a%2fb%", "/@a", "/-", "/a;b|c&d<e>f", "/a\\b", "/~"]


def record(number, body, target="/in", headers=None):
    path, _, query = target.partition("?")
    headers = {"content-type": "application/json", "user-agent": "tide/1"} if headers is None else headers
    line = {"id": f"r{number}", "received_at": "2027-03-14T16:00:00.000000Z", "remote": "[::1]:4000", "method": "POST"}
    line |= {"path": path, "query": query, "headers": headers, "body_base64": base64.b64encode(body).decode()}
    return json.dumps(line)


def random_bodies(count):
    dice = random.Random(11)
    alphabet = [b"'", b'"', b"\\", b"%", b"\n", b"\0", b"$", b"`", b"!", b"-", b"@", b"0", b"7", b"\xc3", b"\xa9", b"s"]
    return [b"".join(dice.choice(alphabet) for _ in range(dice.randrange(40))) for _ in range(count)]


def seen(listener):
    """What has come since this was asked last, but for what is of a connection, and what means nothing."""
    requests = []
    for line in map(json.loads, listener.new_lines()):
        headers = {name: value for name, value in line["headers"].items() if name not in ("connection", "host")}
        if headers.get("accept") == "*/*":
            del headers["accept"]
        requests.append((line["method"], line["path"], line["query"], headers, line["body_bytes"], line["body_sha256"]))
    return requests


def check_shell(shell, lines, *options):
    if not shutil.which(shell[0]):
        raise Skipped(f"{shell[0]} is not there")
    with new_folder() as folder, listening(folder) as listener:
        capture, url = folder / "in.jsonl", f"http://127.0.0.1:{listener.port}/"
        capture.write_text("\n".join(lines) + "\n")
        command = [clients.Listener.program, "replay", capture, "--to", url, "--expect", "2xx,4xx", *options]
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE * 4)
        wanted = seen(listener)
        assert len(wanted) > len(lines) * 0.7, f"only {len(wanted)} of {len(lines)} are taken when replayed"
        printed = subprocess.run([*command, "--curl"], check=True, capture_output=True, timeout=PATIENCE)
        expect(printed.stderr, b"", "standard error")
        expect(printed.stdout.count(b"\n"), len(lines), "number of lines")
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        ran = subprocess.run(shell, input=printed.stdout, capture_output=True, timeout=PATIENCE * 8, cwd=folder,
                             env=environment | {"HOME": str(folder)})
        expect(ran.stderr, b"", f"what {shell[0]} says")
        got = seen(listener)
        expect([each[-2:] for each in got], [each[-2:] for each in wanted], "sizes and hashes of the bodies")
        for index, (is_, should) in enumerate(zip(got, wanted)):
            expect(is_, should, f"request {index}")


def check_credentials():
    with new_folder() as folder:
        kept = {"authorization": "Basic a2VwdA==", "content-type": "a"}
        (folder / "in.jsonl").write_text(record(1, b"{}") + "\n" + record(2, b"{}", headers=kept) + "\n")
        (folder / "auth").write_text("file:secret\n")
        command = [clients.Listener.program, "replay", folder / "in.jsonl", "--curl"]
        for options in (["--to", "http://url:secret@127.0.0.1:9/"],
                        ["--to", "http://127.0.0.1:9/", "--auth-file", folder / "auth"],
                        ["--to", "http://127.0.0.1:9/"]):
            ran = subprocess.run([*command, *options], check=True, capture_output=True, text=True, timeout=PATIENCE,
                                 env=os.environ | {"FAREHOOK_AUTH": "env:secret"})
            lines = ran.stdout.splitlines()
            expect(["authorization" in line for line in lines], [False, True], "authorization in the commands")
            assert "secret" not in ran.stdout and kept["authorization"] in lines[1], ran.stdout


def check_usage():
    with new_folder() as folder:
        (folder / "a.json").write_text("{}")
        for options, words in ((["--curl"], "--to URL"), (["--curl", "--print", "--to", "http://a/"], "--print"),
                               (["--curl", "--dry-run", "--to", "http://a/"], "--dry-run")):
            ran = subprocess.run([clients.Listener.program, "replay", "a.json", *options], cwd=folder,
                                 capture_output=True, text=True, timeout=PATIENCE)
            expect((ran.returncode, ran.stdout, ran.stderr.count("\n")), (2, "", 2), "status, output and lines said")
            assert words in ran.stderr, ran.stderr


def main():
    if len(sys.argv) != 2:
        print("usage: curl_commands.py PATH_TO_FAREHOOK", file=sys.stderr)
        return 2
    if not shutil.which("curl"):
        print("skip: curl is not there")
        return 77
    clients.Listener.program = str(pathlib.Path(sys.argv[1]).resolve())
    report = clients.Report()
    bodies = [record(number, body) for number, body in enumerate(BODIES)]
    chance = [record(number, body) for number, body in enumerate(random_bodies(100))]
    fields = [{"content-type": "a", "x-a": value} for value in VALUES]
    headers = [record(number, b"{}", headers=each) for number, each in enumerate(fields)]
    headers += [record(len(VALUES), b"{}", headers={"accept": "*/*", "user-agent": "tide/1", "x-'q`": "a"})]
    targets = [record(number, b"{}", target) for number, target in enumerate(TARGETS)]
    for shell in (["dash"], ["bash"], ["bash", "--posix"], ["busybox", "ash"], ["ksh"], ["zsh"]):
        report.case(f"{' '.join(shell)}: hostile bodies arrive as they are", check_shell, shell, bodies)
    for shell in (["dash"], ["bash"]):
        report.case(f"{shell[0]}: random bodies arrive as they are", check_shell, shell, chance)
        report.case(f"{shell[0]}: hostile header values arrive as they are", check_shell, shell, headers,
                    "--header", "user-agent: tide/1")
        report.case(f"{shell[0]}: hostile targets are asked for as they are", check_shell, shell, targets,
                    "--keep-path")
    report.case("what a record leaves out is sent as replay sends it", check_shell, ["dash"],
                [record(0, b"{}", headers={"content-type": "a"}), record(1, b"{}", headers={})])
    report.case("it needs a URL, and does one thing only", check_usage)
    report.case("credentials are those of the record", check_credentials)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
