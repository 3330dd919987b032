#!/usr/bin/env python3
"""HARs that a real program (mitmproxy) has made, and damaged ones, as inputs of farehook.

    python3 tests/har_files.py PATH_TO_FAREHOOK
"""

import gzip
import http.client
import json
import os
import pathlib
import re
import resource
import shutil
import socket
import subprocess
import sys

sys.dont_write_bytecode = True
import clients
from clients import PATIENCE, Skipped, expect, listening, new_folder, wait_until
from receivers import free_port

HAR_DUMP = "/usr/share/doc/mitmproxy/examples/contrib/har_dump.py"  # of Debian's mitmproxy; later ones have it inside
JSON = "application/json"
# The type, the body, other header fields; and whether the HAR has it as it was sent.
SENT = [
    (JSON, b'{"item":{"pk":7,"n":1.10,"big":12345678901234567890,"n":1}}', {}, True),
    (JSON, b'{\r\n\t"pretty": "Zo\xc3\xab \xf0\x9f\x90\x9a \\u00e9 \\ud83d\\udc1a"\n}\n', {}, True),
    (JSON, "\ufeff{\"mark\":1}".encode(), {}, True),
    (JSON, b'{"x":"' + b"0123456789" * 100_000 + b'"}', {}, True),
    (JSON, b"", {}, True),
    (JSON, b"not JSON \0\1\x7f", {}, True),
    (JSON, b"not UTF-8 \xff\xfe", {}, False),
    ("application/x-www-form-urlencoded", b"a=b&c=%20d+e&a=%C3%A9", {}, True),
    ("text/plain; charset=utf-8", "Zoë".encode(), {"X-List": "a", "Cookie": "a=1; b=2"}, True),
    (JSON, gzip.compress(b'{"zip":"' + b"z" * 100 + b'"}'), {"Content-Encoding": "gzip"}, False),
]


def farehook(*arguments, **more):
    command = [clients.Listener.program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=PATIENCE * 4, **more)


def post(port, target, kind, body, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("POST", target, body, {"Content-Type": kind, **headers})
    status = connection.getresponse().status
    connection.close()
    return status


def is_open(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def made_by_mitmproxy(folder, listener):
    """Sends all through mitmdump to the listener; returns the HAR that it has made of it."""
    program = shutil.which("mitmdump")
    if not program:
        raise Skipped("mitmdump is not there")
    options = subprocess.run([program, "--options"], capture_output=True, text=True, timeout=PATIENCE * 4).stdout
    has_it_inside = "hardump" in options
    if not has_it_inside and not os.path.exists(HAR_DUMP):
        raise Skipped("har_dump.py of mitmproxy is not there")
    har, port = folder / "mitmproxy.har", free_port()
    command = [program, "--listen-host", "127.0.0.1", "-p", str(port), "--set", f"confdir={folder}/conf", "--mode",
               f"reverse:http://127.0.0.1:{listener.port}", *([] if has_it_inside else ["-s", HAR_DUMP]), "--set",
               f"hardump={har}"]
    with open(folder / "mitmdump", "wb") as said:
        proxy = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        wait_until(lambda: is_open(port) or proxy.poll() is not None, "mitmdump")
        for number, (kind, body, headers, _) in enumerate(SENT):
            expect(post(port, f"/in/{number}?key=a%20b", kind, body, headers), 200, f"answer {number}")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", "/no-delivery")
        connection.getresponse().read()
        connection.close()
        proxy.terminate()
        proxy.wait(PATIENCE)
    finally:
        proxy.kill()
        proxy.wait()
    return har


def check_mitmproxy():
    with new_folder() as folder, listening(folder) as listener:
        har = made_by_mitmproxy(folder, listener)
        received = [json.loads(line) for line in listener.new_lines()]
        expect(len(received), len(SENT), "number of deliveries through mitmproxy")
        url = f"http://127.0.0.1:{listener.port}/"
        ran = farehook("replay", har, "--to", url, "--keep-path")
        replayed = [json.loads(line) for line in listener.new_lines()]
        wanted = [line for line, (*_, is_whole) in zip(received, SENT) if is_whole]
        for key in ("body_sha256", "method", "path", "query", "event"):
            expect([line[key] for line in replayed], [line[key] for line in wanted], key)
        expect([line["headers"].get("content-type") for line in replayed],
               [line["headers"].get("content-type") for line in wanted], "types")
        said = ran.stderr.decode()
        expect(len(re.findall(r"^farehook: .*mitmproxy.har:\d+: not a record \(entry \d+: its body", said, re.M)),
               len(SENT) - len(wanted), f"what can't be sent, in {said}")
        expect(ran.returncode, 3, "exit status")
        printed = [json.loads(line) for line in farehook("replay", har, "--print").stdout.splitlines()]
        expect([line["body_sha256"] for line in printed], [line["body_sha256"] for line in wanted], "printed")
        # The proxy's clock begins with the request, the listener's ends with it.
        for line, before in zip(printed, wanted):
            assert line["received_at"] <= before["received_at"], f"{line['received_at']}, {before['received_at']}"


def entry(number, text="{}", method="POST", **more):
    request = {"method": method, "url": f"http://a.example/in/{number}", "headers": [], "bodySize": -1}
    request |= {"postData": {"mimeType": JSON, "text": text}} if text is not None else {}
    return {"startedDateTime": f"2027-03-14T16:00:{number:02d}.000+01:00", "request": request, **more}


def har_of(*entries, indent=None):
    log = {"version": "1.2", "creator": {"name": "a", "version": "1"}, "entries": entries}
    return json.dumps({"log": log}, indent=indent)


def check_said(content, words, name="a.har", status=3):
    with new_folder() as folder:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        ran = farehook("replay", name, "--dry-run", cwd=folder)
        expect(ran.returncode, status, f"exit status ({ran.stderr.decode()[:300]})")
        assert words in ran.stderr.decode(), ran.stderr.decode()


def check_doors():
    """By its name, by what is in it, from standard input; not in a folder."""
    har = har_of(entry(1, "{}"), entry(2, None, "GET"), entry(3, "[]"))
    pretty = har_of(entry(1, "{}"), entry(2, None, "GET"), entry(3, "[]"), indent=2)
    with new_folder() as folder:
        (folder / "a.har").write_text(har)
        (folder / "b.json").write_text("\ufeff" + pretty)
        (folder / "c").write_text(pretty)
        (folder / "d").write_text(har)
        for name in ("a.har", "b.json", "c", "d"):
            ran = farehook("replay", name, "--dry-run", cwd=folder)
            expect([json.loads(line)["id"] for line in ran.stdout.splitlines()], [f"{name}#1", f"{name}#3"], "ids")
            expect((ran.returncode, ran.stderr), (0, b""), "status and standard error")
        ran = farehook("replay", "-", "--dry-run", "--since", "2027-03-14T15:00:02Z", input=har.encode())
        expect([json.loads(line)["id"] for line in ran.stdout.splitlines()], ["standard input#3"], "ids")
        ran = farehook("replay", ".", "--dry-run", cwd=folder)
        expect([json.loads(line)["id"] for line in ran.stdout.splitlines()], ["./b.json#1", "./b.json#3"], "ids in a folder")
        ran = farehook("simulate", "a.har", "--answers", "200", cwd=folder)
        expect((ran.returncode, ran.stdout.count(b'"delivered"')), (0, 2), "status, and how many are delivered")


def check_validate():
    body = '{"item":\n {"pk":"7"}}'
    for indent, lines in ((None, 1), (2, 20)):
        text = har_of(entry(1, None, "GET"), entry(2, body), indent=indent)
        with new_folder() as folder:
            (folder / "a.har").write_text(text)
            ran = farehook("validate", "--format", "json", "a.har", cwd=folder)
            expect(ran.returncode, 1, "exit status")
            place = text.index(json.dumps(body))
            line, column = text.count("\n", 0, place) + 1, place - (text.rfind("\n", 0, place) + 1) + 1
            assert line >= lines
            found = [json.loads(each) for each in ran.stdout.splitlines()]
            wrong = [each for each in found if each["rule"] == "type" and each["pointer"] == "/item/pk"]
            expect([(each["line"], each["column"]) for each in wrong], [(line, column)], "place")
            assert wrong[0]["message"].startswith("line 2, column 8 of the body: "), wrong[0]["message"]


def check_large():
    """100 MB in a few seconds; memory is what the file is, and no more than that again."""
    with new_folder() as folder:
        page = {"response": {"status": 200, "content": {"text": "x" * 1_000_000}}}
        entries = (entry(number % 60, '{"n":%d}' % number, **page) for number in range(100))
        (folder / "a.har").write_text(har_of(*entries))
        ran = farehook("replay", folder / "a.har", "--print")
        expect((ran.returncode, ran.stdout.count(b"\n")), (0, 100), "status and number of records")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        assert peak < 450 * 1024 * (PATIENCE // 15), f"{peak} KiB"  # more with a sanitizer, which is waited for longer


def check_too_large():
    with new_folder() as folder:
        with open(folder / "a.har", "wb") as har:
            har.truncate(300 << 20)
        ran = farehook("replay", "a.har", "--dry-run", cwd=folder)
        expect(ran.returncode, 3, "exit status")
        expect(ran.stderr.decode(),
               "farehook: a.har: longer than 256 MiB, which is not read\nExport fewer requests.\n", "standard error")


def main():
    if len(sys.argv) != 2:
        print("usage: har_files.py PATH_TO_FAREHOOK", file=sys.stderr)
        return 2
    clients.Listener.program = str(pathlib.Path(sys.argv[1]).resolve())
    report = clients.Report()
    report.case("what mitmproxy has seen is sent again byte for byte", check_mitmproxy)
    report.case("a HAR is known by its name and by what is in it", check_doors)
    report.case("validate checks the bodies, and says where they stand", check_validate)
    whole = har_of(entry(1), indent=2)
    form = entry(1)["request"] | {"postData": {"params": [{"name": "a"}]}}
    for name, content, words in (
            ("is empty", "", "a.har: not a HAR: there is nothing in it"),
            ("is a page", "<!doctype html>", "a.har: not a HAR, for it is not JSON: "),
            ("is a payload", '{"booking":{}}', "a.har: not a HAR: it has no `log` with `entries`"),
            ("is cut off", whole[:-40], "a.har: the HAR ends too early, at line "),
            ("has no entries", har_of(), "among the 0 requests of this HAR"),
            ("has pages only", har_of(entry(1, None, "GET"), entry(2, None, "HEAD")),
             "among the 2 requests of this HAR"),
            ("has a form's fields only", har_of(entry(1, None) | {"request": form}),
             "a.har:1: not a record (entry 1: it has the fields of a form")):
        report.case(f"what {name} is told", check_said, content, words)
    report.case("a HAR that is cut off is no payload either", check_said, whole[:-40], "ends too early", "a.json")
    report.case("a HAR of 100 MB is read", check_large)
    report.case("a HAR of 300 MB is not, and is told", check_too_large)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
