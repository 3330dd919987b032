"""Secrets are planted wherever farehook takes one, and looked for in all that it says and writes: in clear, percent-
encoded and in base64. A row is one line; what a row's options are not in `--help` is skipped."""

import base64
import contextlib
import os
import pathlib
import re
import shlex
import signal
import socket
import stat
import subprocess
import types

import durability
import hostile_requests
import receivers
from durability import expect

# No two alike, and in no encoding a part of anything else. Their ends need percent-encoding.
SECRETS = {kind: f"{kind}-{core}@/" for kind, core in {
    "userinfo": "tern7Qk2", "file": "knot5Wz8", "environment": "rail3Jx6", "header": "smew9Vb4", "cookie": "teal1Hn7",
    "key": "dunlin4Tg5", "recorded": "gannet8Lp3", "sent": "whimbrel2Rc9"}.items()}


def forms(secret):
    """What to look for: the part that no encoding changes, and base64 wherever it may begin."""
    yield secret[:-2].encode()
    for before in range(3):
        encoded = base64.b64encode(b"x" * before + secret.encode())
        yield encoded[(before * 8 + 5) // 6 : len(encoded) - 4]


def kinds_in(data):
    return {kind for kind, secret in SECRETS.items() if any(form in data for form in forms(secret))}


def check_search(folder, row):
    """What this finds, it finds in every form."""
    for kind, secret in SECRETS.items():
        for text in (secret, f"a{secret}b", secret.replace("@", "%40").replace("/", "%2F")):
            expect(kinds_in(text.encode()), {kind}, f"what is found in {text}")
        for before in (b"", b"wren:", b"ab", b"abc"):
            expect(kinds_in(base64.b64encode(before + secret.encode())), {kind}, "what is found in base64")
        row.rounds += 1


# --- commands that send -------------------------------------------------------------------------

USER = "wren:{userinfo}@"
URLS = {  # what is wrong with it, and the URL
    "accepted": f"http://{USER}127.0.0.1:{{ok}}/hook",
    "answered 401": f"http://{USER}127.0.0.1:{{unauthorized}}/",
    "redirected": f"http://{USER}127.0.0.1:{{redirect}}/",
    "refused": f"http://{USER}127.0.0.1:{{refused}}/",
    "garbled": f"http://{USER}127.0.0.1:{{garbled}}/",
    "no name": f"http://{USER}tide.invalid/",
    "TLS to a plain port": f"https://{USER}127.0.0.1:{{ok}}/",
    "an untrusted certificate": f"https://{USER}127.0.0.1:{{tls}}/",
    "no port": f"http://{USER}127.0.0.1:x/",
    "too large a port": f"http://{USER}127.0.0.1:70000/",
    "another scheme": f"ftp://{USER}127.0.0.1/",
    "no scheme": f"{USER}127.0.0.1/",
    "one slash": f"http:/{USER}127.0.0.1/",
    "no host": f"http://{USER}/",
    "a blank": f"http://{USER} 127.0.0.1/",
    "a line break": f"http://{USER}127.0.0.1/\n",
    "an open bracket": f"http://{USER}[::1/",
    "two at signs": f"http://{USER}@127.0.0.1:{{refused}}/",
    "a raw slash in the password": "http://wren:{raw}@127.0.0.1:{refused}/",
}
SENDERS = ("replay {records} --to", "simulate --retries 0 --to", "simulate {records} --retries 0 --to")
EXTRAS = "--report junit={out}/junit --report tap={out}/tap --report github --failed-out {out}/failed"
# Command line, variables, what may show and where. {x} is a placeholder, quotes are the shell's.
COMMANDS = [
    *[(f"{sender} '{url}'", {}, {}) for sender in SENDERS for url in URLS.values()],
    *[(f"replay {{records}} {EXTRAS} --to '{url}'", {}, {"failed": {"recorded", "key"}}) for url in URLS.values()],
    (f"replay {{records}} --dry-run --to '{URLS['refused']}'", {}, {}),
    (f"replay {{records}} --keep-path --to '{URLS['refused']}'", {}, {}),
    (f"replay {{records}} --keep-path --dry-run --to '{URLS['refused']}'", {}, {}),
    *[(f"{sender} 'http://127.0.0.1:{{{end}}}/hook?key={{key}}&{{key}}'", {}, {})
      for sender in SENDERS for end in ("ok", "unauthorized", "redirect", "refused", "garbled")],
    (f"replay {{records}} {EXTRAS} --to 'http://127.0.0.1:{{refused}}/hook?key={{key}}'", {},
     {"failed": {"recorded", "key"}}),
    ("replay {records} --curl --to 'http://127.0.0.1:{ok}/hook?key={key}'", {},
     {"stdout": {"key", "recorded"}}),  # to be run
    ("replay {records} --to 'http://127.0.0.1:x/hook?key={key}'", {}, {}),
    (f"replay {{records}} --rate fast --to '{URLS['accepted']}'", {}, {}),
    (f"replay {{records}} --too '{URLS['accepted']}'", {}, {}),
    (f"replay {{records}} --to '{URLS['accepted']}' --to '{URLS['another scheme']}'", {}, {}),
    (f"replay '{URLS['accepted']}' --to http://127.0.0.1:{{ok}}/", {}, {}),
    (f"replay {{records}} '{URLS['accepted']}'", {}, {}),
    (f"simulate '{URLS['accepted']}'", {}, {}),
    (f"validate '{URLS['accepted']}'", {}, {}),
    (f"listen --host '{URLS['accepted']}' --port 0", {}, {}),
    (f"'{URLS['accepted']}'", {}, {}),
    *[(f"{sender} http://127.0.0.1:{{{end}}}/ --auth-file {{credentials}}", {}, {})
      for sender in SENDERS for end in ("ok", "unauthorized", "refused", "garbled")],
    *[(f"{sender} http://127.0.0.1:{{{end}}}/", {"FAREHOOK_AUTH": "wren:{environment}"}, {})
      for sender in SENDERS for end in ("ok", "unauthorized", "refused")],
    *[(f"{sender} http://127.0.0.1:{{ok}}/ --auth-file {{no_colon}}", {}, {}) for sender in SENDERS],
    *[(f"{sender} http://127.0.0.1:{{ok}}/", {"FAREHOOK_AUTH": "{environment}"}, {}) for sender in SENDERS],
    *[(f"{sender} http://127.0.0.1:{{{end}}}/ --header 'Authorization: Bearer {{header}}' --header 'Cookie: a={{cookie}}'",
       {}, {}) for sender in SENDERS for end in ("ok", "refused")],
    *[(f"replay {{records}} --to http://127.0.0.1:{{ok}}/ --header '{field}'", {}, {})
      for field in ("Authorization Bearer {header}", "Authorization: {header}\nX: 1", "Authorization{header}: 1",
                    ": {header}", "Auth orization: {header}", "Content-Length: {header}", "Cookie; a={header}")],
    ("replay {records} --dry-run --header 'Authorization: Bearer {header}'", {}, {}),
    ("simulate --header 'Authorization: Bearer {header}'", {}, {}),
    ("replay {records} --insecure --to https://wren:{userinfo}@127.0.0.1:{tls}/", {}, {}),
    ("simulate --as test --to https://wren:{userinfo}@127.0.0.1:{tls}/", {}, {}),
    ("replay {records} --cacert {credentials} --to http://127.0.0.1:{ok}/", {}, {}),
    ("replay {credentials} --to http://127.0.0.1:{ok}/", {}, {}),
    ("validate {credentials}", {}, {"stdout": {"file"}}),  # it shows the line that is no JSON
]
# Of `listen`: options, and where what requests hold may show. Each gets the requests of `requests_with_secrets`.
KEPT = {"key"}  # the target is a part of the record
LISTENERS = [
    ("--append {out}/capture", {"capture": KEPT}),
    ("--append {out}/capture --tee --check", {"capture": KEPT, "stdout": KEPT}),
    ("", {"stdout": KEPT}),
    ("--append {out}/capture --color always", {"capture": KEPT}),
    ("--append {out}/capture --path /hook", {"capture": KEPT}),
    ("--append {out}/capture --respond 500x2,drop,200", {"capture": KEPT}),
    ("--append {out}/capture --max-body 10", {"capture": KEPT}),
    ("--append {out}/capture --auth-file {credentials}", {"capture": KEPT}),
    ("--append {out}/capture --forward-to http://wren:{userinfo}@127.0.0.1:{refused}/", {"capture": KEPT}),
    ("--append {out}/capture --forward-to http://wren:{userinfo}@127.0.0.1:{ok}/", {"capture": KEPT}),
    ("--append {out}/capture --forward-to http://127.0.0.1:{refused}/hook?{key}", {"capture": KEPT}),
    ("--append {out}/capture --redact", {"capture": KEPT}),
    ("--append {out}/capture --keep-credentials", {"capture": {"key", "sent", "cookie", "header"}}),
    ("--append /nosuch/{key}", {"stderr": {"key"}}),  # the file's own name
]


def requests_with_secrets():
    """Bytes of requests whose fields and targets hold secrets; some are refused."""
    basic = base64.b64encode(f"wren:{SECRETS['sent']}".encode())
    fields = [b"Authorization: Basic " + basic, b"Proxy-Authorization: Bearer " + SECRETS["header"].encode(),
              b"cookie: a=" + SECRETS["cookie"].encode(), b"COOKIE: b=" + SECRETS["cookie"].encode()]
    keyed = f"/hook?key={SECRETS['key'][:-2]}".encode()
    body = b'{"note":"every byte of it"}'
    post = lambda *more, **line: hostile_requests.post(body, *fields, *more, **{"target": keyed, **line})
    yield post()
    yield post()  # once more: a retry
    yield post(target=b"/elsewhere?key=" + SECRETS["key"][:-2].encode())
    yield post(method=b"GET")
    yield post(method=b"BREW")
    yield post(b"Content-Length: 5")
    yield post(b"Transfer-Encoding: gzip")
    yield post(b"Expect: tea")
    yield post(version=b"HTTP/3.7")
    yield post(*[b"X-%d: 1" % number for number in range(120)])
    yield post(b"X-Long: " + b"x" * 9000)
    yield hostile_requests.head(*fields, b"Content-Length: 900", target=keyed) + body
    yield hostile_requests.head(*fields, b"Content-Length: 99999999999", target=keyed)
    yield hostile_requests.chunked(b"zz\r\n", fields=fields, target=keyed)


# --- the search ---------------------------------------------------------------------------------


class Scene:
    """Receivers, inputs, and the values of placeholders."""

    def __init__(self, folder):
        self.out = folder / "out"
        receivers.HERE.folder = folder
        OK, answer, answering = receivers.OK, receivers.answer, receivers.answering
        ends = {"ok": answering(OK), "unauthorized": answering(answer(401)), "garbled": answering(receivers.GARBAGE),
                "redirect": answering(answer(302, b"", b"Location: /"))}
        ports = {name: receivers.Receiver(behave, keeps=False).port for name, behave in ends.items()}
        quoted = {kind: secret.replace("@", "%40").replace("/", "%2F") for kind, secret in SECRETS.items()}
        (folder / "credentials").write_text(f"wren:{SECRETS['file']}\n")
        (folder / "no-colon").write_text(f"{SECRETS['file']}\n")
        headers = {"authorization": f"Bearer {SECRETS['recorded']}", "cookie": f"a={SECRETS['recorded']}", "x-a": "b"}
        records = [receivers.record(number, headers=headers, query=f"key={quoted['key']}") for number in range(2)]
        (folder / "records.jsonl").write_bytes(b"".join(records))
        self.values = types.SimpleNamespace(
            **quoted, raw=SECRETS["userinfo"], **ports, refused=receivers.free_port(),
            tls=receivers.tls_receiver("self").port, records=folder / "records.jsonl", out=self.out,
            credentials=folder / "credentials", no_colon=folder / "no-colon")

    def filled(self, text):
        return re.sub(r"\{(\w+)\}", lambda name: str(getattr(self.values, name[1])), text)

    def fresh_folder(self):
        self.out.mkdir(exist_ok=True)
        for old in self.out.iterdir():
            old.unlink()

    def leaks(self, stdout, stderr, may_show):
        places = {"stdout": stdout, "stderr": stderr}
        places |= {file.name: file.read_bytes() for file in self.out.iterdir() if file.is_file()}
        found = {place: kinds_in(data) - may_show.get(place, set()) for place, data in places.items()}
        return {place: (kinds, line_with(places[place], kinds)) for place, kinds in found.items() if kinds}


def line_with(data, kinds):
    lines = [line for line in data.split(b"\n") if kinds_in(line) & kinds]
    return lines[0][:300].decode(errors="replace") if lines else ""


def environment(variables, scene):
    kept = {name: value for name, value in os.environ.items() if name != "FAREHOOK_AUTH"}
    return kept | receivers.SOON_KNOWN | {name: scene.filled(value) for name, value in variables.items()}


def in_scene(folder, row, search):
    row.acknowledged = row.stored = row.torn = row.lost = None
    leaks = []
    with contextlib.ExitStack() as receivers.HERE.ends:
        scene = Scene(folder)
        for name, leak in search(scene, row):
            if leak:
                print(f"FAIL {row.kind}: {name!r} shows {leak}", flush=True)
                leaks.append(name)
    row.remark = f"{len(leaks)} of {row.rounds} show a secret" if leaks else "none shows a secret"
    expect(leaks, [], "what shows a secret")


def commands(scene, row):
    for line, variables, may_show in COMMANDS:
        scene.fresh_folder()
        words = [scene.filled(word) for word in shlex.split(line)]
        if "--timeout" not in words and words[0] in ("replay", "simulate"):
            words += ["--timeout", "5s"]
        done = subprocess.run([durability.Listener.program, *words], stdin=subprocess.DEVNULL, capture_output=True,
                              env=environment(variables, scene), timeout=durability.PATIENCE)
        row.rounds += 1
        row.crashed += done.returncode < 0
        leak = scene.leaks(done.stdout, done.stderr, may_show)
        yield line, leak or (done.returncode not in (0, 1, 2, 3) and f"exit status {done.returncode}")


def known_options():
    return set(re.findall(r"--[a-z-]+", subprocess.run([durability.Listener.program, "listen", "--help"],
                                                       capture_output=True, text=True).stdout))


def listeners(scene, row):
    known, skipped = known_options(), []
    for options, may_show in LISTENERS:
        unknown = set(re.findall(r"--[a-z-]+", options)) - known
        if unknown:
            skipped += sorted(unknown)
            continue
        scene.fresh_folder()
        words = [scene.filled(word) for word in shlex.split(options)]
        yield options or "listen", listened(scene, row, words, may_show)
    if skipped:
        print(f"skip {row.kind}: no {', '.join(skipped)}", flush=True)


def listened(scene, row, words, may_show):
    ready = scene.out / "ready"
    command = [durability.Listener.program, "listen", "--port", "0", "--ready-file", ready, "--request-timeout", "1s"]
    with open(scene.out.parent / "stdout", "w+b") as out, open(scene.out.parent / "stderr", "w+b") as err:
        process = subprocess.Popen([*command, *words], stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        try:
            durability.wait_until(lambda: ready.exists() or process.poll() is not None, "ready file")
            if ready.exists():
                port = int(re.search(r":(\d+)/", ready.read_text())[1])
                for request in requests_with_secrets():
                    said_to(port, request)
                process.send_signal(signal.SIGTERM)
            process.wait(durability.PATIENCE)
        finally:
            process.kill()
            process.wait()
        row.rounds += 1
        row.crashed += process.returncode < 0
        return scene.leaks(*(pathlib.Path(file.name).read_bytes() for file in (out, err)), may_show)


def said_to(port, request):
    with socket.create_connection(("127.0.0.1", port), durability.PATIENCE) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass


# --- who may read it ----------------------------------------------------------------------------

MODES = {"capture": 0o600, "failed": 0o600, "junit": 0o644, "tap": 0o644}  # under a umask of 022


def modes(folder, row):
    """A capture is its user's own; a report holds no bodies, and is as other files are."""
    row.acknowledged = row.stored = row.torn = row.lost = None
    with contextlib.ExitStack() as receivers.HERE.ends:
        scene = Scene(folder)
        for mask in (0o022, 0o077, 0o177):
            scene.fresh_folder()
            with_mask = lambda: os.umask(mask)
            with durability.listening(folder, capture=scene.out / "capture", preexec=with_mask) as listener:
                expect(durability.post_once(listener, b"{}")[0], 200, "status")
                listener.stop()
            line = scene.filled(f"replay {{records}} {EXTRAS} --to http://127.0.0.1:{{refused}}/")
            subprocess.run([durability.Listener.program, *shlex.split(line)], capture_output=True, preexec_fn=with_mask)
            found = {name: stat.S_IMODE((scene.out / name).stat().st_mode) for name in MODES}
            wanted = {name: mode & ~mask for name, mode in MODES.items()}
            expect({name: oct(mode) for name, mode in found.items()},
                   {name: oct(mode) for name, mode in wanted.items()}, f"modes under a umask of {oct(mask)}")
            row.rounds += len(MODES)
    row.remark = ", ".join(f"{name} {mode:o}" for name, mode in MODES.items())


def no_children(folder, row):
    """It starts no other program: nothing that could is called from it."""
    row.acknowledged = row.stored = row.torn = row.lost = None
    names = ("execve execv execvp execvpe execl execlp execle fexecve posix_spawn posix_spawnp system popen fork vfork "
             "wordexp").split()
    binary = pathlib.Path(durability.Listener.program).read_bytes()
    if b"__asan_init" in binary or b"__tsan_init" in binary:
        raise durability.Skipped("a sanitizer's runtime starts programs")
    expect([name for name in names if b"\0%s\0" % name.encode() in binary], [], "what starts programs")
    row.rounds = len(names)


def play(table, scale):
    table.case("secrets: the search finds what is planted", check_search)
    table.case("secrets: commands that send", in_scene, commands)
    table.case("secrets: listen", in_scene, listeners)
    table.case("secrets: modes of files", modes)
    table.case("secrets: no other program is started", no_children)
